"""Opening hours as they are written: "09:00-12:30" and what it means in minutes, or what is wrong with it."""

import re
from collections.abc import Mapping
from itertools import pairwise

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
LONGEST_NIGHT = 18 * 60
"""Minutes. A longer span past midnight is two times written in the wrong order."""

EXAMPLE = 'write for example "09:00-12:30"'
SPAN = re.compile(r"\s*(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)\s*", re.ASCII)

DayHours = tuple[tuple[int, int], ...]
"""One day's spans in order, in minutes after its midnight; past midnight the closing minute exceeds 1440."""


class HoursError(ValueError):
    """Hours that cannot be kept. `problems` holds (key, what is wrong); the key is "" for the table as a whole."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {what}" if key else what for key, what in problems))
        self.problems = problems


def read_week(table: Mapping[str, object]) -> tuple[tuple[DayHours, ...], list[tuple[str, str]]]:
    """The seven days from Monday that a table describes, and (key, problem) for all that it cannot mean."""
    problems = [
        (key, f"is no day; the keys are {', '.join(DAYS)} and always") for key in table if key not in {*DAYS, "always"}
    ]
    week: list[DayHours] = []
    for name in DAYS:
        try:
            week.append(read_day(table.get(name, [])))
        except HoursError as error:
            week.append(())
            problems.append((name, str(error)))
    return tuple(week), problems + _nights_too_long(week)


def read_day(value: object) -> DayHours:
    """One day's list of spans; empty: closed. Raises HoursError for what is unreadable or overlaps."""
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
