"""The changes of hours in words, for the history; and what is wrong with them, beside the field that it is about. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from console.hours.changes import Entry
from console.hours.days import CLOSED, OWN, Faults, Typed
from console.hours.shown import Holiday
from console.hours.written import NAMES, Spans, day_words, days_words, spans, words
from office.written_hours import DAYS

NEVER_OPEN = "Then we’d never be open. Write the hours of one day, or tick round the clock."
THERE_ALREADY = "One of these days is in the list of special days already. Change it there."


def week(days: Mapping[str, Spans], was: Mapping[str, str], always: bool | None) -> str:  # noqa: FBT001 - None, too, says something
    """Of the week: "Monday: open 09:00 to 12:00, was open 09:00 to 17:30"."""
    parts = [f"{NAMES[day]}: {words(new)}, was {words(spans(was[day]))}" for day, new in days.items()]
    if always is not None:
        parts.append("Round the clock, every day" if always else "No longer round the clock")
    return "; ".join(parts)


def holidays(changed: Sequence[Holiday], closed: Mapping[date, bool], today: date) -> str:
    """Of holidays: "Good Friday, Friday 26 March 2027: open as usual"."""
    how = {True: "closed", False: "open as usual"}
    return "; ".join(f"{each.name}, {day_words(each.day, today)}: {how[closed[each.day]]}" for each in changed)


def days(entries: Sequence[Entry], today: date) -> str:
    """Of special days: "Stocktaking, Tuesday 1 December: closed"."""
    dates = sorted(date.fromisoformat(entry["date"]) for entry in entries)
    if not dates:
        return ""
    name, hours = entries[0].get("name"), {words(entry["open"]) for entry in entries}
    told = f"{days_words(dates[0], dates[-1], today)}: {' or '.join(sorted(hours))}"
    return f"{name}, {told}" if name else told


def week_faults(found: Mapping[str, str]) -> Faults:
    """What the check of the business says about its hours, by the field of the week ("mon", "week" for all of it)."""
    return {
        day if (day := key.removeprefix("hours.")) in DAYS else "week": NEVER_OPEN if key == "hours" else what
        for key, what in found.items()
    }


def day_faults(found: Mapping[str, str], typed: Typed) -> Faults:
    """The same about a special day, by the field of its form."""
    fields = {"name": "name", "open": typed.how if typed.how != CLOSED else OWN}
    faults = {}
    for key, what in found.items():
        about = key.rpartition(".")[2]
        faults[fields.get(about, "first")] = THERE_ALREADY if about == "date" else what
    return faults
