"""The form of a special day: closed, half a day, or hours of its own, for a date or for several in a row. Pure: what was typed in, days or faults out."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from console.hours.changes import Entry, usual
from console.hours.written import Spans, minutes, plain, spans
from console.settings import faults as settings_faults
from office.merging import Tables
from office.written_hours import HoursError, read_day

CLOSED, HALF, OWN = "closed", "half", "own"
MOST_DAYS = 60
"""More in a row is a slip of the pen."""

FURTHEST = timedelta(days=2 * 366)
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
NOON = "12:00"

Faults = dict[str, str]
"""Sentences by the field that they stand beside."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was sent. `was_first` and `was_last` are the days that it changes, `shown` how they were (changes.as_shown); empty: new ones."""

    first: str = ""
    last: str = ""
    name: str = ""
    how: str = CLOSED
    half: str = NOON
    own: str = ""
    was_first: str = ""
    was_last: str = ""
    shown: str = ""


def range_of(first: str, last: str) -> list[date]:
    """The dates from one to another as forms write them; none when they are no dates, or the second comes first."""
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return []
    return [begin + timedelta(days=ahead) for ahead in range(min((end - begin).days + 1, FURTHEST.days))]


def read(typed: Typed, tables: Tables, today: date) -> tuple[list[Entry], Faults]:
    """The special days that were meant, and what is wrong with how they were written."""
    faults = _dates(typed, today)
    if faults:
        return [], faults
    dates = range_of(typed.first, typed.last)
    try:
        by_day = {day: hours for day in dates if (hours := _hours(typed, tables, day)) is not None}
    except HoursError as error:
        return [], {typed.how: settings_faults.plain("hours", str(error)) or str(error)}
    if not by_day:
        return [], {
            HALF: f"Nothing is open before {typed.half} then, as the week stands. Choose closed, or write the hours."
        }
    name = " ".join(typed.name.split())
    named = {"name": name} if name else {}
    return [{"date": day.isoformat(), **named, "open": hours} for day, hours in by_day.items()], {}


def _dates(typed: Typed, today: date) -> Faults:
    dates = range_of(typed.first, typed.last)
    if not range_of(typed.first, ""):
        return {"first": "Which day? Choose its date."}
    if typed.last and not dates:
        return {"last": "The last day comes before the first. Leave it empty for a single day."}
    if dates[0] < today:
        return {"first": "That day is over."}
    if dates[-1] - today > FURTHEST:
        return {"last" if typed.last else "first": "That’s more than two years ahead."}
    if len(dates) > MOST_DAYS:
        return {"last": f"That’s {len(dates)} days. {MOST_DAYS} in a row go at once."}
    return {}


def _hours(typed: Typed, tables: Tables, day: date) -> Spans | None:
    """A day's hours; None: there is nothing of it to halve. Raises HoursError."""
    if typed.how == OWN:
        written = spans(typed.own)
        if not written:
            raise HoursError(("", "Write its hours, for example 10:00-14:00, or choose closed."))
        return plain(read_day(written))
    if typed.how != HALF:
        return []
    match = TIME.fullmatch(typed.half.strip())
    if match is None:
        raise HoursError(("", "Until when? Write for example 13:00."))
    return _until(usual(tables, day), int(match[1]) * 60 + int(match[2])) or None


def _until(written: Spans, minute: int) -> Spans:
    return plain(tuple((opens, min(closes, minute)) for opens, closes in minutes(written) if opens < minute))


def typed_from(first: date, last: date, entry: Entry, shown: str) -> Typed:
    """The form that changes special days which are there."""
    days = (first.isoformat(), last.isoformat() if last != first else "")
    written = ", ".join(entry["open"])
    was = (first.isoformat(), last.isoformat(), shown)
    return Typed(*days, entry.get("name", ""), OWN if written else CLOSED, NOON, written, *was)
