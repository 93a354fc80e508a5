"""A promise is being kept: a staff phone rings first, and only after a key the customer's."""

from datetime import timedelta

from voice import wording
from voice.conversation.facts import Situation
from voice.conversation.news import (
    CustomerLegEnded,
    CustomerRingsUs,
    MessagePlayed,
    StaffAnswered,
    StaffPassed,
    StaffSaid,
    StaffSnoozed,
    StaffTook,
)
from voice.conversation.turns import Ask, GoTo, HangUp, Heard, Play, RingCustomer, Say, Turn

RING_CUSTOMER_FOR = timedelta(seconds=25)
"""Long enough to fetch a phone from another room, short of most mailboxes."""

LONGEST_TALK = timedelta(hours=1)
"""No call of ours goes on for longer, whatever was forgotten off the hook."""

SAID = {"1": "reached", "2": "customer-machine", "3": "customer-no-answer"}


def ask_staff(heard: Heard, situation: Situation) -> Turn:
    """The staff phone was picked up. A stale attempt hangs up here, before any customer's phone rings."""
    attempt = situation.attempt
    if attempt is None or not attempt.current:
        return Turn((Say(wording.attempt_over()), HangUp()))
    if attempt.customer_rings_us:
        return _they_ring_us()
    since = wording.spoken_time(attempt.since or situation.now, situation.now, situation.zone)
    can_be_heard = attempt.message is not None
    told = wording.callback_whisper(situation.customer, since, attempt.words, said=attempt.said, message=can_be_heard)
    return Turn((Ask(told, then="ring_customer"), HangUp()), (StaffAnswered(),))


def ring_customer(heard: Heard, situation: Situation) -> Turn:
    """1 rings the customer, 3 puts it off, 4 plays their message; any other key leaves it to a colleague."""
    attempt = situation.attempt
    if attempt is None or not attempt.current:
        return asked_again(heard, situation)
    if heard.digits == "4" and attempt.message is not None:
        return Turn((Play(attempt.message), *_ask_again(wording.callback_keys())), (MessagePlayed(),))
    if heard.digits == "3" and not attempt.may_snooze:
        return Turn(_ask_again(wording.too_late_to_snooze()))
    return asked_again(heard, situation)


def _ask_again(text: str) -> tuple[Ask, HangUp]:
    return Ask(text, then="asked_again"), HangUp()


def asked_again(heard: Heard, situation: Situation) -> Turn:
    """The last time that we ask: 1 rings the customer, 3 puts it off, whatever else leaves it to a colleague."""
    attempt = situation.attempt
    if attempt is None or not attempt.current:
        return Turn((Say(wording.attempt_over()), HangUp()))
    if heard.digits == "3" and attempt.may_snooze:
        return Turn((Say(wording.snoozed()), HangUp()), (StaffSnoozed(),))
    if heard.digits != "1":
        return Turn((Say(wording.thanks_staff()), HangUp()), (StaffPassed(),))
    if attempt.customer_rings_us:
        return _they_ring_us()
    ring = RingCustomer(attempt.phone, RING_CUSTOMER_FOR, LONGEST_TALK, then="talked")
    return Turn((Say(wording.ringing_customer(situation.customer)), ring), (StaffTook(),))


def talked(heard: Heard, situation: Situation) -> Turn:
    """The customer's phone is done. Ask how it went when anybody picked up and the staff member is still there."""
    ended = CustomerLegEnded(heard.dial_status, heard.dial_sid, heard.bridged, heard.dial_seconds)
    if heard.hung_up:
        return Turn(news=(ended, StaffSaid(None)))
    if _was_connected(heard):
        return Turn((Ask(wording.how_did_it_go(), then="said"), GoTo("said")), (ended,))
    return Turn((Say(wording.customer_not_there(_next_try(situation))), HangUp()), (ended, StaffSaid(None)))


def said(heard: Heard, situation: Situation) -> Turn:
    """1 we spoke, 2 not there, 3 try again; silence leaves it to what the carrier measured."""
    return Turn((Say(wording.thanks_staff()), HangUp()), (StaffSaid(SAID.get(heard.digits)),))


def _they_ring_us() -> Turn:
    return Turn((Say(wording.customer_rings_us()), HangUp()), (CustomerRingsUs(),))


def _was_connected(heard: Heard) -> bool:
    """Where the carrier does not say, a completed dial may have been a talk: better ask than guess."""
    return heard.bridged is True or (heard.bridged is None and heard.dial_status == "completed")


def _next_try(situation: Situation) -> str | None:
    attempt = situation.attempt
    if attempt is None or attempt.next_try is None:
        return None
    return wording.spoken_time(attempt.next_try, situation.now, situation.zone)
