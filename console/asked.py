"""What a request of the JSON API asks for, checked: limits, cursors, states, phones. What is wrong is a 400 that names it."""

import base64
import binascii
import json
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, HTTPException

from callbacks.queries import Place as CallbackPlace
from console.access import the_office
from office.numbers import WORLD, NumberError, normal
from office.wiring import NoBusinessError
from voice.queries import Place as CallPlace

USUAL_LIMIT, LARGEST_LIMIT = 50, 200
LONGEST_TEXT = 200
LINES = "\n\r\t"
"""Control characters that a text of several lines may hold."""

LARGEST_ID = 2**31 - 1
"""The largest number that a row's id may have in PostgreSQL; a larger one is nobody's."""


ID = f"<int(max={LARGEST_ID}):callback_id>"
"""How an address names a call-back."""

MESSAGE = f"<int(max={LARGEST_ID}):message_id>"
"""How an address names one of its messages."""


class BadFieldError(BadRequest):
    """A part of the request that cannot be used; `field` names it."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field} {what}")
        self.told = {"field": field}


class RefusedError(HTTPException):
    """Understood, and not done: 409 or 422. `code` says why in one word; what is None is not told."""

    def __init__(self, status: int, sentence: str, **told: str | None) -> None:
        super().__init__(sentence)
        self.code = status
        self.told = {name: each for name, each in told.items() if each is not None}


def text(name: str, most: int = LONGEST_TEXT, *, lines: bool = False) -> str | None:
    """A query parameter of at most so many characters, with `lines` of several lines; one that is empty was not given."""
    given = request.args.get(name) or None
    if given is not None and (len(given) > most or not _is_plain(given, lines=lines)):
        raise BadFieldError(name, f"must be plain text of at most {most} characters")
    return given


def _is_plain(given: str, *, lines: bool) -> bool:
    return all(each.isprintable() or (lines and each in LINES) for each in given)


def one_of(name: str, allowed: Collection[str]) -> str | None:
    """A query parameter that must be one of these words."""
    given = text(name)
    if given is not None and given not in allowed:
        raise BadFieldError(name, f"must be one of: {', '.join(sorted(allowed))}")
    return given


def limit() -> int:
    """How many rows a page may have: 1 to 200, 50 when nothing is said."""
    given = text("limit")
    if given is None:
        return USUAL_LIMIT
    if not re.fullmatch(r"[0-9]{1,3}", given) or not 1 <= int(given) <= LARGEST_LIMIT:
        raise BadFieldError("limit", f"must be a whole number from 1 to {LARGEST_LIMIT}")
    return int(given)


def phone(session: Session, given: str) -> str:
    """A phone number in its normal form. In a query a plus sign arrives as a space unless it was escaped."""
    written = f"+{given[1:]}" if given.startswith(" ") else given
    try:
        return normal(written, region(session))
    except NumberError as error:
        raise BadFieldError("phone", str(error)) from None


def region(session: Session) -> str:
    """Where a number that is written without a calling code belongs."""
    try:
        return the_office().business(session).country
    except NoBusinessError:
        return WORLD


def callback_cursor() -> CallbackPlace | None:
    """Where the last page of call-backs ended."""
    parts = _cursor(4)
    if parts is None:
        return None
    done, promised_by, missed_at, callback_id = parts
    if not isinstance(done, bool):
        raise _bad_cursor()
    return CallbackPlace(done, _moment(promised_by), _moment(missed_at), _row_id(callback_id))


def call_cursor() -> CallPlace | None:
    """Where the last page of calls ended."""
    parts = _cursor(2)
    return None if parts is None else CallPlace(_moment(parts[0]), _row_id(parts[1]))


def cursor_to(*parts: bool | int | datetime) -> str:
    """The opaque word that a client hands back to go on after a row with these values."""
    plain = [part.isoformat() if isinstance(part, datetime) else part for part in parts]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _cursor(count: int) -> list[Any] | None:
    given = text("cursor")
    if given is None:
        return None
    try:
        parts = json.loads(base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _bad_cursor() from None
    if not isinstance(parts, list) or len(parts) != count:
        raise _bad_cursor()
    return parts


def _moment(part: object) -> datetime:
    try:
        moment = datetime.fromisoformat(part if isinstance(part, str) else "")
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _bad_cursor()


def _row_id(part: object) -> int:
    if isinstance(part, int) and not isinstance(part, bool) and 0 < part <= LARGEST_ID:
        return part
    raise _bad_cursor()


def _bad_cursor() -> BadFieldError:
    return BadFieldError("cursor", "is not one of ours: take it from `next` of the page before")
