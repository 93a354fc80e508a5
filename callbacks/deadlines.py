"""By when we promise, and when we try next. Pure: moments, opening hours and policy in, a moment out."""

from datetime import UTC, datetime, timedelta

from callbacks.promise import Tried
from callbacks.slots import PARTS
from office.hours import OpeningHours
from office.profile import CallbackPolicy, PromisePolicy

MINUTE = timedelta(minutes=1)
AT_RISK = timedelta(minutes=45)
"""With less than this left (or three eighths of `within`, if shorter) a promise goes before live callers (DESIGN 3)."""

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


BUSY_AGAIN = timedelta(minutes=3)
"""Whoever is on the phone is at it, and most talks are short."""

MACHINE_TIMES = 2
"""A machine picks up where nobody is: so many times the wait after a phone that nobody picked up."""

LONG_WAIT = timedelta(hours=1)
"""Who did not pick up and is not back within this is tried in another part of the day."""

SNOOZE = timedelta(minutes=15)
"""What one key of the staff member who is asked puts a call-back off by."""


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
    now: datetime,
    tries: int,
    promised: datetime,
    hours: OpeningHours,
    policy: CallbackPolicy,
    slot: tuple[datetime, datetime] | None = None,
    tried: Tried = Tried.CUSTOMER_NO_ANSWER,
) -> datetime | None:
    """When to try again after `tries` tries on the customer's phone, the last of which came to `tried`; None when the last was made.

    Busy is tried again soon, a machine later than a phone that nobody picked up. The last try is kept for shortly before
    the promise, and a try that the plan puts past it comes there too, while that is still to come: ten minutes before,
    or at the opening that falls in them. `slot` is the part of a day that the customer asked for, begin and end: not
    before it begins, and inside it until it is over.
    """
    tries = max(tries, 1)
    if tries > len(policy.retry_after):
        return None
    earliest, latest = now, promised
    if slot is not None and now < slot[1]:
        earliest, latest = max(now, slot[0]), min(promised, slot[1])
    planned = hours.next_span(max(earliest, now + _wait(policy.retry_after[tries - 1], tried))).opens
    last_chance = hours.next_span(max(earliest, latest - LAST_TRY_BEFORE)).opens
    if now < last_chance < latest and (tries == len(policy.retry_after) or latest < planned):
        return last_chance
    return _in_another_part(now, planned, hours, last_chance) if tried is Tried.CUSTOMER_NO_ANSWER else planned


def _wait(as_set: timedelta, tried: Tried) -> timedelta:
    """By how the last try went; what the business set is for a phone that nobody picked up."""
    if tried is Tried.CUSTOMER_BUSY:
        return min(BUSY_AGAIN, as_set)
    return as_set * MACHINE_TIMES if tried is Tried.CUSTOMER_MACHINE else as_set


def _in_another_part(now: datetime, planned: datetime, hours: OpeningHours, before: datetime) -> datetime:
    """A long wait ends in another part of the day than it began in, where that is open `before` the promise's last chance."""
    today, then = now.astimezone(hours.zone), planned.astimezone(hours.zone)
    ends = next((until for _, _, until in PARTS if today.hour < until), None)
    if planned - now < LONG_WAIT or today.date() != then.date() or ends is None or then.hour >= ends:
        return planned
    other = hours.next_span(today.replace(hour=ends, minute=0, second=0, microsecond=0).astimezone(UTC)).opens
    return other if other < before else planned


def after_snooze(now: datetime, promised: datetime, hours: OpeningHours) -> datetime | None:
    """When a call-back that is put off by one key is tried; None when too little would be left before the promise."""
    again = hours.next_span(now + SNOOZE).opens
    return again if again <= promised - ROOM_TO_TRY else None


def staff_again(now: datetime, misses: int) -> datetime:
    """When to ring a staff phone again after `misses` in a row that brought nobody."""
    doubled: int = 2 ** min(max(misses - 1, 0), 6)
    return now + min(STAFF_AGAIN * doubled, STAFF_AGAIN_AT_MOST)


def aimed_at(promised_by: datetime, hurry_by: datetime | None) -> datetime:
    """When we mean to have rung: by the promised time, or before it when the customer said that it is urgent.

    What is aimed at earlier is at risk earlier, and goes up the ladder earlier; it is late when the promise is. It goes
    before no other promise: who is rung first stays by promised time, so nobody is pushed past theirs.
    """
    return promised_by if hurry_by is None else min(promised_by, hurry_by)


def is_at_risk_before(now: datetime, policy: PromisePolicy) -> datetime:
    """A promise due before this moment has so little time left that it goes before live callers."""
    return now + min(AT_RISK, policy.within * 3 / 8)
