"""How long each kind of caller waits for us: whether strangers are served like those we know. Pure.

What a number means is written beside it (`DEFINITIONS`) and shown wherever the numbers are, for the next reader would
count differently.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

KNOWN, NEW, WITHHELD = KINDS = ("known", "new", "withheld")

DEFINITIONS = {
    "callbacks": "Call-backs whose first missed call was in the period: from its beginning, up to its end. Those that "
    "we began ourselves (apology, outreach), and those that became one with another, are left out.",
    "known": "The first call showed a number that we had before it: of a customer on the list, or of a call. Asked for "
    "by other software, with no call: of a customer on the list.",
    "new": "The first call showed a number that we did not have before it.",
    "withheld": "The first call showed no number, also when the caller keyed one.",
    "open": "Not done yet.",
    "spoken": "We spoke with them, in whichever way they got through.",
    "until_rung": "Seconds from the first missed call until the customer's phone rang for it. Where it never rang: until "
    "we spoke, else until the call-back was closed, else until now.",
    "until_spoken": "Seconds from the first missed call until we spoke. Where we never did: until the call-back was "
    "closed, else until now. A withheld number cannot be rung: the wait is until a person closed the call-back.",
    "rang_in_time": "Whether the customer's phone rang by the promised time: `yes` of the `of` for whom it is settled. "
    "Who got through first in time, and who cancelled, is not counted.",
    "kept": "Whether we spoke by the promised time: `yes` of the `of` for whom it is settled. Who cancelled is not counted.",
}


@dataclass(frozen=True, slots=True)
class Waited:
    """One call-back. `kind` is one of KINDS. The last two are None when not settled, or not to be counted."""

    kind: str
    missed_at: datetime
    rang_at: datetime | None
    spoke_at: datetime | None
    closed_at: datetime | None
    rang_in_time: bool | None
    kept: bool | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Of some call-backs, one at least."""

    median: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    yes: int
    of: int

    @property
    def part(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.yes / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Served:
    """How one kind of caller was served; the waits are None when there were none of them."""

    kind: str
    callbacks: int
    open: int
    spoken: int
    until_rung: Waits | None
    until_spoken: Waits | None
    rang_in_time: Share
    kept: Share


def report(rows: Iterable[Waited], now: datetime) -> tuple[Served, ...]:
    """How each kind was served, in the order of KINDS."""
    found = list(rows)
    return tuple(_served(kind, [row for row in found if row.kind == kind], now) for kind in KINDS)


def _served(kind: str, rows: Sequence[Waited], now: datetime) -> Served:
    return Served(
        kind=kind,
        callbacks=len(rows),
        open=sum(row.closed_at is None for row in rows),
        spoken=sum(row.spoke_at is not None for row in rows),
        until_rung=_waits([_length(row, row.rang_at or row.spoke_at, now) for row in rows]),
        until_spoken=_waits([_length(row, row.spoke_at, now) for row in rows]),
        rang_in_time=_share([row.rang_in_time for row in rows]),
        kept=_share([row.kept for row in rows]),
    )


def _length(row: Waited, came: datetime | None, now: datetime) -> timedelta:
    return max((came or row.closed_at or now) - row.missed_at, timedelta())


def _waits(lengths: Sequence[timedelta]) -> Waits | None:
    if not lengths:
        return None
    return Waits(timedelta(seconds=median(length.total_seconds() for length in lengths)), max(lengths))


def _share(facts: Sequence[bool | None]) -> Share:
    return Share(facts.count(True), len(facts) - facts.count(None))
