"""What the page of hours shows: a week as bars, public holidays to tick, special days, changes of the clocks, and how things stand. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from console.hours.changes import Entry, as_shown, is_plain, special, usual
from console.hours.written import day_words, days_words, field, plain, spans, words
from office.hours import OpeningHours
from office.merging import Tables
from office.public_holidays import is_day_off_instead
from office.written_hours import DAY, DAYS, DayHours

A_DAY = timedelta(days=1)
A_YEAR = 366
SOON = 60
"""Days. A day off the usual hours is told in the first sentence when it is no further ahead."""

Bar = tuple[int, int]
"""Where a bar begins and how long it is, in minutes of its day."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday. `instead` says why there is no box to tick: its own hours, or that the weekday is closed anyway."""

    day: date
    name: str
    called: str
    is_closed: bool
    instead: str | None


@dataclass(frozen=True, slots=True)
class OwnDays:
    """Days in a row with the same name and hours; `shown` tells whether they are still as the page shows them."""

    first: date
    last: date
    name: str | None
    hours: str
    called: str
    entry: Entry
    shown: str


def week_bars(hours: OpeningHours) -> list[list[Bar]]:
    """Each weekday's bars, by the clock on the wall: what is left of the night before is drawn on the day that it falls on."""
    week: tuple[DayHours, ...] = (((0, DAY),),) * 7 if hours.always else hours.week
    return [
        [*_bars(week[number - 1], of_the_night=True), *_bars(today, of_the_night=False)]
        for number, today in enumerate(week)
    ]


def _bars(day: DayHours, *, of_the_night: bool) -> Iterator[Bar]:
    for opens, closes in day:
        if of_the_night and closes > DAY:
            yield 0, closes - DAY
        elif not of_the_night:
            yield opens, min(closes, DAY) - opens


def holidays(hours: OpeningHours, tables: Tables, today: date) -> dict[int, list[Holiday]]:
    """The public holidays to come, of this year and of the next."""
    there = special(tables)
    return {
        year: [_holiday(hours, tables, there, day, name) for day, name in _holidays_of(hours, year) if day >= today]
        for year in (today.year, today.year + 1)
    }


def _holidays_of(hours: OpeningHours, year: int) -> Iterator[tuple[date, str]]:
    for ahead in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=ahead)
        if name := hours.holiday_on(day):
            is_instead = is_day_off_instead(hours.country, hours.subdivision, day)
            yield day, f"{name} (day off instead)" if is_instead else name


def _holiday(hours: OpeningHours, tables: Tables, there: Mapping[date, Entry], day: date, name: str) -> Holiday:
    entry, instead = there.get(day), None
    if entry is not None and not is_plain(tables, day, entry):
        instead = f"{words(spans(', '.join(entry['open'])))}, as one of your special days"
    elif not usual(tables, day):
        instead = f"closed anyway, like every {day:%A}"
    return Holiday(day, name, day_words(day, day), not hours.spans_on(day), instead)


def own_days(hours: OpeningHours, tables: Tables, today: date) -> list[OwnDays]:
    """The special days to come, those in a row with the same name and hours as one; mere ticks in the list of holidays are left out."""
    runs: list[list[date]] = []
    there = special(tables)
    for day in sorted(day for day in there if day >= today):
        if hours.holiday_on(day) and is_plain(tables, day, there[day]):
            continue
        if runs and day - runs[-1][-1] == A_DAY and _same(there[day], there[runs[-1][-1]]):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [_own(run, there[run[0]], as_shown(tables, run), today) for run in runs]


def _same(one: Entry, other: Entry) -> bool:
    return (one.get("name"), one["open"]) == (other.get("name"), other["open"])


def _own(run: Sequence[date], entry: Entry, shown: str, today: date) -> OwnDays:
    first, last, hours = run[0], run[-1], words(spans(", ".join(entry["open"])))
    return OwnDays(first, last, entry.get("name"), hours, days_words(first, last, today), entry, shown)


def clock_changes(hours: OpeningHours, now: datetime) -> list[str]:
    """When the clocks change in the year from `now` on, and whether we are open then: one sentence each."""
    days = [now.astimezone(UTC) + timedelta(days=ahead) for ahead in range(A_YEAR)]
    zone = hours.zone
    return [
        _change(_moment_of_change(before, after, zone), hours)
        for before, after in pairwise(days)
        if _offset(before, zone) != _offset(after, zone)
    ]


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _moment_of_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second of the new time, by halving."""
    old = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return after.replace(microsecond=0)


def _change(moment: datetime, hours: OpeningHours) -> str:
    was = _offset(moment - timedelta(seconds=2), hours.zone)
    old, new = moment.astimezone(UTC) + was, moment.astimezone(hours.zone)
    is_forward = _offset(moment, hours.zone) > was
    how = f"the clocks go {'forward' if is_forward else 'back'}, {old:%H:%M} becomes {new:%H:%M}"
    if not (hours.open_at(moment) and hours.open_at(moment - timedelta(seconds=2))):
        return f"{day_words(old.date(), old.date())} {old.year}: {how}, while we’re closed."
    length = _length(abs(_offset(moment, hours.zone) - was))
    return f"{day_words(old.date(), old.date())} {old.year}: {how}, while we’re open: that shift is {length} {'shorter' if is_forward else 'longer'}."


def _length(of: timedelta) -> str:
    return "an hour" if of == timedelta(hours=1) else f"{int(of.total_seconds()) // 60} min"


def standing(hours: OpeningHours, now: datetime) -> str:
    """Whether we are open, and until when: "We’re open until 17:30 today."."""
    if hours.always and hours.open_at(now):
        return "We’re open round the clock."
    span, why = hours.next_span(now), hours.reason_closed(now)
    if why is None:
        return f"We’re open until {_when(span.closes, now, hours.zone)}."
    name = hours.holiday_at(now) if why == "holiday" else why
    because = "" if name in {None, "closed"} else f" ({name})"
    return f"We’re closed{because} and open again {_when(span.opens, now, hours.zone)}."


def _when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment to come: "17:30 today", "tomorrow at 09:00", "Monday 30 November at 09:00"."""
    then, today = moment.astimezone(zone), now.astimezone(zone).date()
    away = (then.date() - today).days
    if away == 0:
        return f"{then:%H:%M} today"
    return f"{'tomorrow' if away == 1 else day_words(then.date(), today)} at {then:%H:%M}"


def next_change(hours: OpeningHours, tables: Tables, today: date) -> str | None:
    """The next day whose hours are not the weekday's own: "Christmas Day, Friday 25 December: closed."."""
    for ahead in range(SOON):
        day = today + timedelta(days=ahead)
        written = _written(hours, tables, day)
        if written != usual(tables, day):
            special_day = hours.special.get(day)
            name = (special_day.name if special_day else None) or hours.holiday_on(day)
            return f"{f'{name}, ' if name else ''}{day_words(day, today)}: {words(written)}."
    return None


def _written(hours: OpeningHours, tables: Tables, day: date) -> list[str]:
    if day in hours.special:
        return plain(hours.special[day].hours)
    return [] if hours.holiday_on(day) and not hours.always else usual(tables, day)


def week_fields(tables: Tables) -> dict[str, str]:
    """Each weekday's hours as they are typed, by its key ("mon")."""
    return {name: field(spans(", ".join(tables["hours"].get(name, [])))) for name in DAYS}


def week_words(tables: Tables) -> dict[str, str]:
    """Each weekday's hours as a sentence has them, by its key."""
    return {name: words(spans(", ".join(tables["hours"].get(name, [])))) for name in DAYS}
