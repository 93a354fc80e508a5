"""By when we promise, and when we try next. Pure: moments, opening hours and policy in, a moment out."""

from datetime import datetime, timedelta

from office.hours import OpeningHours
from office.profile import CallbackPolicy, PromisePolicy

MINUTE = timedelta(minutes=1)
FIRST_HOUR = timedelta(hours=1)
"""Closed for longer than the ceiling: we ring within the first hour of opening."""

ROOM_TO_TRY = timedelta(minutes=3)
"""A promise needs this much open time before the ceiling, for one staff phone and the customer's to ring; with less,
opening hours do not allow it and we would give our word knowing that we break it."""

STAFF_AGAIN = timedelta(seconds=5)
"""After a staff phone that nobody picked up: at once another one, and each time twice as much later."""

STAFF_AGAIN_AT_MOST = timedelta(minutes=5)
LAST_TRY_BEFORE = timedelta(minutes=10)
"""How long before the promised time a try must come, when the plan would have passed it by."""


def promised_by(missed_at: datetime, hours: OpeningHours, policy: PromisePolicy) -> datetime:
    """When the customer must have been rung: `within` of open time, under the ceiling wherever somebody is there.

    Counted in real open time, so lunch, nights, holidays and both clock changes are left out. Rounded up to the whole
    minute that is spoken.
    """
    counted = _after_open_time(missed_at, hours, policy.within)
    if counted > missed_at + policy.ceiling:
        counted = _under_ceiling(missed_at, hours, policy, counted)
    return whole_minute(counted)


def _after_open_time(start: datetime, hours: OpeningHours, length: timedelta) -> datetime:
    left, moment = length, start
    while True:
        span = hours.next_span(moment)
        if span.opens + left <= span.closes:
            return span.opens + left
        left -= span.closes - span.opens
        moment = span.closes


def _under_ceiling(missed_at: datetime, hours: OpeningHours, policy: PromisePolicy, counted: datetime) -> datetime:
    """The last open moment up to the ceiling; closed all that time: the end of the first hour of opening."""
    ceiling, room = missed_at + policy.ceiling, min(ROOM_TO_TRY, policy.within, policy.ceiling)
    last = _after_open_time(missed_at, hours, room)
    if last > ceiling:
        span = hours.next_span(missed_at + room)
        return min(span.opens + FIRST_HOUR, span.closes, counted)
    while (span := hours.next_span(last)).opens < ceiling and last < ceiling:
        last = min(span.closes, ceiling)
    return last


def whole_minute(moment: datetime) -> datetime:
    """Rounded up to a whole minute, as it is spoken."""
    down = moment.replace(second=0, microsecond=0)
    return down if down == moment else down + MINUTE


def first_try(missed_at: datetime, hours: OpeningHours, policy: CallbackPolicy) -> datetime:
    """When the workers first try: soon, inside opening hours."""
    return hours.next_span(missed_at + policy.first_try_after).opens


def next_try(
    now: datetime, tries: int, promised: datetime, hours: OpeningHours, policy: CallbackPolicy
) -> datetime | None:
    """When to try again after `tries` tries on the customer's phone; None when the last was made.

    A try that the plan puts past the promise comes shortly before it instead, while that is still to come: ten minutes,
    or at the opening that falls in them.
    """
    tries = max(tries, 1)
    if tries > len(policy.retry_after):
        return None
    planned = hours.next_span(now + policy.retry_after[tries - 1]).opens
    last_chance = hours.next_span(max(now, promised - LAST_TRY_BEFORE)).opens
    return last_chance if now < last_chance < promised < planned else planned


def staff_again(now: datetime, misses: int) -> datetime:
    """When to ring a staff phone again after `misses` in a row that brought nobody."""
    doubled: int = 2 ** min(max(misses - 1, 0), 6)
    return now + min(STAFF_AGAIN * doubled, STAFF_AGAIN_AT_MOST)
