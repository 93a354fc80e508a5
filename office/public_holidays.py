"""A country's public holidays, by the office's own date, named as they are spoken."""

import re
from datetime import date
from functools import lru_cache


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


def holiday_on(country: str, subdivision: str | None, day: date) -> str | None:
    """The public holiday on that date, in English where the library has it, else None."""
    return _spoken(country, subdivision, day.year).get(day)


def is_day_off_instead(country: str, subdivision: str | None, day: date) -> bool:
    """Whether that date is off because the holiday itself falls on a weekend."""
    return "(observed)" in _of_year(country, subdivision, day.year).get(day, "")


def has_parts(country: str) -> bool:
    """Whether parts of that country may have public holidays that the rest has not. False for a country that is not known."""
    import holidays

    try:
        return bool(holidays.country_holidays(country).subdivisions)
    except NotImplementedError:
        return False


@lru_cache(maxsize=256)
def _spoken(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    """A year's public holidays; "(observed)" and "(estimated)" are not for the ear."""
    return {day: re.sub(r"\s*\([^)]*\)", "", name) for day, name in _of_year(country, subdivision, year).items()}


@lru_cache(maxsize=256)
def _of_year(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    """A year's public holidays, in English where the library has it: our sentences are English. One name a day."""
    import holidays

    known = holidays.country_holidays(country)
    native = known.default_language
    # Left to itself the library asks the machine's environment for a language.
    language = "en_US" if "en_US" in known.supported_languages and not (native or "").startswith("en") else native
    days = holidays.country_holidays(country, subdiv=subdivision, years=year, language=language)
    return {day: name.split(";")[0] for day, name in days.items()}
