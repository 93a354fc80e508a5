"""What a caller hears in the queue between the music: their place, how long it usually takes, and the way out."""

from datetime import timedelta

from voice.wording.times import in_words

MINUTE = timedelta(minutes=1)
MOST_SPELT = 99
"""A place in line beyond this, or a wait of as many minutes, is not told: it would comfort nobody."""


def place_in_line(position: int) -> str:
    """1 is the next."""
    if position > MOST_SPELT:
        return "Thank you for waiting."
    return "You're next in line." if position <= 1 else f"You're number {in_words(position)} in line."


def usual_wait(estimate: timedelta | None) -> str:
    """How long it usually takes; nothing when too few recent calls say."""
    minutes = -(-estimate // MINUTE) if estimate else 0
    if not 0 < minutes <= MOST_SPELT:
        return ""
    return f"It's usually under {'a minute' if minutes == 1 else f'{in_words(minutes)} minutes'}."


def instead_of_holding(*, call_back: bool) -> str:
    """The keys of a caller on hold."""
    return (
        "For a call-back that keeps your place, press 2; for a message, 3."
        if call_back
        else "For a message, press 3."
    )  # fmt: skip
