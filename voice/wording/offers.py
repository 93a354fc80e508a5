"""What a caller hears when nobody can take them at once, and how every ending thanks."""

from voice.wording.lengths import shortened
from voice.wording.names import spoken

ONE_BREATH = 12
"""Seconds in which an offer says what is, what we promise, and every key."""

ROOM_FOR_HOLIDAY = 2.0
"""Seconds for its name."""


def nobody_free(*, late: bool = False) -> str:
    """Every phone rang in vain, or nobody has one to spare; `late`: and what we promised this caller is past."""
    return f"I'm so sorry{', we are late, and' if late else ','} everybody is with a customer."


def still_nobody_free() -> str:
    """The same to a caller who has waited for somebody."""
    return "I'm so sorry, nobody is free yet."


def we_are_closed(because: str | None, *, just_now: bool) -> str:
    """Why nobody can come to the phone: a holiday's name, "lunch", or just closed; `just_now`: while they waited."""
    name = shortened(spoken(because), ROOM_FOR_HOLIDAY)
    if just_now:
        return f"I'm so sorry, we've just closed{' for lunch' if name == 'lunch' else ''}."
    if name in {"", "closed", "lunch"}:
        return f"We're closed{' for lunch' if name == 'lunch' else ''} just now."
    return f"We're closed for {name}."


def we_ring_back(when: str) -> str:
    """The promise."""
    return f"We'll ring you back by {when}."


def first_in_line() -> str:
    """Instead of a time, when the one that we promised is past: nobody comes before them."""
    return "You're first in line for our call."


def choices(*, hold: bool, call_back: bool) -> str:
    """The keys of an offer in one sentence; a message can always be left."""
    if hold:
        return f"To hold, press 1; {'for another number or time, 2; ' if call_back else ''}for a message, 3."
    return "For another number or time, press 2; for a message, 3." if call_back else "For a message, press 3."


def hidden_number(*, hold: bool) -> str:
    """A caller whose number is hidden: there is nothing to ring, so they key one, or tell us after the beep."""
    to_hold = " To hold, 1 and hash." if hold else ""
    return f"Your number is hidden: key the one to ring, then hash.{to_hold} Or wait, and leave a message."


def after_the_beep(*, hidden: bool) -> str:
    """They asked for the recorder; one whom we cannot ring otherwise says where."""
    return "After the beep, please tell us your name and number." if hidden else "Please tell us after the beep."


def trying_again() -> str:
    """The caller asked for a person, or to wait for one."""
    return "Of course. One moment, please."


def not_taken() -> str:
    """A blocked number: nobody's phone rings, nothing is owed, and nobody need be rude."""
    return "Thank you for calling. I'm sorry, we can't take your call. Goodbye!"


def goodbye(when: str | None) -> str:
    """Every ending thanks; one that leaves a promise says it once more."""
    return f"Thank you! We'll ring you by {when}. Goodbye!" if when else "Thank you for calling. Goodbye!"


def goodbye_late() -> str:
    """The same when the promised time is past."""
    return "Thank you for your patience! You're first in line for our call. Goodbye!"


def message_thanks() -> str:
    """After a message was left."""
    return "Thank you! We have your message. Goodbye!"
