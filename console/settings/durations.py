"""Lengths of time as people write them ("2 hours", "90 min", "half an hour"), as we tell them and as business.toml holds them. Pure."""

import re
from datetime import timedelta
from fractions import Fraction

from office.profile.values import LONGEST

UNITS = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}
"""Seconds, the longest first."""

CALLED = UNITS | {
    "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hr": 3600, "d": 86_400, "w": 7 * 86_400, "week": 7 * 86_400,
    "month": 30 * 86_400, "year": 365 * 86_400,
}  # fmt: skip
COUNTED = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
HALF = Fraction(1, 2)
PIECE = re.compile(
    rf"(\d{{0,9}}[.,]?\d{{1,9}}|half(?: an?)?|(?:{'|'.join(COUNTED)})\b)\s*([a-z]+)\.?(?:\s*(?:,|and\b)\s*|\s+|$)"
)
LONGEST_TYPED = 60
"""Characters of one length."""

EXAMPLE = "Write for example 20 minutes, 2 hours or 1 day."


def read(text: str) -> timedelta:
    """The length that somebody means. Raises ValueError with a sentence for them."""
    tidy = re.sub(r"(?<=[a-z])(?=\d)", " ", " ".join(text.lower().replace("½", ".5").split()))
    if re.fullmatch(r"[\d.,]+", tidy):
        raise ValueError(f"{tidy[:9]} of what? {EXAMPLE}")
    if not tidy or len(tidy) > LONGEST_TYPED or PIECE.sub("", tidy):
        raise ValueError(f"That’s no length of time that we can read. {EXAMPLE}")
    seconds = round(sum(_number(many) * _unit(unit) for many, unit in PIECE.findall(tidy)))
    if not 0 < seconds <= LONGEST.total_seconds():
        raise ValueError(f"It must be longer than nothing, and at most {LONGEST.days} days. {EXAMPLE}")
    return timedelta(seconds=seconds)


def read_several(text: str) -> tuple[timedelta, ...]:
    """Lengths one after the other, with commas or lines between; empty: none. Raises ValueError as `read` does."""
    return tuple(read(each) for each in re.split(r"[,;\n]|\band\b|\bthen\b", text) if each.strip())


def written(length: timedelta) -> str:
    """As people write it, in the longest unit that is whole: "90 minutes", "1 day"."""
    name, many = _whole(length)
    return f"{many} {name}{'' if many == 1 else 's'}"


def filed(length: timedelta) -> str:
    """As business.toml holds it: "90m", "1d"."""
    name, many = _whole(length)
    return f"{many}{name[0]}"


def _whole(length: timedelta) -> tuple[str, int]:
    seconds = int(length.total_seconds())
    return next((name, seconds // each) for name, each in UNITS.items() if seconds % each == 0)


def _number(written: str) -> Fraction:
    if written.startswith("half"):
        return HALF
    return Fraction(COUNTED[written]) if written in COUNTED else Fraction(written.replace(",", "."))


def _unit(called: str) -> int:
    seconds = CALLED.get(called) or CALLED.get(called.removesuffix("s"))
    if seconds is None:
        raise ValueError(f"We don’t know “{called[:20]}”. {EXAMPLE}")
    return seconds
