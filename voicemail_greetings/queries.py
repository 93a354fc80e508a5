"""Messages, read: nothing here changes a row.

A caller may record more than one in a call. The one that counts is the last with something in it, else the last.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from office.database import run
from office.tables import Sound
from voicemail_greetings.tables import Erasure, GreetingVersion, Message, Take

COUNTS_FIRST = (Message.label.is_not(None), Message.ended_at.desc(), Message.id.desc())
TO_FORGET = select(Erasure.sid).where(Erasure.due_at <= bindparam("now")).order_by(Erasure.due_at)

BEGUN_WITHIN = timedelta(minutes=1)
"""For so long after somebody asked to record a greeting their phone is taken to ring for it, or to be up."""

TAKE_BEGUN = (
    select(Take)
    .where(
        Take.staff_id == bindparam("who"),
        or_(Take.ring_at.is_not(None), Take.asked_at > bindparam("since", type_=Take.asked_at.type)),
    )
    .order_by(Take.id.desc())
    .limit(1)
)
HEADER = 44
"""Bytes before the sound in the WAV files that `convert` writes; the four from BYTES_A_SECOND on say how fast they play."""

BYTES_A_SECOND = slice(28, 32)
BEGINNINGS = select(
    Sound.digest, func.length(Sound.audio), func.substr(Sound.audio, 1, HEADER, type_=LargeBinary)
).where(Sound.digest.in_(bindparam("digests", expanding=True)))


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


def versions(session: Session, ids: Collection[int]) -> list[GreetingVersion]:
    """Greetings as somebody made them, by their ids, in the order in which they were made."""
    return list(
        session.scalars(select(GreetingVersion).where(GreetingVersion.id.in_(ids)).order_by(GreetingVersion.id))
    )


def seconds_of_sounds(session: Session, names: Collection[str]) -> dict[str, float]:
    """How long the sounds of greetings play, by their names. Told from how large they are: none of them is read whole."""
    digests = {name.partition(".")[0]: name for name in names}
    found = run(session, BEGINNINGS, digests=list(digests)).all() if digests else ()
    return {
        digests[digest]: (size - HEADER) / int.from_bytes(beginning[BYTES_A_SECOND], "little")
        for digest, size, beginning in found
        if beginning[:4] == b"RIFF" and any(beginning[BYTES_A_SECOND])
    }


def take_begun(session: Session, staff_id: int, now: datetime) -> Take | None:
    """The last greeting for which their phone is to be rung, or which they asked to record only just now."""
    return session.scalars(TAKE_BEGUN, {"who": staff_id, "since": now - BEGUN_WITHIN}).first()


def _of(sids: Sequence[str]) -> Select[Message]:
    return select(Message).where(Message.call_sid.in_(sids)).order_by(*COUNTS_FIRST)
