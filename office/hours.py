"""When a person can answer: opening hours in the office's own zone, and its public holidays.

Hours are written in wall-clock time and answered in UTC. A wall-clock time that a clock change skips means the moment of
the change; one that comes twice means the first of the two. A night past midnight belongs to the day on which it begins,
for its weekday and for holidays alike. Everything here is pure: the moment is always an argument.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
LONGEST_NIGHT = 18 * 60
"""Minutes. A longer span past midnight is two times written in the wrong order."""

ALWAYS_LASTS = timedelta(days=366)
SEARCH_DAYS = 400
LONGEST_LUNCH = 3 * 60
MIDDAY = range(11 * 60, 15 * 60 + 1)

EXAMPLE = 'write for example "09:00-12:30"'
SPAN = re.compile(r"\s*(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)\s*", re.ASCII)

DayHours = tuple[tuple[int, int], ...]
"""One weekday's spans in order, in minutes after its midnight; past midnight the closing minute exceeds 1440."""

Reason = Literal["lunch", "holiday", "closed"]


class HoursError(ValueError):
    """Hours that cannot be kept. `problems` holds (key, what is wrong); the key is "" for the table as a whole."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {what}" if key else what for key, what in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Span:
    """An unbroken time of being open, in UTC: from `opens` until just before `closes`."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week of opening hours in one zone, closed on its country's public holidays.

    `week` has seven days from Monday. With `always` the office is open round the clock, holidays included.
    """

    zone: ZoneInfo
    country: str
    subdivision: str | None
    week: tuple[DayHours, ...]
    always: bool = False

    @classmethod
    def from_table(
        cls, table: Mapping[str, object], zone: ZoneInfo, country: str, subdivision: str | None = None
    ) -> "OpeningHours":
        """Read `[hours]` of business.toml; `country` is ISO alpha-2 ("GB"), `subdivision` its part ("ENG").

        Raises HoursError with every problem: unreadable, empty or overlapping spans, never open, an unknown country.
        """
        week, problems = _read_week(table)
        always = table.get("always", False)
        if not isinstance(always, bool):
            problems.append(("always", "must be true or false; write for example always = false"))
        elif not problems and not always and not any(week):
            problems.append(("", 'never open; write for example mon = ["09:00-17:30"], or always = true'))
        if wrong := country_problem(country, subdivision):
            problems.append(("", wrong))
        if problems:
            raise HoursError(*problems)
        return cls(zone, country, subdivision, week, always is True)

    def open_at(self, moment: datetime) -> bool:
        """Whether the office is open at `moment` (aware; ValueError when naive). Closing time itself is closed."""
        at = _utc(moment)
        today = at.astimezone(self.zone).date()
        days = (today - timedelta(days=1), today)
        return self.always or any(span.opens <= at < span.closes for day in days for span in self._spans_on(day))

    def next_span(self, moment: datetime) -> Span:
        """The open span that contains or follows `moment` (aware); one that has begun is cut to start at `moment`.

        Spans that adjoin are one. Open always, it lasts 366 days. Raises HoursError when 400 days hold no opening.
        """
        at = _utc(moment)
        if self.always:
            return Span(at, at + ALWAYS_LASTS)
        spans = self._spans_after(at)
        first = next(spans, None)
        if first is None:
            raise HoursError(("", f"no opening within {SEARCH_DAYS} days"))
        closes = first.closes
        for span in spans:
            if span.opens > closes:
                break
            closes = span.closes
        return Span(max(at, first.opens), closes)

    def holiday_at(self, moment: datetime) -> str | None:
        """The public holiday on the office's own date at `moment` (aware), named as it is spoken, else None."""
        return self._holiday_on(_utc(moment).astimezone(self.zone).date())

    def reason_closed(self, moment: datetime) -> Reason | None:
        """Why nobody is there at `moment` (aware): None when open; "lunch" is a short break around midday."""
        if self.open_at(moment):
            return None
        if self.holiday_at(moment):
            return "holiday"
        wall = _utc(moment).astimezone(self.zone)
        return "lunch" if _is_lunch(self.week[wall.weekday()], wall.hour * 60 + wall.minute) else "closed"

    def _spans_after(self, at: datetime) -> Iterator[Span]:
        """The spans that end after `at`, in order, for as far ahead as we look."""
        yesterday = at.astimezone(self.zone).date() - timedelta(days=1)
        for ahead in range(SEARCH_DAYS + 1):
            for span in self._spans_on(yesterday + timedelta(days=ahead)):
                if span.closes > at:
                    yield span

    def _spans_on(self, day: date) -> list[Span]:
        """The spans that begin on the office's own date `day`. A day's exceptions to the week belong here."""
        hours = self.week[day.weekday()]
        if not hours or self._holiday_on(day):
            return []
        spans = [Span(_moment(self.zone, day, opens), _moment(self.zone, day, closes)) for opens, closes in hours]
        # A clock change can swallow a span whole.
        return [span for span in spans if span.opens < span.closes]

    def _holiday_on(self, day: date) -> str | None:
        return _holidays(self.country, self.subdivision, day.year).get(day)


def country_problem(country: str, subdivision: str | None) -> str | None:
    """What is wrong with a country and its part, in words, or None when its public holidays are known."""
    import holidays

    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return f'"{country}" is no country whose public holidays are known; write for example "GB" or "GB-ENG"'
    if subdivision is None or subdivision in known.subdivisions:
        return None
    parts = ", ".join(f"{country}-{part}" for part in known.subdivisions) or "none"
    return f'"{country}-{subdivision}" is no known part of {country}; known are: {parts}'


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    """A year's public holidays, in English where the library has it: our sentences are English."""
    import holidays

    known = holidays.country_holidays(country)
    native = known.default_language
    # Left to itself the library asks the machine's environment for a language.
    language = "en_US" if "en_US" in known.supported_languages and not (native or "").startswith("en") else native
    days = holidays.country_holidays(country, subdiv=subdivision, years=year, language=language)
    # "(observed)" and "(estimated)" are not for the ear, nor is a second name for the same day.
    return {day: re.sub(r"\s*\([^)]*\)", "", name.split(";")[0]) for day, name in days.items()}


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


def _read_week(table: Mapping[str, object]) -> tuple[tuple[DayHours, ...], list[tuple[str, str]]]:
    """The week that a table describes, and (key, problem) for all that it cannot mean."""
    problems = [
        (key, f"is no day; the keys are {', '.join(DAYS)} and always") for key in table if key not in {*DAYS, "always"}
    ]
    week: list[DayHours] = []
    for name in DAYS:
        try:
            week.append(_read_day(table.get(name, [])))
        except HoursError as error:
            week.append(())
            problems.append((name, str(error)))
    return tuple(week), problems + _nights_too_long(week)


def _read_day(value: object) -> DayHours:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise HoursError(("", 'must be a list of spans; write for example ["09:00-12:30", "13:30-17:30"]'))
    spans = sorted(_read_span(text) for text in value)
    for first, second in pairwise(spans):
        if second[0] < first[1]:
            raise HoursError(("", f'{_text(first)} overlaps {_text(second)}; {EXAMPLE} and "13:30-17:30"'))
    return tuple(spans)


def _read_span(text: str) -> tuple[int, int]:
    """Minutes after midnight: "22:00-06:00" is (1320, 1800)."""
    match = SPAN.fullmatch(text)
    if not match:
        raise HoursError(("", f'"{text}" is no span of time; {EXAMPLE}'))
    opens, closes = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
    if opens >= DAY or closes > DAY:
        raise HoursError(("", f'"{text}" is no span of time: a day has 24 hours; {EXAMPLE}'))
    if opens == closes:
        raise HoursError(("", f'"{text}" has no length; {EXAMPLE}, or "00:00-24:00" for a whole day'))
    if closes < opens:
        closes += DAY
    if closes - opens > max(LONGEST_NIGHT, DAY - opens):
        raise HoursError(("", f'"{text}" ends before it begins; {EXAMPLE}'))
    return opens, closes


def _nights_too_long(week: list[DayHours]) -> list[tuple[str, str]]:
    """Nights that run into the opening of the day after."""
    tomorrows = [*week[1:], week[0]]
    return [
        (name, f"{_text(today[-1])} overlaps {_text(tomorrow[0])} of the day after; end the night where that begins")
        for name, today, tomorrow in zip(DAYS, week, tomorrows, strict=True)
        if today and tomorrow and today[-1][1] - DAY > tomorrow[0][0]
    ]


def _text(span: tuple[int, int]) -> str:
    opens, closes = span[0], span[1] if span[1] <= DAY else span[1] - DAY
    return f'"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"'
