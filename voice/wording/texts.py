"""What we text to customers about their call-back, and how their own texts are answered. Pure.

Whole sentences in one text (160 letters) where the names allow it, in plain letters only: one curly apostrophe or dash
would more than halve what a text can hold.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from office import numbers
from voice.wording.names import clean
from voice.wording.times import clock_words, spoken_time

LETTERS = "ABC"
"""What parts of days are chosen by: 1 and 2 mean something already."""


def promise(business: str, when: str) -> str:
    """Sorry, by when we ring, and what they can do about it."""
    sorry = f"Sorry we missed you, it's {clean(business)}. We'll ring you by {when}."
    return f"{sorry} Reply 1 to cancel, 2 to move it, or tell us anything."


def cancelled(business: str) -> str:
    """They need no call any more."""
    return f"That's cancelled. Thank you for telling us! Ring us whenever you like. {clean(business)}"


def offer_parts(parts: Sequence[str]) -> str:
    """When we could ring instead: at most three parts of days ("tomorrow morning")."""
    choices = [f"{letter} for {part}" for letter, part in zip(LETTERS, parts, strict=False)]
    listed = " or ".join(filter(None, (", ".join(choices[:-1]), choices[-1])))
    return f"Of course! When shall we ring? Reply {listed}. To cancel, reply 1. Thank you!"


def moved(begins: datetime, until: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The new time, as they chose it."""
    by = spoken_time(until, now, zone)
    when = f"between {clock_words(begins.astimezone(zone))} and {by}" if begins > now else f"by {by}"
    return f"Thank you! We'll ring you {when}. Reply 1 to cancel, 2 to move it."


def added(when: str | None) -> str:
    """Their words are with the call-back; `when` None: its time is past, and nobody comes before them."""
    ring = f"we ring you by {when}" if when else "we ring you, first of all"
    return f"Thank you! We've passed that on to whoever rings you: {ring}."


def stranger(business: str, phone: str) -> str:
    """To somebody whom we owe no call; `phone` is our own number, E.164."""
    return (
        f"Thank you for your text! We've passed it on. To talk to us, ring {numbers.written(phone)}. {clean(business)}"
    )


def unreachable(business: str, phone: str) -> str:
    """The last try failed; `phone` is our own number, E.164."""
    sorry = f"It's {clean(business)}. Sorry, we rang you back but couldn't reach you."
    return f"{sorry} Ring us on {numbers.written(phone)} whenever it suits you. Thank you!"
