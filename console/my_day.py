"""What one person has to do: the next promise, the others of theirs, what nobody has yet, and whether their phone rings. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console import digests, wording
from console.board import Row
from console.promise_card import Acts
from office.hours import HoursError, OpeningHours


@dataclass(frozen=True, slots=True)
class Mine:
    """One of the call-backs on the page. `said` is the beginning of their message or why we owe the call."""

    row: Row
    acts: Acts
    standing: str
    said: str
    phone: str | None

    @property
    def version(self) -> str:
        """The same for rows that look the same but for their countdowns."""
        return digests.version(self)


@dataclass(frozen=True, slots=True)
class MyDay:
    """The page. `next` is the first of theirs, `then` the rest; `free` is nobody's. `duty` says when their phone rings."""

    on_duty: bool
    duty: str
    next: Mine | None
    free: tuple[Mine, ...]
    then: tuple[Mine, ...]
    kept: str | None


def said(row: Row) -> str:
    """What a line has room for: the words of the message that counts, else why we owe the call."""
    words = row.messages[0].brief or "".join(piece.text for piece in row.messages[0].words) if row.messages else ""
    return f"“{words}”" if words else row.reason


def duty(hours: OpeningHours, now: datetime, zone: ZoneInfo, *, on: bool, away_until: datetime | None) -> str:
    """When their phone rings, in a sentence."""
    if away_until is not None and away_until > now:
        return f"Your phone won’t ring before {_when(away_until, now, zone)}."
    if not on:
        return "Your phone won’t ring."
    try:
        span = hours.next_span(now)
    except HoursError:
        return "We are never open, so your phone won’t ring."
    if span.opens > now:
        return f"Your phone rings from {_when(span.opens, now, zone)}."
    return (
        "Your phone rings at any hour." if hours.always else f"Your phone rings until {_when(span.closes, now, zone)}."
    )


def kept(many: int, name: str) -> str | None:
    """A kind line at the end of the page."""
    return f"{many} kept today, {wording.brief(wording.legible(name)).split(' ')[0]}." if many else None


def _when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    day = wording.day(moment, now, zone)
    return f"{day} {wording.clock(moment, zone)}" if day else wording.clock(moment, zone)
