"""How each single value of a business.toml is written. Every reader raises ValueError saying what is wrong, with an example."""

import difflib
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import phonenumbers

from office.numbers import WORLD, normal
from office.public_holidays import country_problem
from office.smtp import is_address
from office.written_hours import DayHours, read_day

LONGEST_NAME = 100
LONGEST_PATH = 400
LONGEST = timedelta(days=366)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that ends a sentence about an unknown word: the known one that it resembles, or all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f'did you mean "{close[0]}"?' if close else f"known are: {', '.join(names) or 'none'}"


def text(value: object, example: str) -> str:
    """Some text: trimmed, on one line."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'must be text in quotes; write for example "{example}"')
    if len(value) > LONGEST_NAME or any(unicodedata.category(character) == "Cc" for character in value):
        raise ValueError(f'must be one line of at most {LONGEST_NAME} characters; write for example "{example}"')
    return " ".join(value.split())


def words(example: str) -> Callable[[object], str]:
    """Text with something in it."""
    return lambda value: text(value, example)


def phone(value: object) -> str:
    """An E.164 number, written in exactly that form."""
    written = text(value, "+447700900101")
    if not written.startswith("+"):
        raise ValueError(f'"{written}" lacks "+" and the country code; write for example "+447700900101"')
    usual = normal(written, WORLD)
    if usual != written:
        raise ValueError(f'"{written}" is not in its plain form; write "{usual}"')
    return usual


def email(value: object) -> str:
    """An address that mails go to."""
    example = "manager@example.com"
    written = text(value, example)
    if not is_address(written):
        raise ValueError(f'"{written}" is no mail address; write for example "{example}"')
    return written


def ways(value: object) -> tuple[str, ...]:
    """How a manager is told: "text", "mail" or both."""
    known = ("text", "mail")
    if not isinstance(value, list) or not value or any(way not in known for way in value):
        raise ValueError('must be a list of "text" and "mail", at least one; write for example ["text", "mail"]')
    return tuple(way for way in known if way in value)


def audio_file(value: object) -> str:
    """Where a WAV or MP3 file stands, exactly as written. Whether it is there and what is in it is not looked at."""
    named = isinstance(value, str) and len(value) <= LONGEST_PATH and value.lower().endswith((".wav", ".mp3"))
    if not named or any(unicodedata.category(character) == "Cc" for character in str(value)):
        raise ValueError('must be the name of a WAV or MP3 file, in quotes; write for example "hello.wav"')
    return str(value)


def duration(value: object) -> timedelta:
    """A positive time of at most 366 days: 45s, 15m, 2h, 1d."""
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", value) if isinstance(value, str) else None
    length = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < length <= LONGEST:
        raise ValueError(
            'must be a length of time above zero, at most 366d; write for example "45s", "15m", "2h" or "1d"'
        )
    return length


def duration_between(least: timedelta, most: timedelta, example: str) -> Callable[[object], timedelta]:
    """A duration such as 45s, 15m, 2h or 1d between two, both allowed."""

    def read(value: object) -> timedelta:
        length = duration(value)
        if not least <= length <= most:
            raise ValueError(
                f"must be from {least.total_seconds():.0f}s to {most.total_seconds():.0f}s; "
                f'write for example "{example}"'
            )
        return length

    return read


def durations(value: object) -> tuple[timedelta, ...]:
    """A list of durations."""
    if not isinstance(value, list):
        raise ValueError('must be a list of lengths of time; write for example ["10m", "30m", "2h"]')  # noqa: TRY004 - the file is wrong, not our code
    return tuple(duration(item) for item in value)


def count(least: int, most: int, example: int) -> Callable[[object], int]:
    """A whole number from `least` to `most`."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(
                f"must be a whole number from {least} to {most}, without quotes; write for example {example}"
            )
        return value

    return read


def yes_or_no(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false, without quotes; write for example true")  # noqa: TRY004 - the file is wrong, not our code
    return value


def rate(most: int, example: float) -> Callable[[object], float]:
    """A number from 0 to `most`, whole or not. Less than one in a hundred seconds is a slip of the pen."""

    def read(value: object) -> float:
        number = None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
        if number is None or not (number == 0 or 0.01 <= number <= most):
            raise ValueError(f"must be 0 or a number from 0.01 to {most}, without quotes; write for example {example}")
        return number

    return read


def choice(*known: str) -> Callable[[object], str]:
    """One of the words that we know."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            listed = " or ".join(f'"{word}"' for word in known)
            raise ValueError(f'must be {listed}; write for example "{known[0]}"')
        return value

    return read


def menu_key(value: object) -> str:
    """A key of the telephone that a menu may use: 1 to 9."""
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]", value):
        raise ValueError('must be one digit from 1 to 9, in quotes; write for example "1"')
    return value


def zone(value: object) -> zoneinfo.ZoneInfo:
    """A time zone by its IANA name."""
    name = text(value, "Europe/London")
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        close = difflib.get_close_matches(name, zoneinfo.available_timezones(), n=1)
        raise ValueError(f'"{name}" is no time zone; write for example "{(close or ["Europe/London"])[0]}"') from None


def country(value: object) -> tuple[str, str | None]:
    """ISO alpha-2 country and, after a hyphen, its part: "GB-ENG" is ("GB", "ENG")."""
    written = text(value, "GB")
    code, _, part = written.partition("-")
    wrong = country_problem(code, part or None) if code in phonenumbers.SUPPORTED_REGIONS else None
    if wrong or code not in phonenumbers.SUPPORTED_REGIONS or written.endswith("-"):
        raise ValueError(wrong or f'"{written}" is no country; write for example "GB", or "GB-ENG" for a part of it')
    return code, part or None


def countries(value: object) -> frozenset[str]:
    """A list of regions by their two letters."""
    example = 'write for example ["GB", "IE"]'
    if not isinstance(value, list) or not value:
        raise ValueError(f"must be a list of at least one country; {example}")
    for code in value:
        if not isinstance(code, str) or code not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(f'"{code}" is no country; {example}')
    return frozenset(value)


def names(value: object) -> tuple[str, ...]:
    """A list of names."""
    if not isinstance(value, list):
        raise ValueError('must be a list of team names; write for example ["Workshop"]')  # noqa: TRY004 - the file is wrong, not our code
    return tuple(dict.fromkeys(text(item, "Workshop") for item in value))


def names_like(example: str) -> Callable[[object], tuple[str, ...]]:
    """A list of words or short phrases, perhaps empty; they are matched in small letters."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError(f'must be a list of words; write for example ["{example}"]')  # noqa: TRY004 - the file is wrong, not our code
        return tuple(dict.fromkeys(text(item, example).lower() for item in value))

    return read


def some_of(*known: str) -> Callable[[object], tuple[str, ...]]:
    """A list of some of the known words, in the order of their use; empty: none."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or any(word not in known for word in value) or len(set(value)) < len(value):
            all_of_them = ", ".join(f'"{word}"' for word in known)
            raise ValueError(f'must be a list of {all_of_them}, each once; write for example ["{known[0]}"]')
        return tuple(value)

    return read


def two_letters(example: str) -> Callable[[object], str]:
    """A language by its two letters (ISO 639-1)."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not (len(value) == 2 and value.isascii() and value.isalpha()):
            raise ValueError(f'must be the two letters of a language; write for example "{example}"')
        return value.lower()

    return read


def calendar_date(value: object) -> date:
    """A date, as TOML writes it, or as text when it comes from where it was stored."""
    written = str(value) if type(value) is date else value
    if not isinstance(written, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
        raise ValueError("must be a date without a time; write for example 2026-12-24")
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written} is on no calendar; write for example 2026-12-24") from None


def day_hours(value: object) -> DayHours:
    """One day's own hours: a list of spans, empty when closed."""
    if value is None:
        raise ValueError('write for example ["09:00-12:00"], or [] for a day that is closed')
    return read_day(value)
