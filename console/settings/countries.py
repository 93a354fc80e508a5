"""Countries by their names and by the two letters that business.toml has for them. Pure."""

import re
from collections.abc import Iterable
from functools import cache

import phonenumbers
from babel import Locale

PARTS = {"GB-ENG": "England", "GB-SCT": "Scotland", "GB-WLS": "Wales", "GB-NIR": "Northern Ireland"}
"""Parts with public holidays of their own that people know by name; the other countries' are written by their letters, "DE-BY"."""

WITH_THE = re.compile(
    r"United |Isle |(Bahamas|Gambia|Maldives|Netherlands|Philippines)$|.* (Emirates|Islands|Republic)$"
)
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


def read_home(text: str) -> str:
    """Where a business is: a country, or a part of one, by name or letters. Raises ValueError with a sentence."""
    wanted = " ".join(text.split())
    code, _, part = wanted.upper().partition("-")
    if part and code in names():
        return f"{code}-{part}"
    return next((home for home, name in PARTS.items() if name.casefold() == wanted.casefold()), None) or read(text)


def home(country: str, part: str | None = None) -> str:
    """The name of where a business is: "England", "United Kingdom"; a part without a name of its own by its letters, "Germany (BY)"."""
    name = names().get(country, country)
    return PARTS.get(f"{country}-{part}", f"{name} ({part})") if part else name


def with_article(name: str) -> str:
    """A country as a sentence names it: "the United Kingdom"."""
    return f"the {name}" if WITH_THE.match(name) else name


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
