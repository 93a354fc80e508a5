"""All phones of a team at once: who rings when, and that it ends."""

from dataclasses import dataclass

import pytest

from voice.ringing import together


@dataclass(frozen=True)
class Person:
    """Somebody with a phone."""

    id: int


PRIYA, TOM, MEI = Person(1), Person(2), Person(3)


@pytest.mark.parametrize(
    ("free", "rang", "rounds", "ringing", "expected"),
    [
        # everybody at once, in as many rounds as there are
        ([PRIYA, TOM, MEI], {}, 1, False, [PRIYA, TOM, MEI]),
        ([PRIYA, TOM, MEI], {1: 1, 2: 1, 3: 1}, 1, False, []),
        ([PRIYA, TOM, MEI], {1: 1, 2: 1, 3: 1}, 2, False, [PRIYA, TOM, MEI]),
        ([PRIYA, TOM, MEI], {1: 2, 2: 1, 3: 2}, 2, False, [TOM]),
        ([PRIYA], {}, 0, False, []),
        # who comes off another call joins the phones that ring
        ([MEI], {1: 1, 2: 1}, 2, True, [MEI]),
        # but who passed is left in peace until the others have stopped
        ([PRIYA], {1: 1, 2: 1}, 2, True, []),
        ([PRIYA, MEI], {1: 2, 2: 2, 3: 1}, 2, True, [MEI]),
        ([], {}, 2, True, []),
    ],
)
def test_whose_phones_ring_together(free, rang, rounds, ringing, expected):
    assert together(free, rang, rounds, ringing=ringing) == expected
