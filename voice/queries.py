"""Calls, read: nothing here changes a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select, tuple_
from sqlalchemy.orm import Session

from office.database import run
from voice.tables import Call, Leg, Turn

INBOUND = Call.direction == "inbound"
BY_SID = select(Call).where(Call.sid == bindparam("sid")).with_for_update()
ANSWER = select(Turn.answer).where(Turn.call_id == bindparam("call_id"), Turn.number == bindparam("number"))
LAST_LEG = select(Leg).where(Leg.call_id == bindparam("call_id")).order_by(Leg.number.desc()).limit(1)
RANG = select(Leg.staff_id, func.count()).where(Leg.call_id == bindparam("call_id")).group_by(Leg.staff_id)
LAST_SPOKEN_TO = (
    select(Call.answered_by)
    .where(Call.phone == bindparam("phone"), Call.started_at >= bindparam("since"), Call.answered_by.is_not(None))
    .order_by(Call.started_at.desc())
    .limit(1)
)
SEEN = select(exists().where(Call.phone == bindparam("phone")))


def by_sid(session: Session, sid: str) -> Call | None:
    """The call with the carrier's sid, held until the transaction ends."""
    return session.scalars(BY_SID, {"sid": sid}).first()


def the(session: Session, sid: str) -> Call:
    """The call that is certainly there, held until the transaction ends."""
    return session.scalars(BY_SID, {"sid": sid}).one()


def answer_given(session: Session, call_id: int, number: int) -> str | None:
    """What we answered in that turn, when it was taken already."""
    answer: str | None = run(session, ANSWER, call_id=call_id, number=number).scalar()
    return answer


def seen_before(session: Session, phone: str) -> bool:
    """Whether that number ever called us, or we it."""
    return bool(run(session, SEEN, phone=phone).scalar())


def on_the_line(session: Session, phone: str) -> bool:
    """Whether somebody with that number is in a call to us now."""
    live = select(exists().where(Call.phone == phone, Call.ended_at.is_(None), INBOUND))
    return bool(session.scalar(live))


def queue_of(call_id: int) -> str:
    """The name of the queue in which this caller waits, alone: whoever takes them gets them and nobody else."""
    return f"call-{call_id}"


def leg(session: Session, call_id: int, number: int) -> Leg | None:
    """One of the staff phones that a call rang."""
    return session.get(Leg, (call_id, number))


def last_leg(session: Session, call_id: int) -> Leg | None:
    """The staff phone that a call rang last."""
    return session.scalars(LAST_LEG, {"call_id": call_id}).first()


def taken_leg(session: Session, call_id: int) -> Leg | None:
    """The staff phone on which the key was pressed last, when one was."""
    taken = select(Leg).where(Leg.call_id == call_id, Leg.accepted_at.is_not(None))
    return session.scalars(taken.order_by(Leg.accepted_at.desc()).limit(1)).first()


def rang(session: Session, call_id: int) -> dict[int, int]:
    """How often each of the staff was rung in this call."""
    return dict(run(session, RANG, call_id=call_id).all())


def last_spoken_to(session: Session, phone: str | None, since: datetime) -> int | None:
    """Who last spoke with that number, since then."""
    if phone is None:
        return None
    staff_id: int | None = run(session, LAST_SPOKEN_TO, phone=phone, since=since).scalar()
    return staff_id


def calls_by_team(session: Session, since: datetime) -> dict[int, int]:
    """How many callers asked for each team since then."""
    query = select(Call.team_id, func.count()).where(INBOUND, Call.started_at >= since, Call.team_id.is_not(None))
    return {team_id: count for team_id, count in session.execute(query.group_by(Call.team_id)) if team_id is not None}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of calls ended."""

    started_at: datetime
    id: int


def newest(
    session: Session, limit: int, *, phone: str | None = None, after: Place | None = None,
    teams: frozenset[int] | None = None,
) -> list[Call]:  # fmt: skip
    """Calls, newest first; of one number, of some teams, after a place."""
    query = select(Call)
    if phone is not None:
        query = query.where(Call.phone == phone)
    if teams is not None:
        query = query.where(Call.team_id.is_(None) | Call.team_id.in_(teams))
    if after is not None:
        query = query.where(tuple_(Call.started_at, Call.id) < tuple_(after.started_at, after.id))
    return list(session.scalars(query.order_by(Call.started_at.desc(), Call.id.desc()).limit(limit)))


def silent(session: Session, unheard_since: datetime, limit: int = 50) -> Sequence[str]:
    """Sids of calls that look live but were not heard of since then."""
    query = select(Call.sid).where(Call.ended_at.is_(None), Call.seen_at <= unheard_since, INBOUND)
    return list(session.scalars(query.order_by(Call.seen_at).limit(limit)))


def live(session: Session) -> int:
    """How many calls are going on."""
    return session.scalar(select(func.count()).select_from(Call).where(Call.ended_at.is_(None), INBOUND)) or 0
