"""What may be done with a promise, by whom, and what is said of it. Nothing here needs a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callbacks.tables import Callback
from console.promise_card import Acts, Looks, acts

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TOM, OFFICE = Looks("Tom Okafor", 2, manager=False), Looks("office@example.com", None, manager=False)
PRIYA = Looks("Priya Shah", 1, manager=True)
FREE = {"call": True, "take": True, "snooze": True, "done": True, "renumber": True}
MINE = {"call": True, "put_back": True, "hand_over": True, "snooze": True, "done": True, "renumber": True}
TOM_S = {"state": "claimed", "owner": "Tom Okafor", "owner_id": 2, "claimed_until": LATER}


def owed(**values: Any) -> Callback:
    usual = {"state": "waiting", "phone": "+447700900123", "promised_by": LATER, "claimed_until": None}
    return Callback(**{**usual, **values})


@pytest.mark.parametrize(
    ("row", "looks", "may"),
    [
        (owed(), TOM, Acts(**FREE)),
        (owed(), PRIYA, Acts(**FREE, hand_over=True)),
        (owed(), OFFICE, Acts(**{**FREE, "call": False}, no_phone=True)),
        (owed(phone=None), TOM, Acts(**{**FREE, "call": False})),
        (owed(promised_by=NOW), TOM, Acts(**{**FREE, "snooze": False})),
        (owed(**TOM_S), TOM, Acts(**MINE)),
        (owed(**TOM_S), PRIYA, Acts(hand_over=True, put_back=True, renumber=True)),
        (owed(**TOM_S), Looks("Tom Okafor", 3, manager=False), Acts()),
        (owed(**TOM_S), Looks("Tom Okafor", None, manager=False), Acts()),
        (owed(**{**TOM_S, "claimed_until": NOW}), Looks("Mei Lin", 3, manager=False), Acts(**FREE)),
        (owed(**{**TOM_S, "state": "calling"}), TOM, Acts()),
        (owed(state="done", closed_at=NOW - timedelta(hours=24)), PRIYA, Acts(reopen=True)),
        (owed(state="done", closed_at=NOW - timedelta(hours=25)), PRIYA, Acts()),
        (owed(state="done", closed_at=NOW), TOM, Acts()),
    ],
)
def test_acts_are_those_of_whoever_may(row: Callback, looks: Looks, may: Acts) -> None:
    assert acts(row, looks, NOW) == may
