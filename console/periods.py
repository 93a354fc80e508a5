"""Months as the office lives them, and the days of other months that they are held against. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or what there is of it yet: from `since` until just before `until`, in UTC. `days` names it ("1–23 Nov 2026")."""

    year: int
    month: int
    since: datetime
    until: datetime
    running: bool
    days: str

    @property
    def written(self) -> str:
        """As it stands in an address: "2026-11"."""
        return f"{self.year}-{self.month:02}"

    @property
    def name(self) -> str:
        """As people call it: "November 2026"."""
        return f"{date(self.year, self.month, 1):%B %Y}"

    @property
    def month_name(self) -> str:
        """Without its year."""
        return f"{date(self.year, self.month, 1):%B}"

    @property
    def held_against(self) -> str:
        """As a sentence holds another period against it: "October 2026", "the same days of October"."""
        return self.name if self.days == self.name else f"the same days of {self.month_name}"


def read(written: str | None, now: datetime, zone: ZoneInfo) -> Period | None:
    """The month that an address names, this one when it names none; None for what is no month, or is to come."""
    today = now.astimezone(zone)
    if not written:
        return _of(today.year, today.month, today, zone)
    found = WRITTEN.fullmatch(written)
    if found is None or (int(found[1]), int(found[2])) > (today.year, today.month):
        return None
    return _of(int(found[1]), int(found[2]), today, zone)


def back(period: Period, months: int, zone: ZoneInfo) -> Period:
    """The month so many months before; of a month that still runs, its same days up to the same time of day."""
    count = period.year * 12 + period.month - 1 - months
    year, month = count // 12, count % 12 + 1
    if not period.running:
        return _whole(year, month, zone)
    at, last = period.until.astimezone(zone), monthrange(year, month)[1]
    if at.day > last:
        return _whole(year, month, zone)
    until = datetime.combine(date(year, month, at.day), at.time(), zone)
    return Period(year, month, _begin(year, month, zone), until.astimezone(UTC), False, _days(year, month, at.day))


def earlier(now: datetime, zone: ZoneInfo, months: int = 24) -> list[tuple[str, str]]:
    """The months that one may choose from, this one first: as written in an address, and as people call them."""
    today = now.astimezone(zone)
    counts = (today.year * 12 + today.month - 1 - ago for ago in range(months))
    firsts = [date(count // 12, count % 12 + 1, 1) for count in counts]
    return [(f"{first:%Y-%m}", f"{first:%B %Y}") for first in firsts]


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of its week at the office."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When that date begins at the office, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def hours_of(period: Period, weekday: int, hour: int, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """When it was that hour of that weekday (0 is Monday) in the period, as spans of UTC: one a week, two when the clock went back.

    By quarters of an hour, as the sums are: an hour that a clock change cuts short or repeats has just its own quarters.
    """
    spans: list[tuple[datetime, datetime]] = []
    quarter = timedelta(minutes=15)
    at = datetime.combine(period.since.astimezone(zone).date(), time(), zone).astimezone(UTC)
    while at < period.until:
        there = at.astimezone(zone)
        if there.weekday() == weekday and there.hour == hour:
            spans.append((at, at + quarter))
        at += quarter
    return spans


def _of(year: int, month: int, today: datetime, zone: ZoneInfo) -> Period:
    if (year, month) != (today.year, today.month):
        return _whole(year, month, zone)
    return Period(year, month, _begin(year, month, zone), today.astimezone(UTC), True, _days(year, month, today.day))


def _whole(year: int, month: int, zone: ZoneInfo) -> Period:
    following = (year + month // 12, month % 12 + 1)
    name = f"{date(year, month, 1):%B %Y}"
    return Period(year, month, _begin(year, month, zone), _begin(*following, zone), False, name)


def _begin(year: int, month: int, zone: ZoneInfo) -> datetime:
    return midnight(date(year, month, 1), zone)


def _days(year: int, month: int, last: int) -> str:
    name = f"{date(year, month, 1):%b %Y}"
    return f"1 {name}" if last == 1 else f"1–{last} {name}"
