"""What somebody looks for among call-backs: part of a name or number, words of a message or a note. Conditions, no reads."""

import re
from collections.abc import Iterator
from typing import Any

import phonenumbers as plan
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from callbacks.lists import Sought
from callbacks.tables import Callback, CallbackCall
from office.tables import Customer, Note
from voicemail_greetings.tables import Message

LONGEST, MOST_WORDS, FEWEST_DIGITS = 100, 6, 3
"""Characters and words of what is looked for; digits below which something is no part of a number."""

NUMBER = re.compile(r"[0-9+() ./-]+")
NUMBERS = (Callback.phone, Callback.called_from)


def found(looked_for: str, region: str) -> Sought:
    """Each word stands somewhere in what is known about the call-back. `region` reads national numbers."""
    is_number = NUMBER.fullmatch(looked_for) is not None
    words = [looked_for.strip()] if is_number else looked_for.split()[:MOST_WORDS]
    own = [(word, tuple(_stands_in(word, region))) for word in words if word]
    return Sought(
        of_few=tuple(or_(*conditions, *_beside(word)) for word, conditions in own),
        of_many=tuple(or_(*conditions, *_among_all(word)) for word, conditions in own),
    )


def _stands_in(word: str, region: str) -> Iterator[ColumnElement[bool]]:
    """In the call-back's own row."""
    for column in (Callback.name, Callback.reason, Callback.close_note):
        yield _holds(column, word)
    for phone in NUMBERS:
        yield from (phone.like(pattern) for pattern in patterns(word, region))


def _beside(word: str) -> Iterator[ColumnElement[bool]]:
    """In what stands beside one call-back, looked up row by row. Each takes one row at most: no database makes a list of all of it."""
    for phone in NUMBERS:
        yield _one(select(Customer.id).where(Customer.phone == phone, _is_known(word)))
        yield _one(select(Note.id).where(Note.phone == phone, _holds(Note.text, word)))
    yield _one(_said(word).where(CallbackCall.callback_id == Callback.id))


def _one(query: Select[int]) -> ColumnElement[bool]:
    return query.limit(1).correlate(Callback).scalar_subquery().is_not(None)


def _among_all(word: str) -> Iterator[ColumnElement[bool]]:
    """In a list of all whose name, note or message has the word, made once."""
    theirs = select(Customer.phone).where(_is_known(word)).union(select(Note.phone).where(_holds(Note.text, word)))
    yield Callback.id.in_(_said(word))
    yield from (phone.in_(theirs) for phone in NUMBERS)


def _said(word: str) -> Select[int]:
    said = select(CallbackCall.callback_id).join(Message, Message.call_sid == CallbackCall.call_sid)
    return said.where(_holds(Message.words, word))


def _is_known(word: str) -> ColumnElement[bool]:
    return or_(_holds(Customer.name, word), _holds(Customer.notes, word))


def _holds(column: InstrumentedAttribute[Any], word: str) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True)


def patterns(word: str, region: str) -> Iterator[str]:
    """How the normal form of a number looks that somebody wrote a part of, as they dial it: 07700 is +447700 at home."""
    digits = re.sub(r"[^0-9]", "", word)
    if not NUMBER.fullmatch(word) or len(digits) < FEWEST_DIGITS:
        return
    yield f"%{digits}%"
    if digits.startswith("00"):
        yield f"+{digits[2:]}%"
    elif digits.startswith("0"):
        yield f"+{plan.country_code_for_region(region)}{digits[1:]}%"
