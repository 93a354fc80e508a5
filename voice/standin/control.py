"""The control API, for stories and for the launcher: phones, customers, faults and what happened. Loopback only."""

import base64
import ipaddress
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from voice.standin import customers, lifecycle, people
from voice.standin.exchange import Number
from voice.standin.hands import hold
from voice.standin.legs import HungUp, Leg
from voice.standin.phones import HANDS_STAY, behaviour_from, script_from
from voice.standin.rest import exchange
from voice.standin.stores import checked, wav_at

LONGEST_POLL = 60.0  # real seconds
NOISE = frozenset({"request", "rest"})  # events that nobody at a phone notices

control = Blueprint("control", __name__, url_prefix="/standin")


@control.before_request
def _only_from_here() -> None:
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - an address that is not ours
        abort(403)


@control.errorhandler(ValueError)
@control.errorhandler(KeyError)
@control.errorhandler(TypeError)
def _not_understood(error: Exception) -> ResponseReturnValue:
    return jsonify(error=f"{type(error).__name__}: {error}"), 400


def _body() -> dict[str, Any]:
    body = request.get_json()
    if not isinstance(body, dict):
        raise TypeError("a JSON object is needed")
    return body


def _done() -> Response:
    return make_response("", 204)


@control.post("/numbers")
def own_number() -> ResponseReturnValue:
    """One of the account's own numbers and its addresses; the same number again replaces it."""
    number = Number(**_body())
    exchange().numbers[number.phone] = number
    return _done()


@control.put("/routes")
def routes() -> ResponseReturnValue:
    """Public address -> where it is really served: signed as the first, delivered to the second."""
    exchange().routes = {str(public): str(local) for public, local in _body().items()}
    return _done()


@control.put("/phones/<phone>")
def phone(phone: str) -> ResponseReturnValue:
    exchange().phones.set(phone, [behaviour_from(item) for item in _body()["behaviours"]])
    return _done()


@control.post("/phones/<phone>/act")
def act(phone: str) -> ResponseReturnValue:
    """What a person does by hand: answer, decline, press, say or hang_up, in the phone's newest call."""
    leg = exchange().live_leg(phone)
    if leg is None:
        return jsonify(error=f"{phone} is in no call"), 409
    try:
        _act(leg, _body())
    except HungUp:
        return jsonify(error=f"{phone} is in no call any more"), 409
    return jsonify(call_sid=leg.sid)


def _act(leg: Leg, body: dict[str, Any]) -> None:
    house = exchange()
    for what, value in body.items():
        match what:
            case "answer" | "decline":
                with house.changed:
                    leg.decision = leg.decision or what
                    house.changed.notify_all()
            case "press":
                people.press(house, leg, value)
            case "say":
                people.say(house, leg, value, _sound(body))
            case "speaking":
                leg.speaking = bool(value)
            case "sound" | "audio":
                continue
            case "hang_up":
                lifecycle.hang_up(house, leg)
            case _:
                raise ValueError(f"nobody can {what}")


def _sound(body: dict[str, Any]) -> bytes | None:
    """How it sounds: the WAV file at the path `sound`, or itself as `audio` in base 64. Raises ValueError."""
    if "audio" in body:
        return checked(base64.b64decode(body["audio"], validate=True), "audio")
    return wav_at(body["sound"]) if "sound" in body else None


@control.put("/hands/<by>")
def hands(by: str) -> ResponseReturnValue:
    """Somebody holds phones in their hands, until they are not heard of for `seconds`."""
    body = _body()
    hold(exchange(), by, [str(phone) for phone in body["phones"]], float(body.get("seconds", HANDS_STAY)))
    return _done()


@control.get("/hands/<by>")
def in_hands(by: str) -> ResponseReturnValue:
    """The newest call that they dialled, all that happened from then on, and every live leg; asking keeps their hold."""
    house = exchange()
    if house.phones.holds_on(by):
        house.pace.slow_down(HANDS_STAY)
    with house.changed:
        legs = list(house.legs.values())
    call = next((leg for leg in reversed(legs) if leg.by == by), None)
    events = house.journal.after(call.noted - 1) if call else []
    return jsonify(
        call=_leg(call) if call else None,
        events=[event for event in events if event["kind"] not in NOISE],
        legs=[_leg(leg) for leg in legs if not leg.ended],
    )


@control.post("/calls")
def dial() -> ResponseReturnValue:
    """A customer dials one of our numbers."""
    body = _body()
    number = exchange().numbers[body["to"]]
    leg = customers.dial(
        exchange(),
        number,
        body["from"],
        script_from(body.get("script", [])),
        phone=body.get("phone"),
        params=body.get("params"),
        by=body.get("by"),
    )
    return jsonify(sid=leg.sid), 201


@control.get("/calls")
def calls() -> ResponseReturnValue:
    """Every leg, oldest first, with what it heard."""
    with exchange().changed:
        legs = list(exchange().legs.values())
    return jsonify(calls=[_leg(leg) for leg in legs])


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "sid": leg.sid,
        "parent": leg.parent.sid if leg.parent else None,
        "from": leg.caller,
        "to": leg.called,
        "phone": leg.phone,
        "direction": leg.direction,
        "status": leg.status,
        "seconds": leg.talked,
        "heard": [utterance.text for utterance in leg.utterances],
        "bridged_to": [peer.phone for peer in leg.peers],
    }


@control.get("/events")
def events() -> ResponseReturnValue:
    """Events after number `after`; waits up to `wait` real seconds for the first."""
    wait = min(request.args.get("wait", 0.0, type=float), LONGEST_POLL)
    return jsonify(events=exchange().journal.after(request.args.get("after", 0, type=int), wait=wait))


@control.get("/refusals")
def refusals() -> ResponseReturnValue:
    return jsonify(refusals=exchange().journal.refusals())


@control.put("/faults")
def faults() -> ResponseReturnValue:
    exchange().faults.change(_body())
    return _done()


@control.post("/texts")
def send_text() -> ResponseReturnValue:
    """A customer texts one of our numbers."""
    body = _body()
    number = exchange().numbers[body["to"]]
    return jsonify(sid=customers.text(exchange(), number, body["from"], body["body"]).sid), 201


@control.get("/texts")
def texts() -> ResponseReturnValue:
    with exchange().changed:
        kept = list(exchange().texts)
    shown = [
        {"sid": t.sid, "from": t.sender, "to": t.recipient, "body": t.body, "direction": t.direction} for t in kept
    ]
    return jsonify(texts=shown)


@control.post("/reset")
def reset() -> ResponseReturnValue:
    exchange().reset()
    return _done()


@control.get("/health")
def health() -> ResponseReturnValue:
    return _done()
