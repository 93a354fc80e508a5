"""What somebody looks for among call-backs: part of a name or number, words of a message or a note. Conditions, no reads."""

import re
from collections.abc import Iterator

import phonenumbers as plan
from sqlalchemy import ColumnElement, or_, select

from callbacks.tables import Callback, CallbackCall
from office.tables import Customer, Note
from voicemail_greetings.tables import Message

LONGEST, MOST_WORDS, FEWEST_DIGITS = 100, 6, 3
"""Characters and words of what is looked for; digits below which something is no part of a number."""

NUMBER = re.compile(r"[0-9+() ./-]+")
NUMBERS = (Callback.phone, Callback.called_from)


def found(looked_for: str, region: str) -> tuple[ColumnElement[bool], ...]:
    """Each word stands somewhere in what is known about the call-back. `region` reads national numbers."""
    is_number = NUMBER.fullmatch(looked_for) is not None
    words = [looked_for.strip()] if is_number else looked_for.split()[:MOST_WORDS]
    return tuple(or_(*_stands_in(word, region)) for word in words if word)


def _stands_in(word: str, region: str) -> Iterator[ColumnElement[bool]]:
    for column in (Callback.name, Callback.reason, Callback.close_note):
        yield column.icontains(word, autoescape=True)
    known = or_(Customer.name.icontains(word, autoescape=True), Customer.notes.icontains(word, autoescape=True))
    theirs = select(Customer.phone).where(known).union(select(Note.phone).where(_holds(word)))
    said = select(CallbackCall.callback_id).join(Message, Message.call_sid == CallbackCall.call_sid)
    yield Callback.id.in_(said.where(Message.words.icontains(word, autoescape=True)))
    for phone in NUMBERS:
        yield phone.in_(theirs)
        yield from (phone.like(pattern) for pattern in _patterns(word, region))


def _holds(word: str) -> ColumnElement[bool]:
    return Note.text.icontains(word, autoescape=True)


def _patterns(word: str, region: str) -> Iterator[str]:
    """How the normal form of a number looks that somebody wrote a part of, as they dial it: 07700 is +447700 at home."""
    digits = re.sub(r"[^0-9]", "", word)
    if not NUMBER.fullmatch(word) or len(digits) < FEWEST_DIGITS:
        return
    yield f"%{digits}%"
    if digits.startswith("00"):
        yield f"+{digits[2:]}%"
    elif digits.startswith("0"):
        yield f"+{plan.country_code_for_region(region)}{digits[1:]}%"
