"""Calls by REST: look at them, list them, change them. Creating one is in rest_new_calls."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from voice.standin import lifecycle
from voice.standin.legs import GoTo, Inline, Leg, ReportTo, Request
from voice.standin.rest import Json, RestError, api, date, exchange, not_found, only, page, uri
from voice.standin.schema_values import absolute

STORED = {"initiated": "ringing"}  # a status that only reports know
CHANGES = (
    "Url",
    "Method",
    "Twiml",
    "Status",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StatusCallbackMethod",
)


@api.get("/Calls/<sid>.json")
def fetch_call(sid: str) -> ResponseReturnValue:
    return jsonify(shown(find(sid)))


@api.get("/Calls.json")
def list_calls() -> ResponseReturnValue:
    """Newest first; a call appears here a moment after it was made, as reads are eventually consistent."""
    house = exchange()
    settled = house.pace.now() - house.faults.list_lag
    with house.changed:
        legs = [leg for leg in house.legs.values() if leg.born_at <= settled and _wanted(leg)]
    return jsonify(page("calls", legs[::-1], shown))


@api.post("/Calls/<sid>.json")
def change_call(sid: str) -> ResponseReturnValue:
    """End the call, or send it to another document."""
    leg, form = find(sid), only(*CHANGES)
    if leg.ended:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if "StatusCallback" in form:
        leg.report = ReportTo(web_address(form, "StatusCallback"), form.get("StatusCallbackMethod", "POST"))
    if "Status" in form:
        _end(leg, form["Status"])
    elif "Url" in form or "Twiml" in form:
        _redirect(leg, form)
    return jsonify(shown(leg))


def _end(leg: Leg, status: str) -> None:
    if status not in {"completed", "canceled"}:
        raise RestError(400, 20001, f"Status cannot become {status!r}")
    answered = leg.answered_at is not None
    if status == "completed" or not answered:
        lifecycle.end(exchange(), leg, "completed" if answered else "canceled")


def _redirect(leg: Leg, form: dict[str, str]) -> None:
    if leg.answered_at is None:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    exchange().summon(leg, GoTo(beginning(form)))


def find(sid: str) -> Leg:
    """The call of that sid, at once and without any lag."""
    leg = exchange().legs.get(sid)
    if leg is None:
        raise not_found()
    return leg


def beginning(form: dict[str, str]) -> Request | Inline:
    """The document that a request names; a URL goes before TwiML."""
    if form.get("Url"):
        return Request(web_address(form, "Url"), form.get("Method", "POST"))
    if not form.get("Twiml"):
        raise RestError(400, 21205, "Url parameter is required.")
    if len(form["Twiml"]) > 4000:
        raise RestError(400, 21205, "Twiml is longer than 4000 characters.")
    return Inline(form["Twiml"])


def web_address(form: dict[str, str], name: str) -> str:
    """A URL parameter. Raises RestError 21205 for one that the carrier would not call."""
    if not absolute(form[name]):
        raise RestError(400, 21205, f"{name} is not a valid URL: {form[name]}")
    return form[name]


def _wanted(leg: Leg) -> bool:
    args = request.args
    parent = leg.parent.sid if leg.parent else None
    facts = {
        "To": leg.called,
        "From": leg.caller,
        "Status": STORED.get(leg.status, leg.status),
        "ParentCallSid": parent,
    }
    if any(name in args and args[name] != fact for name, fact in facts.items()):
        return False
    return _in_time("StartTime", leg.started) and _in_time("EndTime", leg.finished)


def _in_time(name: str, moment: datetime | None) -> bool:
    """`StartTime>=...` stands in a query string as the name `StartTime>`; a bare date is that whole day, in UTC."""
    tests: dict[str, Callable[[datetime, datetime], bool]] = {
        f"{name}>": lambda mine, given: mine >= given,
        f"{name}<": lambda mine, given: mine <= given,
        name: lambda mine, given: given <= mine < given + timedelta(days=1),
    }
    given = {key: _moment(request.args[key]) for key in tests if key in request.args}
    return all(moment is not None and tests[key](moment, value) for key, value in given.items())


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RestError(400, 20001, f"not a date: {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def shown(leg: Leg) -> Json:
    """A call as the API shows it: numbers as strings, null while not known."""
    house = exchange()
    return {
        "sid": leg.sid,
        "account_sid": house.account_sid,
        "api_version": "2010-04-01",
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "to": leg.called,
        "to_formatted": leg.called,
        "from": leg.caller,
        "from_formatted": leg.caller,
        "phone_number_sid": None,
        "status": STORED.get(leg.status, leg.status),
        "start_time": date(leg.started),
        "end_time": date(leg.finished),
        "duration": str(leg.talked) if leg.ended else None,
        "price": None,
        "price_unit": "USD",
        "direction": leg.direction,
        "answered_by": leg.answered_by,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "date_created": date(leg.created),
        "date_updated": date(leg.finished or leg.created),
        "uri": uri(f"Calls/{leg.sid}"),
        "subresource_uris": {"recordings": uri(f"Calls/{leg.sid}/Recordings")},
    }
