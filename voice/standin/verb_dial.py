"""<Dial> of telephone numbers: ring, whisper, bridge, and tell the action what became of it (twilio.md 2.6).

The unkind reading: the first phone to pick up cancels the others, even when it is a mailbox still in its whisper.
"""

import re
from dataclasses import dataclass, field
from functools import partial
from xml.etree.ElementTree import Element

from voice.standin import detection, documents, lifecycle
from voice.standin.delivery import DocumentError
from voice.standin.exchange import Exchange
from voice.standin.legs import GoTo, HungUp, Leg, ReportTo, Request, Summoned, new_sid
from voice.standin.stage import Stage, converse
from voice.standin.verb_conference import dial_conference
from voice.standin.verb_queue import dial_queue

E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(eq=False, slots=True)
class Attempt:
    """One <Dial>: its children, the one that picked up first, and whether people were put through."""

    children: list[Leg] = field(default_factory=list)
    picked: Leg | None = None
    bridged: bool = False

    def over(self) -> bool:
        return all(child.ended or child.detached for child in self.children)

    def accepted(self) -> bool:
        return self.picked is not None and self.picked.accepted and not self.picked.ended


def dial(stage: Stage, verb: Element) -> Request | None:
    """The action's request when there is one; else None, and the verbs after it run."""
    for noun in verb:
        if noun.tag == "Queue":
            return dial_queue(stage, verb, noun)
        if noun.tag == "Conference":
            return dial_conference(stage, verb, noun)
    attempt = Attempt()
    try:
        _ring_and_talk(stage, verb, attempt)
    except HungUp:
        _hang_up_the_rest(stage.exchange, attempt)
        _tell_after_hangup(stage, verb, attempt)
        raise
    finally:
        _hang_up_the_rest(stage.exchange, attempt)
    if "action" not in verb.attrib:
        return None
    return stage.request(verb, params=_result(attempt))


def _ring_and_talk(stage: Stage, verb: Element, attempt: Attempt) -> None:
    exchange, leg = stage.exchange, stage.leg
    nouns = list(verb) or [_number(verb)]
    attempt.children.extend(_child(stage, verb, noun) for noun in nouns)
    for child, noun in zip(attempt.children, nouns, strict=True):
        exchange.start(partial(_live, stage, verb, attempt, child, noun), child)
    exchange.journal.note("waits", phone=leg.phone, call_sid=leg.sid, text="(ringing)")
    exchange.wait(leg, lambda: attempt.over() or attempt.accepted())
    if attempt.accepted() and attempt.picked is not None:
        attempt.bridged = True
        lifecycle.answer(exchange, leg)
        lifecycle.bridge(exchange, leg, attempt.picked)
        _talk(stage, verb, attempt)


def _talk(stage: Stage, verb: Element, attempt: Attempt) -> None:
    leg, star = stage.leg, verb.get("hangupOnStar") == "true"
    leg.inputs.clear()
    stage.exchange.wait(
        leg,
        lambda: attempt.over() or (star and any(heard.key == "*" for heard in leg.inputs)),
        float(verb.get("timeLimit", "14400")),
    )


def _number(verb: Element) -> Element:
    noun = Element("Number")
    noun.text = verb.text
    return noun


def _child(stage: Stage, verb: Element, noun: Element) -> Leg:
    exchange, parent = stage.exchange, stage.leg
    called = (noun.text or "").strip()
    caller_id = verb.get("callerId", parent.caller)
    child = Leg(
        new_sid("CA"),
        caller_id,
        called,
        "outbound-dial",
        called,
        exchange.pace.now(),
        parent=parent,
        status="initiated",
    )
    if noun.get("statusCallback"):
        events = frozenset(noun.get("statusCallbackEvent", "completed").split())
        url = documents.resolve(stage.document, noun.get("statusCallback"))
        child.report = ReportTo(url, noun.get("statusCallbackMethod", "POST"), events)
    return exchange.add(child)


def _live(stage: Stage, verb: Element, attempt: Attempt, child: Leg, noun: Element) -> None:
    """A child's life, in its own thread. Raises HungUp at its end."""
    exchange = stage.exchange
    _check(stage, verb, child)
    lifecycle.ring(exchange, child, float(verb.get("timeout", "30")))
    _pick_up(exchange, attempt, child)
    try:
        detection.for_number(stage, child, noun)
        if noun.get("url"):
            stage.run(exchange, child, stage.request(noun, address="url"), "whisper")
        with exchange.changed:
            child.accepted = True
            exchange.changed.notify_all()
        exchange.wait(child, lambda: False)
    except Summoned as news:
        if isinstance(news.summons, GoTo):
            _go_elsewhere(stage, child, news.summons)


def _go_elsewhere(stage: Stage, child: Leg, summons: GoTo) -> None:
    """REST took the child: it leaves the bridge, and its parent goes on by itself."""
    exchange = stage.exchange
    with exchange.changed:
        child.detached = True
        child.peers.clear()
        exchange.changed.notify_all()
    converse(stage.run, exchange, child, summons.start)


def _check(stage: Stage, verb: Element, child: Leg) -> None:
    """Refuse a number that is none, and a caller ID that is not ours to show. Raises HungUp."""
    exchange = stage.exchange
    allowed = {stage.leg.caller, stage.leg.called, *exchange.numbers}
    if not E164.fullmatch(child.called):
        exchange.journal.refuse(13223, f"not a number to dial: {child.called!r}", call_sid=child.sid)
    elif "callerId" in verb.attrib and (child.caller not in allowed or not E164.fullmatch(child.caller)):
        exchange.journal.refuse(13214, f"not a caller ID we may show: {child.caller!r}", call_sid=child.sid)
    else:
        return
    lifecycle.end(exchange, child, "failed")
    raise HungUp


def _pick_up(exchange: Exchange, attempt: Attempt, child: Leg) -> None:
    """Whoever is first cancels the others. Raises HungUp for one who was not."""
    with exchange.changed:
        attempt.picked = attempt.picked or child
    losers = [child] if attempt.picked is not child else [other for other in attempt.children if other is not child]
    for loser in losers:
        lifecycle.end(exchange, loser, "canceled")
    if attempt.picked is not child:
        raise HungUp


def _hang_up_the_rest(exchange: Exchange, attempt: Attempt) -> None:
    for child in attempt.children:
        if not child.detached:
            lifecycle.end(exchange, child, "canceled" if child.answered_at is None else "completed")
        if child.parent is not None:
            child.parent.peers.clear()


def _result(attempt: Attempt) -> dict[str, str]:
    """The parameters of the action."""
    child = attempt.picked or attempt.children[-1]
    params = {
        "DialCallStatus": "completed" if attempt.picked else _worst(attempt.children),
        "DialCallSid": child.sid,
        "DialBridged": "true" if attempt.bridged else "false",
    }
    return params | ({"DialCallDuration": str(child.talked)} if attempt.picked and child.ended else {})


def _worst(children: list[Leg]) -> str:
    statuses = [child.status for child in children]
    return next(status for status in ("no-answer", "busy", "canceled", "failed") if status in statuses)


def _tell_after_hangup(stage: Stage, verb: Element, attempt: Attempt) -> None:
    """By one reading the action is still called when the caller has gone; nobody hears its answer."""
    if "action" not in verb.attrib or not stage.exchange.faults.dial_action_after_hangup:
        return
    try:
        documents.ask(stage.exchange, stage.leg, stage.request(verb, params=_result(attempt)))
    except DocumentError as error:
        stage.exchange.journal.refuse(error.code, error.text, call_sid=stage.leg.sid)
