"""Something of ours broke: what a caller hears then. Needs no database, no Redis and no settings.

`notice` is what callers are told before anything of theirs is recorded, as the office remembers it; None: none was set.
"""

from datetime import timedelta

from voice import wording
from voice.conversation.facts import Colleague
from voice.conversation.turns import Ask, HangUp, Heard, Record, Ring, Say, Turn

RING_FALLBACK_FOR = timedelta(seconds=20)
LONGEST_MESSAGE = timedelta(minutes=3)


def put_through(fallback_phone: str | None, notice: str | None) -> Turn:
    """A step failed while a caller waits: sorry, and on to the fallback phone; without one, to the recorder."""
    if fallback_phone is None:
        return leave_message(notice)
    staff = Colleague(0, "fallback", fallback_phone)
    return Turn((Say(wording.apology()), Ring(staff, RING_FALLBACK_FOR, then="fallback", whisper="fallback_whisper")))


def leave_message(notice: str | None) -> Turn:
    """Nobody could be reached: sorry, and a way to leave a message."""
    return Turn((Say(wording.fallback(notice)), Record(LONGEST_MESSAGE, then="fallback_recorded")))


def whisper(heard: Heard) -> Turn:
    """The fallback phone was picked up, perhaps by a mailbox: a key is asked for, as on every outside phone."""
    return Turn((Ask(wording.whisper(None, None, owed=False), then="fallback_take"), HangUp()))


def take(heard: Heard) -> Turn:
    """Their key."""
    return Turn((Say(wording.connecting()),)) if heard.digits == "1" else Turn((HangUp(),))


def after(heard: Heard, notice: str | None) -> Turn:
    """The fallback address: asked for by the carrier in trouble, or when the fallback phone is done."""
    if heard.hung_up:
        return Turn()
    if heard.bridged:
        return Turn((Say(wording.goodbye(None)), HangUp()))
    return leave_message(notice)


def goodbye(heard: Heard) -> Turn:
    """The message is left."""
    return Turn() if heard.hung_up else Turn((Say(wording.message_thanks()), HangUp()))


STEPS = {"fallback_whisper": whisper, "fallback_take": take, "fallback_recorded": goodbye}
"""What follows the fallback address, by the names in its answers."""
