"""Runs documents for a leg: top to bottom, one after another, with the fallback when one fails (twilio.md 2.1)."""

from dataclasses import replace

from voice.standin import documents, lifecycle, stage, verb_enqueue, verb_gather, verb_record, verbs
from voice.standin.delivery import DocumentError
from voice.standin.exchange import Exchange
from voice.standin.legs import HungUp, Inline, Leg, Request
from voice.standin.schema import Purpose
from voice.standin.stage import Stage, Start
from voice.standin.verb_dial import dial
from voice.standin.verbs import Verb

PERFORM: dict[str, Verb] = {
    "Say": verbs.say,
    "Play": verbs.play,
    "Pause": verbs.pause,
    "Redirect": verbs.redirect,
    "Hangup": verbs.hangup,
    "Reject": verbs.reject,
    "Leave": verbs.leave,
    "Gather": verb_gather.gather,
    "Record": verb_record.record,
    "Enqueue": verb_enqueue.enqueue,
    "Dial": dial,
}
UNANSWERED = frozenset({"Pause", "Reject"})  # as first verbs, these do not answer a call
APOLOGY = Inline("<Response><Say>We are sorry, an application error has occurred. Goodbye.</Say><Hangup/></Response>")
SILENCE = Inline('<Response><Pause length="10"/></Response>')


def run(exchange: Exchange, leg: Leg, start: Start, purpose: Purpose) -> None:
    """Run documents from `start` until one ends without naming the next. Raises HungUp, Summoned, Leaving."""
    step: Start | None = start
    while step is not None:
        step = _one(exchange, leg, step, purpose)


def _one(exchange: Exchange, leg: Leg, step: Start, purpose: Purpose) -> Start | None:
    try:
        document = documents.load(exchange, leg, step, purpose)
        exchange.wait(leg, lambda: True)  # whoever hung up or was redirected while we fetched hears none of it
        return _perform(Stage(exchange, leg, document, purpose, run))
    except DocumentError as error:
        exchange.journal.refuse(error.code, error.text, phone=leg.phone, call_sid=leg.sid)
        exchange.wait(leg, lambda: True)
        return _recover(exchange, leg, step, purpose, error)


def _perform(place: Stage) -> Start | None:
    for verb in place.document.verbs:
        late = verb.tag in UNANSWERED or verb.get("answerOnBridge") == "true"
        if place.purpose == "call" and not late:
            lifecycle.answer(place.exchange, place.leg)
        step = PERFORM[verb.tag](place, verb)
        if step is not None:
            return step
    if place.purpose == "call":
        lifecycle.answer(place.exchange, place.leg)
    return None


def _recover(exchange: Exchange, leg: Leg, step: Start, purpose: Purpose, error: DocumentError) -> Start | None:
    """What follows a document that failed."""
    failed = step.url if isinstance(step, Request) else ""
    if purpose == "call":
        leg.redirects += 1
        if leg.fallback and leg.fallback.url != failed and leg.redirects <= verbs.REDIRECTS:
            return replace(leg.fallback, params={"ErrorCode": str(error.code), "ErrorUrl": failed})
        return APOLOGY
    if purpose == "whisper" and exchange.faults.whisper_failure == "hang-up":
        lifecycle.end(exchange, leg, "completed")
        raise HungUp
    return None if purpose in {"whisper", "queue-announcement"} else SILENCE


def converse(exchange: Exchange, leg: Leg, start: Start) -> None:
    """A leg's whole conversation, through every redirect from outside, to its end. Raises HungUp."""
    stage.converse(run, exchange, leg, start)
