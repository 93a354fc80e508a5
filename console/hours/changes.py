"""Changing the hours and the special days of the business's tables: what each form of the page does to them. Pure.

A public holiday that is worked has a special day of its own: without a name, and with the weekday's usual hours. It follows the week.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from console.digests import version
from console.hours.written import Spans, spans
from office.merging import Tables
from office.profile import Problem, ProfileError
from office.written_hours import DAYS

Entry = dict[str, Any]
"""A special day as the tables have it: {"date": "2026-12-24", "name": "Christmas Eve", "open": ["09:00-12:00"]}."""

ROUND_THE_CLOCK = ["00:00-24:00"]
MEANWHILE = "Somebody changed these days meanwhile. Please look again."


def usual(tables: Tables, day: date) -> Spans:
    """The hours of that weekday, as if the date were no holiday."""
    if tables["hours"].get("always"):
        return list(ROUND_THE_CLOCK)
    return spans(", ".join(tables["hours"].get(DAYS[day.weekday()], [])))


def special(tables: Tables) -> dict[date, Entry]:
    """The special days by their date."""
    return {date.fromisoformat(entry["date"]): entry for entry in tables.get("special_day", [])}


def is_plain(tables: Tables, day: date, entry: Entry) -> bool:
    """Whether the entry says no more than that a holiday is worked as usual, or is not: a tick in the list of holidays says the same."""
    return not entry.get("name") and spans(", ".join(entry["open"])) in ([], usual(tables, day))


def set_week(
    tables: Tables, days: Mapping[str, Spans], *, always: bool | None, is_holiday: Callable[[date], object]
) -> None:
    """Give those weekdays ("mon") their hours, and say whether we are always open; None: as before."""
    was = {"hours": deepcopy(tables["hours"])}
    worked = [day for day, entry in special(tables).items() if is_holiday(day) and _is_worked(was, day, entry)]
    for name, written in days.items():
        tables["hours"].pop(name, None)
        if written:
            tables["hours"][name] = written
    if always is not None:
        tables["hours"]["always"] = always
    for day in worked:
        if usual(was, day) != usual(tables, day):
            _put(tables, [day], [_plainly(tables, day, is_open=True)] if usual(tables, day) else [])


def set_holidays(tables: Tables, closed: Mapping[date, bool]) -> None:
    """Close, or work as usual, on these public holidays. One that was given hours of its own meanwhile keeps them."""
    for day, is_closed in closed.items():
        entry = special(tables).get(day)
        if entry is None or is_plain(tables, day, entry):
            is_usual = is_closed is not bool(tables["hours"].get("always"))
            _put(tables, [day], [] if is_usual else [_plainly(tables, day, is_open=not is_closed)])


def as_shown(tables: Tables, days: Collection[date]) -> str:
    """What a page sends along of the special days that it shows: the same as long as nobody changes one of them."""
    there = special(tables)
    return version([sorted(there[day].items()) for day in days if day in there])


def set_days(
    tables: Tables, entries: Sequence[Entry], instead_of: Collection[date], holidays: Collection[date], *, shown: str
) -> None:
    """Add special days, instead of those on certain dates. On a holiday they go before a mere tick; where others stand already they are a fault.

    Raises ProfileError when those on the certain dates are no longer as they were `shown`.
    """
    if instead_of and as_shown(tables, instead_of) != shown:
        raise ProfileError((Problem("change", None, "special_day", MEANWHILE),))
    ticks = [
        day for day, entry in special(tables).items() if day in holidays and is_plain(tables, day, entry)
    ]  # fmt: skip
    wanted = {date.fromisoformat(entry["date"]) for entry in entries}
    _put(tables, {*instead_of, *(wanted & set(ticks))}, entries)


def _is_worked(tables: Tables, day: date, entry: Entry) -> bool:
    return bool(entry["open"]) and is_plain(tables, day, entry)


def _plainly(tables: Tables, day: date, *, is_open: bool) -> Entry:
    return {"date": day.isoformat(), "open": usual(tables, day) if is_open else []}


def _put(tables: Tables, gone: Collection[date], entries: Sequence[Entry]) -> None:
    kept = [entry for entry in tables.get("special_day", []) if date.fromisoformat(entry["date"]) not in gone]
    tables["special_day"] = [*kept, *entries]
    if not tables["special_day"]:
        del tables["special_day"]
