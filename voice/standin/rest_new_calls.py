"""Placing a call by REST: everything checked first, dialled in the background, answered with what the faults allow."""

from functools import partial

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from voice.standin import broken, detection, interpreter, lifecycle
from voice.standin.exchange import Exchange
from voice.standin.legs import Inline, Leg, ReportTo, Request, new_sid
from voice.standin.rest import E164, RestError, api, exchange, only
from voice.standin.rest_calls import beginning, shown, web_address

EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
PARAMETERS = (
    *("To", "From", "Url", "Method", "FallbackUrl", "FallbackMethod", "Twiml"),
    *("StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent", "Timeout", "TimeLimit", "SendDigits"),
    *("MachineDetection", "MachineDetectionTimeout", "MachineDetectionSpeechThreshold"),
    *("MachineDetectionSpeechEndThreshold", "MachineDetectionSilenceTimeout"),
    *("AsyncAmd", "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod"),
)


@api.post("/Calls.json")
def create_call() -> ResponseReturnValue:
    """201 with the queued call, which rings in a thread of its own."""
    form = only(*PARAMETERS)
    check_numbers(form, refused_from=21210)
    start, seconds = beginning(form), _whole(form, "Timeout", 60, 21208)
    limit = _whole(form, "TimeLimit", None, 20001)
    leg = _leg(exchange(), form)
    return broken.answer("Calls", partial(_dial, form, leg, start, seconds, limit))


def _dial(form: dict[str, str], leg: Leg, start: Request | Inline, seconds: int | None, limit: int | None) -> Response:
    house = exchange()
    house.add(leg)
    response = jsonify(shown(leg))
    response.status_code = 201
    house.start(partial(_live, house, form, leg, start, seconds or 60, limit), leg)
    return response


def check_numbers(form: dict[str, str], *, refused_from: int) -> None:
    """Both numbers must be numbers, and ours must be ours. Raises RestError."""
    to, sender = form.get("To", ""), form.get("From", "")
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not sender:
        raise RestError(400, 21213, "No 'From' number is specified")
    if not E164.fullmatch(to):
        looks = to.removeprefix("+").isdigit()
        raise RestError(400, 21217 if looks else 21211, f"{to} is not a valid phone number")
    if not E164.fullmatch(sender):
        raise RestError(400, 21212, f"{sender} is not a valid 'From' number")
    if sender not in exchange().numbers:
        raise RestError(400, refused_from, f"The 'From' number {sender} is not owned by this account")


def _whole(form: dict[str, str], name: str, default: int | None, code: int) -> int | None:
    """A number of seconds. Raises RestError outside 1 to 600 for Timeout, 1 to 14400 for TimeLimit."""
    if name not in form:
        return default
    largest = 600 if name == "Timeout" else 14400
    if not form[name].isdigit() or not 1 <= int(form[name]) <= largest:
        raise RestError(400, code, f"{name} must be 1 to {largest} seconds")
    return int(form[name])


def _leg(house: Exchange, form: dict[str, str]) -> Leg:
    leg = Leg(new_sid("CA"), form["From"], form["To"], "outbound-api", form["To"], house.pace.now())
    if "StatusCallback" in form:
        events = frozenset(" ".join(request.form.getlist("StatusCallbackEvent")).split()) or frozenset({"completed"})
        if events - EVENTS:
            raise RestError(400, 20001, f"StatusCallbackEvent: {', '.join(sorted(events - EVENTS))}")
        address = web_address(form, "StatusCallback")
        leg.report = ReportTo(address, form.get("StatusCallbackMethod", "POST"), events)
    if "FallbackUrl" in form:
        leg.fallback = Request(web_address(form, "FallbackUrl"), form.get("FallbackMethod", "POST"))
    return leg


def _live(
    house: Exchange, form: dict[str, str], leg: Leg, start: Request | Inline, seconds: int, limit: int | None
) -> None:
    """The call's life. Raises HungUp at its end."""
    lifecycle.ring(house, leg, seconds)
    if limit is not None:
        house.start(partial(_end_at, house, leg, limit), leg)
    mode = form.get("MachineDetection")
    if mode and form.get("AsyncAmd") != "true":
        house.wait(leg, lambda: False, detection.seconds(leg, mode))
        leg.answered_by = leg.extra["AnsweredBy"] = detection.verdict(leg, mode)
    elif mode and form.get("AsyncAmdStatusCallback"):
        report = Request(form["AsyncAmdStatusCallback"], form.get("AsyncAmdStatusCallbackMethod", "POST"))
        house.start(partial(detection.report, house, leg, mode, report), leg)
    interpreter.converse(house, leg, start)


def _end_at(house: Exchange, leg: Leg, limit: float) -> None:
    house.attend(leg, lambda: False, limit)
    lifecycle.end(house, leg, "completed")
