"""When a promise that is not kept yet goes up a rung, so that it never lapses quietly. Pure.

Half of its time is a reminder for whoever has it; three quarters pass it to a second person; `remind_before` the end is
for the whole team, half of that for the manager; then it is late, and the customer gets an apology. What is urgent has
less time, so it goes up sooner; but it is late only when its promise is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from callbacks.deadlines import aimed_at
from office.hours import OpeningHours, Span


class Step(StrEnum):
    """The rungs, from the lowest to the highest."""

    REMINDER = "reminder"
    SECOND_PERSON = "second-person"
    TEAM = "team"
    MANAGER = "manager"
    LATE = "late"


STEPS = tuple(Step)


@lru_cache(maxsize=16_384)
def moments(
    since: datetime,
    promised_by: datetime,
    hours: OpeningHours,
    remind_before: timedelta,
    hurry_by: datetime | None = None,
) -> tuple[datetime, ...]:
    """When each of STEPS is due, never one before a lower one. `since` is when the word for `promised_by` was given.

    With `hurry_by`, all but the last are counted to that earlier time; one from before `since` counts for nothing.

    Counted in open time, so that a promise made at night is not half over before anybody is there. What is left for the
    team is half of it all at most: one that is short would else begin with everybody's reminder.
    """
    hurries = hurry_by is not None and hurry_by > since
    spans = _open_spans(since, aimed_at(promised_by, hurry_by if hurries else None), hours)
    whole = sum((span.closes - span.opens for span in spans), timedelta())
    team = whole - min(remind_before, whole / 2)
    lengths = (whole / 2, min(whole * 3 / 4, team), team, team + (whole - team) / 2)
    return (*(_after(spans, length) for length in lengths), promised_by)


def halfway(since: datetime, until: datetime, hours: OpeningHours) -> datetime:
    """When half of the open time between them is over; of all the time when none of it is open."""
    spans = _open_spans(since, until, hours)
    return _after(spans, sum((span.closes - span.opens for span in spans), timedelta()) / 2)


def due(climbed: int, at: Sequence[datetime], now: datetime) -> tuple[Step, ...]:
    """The steps whose time has come, of a promise that went up `climbed` of them before; `at` is when each is due."""
    return tuple(step for step, moment in zip(STEPS[climbed:], at[climbed:], strict=True) if moment <= now)


def _open_spans(since: datetime, until: datetime, hours: OpeningHours) -> list[Span]:
    """All of the time when none of it is open: somebody gave their word for it all the same."""
    found, moment = [], since
    while moment < until and (span := hours.next_span(moment)).opens < until:
        found.append(Span(span.opens, min(span.closes, until)))
        moment = span.closes
    return found or [Span(since, max(since, until))]


def _after(spans: Sequence[Span], length: timedelta) -> datetime:
    """The moment at which so much of the spans is over."""
    for span in spans:
        if span.opens + length <= span.closes:
            return span.opens + length
        length -= span.closes - span.opens
    return spans[-1].closes
