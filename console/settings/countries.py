"""Countries by their names and by the two letters that business.toml has for them. Pure."""

import re
from collections.abc import Iterable
from functools import cache

import phonenumbers
from babel import Locale

ALSO_CALLED = {"uk": "GB", "great britain": "GB", "usa": "US"}


@cache
def names() -> dict[str, str]:
    """The English name of every country whose numbers are known, by its two letters."""
    territories = Locale("en").territories
    return {code: territories[code] for code in sorted(phonenumbers.SUPPORTED_REGIONS)}


def read(text: str) -> str:
    """The two letters of a country that is named or written as they are. Raises ValueError with a sentence."""
    wanted = " ".join(text.split())
    if wanted.upper() in names():
        return wanted.upper()
    found = _by_name().get(wanted.casefold())
    if found is None:
        raise ValueError(f"“{wanted[:40]}” is no country that we know. Write its name, or two letters such as GB.")
    return found


def read_several(text: str) -> frozenset[str]:
    """Countries with commas or lines between. Raises ValueError with a sentence; none at all is such a fault."""
    parts = [part for part in re.split(r"[,;\n]", text) if part.strip()]
    if not parts:
        raise ValueError("At least one country has to stand here.")
    return frozenset(read(part) for part in parts)


def listed(codes: Iterable[str]) -> str:
    """Their names in order, as they may be typed again."""
    return ", ".join(sorted(names()[code] for code in codes))


@cache
def _by_name() -> dict[str, str]:
    return ALSO_CALLED | {name.casefold(): code for code, name in names().items()}
