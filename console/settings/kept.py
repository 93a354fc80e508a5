"""How much is kept of what is deleted by itself one day, and when the next of it goes. Only reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from callbacks.deliveries import WAITING
from callbacks.tables import Delivery
from office.profile import RetentionPolicy
from office.tables import Text
from voicemail_greetings.erasing import HAS_SOUND, HAS_WORDS
from voicemail_greetings.tables import Message

WHAT: dict[str, tuple[str, InstrumentedAttribute[datetime], ColumnElement[bool]]] = {
    "recordings": ("Messages with their sound", Message.ended_at, HAS_SOUND),
    "words": ("Messages with their words", Message.ended_at, HAS_WORDS),
    "texts": ("Texts", Text.created_at, Text.send_at.is_(None)),
    "deliveries": ("What other software was told", Delivery.created_at, Delivery.state != WAITING),
}
"""By the key of [retention]: what it is called, when its time begins, and whether it is kept at all."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`count` of these are kept, the oldest of them until `next_at`; `past` are older than that already, and go within the hour."""

    called: str
    count: int
    past: int
    next_at: datetime | None


def kept(session: Session, retention: RetentionPolicy, now: datetime) -> list[Kept]:
    """Each kind of thing, as long as it is kept now."""
    return [_kept(session, key, retention, now) for key in WHAT]


def _kept(session: Session, key: str, retention: RetentionPolicy, now: datetime) -> Kept:
    called, begins, is_kept = WHAT[key]
    length = getattr(retention, key)
    past = func.count().filter(begins < now - length)
    count, gone, oldest = session.execute(select(func.count(), past, func.min(begins)).where(is_kept)).one()
    return Kept(called, count, gone, oldest + length if oldest else None)
