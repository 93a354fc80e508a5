"""What the body of a request of the JSON API says, checked: one object, fields that we know, of the type they should be.

What is wrong is a 400 that names the field; a body that is no JSON says so in its type, and is a 415.
"""

import json
import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from console.asked import LINES, BadFieldError

RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
UNWRITABLE = {"Cc", "Cs"}
"""Kinds of characters that no database takes or nobody can see: control characters, halves of characters."""


class Body:
    """The fields of a request. Each is read once, by what it must be."""

    def __init__(self, *fields: str) -> None:
        """Of this request; an empty body has no fields. Raises what werkzeug answers 400, 413 or 415 for."""
        self.said = _object()
        for name in self.said:
            if name not in fields:
                known = f"the fields are: {', '.join(fields)}" if fields else "nothing may be said here"
                raise BadFieldError(name[:50], f"is no field of this request; {known}")

    def text(self, name: str, most: int, *, lines: bool = False) -> str | None:
        """Some text of at most so many characters, trimmed; None: not there, null or nothing but spaces."""
        given = self.said.get(name)
        if given is None:
            return None
        if not isinstance(given, str) or not _is_writable(given, lines=lines):
            raise BadFieldError(name, "must be plain text")
        if len(given.strip()) > most:
            raise BadFieldError(name, f"must be text of at most {most} characters")
        return given.strip() or None

    def needed(self, name: str, most: int, *, lines: bool = False) -> str:
        """A text that must be there."""
        given = self.text(name, most, lines=lines)
        if given is None:
            raise BadFieldError(name, "is missing")
        return given

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        """One of these words, which must be there."""
        given = self.needed(name, 100)
        if given not in allowed:
            raise BadFieldError(name, f"must be one of: {', '.join(allowed)}")
        return given

    def moment(self, name: str) -> datetime | None:
        """A time with its offset, as RFC 3339 writes it; UTC."""
        given = self.said.get(name)
        if given is None:
            return None
        try:
            if isinstance(given, str) and RFC_3339.fullmatch(given):
                return datetime.fromisoformat(given.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise BadFieldError(name, "must be a time with its offset, such as 2026-11-23T10:00:00+00:00")

    def needed_moment(self, name: str) -> datetime:
        """A time that must be there."""
        moment = self.moment(name)
        if moment is None:
            raise BadFieldError(name, "is missing")
        return moment


def _object() -> dict[str, Any]:
    raw = request.get_data()
    if not raw:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON: Content-Type: application/json")
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):  # bytes that are no text are a ValueError too
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(said, dict):
        raise BadRequest("The body must be one JSON object.")
    return said


def _is_writable(text: str, *, lines: bool) -> bool:
    allowed = LINES if lines else ""
    return all(character in allowed or unicodedata.category(character) not in UNWRITABLE for character in text)
