"""The simple verbs: each is done when its function returns; a request returned is the next document."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from voice.standin import lifecycle
from voice.standin.delivery import DocumentError, fetch_sound
from voice.standin.documents import resolve
from voice.standin.legs import HungUp, Request
from voice.standin.stage import Leaving, Stage
from voice.standin.stores import seconds_of

Verb = Callable[[Stage, Element], Request | None]

REDIRECTS = 100  # in one call; the carrier documents no limit, and a loop must end
FOREVER = 1000  # what loop="0" means
PLAYED = 5.0  # seconds, of a sound whose length we cannot read
KEY = 0.5  # seconds a key


def say(stage: Stage, verb: Element) -> None:
    """Speak for as long as the words take, then go on."""
    text = " ".join("".join(verb.itertext()).split())
    for _ in range(_loops(verb)):
        if stage.interrupted() or not text:
            return
        utterance = stage.exchange.hears(stage.leg, text)
        stage.pass_time(utterance.seconds, utterance)


def play(stage: Stage, verb: Element) -> None:
    """Fetch and play a sound, or press keys."""
    text = (verb.text or "").strip()
    seconds = _length(stage, text) if text else len(verb.get("digits", "")) * KEY
    for _ in range(_loops(verb) if seconds else 0):
        if stage.interrupted():
            return
        shown = text or f"keys {verb.get('digits')}"
        stage.exchange.journal.note("plays", phone=stage.leg.phone, call_sid=stage.leg.sid, text=shown, seconds=seconds)
        stage.pass_time(seconds)


def _length(stage: Stage, address: str) -> float:
    """Seconds that the sound lasts; 0 when there is none, which is a refusal, and the document goes on."""
    try:
        reply = fetch_sound(stage.exchange, resolve(stage.document, address))
    except DocumentError as error:
        stage.exchange.journal.refuse(error.code, error.text, phone=stage.leg.phone, call_sid=stage.leg.sid)
        return 0.0
    return seconds_of(reply.body) or PLAYED


def _loops(verb: Element) -> int:
    return int(verb.get("loop", "1")) or FOREVER


def pause(stage: Stage, verb: Element) -> None:
    """Be silent for whole seconds."""
    seconds = int(verb.get("length", "1"))
    stage.exchange.journal.note("waits", phone=stage.leg.phone, call_sid=stage.leg.sid, seconds=seconds)
    stage.pass_time(seconds)


def redirect(stage: Stage, verb: Element) -> Request:
    """Go on with another document."""
    stage.leg.redirects += 1
    if stage.leg.redirects > REDIRECTS:
        raise DocumentError(11215, f"more than {REDIRECTS} <Redirect> in one call")
    return Request(resolve(stage.document, (verb.text or "").strip()), verb.get("method", "POST"))


def hangup(stage: Stage, _verb: Element) -> None:
    """End this leg."""
    lifecycle.end(stage.exchange, stage.leg, "completed")
    raise HungUp


def reject(stage: Stage, verb: Element) -> None:
    """Before an answer the caller hears that nobody is there, or that we are busy; later it only hangs up."""
    status = "busy" if verb.get("reason") == "busy" else "no-answer"
    lifecycle.end(stage.exchange, stage.leg, status if stage.leg.answered_at is None else "completed")
    raise HungUp


def leave(_stage: Stage, _verb: Element) -> None:
    raise Leaving
