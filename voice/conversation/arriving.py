"""A customer rings us: greeted, put through, and if nobody can take them, promised a call."""

from dataclasses import replace
from datetime import timedelta

from voice import ringing, wording
from voice.calls import CLOSED, NOBODY_ANSWERED
from voice.conversation.turns import (
    Ask,
    AskedAgain,
    CallEnded,
    GoTo,
    HangUp,
    Heard,
    LegEnded,
    Promised,
    Rang,
    Record,
    Ring,
    Say,
    Situation,
    Spoke,
    Turn,
)

ASK_AGAIN_AT_MOST = 2
"""How often a caller may have all phones rung once more: an end to every loop."""

LONGEST_MESSAGE = timedelta(minutes=3)

ANSWERED = frozenset({"completed", "answered"})
"""Dial states that say that something picked up, perhaps a mailbox (twilio.md 2.6)."""

AGAIN_KEYS = frozenset("01")
"""1 is what we say; 0 is what people press everywhere to reach a person."""


def greet(heard: Heard, situation: Situation) -> Turn:
    """The first turn of every call."""
    hello = Say(wording.greeting(situation.now, situation.zone, situation.business, situation.customer))
    if not situation.is_open:
        closed = _offer(situation, CLOSED)
        return Turn((hello, *closed.acts), closed.news)
    ring = _ring_or_offer(situation, situation.rounds)
    return Turn((hello, *ring.acts), ring.news)


def rung(heard: Heard, situation: Situation) -> Turn:
    """A staff phone is done: they spoke, or the next phone rings."""
    accepted = situation.leg is not None and situation.leg.accepted
    if accepted and _were_connected(heard):
        spoken = (LegEnded("spoke", bridged=heard.bridged), Spoke())
        if heard.hung_up:
            return Turn(news=(*spoken, CallEnded()))
        return Turn((Say(wording.goodbye(None)), HangUp()), spoken)
    ended = LegEnded(_outcome(heard, accepted=accepted), bridged=heard.bridged)
    if heard.hung_up:
        return Turn(news=(ended, CallEnded()))
    turn = _ring_or_offer(situation, situation.rounds + situation.asked_again)
    return Turn(turn.acts, (ended, *turn.news))


def answered_offer(heard: Heard, situation: Situation) -> Turn:
    """1 or 0: ring everybody once more. Anything else, or nothing: goodbye, with the promise standing."""
    if heard.digits in AGAIN_KEYS and _may_ask_again(situation):
        asked = replace(situation, asked_again=situation.asked_again + 1)
        again = _ring_or_offer(asked, asked.rounds + asked.asked_again)
        return Turn((Say(wording.trying_again()), *again.acts), (AskedAgain(), *again.news))
    if situation.late:
        return Turn((Say(wording.goodbye_late()), HangUp()))
    return Turn((Say(wording.goodbye(_promised(situation))), HangUp()))


def recorded(heard: Heard, situation: Situation) -> Turn:
    """A message was left; the caller may be gone already."""
    if heard.hung_up:
        return Turn(news=(CallEnded(),))
    return Turn((Say(wording.message_thanks()), HangUp()))


def _ring_or_offer(situation: Situation, rounds: int) -> Turn:
    staff = ringing.next_to_ring(situation.free, situation.rang, rounds) if situation.is_open else None
    if staff is None:
        return _offer(situation, NOBODY_ANSWERED if situation.is_open else CLOSED)
    return Turn((Ring(staff, situation.patience, then="rung"),), (Rang(staff),))


def _offer(situation: Situation, reason: str) -> Turn:
    if situation.phone is None:
        text = wording.offer_withheld(is_open=situation.is_open)
        # What follows a Record is heard only by somebody who said nothing (twilio.md 2.5).
        record = Record(LONGEST_MESSAGE, then="recorded")
        return Turn(
            (Say(text), record, Say(wording.goodbye(None)), HangUp()), (Promised(reason, situation.promised_by),)
        )
    again = _may_ask_again(situation)
    when = None if situation.late else _promised(situation)
    text = wording.offer(when, is_open=situation.is_open, again=again)
    if not again:
        return Turn((Say(text), Say(wording.goodbye(None)), HangUp()), (Promised(reason, situation.promised_by),))
    return Turn((Ask(text, then="answered_offer"), GoTo("answered_offer")), (Promised(reason, situation.promised_by),))


def _may_ask_again(situation: Situation) -> bool:
    return situation.is_open and situation.asked_again < ASK_AGAIN_AT_MOST


def _promised(situation: Situation) -> str | None:
    if situation.phone is None:
        return None
    return wording.spoken_time(situation.promised_by, situation.now, situation.zone)


def _were_connected(heard: Heard) -> bool:
    """Whether the key brought the two together. Where the carrier does not say, only a dial that was answered did."""
    return heard.bridged is True or (heard.bridged is None and heard.dial_status in ANSWERED)


def _outcome(heard: Heard, *, accepted: bool) -> str:
    """How a staff leg without a talk ended: after the key the line dropped; picked up without a key is nobody's answer."""
    if heard.dial_status in ANSWERED:
        return "failed" if accepted else "no-answer"
    return heard.dial_status if heard.dial_status in {"busy", "failed"} else "no-answer"
