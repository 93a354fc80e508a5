"""How long a caller on hold will still wait, when recent calls can tell. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

MINUTE = timedelta(minutes=1)
ENOUGH = 10
"""With fewer recent calls that were taken after such a wait, any number of minutes would be a guess."""

TOO_LATE_FOR = Fraction(1, 5)
"""Of those who wait, how many may wait longer than what we say: with a mean it would be every second one."""

LONGEST_TOLD = timedelta(minutes=15)
"""Longer than this, "about twenty minutes" helps nobody: a call-back is what we offer."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody held, and whether a person took them then; if not they gave up, or hold still: how long it would have been nobody knows."""

    length: timedelta
    taken: bool


def time_left(waits: Iterable[Wait], so_far: timedelta) -> timedelta | None:
    """Within how many whole minutes four in five of those who waited `so_far` were taken; None: nobody can tell.

    Those who gave up count for as long as they were there and not as if they had never waited (the product-limit
    estimate): leaving them out, a queue that nobody gets through looks short.
    """
    longer = sorted((wait for wait in waits if wait.length > so_far), key=lambda wait: (wait.length, not wait.taken))
    if sum(wait.taken for wait in longer) < ENOUGH:
        return None
    still_waiting = Fraction(1)
    for passed, wait in enumerate(longer):
        if wait.taken:
            still_waiting *= 1 - Fraction(1, len(longer) - passed)
        if still_waiting <= TOO_LATE_FOR:
            return _told(wait.length - so_far)
    return None


def _told(left: timedelta) -> timedelta | None:
    minutes = -(-left // MINUTE) * MINUTE
    return minutes if minutes <= LONGEST_TOLD else None
