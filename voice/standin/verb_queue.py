"""<Dial><Queue>: take the first who waits in a queue and talk to them (twilio.md 2.6 and 2.8)."""

from xml.etree.ElementTree import Element

from voice.standin import lifecycle
from voice.standin.legs import Meeting, Request
from voice.standin.rooms import Queue, Waiting
from voice.standin.stage import Stage


def dial_queue(stage: Stage, verb: Element, noun: Element) -> Request | None:
    """The action's request when there is one; the waiting caller goes on by itself, at its own Enqueue action."""
    exchange, leg = stage.exchange, stage.leg
    name = (noun.text or "").strip()
    queue = exchange.queues.get(name)
    if queue is None:
        exchange.journal.refuse(14212, f"there is no queue {name!r}", call_sid=leg.sid)
        return _action(stage, verb, {"DialCallStatus": "failed", "DialBridged": "false"})
    if not exchange.wait(leg, lambda: bool(queue.members), float(verb.get("timeout", "30"))):
        return _action(stage, verb, {"DialCallStatus": "no-answer", "DialBridged": "false"})
    return _action(stage, verb, _meet(stage, verb, noun, queue))


def _action(stage: Stage, verb: Element, params: dict[str, str]) -> Request | None:
    return stage.request(verb, params=params) if "action" in verb.attrib else None


def _meet(stage: Stage, verb: Element, noun: Element, queue: Queue) -> dict[str, str]:
    exchange, leg = stage.exchange, stage.leg
    waiting, meeting = _invite(stage, noun, queue)
    member, met_at = waiting.leg, 0.0
    try:
        exchange.wait(leg, lambda: meeting.ready or member.ended)
        if not member.ended and not meeting.over:
            met_at = exchange.pace.now()
            lifecycle.bridge(exchange, leg, member)
            exchange.wait(leg, lambda: member.ended or meeting.over, float(verb.get("timeLimit", "14400")))
    finally:
        with exchange.changed:
            meeting.over = True
            leg.peers, member.peers = [], []
            exchange.changed.notify_all()
    return {
        "DialCallStatus": "completed",
        "DialCallSid": member.sid,
        "DialCallDuration": str(round(exchange.pace.now() - met_at) if met_at else 0),
        "DialBridged": "true" if met_at else "false",
        "QueueSid": queue.sid,
    }


def _invite(stage: Stage, noun: Element, queue: Queue) -> tuple[Waiting, Meeting]:
    exchange = stage.exchange
    announcement = None
    with exchange.changed:
        waiting = queue.members.pop(0)
        waited = exchange.pace.now() - waiting.since_at
        queue.waits.append(waited)
        if noun.get("url"):
            params = {"QueueSid": queue.sid, "QueueTime": str(round(waited)), "DequeingCallSid": stage.leg.sid}
            announcement = stage.request(noun, address="url", params=params)
        meeting = Meeting(stage.leg, announcement)
        exchange.summon(waiting.leg, meeting)
    return waiting, meeting
