"""What the promise comes to, told by an example that anybody can check. Pure."""

from datetime import datetime, timedelta

from callbacks import deadlines
from office.hours import HoursError, OpeningHours, Span
from office.profile import PromisePolicy

BEFORE_CLOSING = timedelta(minutes=10)
LONGEST_DAY = timedelta(hours=24)
NEVER_OPEN = "There’s no opening within a year, so there’s nothing that we could promise."


def sentences(hours: OpeningHours, policy: PromisePolicy, now: datetime) -> list[str]:
    """What we'd promise for a call that is missed now, and for one just before closing, where there is a closing."""
    try:
        told = [_sentence("Miss a call now, at", now, hours, policy)]
        span = hours.next_span(now)
        if span.closes - span.opens <= LONGEST_DAY:
            last = _last(hours, span)
            late = max(last.opens, last.closes - BEFORE_CLOSING)
            told.append(_sentence("Miss one shortly before closing, at", late, hours, policy))
    except HoursError:
        return [NEVER_OPEN]
    return told


def _last(hours: OpeningHours, span: Span) -> Span:
    """The last opening of the day of this one: closing for a break is not meant."""
    day = span.opens.astimezone(hours.zone).date()
    return max([span, *hours.spans_on(day)], key=lambda each: each.closes)


def _sentence(begin: str, missed_at: datetime, hours: OpeningHours, policy: PromisePolicy) -> str:
    there = missed_at.astimezone(hours.zone)
    promised = deadlines.promised_by(missed_at, hours, policy).astimezone(hours.zone)
    days = (promised.date() - there.date()).days
    day = (
        "the same day" if days == 0 else f"{promised:%A}" if days < 7 else f"{promised:%A} {promised.day} {promised:%B}"
    )
    return f"{begin} {there:%H:%M} on {there:%A}, and we promise {day} by {promised:%H:%M}."
