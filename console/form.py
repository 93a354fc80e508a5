"""What a form of a page says, checked. What cannot be used is told in a sentence beside the form: callbacks.refused.NotPossible."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import request, url_for

from callbacks.refused import NotPossible
from console.asked import LARGEST_ID, LINES
from console.body import UNWRITABLE

LOCAL_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of ours: browsers read `//host` and `/\\host` as another site, and drop control characters before they look."""


def text(name: str, most: int) -> str | None:
    """Some text of at most so many characters, trimmed; None: nothing but spaces."""
    given = request.form.get(name, "").replace("\r\n", "\n").strip()
    if len(given) > most:
        raise NotPossible(name, f"That’s too long: {most} characters have room.")
    if any(character not in LINES and unicodedata.category(character) in UNWRITABLE for character in given):
        raise NotPossible(name, "There’s a character in it that can’t be kept. Please write it again.")
    return given or None


def needed(name: str, most: int, sentence: str) -> str:
    """A text that must be there; `sentence` asks for it."""
    given = text(name, most)
    if given is None:
        raise NotPossible(name, sentence)
    return given


def moment(name: str, zone: ZoneInfo, sentence: str) -> datetime:
    """A day and time as the office's clock shows it ("2026-11-24T14:30"); `sentence` asks for it."""
    return moment_of(request.form.get(name, ""), name, zone, sentence)


def moment_of(given: str, name: str, zone: ZoneInfo, sentence: str) -> datetime:
    """The same of what was given for that field, wherever it stands."""
    try:
        there = datetime.fromisoformat(given)
        return (there if there.tzinfo else there.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError):
        raise NotPossible(name, sentence) from None


def row_id(given: str) -> int | None:
    """The number of a row; None: it is none."""
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(LARGEST_ID))):
        return None
    return int(given) if 0 < int(given) <= LARGEST_ID else None


def way_back() -> str:
    """The page of ours from which somebody came, else the list: where an act leads when it is done."""
    return local_path(request.values.get("next") or _came_from(), "pages.callbacks")


def local_path(wanted: str | None, otherwise: str) -> str:
    """`wanted` when it is a path of ours, else the page of that endpoint."""
    return wanted if wanted and LOCAL_PATH.fullmatch(wanted) else url_for(otherwise)


def _came_from() -> str | None:
    """As the browser says, when that was a page of ours."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or not came.path:
        return None
    return f"{came.path}?{came.query}" if came.query else came.path
