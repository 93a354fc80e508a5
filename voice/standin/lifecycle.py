"""How a leg's life goes: it rings, is answered, ends; and what its phone does meanwhile."""

from datetime import UTC, datetime
from functools import partial

from voice.standin import people, reports
from voice.standin.exchange import Exchange
from voice.standin.legs import HungUp, Leg
from voice.standin.phones import Behaviour

STATUS_AFTER = {"busy": "busy", "decline": "busy", "fail": "failed"}


def end(exchange: Exchange, leg: Leg, status: str) -> None:
    """End the leg; the first end counts, later ones change nothing."""
    with exchange.changed:
        if leg.ended:
            return
        leg.status = status
        leg.ended_at, leg.finished = exchange.pace.now(), datetime.now(UTC)
        exchange.journal.note(
            "ended", phone=leg.phone, call_sid=leg.sid, text=status, status=status, seconds=leg.talked
        )
    if status != "canceled" or leg.started is not None:  # cancelled while still queued: nobody is told (twilio.md 3.1)
        reports.tell(exchange, leg, "completed")


def hang_up(exchange: Exchange, leg: Leg) -> None:
    """The person at the phone hangs up, or gives up before anybody answered."""
    if not leg.ended:
        exchange.journal.note("hung-up", phone=leg.phone, call_sid=leg.sid)
        end(exchange, leg, "completed" if leg.answered_at is not None else "no-answer")


def answer(exchange: Exchange, leg: Leg) -> None:
    """The call is up from now on, and is paid for."""
    with exchange.changed:
        if leg.answered_at is not None or leg.ended:
            return
        leg.status, leg.answered_at = "in-progress", exchange.pace.now()
        exchange.journal.note("answers", phone=leg.phone, call_sid=leg.sid, direction=leg.direction)
    reports.tell(exchange, leg, "answered")


def ring(exchange: Exchange, leg: Leg, seconds: float) -> None:
    """Ring the leg's phone for so long until it answers. Raises HungUp when it does not; then the leg has ended."""
    leg.started = datetime.now(UTC)
    reports.tell(exchange, leg, "initiated")
    behaviour = exchange.phones.next(leg.phone, engaged=exchange.live_leg(leg.phone, besides=leg) is not None)
    if behaviour.decision in {"busy", "fail"}:
        end(exchange, leg, STATUS_AFTER[behaviour.decision])
        raise HungUp
    with exchange.changed:
        if leg.ended:
            raise HungUp
        leg.status = "ringing"
        parent = leg.parent.sid if leg.parent else None
        exchange.journal.note("rings", phone=leg.phone, call_sid=leg.sid, parent=parent, **{"from": leg.caller})
    reports.tell(exchange, leg, "ringing")
    if _decided(exchange, leg, behaviour, seconds + exchange.faults.ring_buffer) == "answer":
        leg.machine = behaviour.kind == "mailbox"
        answer(exchange, leg)
        exchange.start(partial(people.live, exchange, leg, behaviour, partial(hang_up, exchange, leg)), leg)
        return
    end(exchange, leg, STATUS_AFTER.get(leg.decision or "", "no-answer"))
    raise HungUp


def _decided(exchange: Exchange, leg: Leg, behaviour: Behaviour, seconds: float) -> str | None:
    """What becomes of the ringing: the person's own act, or the behaviour's when its time comes within `seconds`."""
    by_itself = behaviour.decision is not None and behaviour.after < seconds
    moment = behaviour.after if by_itself else seconds
    if not exchange.attend(leg, lambda: leg.decision is not None, moment) and by_itself:
        leg.decision = behaviour.decision
    return leg.decision


def bridge(exchange: Exchange, one: Leg, other: Leg) -> None:
    """Let two legs hear each other."""
    with exchange.changed:
        one.peers, other.peers = [other], [one]
        for leg, peer in ((one, other), (other, one)):
            exchange.journal.note("bridged", phone=leg.phone, call_sid=leg.sid, text=peer.phone, with_sid=peer.sid)
