"""Why we would promise a call by a certain time, in sentences: the open hours that count, what lies between, and the ceiling. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from callbacks import deadlines
from console import wording
from console.coverage import listed
from console.hours.written import day_words
from office.hours import OpeningHours, Span
from office.profile import PromisePolicy

MOST_PARTS = 5
"""Stretches of open time that are told one by one."""

MOST_DAYS = 10
"""Closed days in between that are named one by one."""


def why(missed_at: datetime, hours: OpeningHours, policy: PromisePolicy) -> list[str]:
    """The promise for a call missed at `missed_at` (UTC), step by step. Raises HoursError when nothing opens again."""
    today, counts = missed_at.astimezone(hours.zone).date(), list(_counting(missed_at, hours, policy.within))
    return [
        _missed(missed_at, hours),
        f"We promise a call within {wording.length(policy.within)} of open time.",
        *_between(today, counts[0].opens.astimezone(hours.zone).date(), hours),
        *_parts(counts, hours, today),
        *_cut(missed_at, counts[-1].closes, hours, policy),
    ]


def _missed(at: datetime, hours: OpeningHours) -> str:
    reason, local = hours.reason_closed(at), at.astimezone(hours.zone)
    when = f"{day_words(local.date(), local.date())} at {local:%H:%M}"
    if reason is None:
        return f"The call is missed on {when}, while we’re open."
    name = hours.holiday_at(at) if reason == "holiday" else reason
    return f"The call comes on {when}, while we’re closed{'' if name == 'closed' else f' ({name})'}."


def _counting(start: datetime, hours: OpeningHours, length: timedelta) -> Iterator[Span]:
    """The stretches of open time that make up `length`, the last one cut to what is needed of it."""
    left, moment = length, start
    while left > timedelta():
        span = hours.next_span(moment)
        closes = min(span.closes, span.opens + left)
        yield Span(span.opens, closes)
        left, moment = left - (closes - span.opens), closes


def _between(today: date, opens: date, hours: OpeningHours) -> Iterator[str]:
    """The days until we open again."""
    days = [today + timedelta(days=ahead) for ahead in range(1, (opens - today).days)]
    if 0 < len(days) <= MOST_DAYS:
        yield f"Closed in between: {listed([_closed_day(day, today, hours) for day in days])}."
    elif days:
        yield f"Closed in between: {len(days)} days."


def _closed_day(day: date, today: date, hours: OpeningHours) -> str:
    special = hours.special.get(day)
    name = special.name if special is not None and special.name else hours.holiday_on(day)
    return f"{day_words(day, today)}{f' ({name})' if name else ''}"


def _parts(counts: list[Span], hours: OpeningHours, today: date) -> Iterator[str]:
    for span in counts[:MOST_PARTS]:
        opens, closes = span.opens.astimezone(hours.zone), span.closes.astimezone(hours.zone)
        until = (
            f"{closes:%H:%M}" if closes.date() == opens.date() else f"{day_words(closes.date(), today)}, {closes:%H:%M}"
        )
        counted = wording.length(span.closes - span.opens)
        yield f"{day_words(opens.date(), today)}, {opens:%H:%M} to {until}: {counted} counted."
    if len(counts) > MOST_PARTS:
        yield f"And so on, {len(counts) - MOST_PARTS} more times that we’re open."


def _cut(missed_at: datetime, counted: datetime, hours: OpeningHours, policy: PromisePolicy) -> Iterator[str]:
    """What the ceiling does to it."""
    promised, ceiling = deadlines.promised_by(missed_at, hours, policy), wording.length(policy.ceiling)
    if promised == deadlines.whole_minute(counted):
        return
    if promised <= deadlines.whole_minute(missed_at + policy.ceiling):
        yield f"That’s more than {ceiling} after the call, so it’s the last time within {ceiling} that we’re open."
    else:
        yield f"We’re closed for longer than {ceiling}, so it’s within the first hour of opening."
