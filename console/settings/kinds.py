"""How each kind of setting is typed, shown and filed. A ValueError's sentence is for whoever typed it. Pure."""

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from console.settings import countries as settings_countries
from console.settings import durations as settings_durations
from office import numbers, smtp

NO_WORDS = "none"
"""Typed instead of words: none shall tell anything."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` takes what was typed, and the country for numbers, and gives the value as a profile has it; None: left out.

    `written` is that value as a field shows it, `filed` as business.toml holds it. `widget` is the look of the field.
    """

    read: Callable[[str, str], Any]
    written: Callable[[Any], str]
    filed: Callable[[Any], Any] = lambda value: value
    widget: str = "line"


def _line(typed: str, _: str) -> str | None:
    return " ".join(typed.split()) or None


def _phone(typed: str, region: str) -> str | None:
    try:
        return numbers.normal(typed, region) if typed.strip() else None
    except numbers.NumberError as error:
        why = str(error).partition(";")[0]
        raise ValueError(f"It {why}. Write it with its area code, or from its + on.") from None


def _email(typed: str, _: str) -> str | None:
    if typed.strip() and not smtp.is_address(typed.strip()):
        raise ValueError("That isn’t an email address. Write for example you@example.com.")
    return typed.strip() or None


def _zone(typed: str, _: str) -> str:
    wanted = "_".join(typed.split()).casefold()
    found = [zone for zone in zones() if zone.casefold() == wanted or zone.casefold().endswith(f"/{wanted}")]
    if not wanted or not found:
        raise ValueError("We don’t know that time zone. Write a city’s, for example Europe/London.")
    return min(found, key=len)


def _whole(typed: str, _: str) -> int:
    if not re.fullmatch(r"\d{1,9}", typed.strip(), re.ASCII):
        raise ValueError("Write a whole number, for example 3.")
    return int(typed)


def _percent(typed: str, _: str) -> int:
    found = re.fullmatch(r"(\d{1,9}) ?%?", typed.strip(), re.ASCII)
    if found is None:
        raise ValueError("Write how many in 100, a whole number, for example 95%.")
    return int(found[1])


def _rate(typed: str, _: str) -> float:
    tidy = typed.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", tidy, re.ASCII):
        raise ValueError("Write a number, for example 1 or 0.5.")
    return float(tidy)


def _ticked(typed: str, _: str) -> tuple[str, ...]:
    return tuple(typed.split())


def _phrases(typed: str, _: str) -> tuple[str, ...] | None:
    said = tuple(dict.fromkeys(" ".join(each.split()).lower() for each in re.split(r"[\n,;]", typed) if each.strip()))
    return () if said == (NO_WORDS,) else said or None


@cache
def zones() -> tuple[str, ...]:
    """The time zones that places have, by their names."""
    known = zoneinfo.available_timezones()
    return tuple(sorted(zone for zone in known if "/" in zone and not zone.startswith("Etc/")))


TEXT = Kind(_line, lambda value: value or "")
LONG_TEXT = Kind(_line, lambda value: value or "", widget="long")
PHONE = Kind(_phone, lambda value: numbers.written(value) if value else "", widget="phone")
EMAIL = Kind(_email, lambda value: value or "", widget="email")
ZONE = Kind(_zone, str, widget="zone")
COUNTRY = Kind(
    lambda typed, _: settings_countries.read_home(typed),
    lambda value: settings_countries.PARTS.get(value) or settings_countries.names().get(value, value),
)
DURATION = Kind(
    lambda typed, _: settings_durations.read(typed),
    settings_durations.written,
    settings_durations.filed,
    "short",
)
DURATION_OR_OURS = replace(DURATION, read=lambda typed, _: settings_durations.read(typed) if typed.strip() else None)
DURATIONS = Kind(
    lambda typed, _: settings_durations.read_several(typed),
    lambda value: ", ".join(map(settings_durations.written, value)),
    lambda value: list(map(settings_durations.filed, value)),
)
WHOLE = Kind(_whole, str, widget="number")
PERCENT = Kind(_percent, lambda value: f"{value}%", widget="short")
RATE = Kind(_rate, lambda value: f"{value:g}", widget="short")
YES = Kind(lambda typed, _: typed == "yes", lambda value: "yes" if value else "no", widget="switch")
COUNTRIES = Kind(lambda typed, _: settings_countries.read_several(typed), settings_countries.listed, sorted, "long")
WAYS = Kind(_ticked, " ".join, list, "ticks")
IN_TURN = Kind(_ticked, " ".join, list, "turns")
PHRASES = Kind(
    _phrases, lambda value: ", ".join(value) or NO_WORDS, lambda value: None if value is None else list(value), "long"
)
