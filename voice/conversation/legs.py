"""What a staff member hears before they take a caller: who it is, and one key to accept.

The one place that decides whether an outside phone may have the caller. No key, no caller: a private mailbox that
picks up hears the prompt for a few seconds and is hung up on.
"""

from datetime import timedelta

from voice import wording
from voice.conversation.facts import LegFacts, Situation
from voice.conversation.news import Accepted, LegEnded, RingsBack, Spoke
from voice.conversation.turns import Ask, GoTo, HangUp, Heard, Say, TakeFromHold, Turn

WAIT_FOR_KEY = timedelta(seconds=4)
"""After the prompt: long enough for a thumb, too short for a mailbox to be worth recording."""

ANSWERED = frozenset({"completed", "answered"})
"""Dial states that say that something picked up, perhaps a mailbox (twilio.md 2.6)."""


def whisper(heard: Heard, situation: Situation) -> Turn:
    """Say who is calling; without a key the staff phone is hung up, never connected (twilio.md 2.6)."""
    told = _too_late(situation.leg)
    if told is not None:
        return told
    text = wording.whisper(situation.customer, situation.since, owed=situation.owed, topic=situation.topic)
    return Turn((Ask(text, then="take", wait=WAIT_FOR_KEY), HangUp()))


def take(heard: Heard, situation: Situation) -> Turn:
    """1 takes the caller, if they are still there.

    Inside the caller's dial a document that ends without a hang-up connects the two; a phone that we placed takes them out of the queue.
    """
    leg = situation.leg
    if heard.digits != "1" or leg is None:
        return Turn((HangUp(),), (LegEnded("passed"),))
    told = _too_late(leg)
    if told is not None:
        return told
    act = TakeFromHold(situation.queue, then="talked") if leg.placed_by_us else Say(wording.connecting())
    return Turn((act,), (Accepted(),))


def talked(heard: Heard, situation: Situation) -> Turn:
    """A phone that we placed is done with the caller, or found the queue empty: they were gone a moment before."""
    if were_connected(heard):
        return Turn(() if heard.hung_up else (HangUp(),), (LegEnded("spoke", bridged=heard.bridged), Spoke()))
    failed = (LegEnded("failed", bridged=heard.bridged),)
    return Turn(() if heard.hung_up else _nobody_there(situation.leg).acts, failed)


def ring_back(heard: Heard, situation: Situation) -> Turn:
    """Their caller has gone. 1: they ring them back from the phone that they hold, and keep our promise."""
    if heard.digits != "1" or situation.leg is None:
        return Turn((Say(wording.thanks_staff()), HangUp()))
    return Turn((GoTo("ringing_back"),), (RingsBack(),))


def ringing_back(heard: Heard, situation: Situation) -> Turn:
    """On with the attempt that was claimed for them; none: somebody else keeps the promise just now."""
    attempt = situation.attempt
    if attempt is None or not attempt.current:
        return Turn((Say(wording.attempt_over()), HangUp()))
    return Turn((GoTo(f"{attempt.path}/ask_staff"),))


def were_connected(heard: Heard) -> bool:
    """Whether the key brought the two together. Where the carrier does not say, only a dial that was answered did."""
    return heard.bridged is True or (heard.bridged is None and heard.dial_status in ANSWERED)


def how_it_ended(heard: Heard, *, accepted: bool) -> str:
    """How a staff leg without a talk ended: after the key the line dropped; picked up without a key is nobody's answer."""
    if heard.dial_status in ANSWERED:
        return "failed" if accepted else "no-answer"
    return heard.dial_status if heard.dial_status in {"busy", "failed"} else "no-answer"


def _too_late(leg: LegFacts | None) -> Turn | None:
    """What a staff member hears who picked up for nobody; None when the caller waits for them."""
    if leg is not None and (leg.taken or (leg.ended and leg.caller_waits)):
        return Turn((Say(wording.already_taken()), HangUp()))
    return _nobody_there(leg) if leg is None or not leg.caller_waits else None


def _nobody_there(leg: LegFacts | None) -> Turn:
    """The caller is gone. A phone inside their dial goes down with them; one that we placed may ring them back."""
    if leg is None or leg.caller_waits or not (leg.placed_by_us and leg.owed):
        return Turn((Say(wording.caller_gone()), HangUp()))
    return Turn((Ask(wording.gone_ring_back(), then="ring_back", wait=WAIT_FOR_KEY), HangUp()))
