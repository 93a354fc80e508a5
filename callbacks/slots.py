"""The parts of days in which a customer may ask to be rung: inside opening hours, and never in the night. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from office.hours import OpeningHours, Span

PARTS = (("morning", 8, 12), ("afternoon", 12, 17), ("evening", 17, 21))
"""Wall-clock hours. However early and late we are open: who says "tomorrow morning" does not mean four o'clock."""

ROOM = timedelta(minutes=30)
"""Open time that must be left in a part: room for a first try and another."""

AT_MOST = 4
"""More than four choices nobody keeps in mind on the phone."""

A_WEEK = 7
"""Days. Further ahead the name of a weekday would be that of another day too."""


def parts(now: datetime, hours: OpeningHours, zone: ZoneInfo) -> list[tuple[str, datetime, datetime]]:
    """Name ("this afternoon"), begin and end of each part of today and tomorrow, the soonest first; UTC.

    It is cut to when we are open, from the first opening in it to the last closing. Closed on both days: the parts of
    the next open day of the week, by its name ("Monday morning"). A part that has begun begins now.
    """
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(A_WEEK)]
    whose = ["this", "tomorrow", *(f"{day:%A}" for day in days[2:])]
    later = (list(_of_day(name, day, now, hours, zone)) for name, day in zip(whose, days, strict=True))
    soon = [*next(later), *next(later)]
    return (soon or next(filter(None, later), []))[:AT_MOST]


def parts_after(
    after: datetime, now: datetime, hours: OpeningHours, zone: ZoneInfo
) -> list[tuple[str, datetime, datetime]]:
    """The first parts of days later than `after`, which is to come; named as they are called now. Begin and end in UTC."""
    found = parts(after, hours, zone)
    return [(_called(name, begins, now, zone), begins, until) for name, begins, until in found]


def _called(name: str, begins: datetime, now: datetime, zone: ZoneInfo) -> str:
    day = begins.astimezone(zone).date()
    days = (day - now.astimezone(zone).date()).days
    whose = {0: "this", 1: "tomorrow"}.get(days, f"{day:%A}" if days < A_WEEK else f"{day:%A} {day.day} {day:%B}")
    return f"{whose} {name.rsplit(' ', 1)[-1]}"


def _of_day(
    whose: str, day: date, now: datetime, hours: OpeningHours, zone: ZoneInfo
) -> Iterator[tuple[str, datetime, datetime]]:
    for name, begins, ends in PARTS:
        spans = _open_between(max(now, _moment(day, begins, zone)), _moment(day, ends, zone), hours)
        if sum((span.closes - span.opens for span in spans), timedelta()) >= ROOM:
            yield f"{whose} {name}", spans[0].opens, spans[-1].closes


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def _open_between(begins: datetime, ends: datetime, hours: OpeningHours) -> list[Span]:
    found = []
    while begins < ends and (span := hours.next_span(begins)).opens < ends:
        found.append(Span(span.opens, min(span.closes, ends)))
        begins = span.closes
    return found
