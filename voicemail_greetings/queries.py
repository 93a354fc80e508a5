"""Messages, read: nothing here changes a row."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from voicemail_greetings.tables import Message


def for_call(session: Session, call_sid: str) -> Message | None:
    """The last message left in a call."""
    return session.scalars(_of([call_sid]).limit(1)).first()


def of_calls(session: Session, sids: Sequence[str]) -> dict[str, Message]:
    """The last message of each call that has one, by the call's sid."""
    return {message.call_sid: message for message in reversed(session.scalars(_of(sids)).all())}


def to_fetch(session: Session, now: datetime, limit: int = 20) -> list[int]:
    """Messages whose audio is still at the carrier and may be asked for now."""
    query = select(Message.id).where(Message.fetch_at <= now).order_by(Message.fetch_at).limit(limit)
    return list(session.scalars(query))


def _of(sids: Sequence[str]) -> Select[Message]:
    return select(Message).where(Message.call_sid.in_(sids)).order_by(Message.id.desc())
