"""When a person can answer: opening hours in the office's own zone, its special days and its public holidays.

Hours are written in wall-clock time and answered in UTC. A wall-clock time that a clock change skips means the moment of
the change; one that comes twice means the first of the two. A night past midnight belongs to the day on which it begins,
for its weekday, for special days and for holidays alike. Everything here is pure: the moment is always an argument.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from office.public_holidays import country_problem, holiday_on
from office.written_hours import DAY, DAYS, DayHours, HoursError, read_week

__all__ = ["DAYS", "DayHours", "HoursError", "OpeningHours", "Span", "SpecialDay"]

ALWAYS_LASTS = timedelta(days=366)
SEARCH_DAYS = 400
LONGEST_LUNCH = 3 * 60
MIDDAY = range(11 * 60, 15 * 60 + 1)
ROUND_THE_CLOCK: DayHours = ((0, DAY),)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """An unbroken time of being open, in UTC: from `opens` until just before `closes`."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One date on the office's own calendar whose hours are its own; none: closed. `name` is spoken ("Christmas Eve")."""

    day: date
    hours: DayHours
    name: str | None = None


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week of opening hours in one zone, closed on its country's public holidays.

    `week` has seven days from Monday. With `always` the office is open round the clock, holidays included. A day in
    `special` has its own hours instead, whatever the week, the holidays or `always` say.
    """

    zone: ZoneInfo
    country: str
    subdivision: str | None
    week: tuple[DayHours, ...]
    always: bool = False
    special: Mapping[date, SpecialDay] = field(default_factory=dict, hash=False)

    @classmethod
    def from_table(
        cls, table: Mapping[str, object], zone: ZoneInfo, country: str, subdivision: str | None = None,
        special: Iterable[SpecialDay] = (),
    ) -> "OpeningHours":  # fmt: skip
        """Read `[hours]` of business.toml; `country` is ISO alpha-2 ("GB"), `subdivision` its part ("ENG").

        Raises HoursError with every problem: unreadable, empty or overlapping spans, never open, an unknown country.
        """
        week, problems = read_week(table)
        always = table.get("always", False)
        if not isinstance(always, bool):
            problems.append(("always", "must be true or false; write for example always = false"))
        elif not problems and not always and not any(week):
            problems.append(("", 'never open; write for example mon = ["09:00-17:30"], or always = true'))
        if wrong := country_problem(country, subdivision):
            problems.append(("", wrong))
        if problems:
            raise HoursError(*problems)
        return cls(zone, country, subdivision, week, always is True, {each.day: each for each in special})

    def open_at(self, moment: datetime) -> bool:
        """Whether the office is open at `moment` (aware; ValueError when naive). Closing time itself is closed."""
        at = _utc(moment)
        today = at.astimezone(self.zone).date()
        days = (today - ONE_DAY, today)
        return any(span.opens <= at < span.closes for day in days for span in self.spans_on(day))

    def next_span(self, moment: datetime) -> Span:
        """The open span that contains or follows `moment` (aware); one that has begun is cut to start at `moment`.

        Spans that adjoin are one. Open always and no special day to come: it lasts 366 days. Raises HoursError when
        400 days hold no opening.
        """
        at = _utc(moment)
        yesterday = at.astimezone(self.zone).date() - ONE_DAY
        if self.always and not any(day >= yesterday for day in self.special):
            return Span(at, at + ALWAYS_LASTS)
        spans = self._spans_after(at, yesterday)
        first = next(spans, None)
        if first is None:
            raise HoursError(("", f"no opening within {SEARCH_DAYS} days"))
        closes = first.closes
        for span in spans:
            if span.opens > closes:
                break
            # The night before may end after a special day's first span has.
            closes = max(closes, span.closes)
        return Span(max(at, first.opens), closes)

    def holiday_at(self, moment: datetime) -> str | None:
        """The public holiday on the office's own date at `moment` (aware), named as it is spoken, else None.

        Also on a special day: the holiday is a fact of the calendar, whatever hours are kept.
        """
        return self.holiday_on(_utc(moment).astimezone(self.zone).date())

    def holiday_on(self, day: date) -> str | None:
        """The public holiday on the date `day`, named as it is spoken, else None."""
        return holiday_on(self.country, self.subdivision, day)

    def special_at(self, moment: datetime) -> SpecialDay | None:
        """The special day on the office's own date at `moment` (aware), else None."""
        return self.special.get(_utc(moment).astimezone(self.zone).date())

    def reason_closed(self, moment: datetime) -> str | None:
        """Why nobody is there at `moment` (aware): None when open, the special day's name, "holiday", "lunch" or "closed".

        "lunch" is a short break around midday. A special day without a name is "holiday" when it closes one, else "closed".
        """
        if self.open_at(moment):
            return None
        wall = _utc(moment).astimezone(self.zone)
        hours, special = self._hours_of(wall.date()), self.special_at(moment)
        if _is_lunch(hours, wall.hour * 60 + wall.minute):
            return "lunch"
        if special is not None and special.name:
            return special.name
        return "holiday" if self.holiday_at(moment) and not hours else "closed"

    def spans_on(self, day: date) -> list[Span]:
        """The open spans that begin on the office's own date `day`, in order; none: closed."""
        hours = self._hours_of(day)
        spans = [Span(_moment(self.zone, day, opens), _moment(self.zone, day, closes)) for opens, closes in hours]
        # A clock change can swallow a span whole.
        return [span for span in spans if span.opens < span.closes]

    def _spans_after(self, at: datetime, yesterday: date) -> Iterator[Span]:
        """The spans that end after `at`, in order, for as far ahead as we look."""
        for ahead in range(SEARCH_DAYS + 1):
            for span in self.spans_on(yesterday + timedelta(days=ahead)):
                if span.closes > at:
                    yield span

    def _hours_of(self, day: date) -> DayHours:
        """That date's hours as they are written, exceptions to the week included."""
        if day in self.special:
            return self.special[day].hours
        if self.always:
            return ROUND_THE_CLOCK
        hours = self.week[day.weekday()]
        return () if not hours or self.holiday_on(day) else hours


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone has no opening hours: make it aware")
    return moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def _moment(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The UTC moment at which the wall clock reaches `minute` minutes after midnight of `day`."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else _clock_change(zone, wall)


def _clock_change(zone: ZoneInfo, skipped: datetime) -> datetime:
    """The moment of the change that skips the wall-clock time `skipped`, found by halving to the second."""
    # Read with the offset of after the change, a skipped time lies before it, and the other way round (PEP 495).
    before = skipped.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = skipped.replace(tzinfo=zone, fold=0).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
    return after


def _is_lunch(hours: DayHours, minute: int) -> bool:
    return any(
        ends <= minute < resumes and resumes - ends <= LONGEST_LUNCH and (ends + resumes) // 2 in MIDDAY
        for (_, ends), (resumes, _) in pairwise(hours)
    )
