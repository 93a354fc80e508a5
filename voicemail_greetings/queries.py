"""Messages, read: nothing here changes a row.

A caller may record more than one in a call. The one that counts is the last with something in it, else the last.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from voicemail_greetings.tables import Erasure, Message

COUNTS_FIRST = (Message.label.is_not(None), Message.ended_at.desc(), Message.id.desc())
TO_FORGET = select(Erasure.sid).where(Erasure.due_at <= bindparam("now")).order_by(Erasure.due_at)


def for_call(session: Session, call_sid: str) -> Message | None:
    """The message of a call that counts."""
    return session.scalars(_of([call_sid]).limit(1)).first()


def of_calls(session: Session, sids: Sequence[str]) -> dict[str, Message]:
    """The message that counts of each call that has one, by the call's sid."""
    return {message.call_sid: message for message in reversed(session.scalars(_of(sids)).all())}


def to_fetch(session: Session, now: datetime, limit: int = 20) -> list[int]:
    """Messages whose audio is still at the carrier and may be asked for now."""
    query = select(Message.id).where(Message.fetch_at <= now).order_by(Message.fetch_at).limit(limit)
    return list(session.scalars(query))


def to_forget(session: Session, now: datetime, limit: int = 20) -> list[str]:
    """What the carrier is to be asked now to forget, by its sid, the longest waiting first."""
    return list(session.scalars(TO_FORGET.limit(limit), {"now": now}))


def _of(sids: Sequence[str]) -> Select[Message]:
    return select(Message).where(Message.call_sid.in_(sids)).order_by(*COUNTS_FIRST)
