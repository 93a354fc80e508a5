"""Conferences by REST: who is in, bringing somebody in by ringing them, muting, holding, putting out (twilio.md 3.3)."""

from functools import partial
from xml.sax.saxutils import escape, quoteattr

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from voice.standin import interpreter, lifecycle, verb_conference
from voice.standin.exchange import Exchange
from voice.standin.legs import Inline, Leg, ReportTo, new_sid
from voice.standin.rest import Json, RestError, api, date, exchange, not_found, only, page, uri
from voice.standin.rest_calls import web_address
from voice.standin.rest_new_calls import check_numbers
from voice.standin.rooms import Conference, Participant

NEW = (
    *("From", "To", "Label", "Timeout", "Muted", "StartConferenceOnEnter", "EndConferenceOnExit", "Beep"),
    *("StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent"),
)


@api.get("/Conferences.json")
def list_conferences() -> ResponseReturnValue:
    args = request.args
    with exchange().changed:
        rooms = [
            room
            for room in exchange().conferences.values()
            if args.get("FriendlyName") in {None, room.name} and args.get("Status") in {None, room.status}
        ]
    return jsonify(page("conferences", rooms[::-1], _conference))


@api.get("/Conferences/<sid>.json")
def fetch_conference(sid: str) -> ResponseReturnValue:
    return jsonify(_conference(_find(sid)))


@api.post("/Conferences/<sid>.json")
def end_conference(sid: str) -> ResponseReturnValue:
    room, form = _find(sid), only("Status")
    if form.get("Status") != "completed":
        raise RestError(400, 20001, "Status can only become completed")
    by = room.participants[0] if room.participants else None
    verb_conference.close(exchange(), room, "conference-ended-via-api", by)
    return jsonify(_conference(room))


@api.get("/Conferences/<sid>/Participants.json")
def list_participants(sid: str) -> ResponseReturnValue:
    room = _find(sid)
    with exchange().changed:
        inside = list(room.participants)
    return jsonify(page("participants", inside, partial(_participant, room)))


@api.post("/Conferences/<sid>/Participants.json")
def create_participant(sid: str) -> ResponseReturnValue:
    """Ring somebody and bring them in when they answer; `sid` may be a name that does not exist yet."""
    form = only(*NEW)
    check_numbers(form, refused_from=21210)
    house = exchange()
    room = house.conferences.get(sid) or verb_conference.find_or_open(house, sid)
    leg = Leg(new_sid("CA"), form["From"], form["To"], "outbound-api", form["To"], house.pace.now())
    if "StatusCallback" in form:
        events = frozenset(" ".join(request.form.getlist("StatusCallbackEvent")).split()) or frozenset({"completed"})
        leg.report = ReportTo(web_address(form, "StatusCallback"), form.get("StatusCallbackMethod", "POST"), events)
    house.add(leg)
    house.start(partial(_bring_in, house, leg, form, room.name), leg)
    return jsonify(_participant(room, Participant(leg, form.get("Label")))), 201


def _bring_in(house: Exchange, leg: Leg, form: dict[str, str], name: str) -> None:
    """The participant's call. Raises HungUp at its end."""
    lifecycle.ring(house, leg, int(form.get("Timeout", "60")))
    names = {
        "Label": "participantLabel",
        "Muted": "muted",
        "Beep": "beep",
        "StartConferenceOnEnter": "startConferenceOnEnter",
        "EndConferenceOnExit": "endConferenceOnExit",
    }
    given = " ".join(f"{names[key]}={quoteattr(value)}" for key, value in form.items() if key in names)
    twiml = f"<Response><Dial><Conference {given}>{escape(name)}</Conference></Dial></Response>"
    interpreter.converse(house, leg, Inline(twiml))


@api.get("/Conferences/<sid>/Participants/<name>.json")
def fetch_participant(sid: str, name: str) -> ResponseReturnValue:
    room = _find(sid)
    return jsonify(_participant(room, _inside(room, name)))


@api.post("/Conferences/<sid>/Participants/<name>.json")
def change_participant(sid: str, name: str) -> ResponseReturnValue:
    room, form = _find(sid), only("Muted", "Hold", "EndConferenceOnExit")
    one = _inside(room, name)
    one.muted = form.get("Muted", str(one.muted)).lower() == "true"
    one.hold = form.get("Hold", str(one.hold)).lower() == "true"
    one.ends = form.get("EndConferenceOnExit", str(one.ends)).lower() == "true"
    verb_conference.mix(exchange(), room)
    kind = "hold" if "Hold" in form else "mute"
    on = one.hold if "Hold" in form else one.muted
    verb_conference.tell(exchange(), room, f"participant-{'' if on else 'un'}{kind}", kind, one)
    return jsonify(_participant(room, one))


@api.delete("/Conferences/<sid>/Participants/<name>.json")
def delete_participant(sid: str, name: str) -> ResponseReturnValue:
    """Put somebody out; their call goes on with its own document."""
    one = _inside(_find(sid), name)
    with exchange().changed:
        one.kicked = True
        verb_conference.rouse(exchange(), [one])
    return "", 204


def _find(sid: str) -> Conference:
    room = exchange().conferences.get(sid)
    if room is None:
        raise not_found()
    return room


def _inside(room: Conference, name: str) -> Participant:
    one = room.find(name)
    if one is None:
        raise not_found()
    return one


def _conference(room: Conference) -> Json:
    return {
        "sid": room.sid,
        "account_sid": exchange().account_sid,
        "api_version": "2010-04-01",
        "friendly_name": room.name,
        "status": room.status,
        "region": "us1",
        "reason_conference_ended": room.why_ended,
        "call_sid_ending_conference": room.ended_by,
        "date_created": date(room.created),
        "date_updated": date(room.created),
        "uri": uri(f"Conferences/{room.sid}"),
        "subresource_uris": {"participants": uri(f"Conferences/{room.sid}/Participants")},
    }


def _participant(room: Conference, one: Participant) -> Json:
    states = {"queued": "queued", "ringing": "ringing", "in-progress": "connected"}
    return {
        "account_sid": exchange().account_sid,
        "call_sid": one.leg.sid,
        "conference_sid": room.sid,
        "label": one.label,
        "muted": one.muted,
        "hold": one.hold,
        "coaching": False,
        "call_sid_to_coach": None,
        "start_conference_on_enter": one.starts,
        "end_conference_on_exit": one.ends,
        "status": states.get(one.leg.status, "complete"),
        "queue_time": "0",
        "date_created": date(room.created),
        "date_updated": date(room.created),
        "uri": uri(f"Conferences/{room.sid}/Participants/{one.leg.sid}"),
    }
