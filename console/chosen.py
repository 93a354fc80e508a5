"""What the address of the list asks for: which call-backs, of which team, looked for by what, from where on.

An address may be old, cut off or written by hand: what in it makes no sense is as if it were not there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from callbacks.lists import SHOWS, Key
from console import search
from console.form import row_id

EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to show. `since` and `until` are days, both of them with; `after` is where the page before ended."""

    show: str = "open"
    team_id: int | None = None
    words: str = ""
    since: date | None = None
    until: date | None = None
    after: Key | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether a kind of list is not all shown."""
        return bool(self.team_id or self.words or self.since or self.until)

    @property
    def is_whole(self) -> bool:
        """Whether this is the list as it is with nothing asked for."""
        return self == Chosen()


def chosen(args: Mapping[str, str]) -> Chosen:
    """What an address asks for."""
    show = args.get("show", "")
    words = "".join(character for character in args.get("q", "") if character.isprintable())
    return Chosen(
        show=show if show in SHOWS else SHOWS[0],
        team_id=row_id(args.get("team", "")),
        words=" ".join(words[: search.LONGEST].split()),
        since=_day(args.get("from", "")),
        until=_day(args.get("to", "")),
        after=_key(args.get("after", "")),
    )


def address(asked: Chosen) -> dict[str, Any]:
    """The part of an address that asks for this."""
    said = {
        "show": asked.show if asked.show != SHOWS[0] else None,
        "team": str(asked.team_id) if asked.team_id else None,
        "q": asked.words or None,
        "from": asked.since.isoformat() if asked.since else None,
        "to": asked.until.isoformat() if asked.until else None,
        "after": _written(asked.after) if asked.after else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def begin(day: date, zone: ZoneInfo) -> datetime:
    """When that day begins at the office."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _day(given: str) -> date | None:
    try:
        day = date.fromisoformat(given) if re.fullmatch(r"[0-9-]{10}", given) else None
    except ValueError:
        return None
    return day if day and EARLIEST <= day <= LATEST else None


def _written(key: Key) -> str:
    return "~".join((*(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}" for moment in key[:2]), str(key[2])))


def _key(given: str) -> Key | None:
    parts = given.split("~")
    try:
        first, second = (datetime.strptime(part, "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=UTC) for part in parts[:2])
    except ValueError:
        return None
    last = row_id(parts[2]) if len(parts) == 3 else None
    return (first, second, last) if last else None
