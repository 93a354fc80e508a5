"""What a staff member hears before they take a caller: who it is, and one key to accept.

The one place that decides whether an outside phone may have the caller. No key, no caller: a private mailbox that
picks up hears the prompt for a few seconds and is hung up on.
"""

from datetime import timedelta

from voice import wording
from voice.conversation.turns import Accepted, Ask, HangUp, Heard, LegEnded, Say, Situation, Turn

WAIT_FOR_KEY = timedelta(seconds=4)
"""After the prompt: long enough for a thumb, too short for a mailbox to be worth recording."""


def whisper(heard: Heard, situation: Situation) -> Turn:
    """Say who is calling; without a key the staff phone is hung up, never connected (twilio.md 2.6)."""
    leg = situation.leg
    if leg is None or not leg.caller_waits:
        return Turn((Say(wording.caller_gone()), HangUp()))
    if leg.ended:
        return Turn((Say(wording.already_taken()), HangUp()))
    text = wording.whisper(situation.customer, situation.since, owed=situation.owed)
    return Turn((Ask(text, then="take", wait=WAIT_FOR_KEY), HangUp()))


def take(heard: Heard, situation: Situation) -> Turn:
    """1 takes the caller, if they are still there. The document ends without a hang-up: that connects the two."""
    leg = situation.leg
    if heard.digits != "1" or leg is None:
        return Turn((HangUp(),), (LegEnded("passed"),))
    if not leg.caller_waits:
        return Turn((Say(wording.caller_gone()), HangUp()))
    if leg.ended:
        return Turn((Say(wording.already_taken()), HangUp()))
    return Turn((Say(wording.connecting()),), (Accepted(),))
