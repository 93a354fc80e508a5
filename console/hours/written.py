"""Opening hours as a field of a form holds them, "09:00-12:30, 13:30-17:30", and dates as sentences name them. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from console.coverage import listed
from office.written_hours import DAY, DAYS, DayHours, HoursError, read_day

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMES = dict(zip(DAYS, WEEKDAYS, strict=True))

BETWEEN = re.compile(r"[,;\n]|\band\b")
"""What stands between two spans of a day."""

Spans = list[str]
"""One day's hours as business.toml has them: ["09:00-12:30", "13:30-17:30"]; empty: closed."""


def spans(typed: str) -> Spans:
    """What somebody typed, in its plain form; what cannot be read stays as it is, to be told about where it is checked."""
    parts = [part.strip() for part in BETWEEN.split(typed) if part.strip()]
    if [part.casefold() for part in parts] == ["closed"]:
        return []
    try:
        return plain(read_day(parts))
    except HoursError:
        return parts


def plain(hours: DayHours) -> Spans:
    """Hours that were read, written again."""
    return [f"{clock(opens)}-{clock(closes if closes <= DAY else closes - DAY)}" for opens, closes in hours]


def minutes(written: Spans) -> DayHours:
    """Hours that are known to be right, as minutes after midnight."""
    return read_day(written)


def field(written: Spans) -> str:
    """What a field shows."""
    return ", ".join(written)


def words(written: Spans) -> str:
    """Hours in a sentence: "open 09:00 to 12:30 and 13:30 to 17:30", "open round the clock", "closed"."""
    if written == ["00:00-24:00"]:
        return "open round the clock"
    return f"open {listed([span.replace('-', ' to ') for span in written])}" if written else "closed"


def clock(minute: int) -> str:
    """A time of day: 570 is "09:30"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def clock_of(zone: ZoneInfo) -> str:
    """Whose time it is: "London time"."""
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def day_words(day: date, today: date) -> str:
    """A date as a sentence names it: "Friday 25 December", with its year when that is another."""
    return f"{day:%A} {day.day} {day:%B}{'' if day.year == today.year else f' {day.year}'}"


def days_words(first: date, last: date, today: date) -> str:
    """A stretch of days: "Thursday 24 December to Friday 1 January 2027"."""
    return day_words(first, today) if first == last else f"{day_words(first, last)} to {day_words(last, today)}"


def weekdays_words(numbers: Sequence[int]) -> str:
    """Days of the week, 0 for Monday, as a sentence lists them: "Monday to Friday and Sunday"."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return listed([WEEKDAYS[run[0]] + (f" to {WEEKDAYS[run[-1]]}" if len(run) > 1 else "") for run in runs])
