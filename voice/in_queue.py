"""Callers who wait in the queue, read: who is in line, in which order, and how long others waited.

A caller is in line from the moment they are put in the queue until they leave it or a person takes them. Places go by
when their call began, so that nobody loses theirs by asking for something else meanwhile (PITFALLS 13).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from office.database import run
from voice import our_legs
from voice.estimates import Wait
from voice.tables import Call, Leg

INBOUND = Call.direction == "inbound"
IN_LINE = and_(Call.waiting_since.is_not(None), Call.ended_at.is_(None), INBOUND)
FIRST = select(Call.id).where(IN_LINE).order_by(Call.started_at, Call.id).limit(1)
ALL = select(Call).where(IN_LINE).order_by(Call.started_at, Call.id).with_for_update()
HELD = (
    select(Call.started_at, Call.ended_at, func.max(Leg.accepted_at))
    .outerjoin(Leg, and_(Leg.call_id == Call.id, Leg.accepted_at.is_not(None)))
    .where(INBOUND, Call.holds > 0, Call.started_at >= bindparam("since"), Call.id != bindparam("not_this"))
    .group_by(Call.id)
)


def first(session: Session) -> int | None:
    """The caller who is longest in line; None when nobody waits."""
    call_id: int | None = run(session, FIRST).scalar()
    return call_id


def callers(session: Session) -> Sequence[Call]:
    """Everybody in line, in order, held until the transaction ends."""
    return session.scalars(ALL).all()


def ahead_of(session: Session, call: Call) -> int:
    """How many others in line come before this caller for the same people."""
    query = _how_many(in_team=call.team_id is not None, before=True, unserved=False)
    others: int = run(session, query, team_id=call.team_id, began=call.started_at, this=call.id).scalar_one()
    return others


def nobody_rings_for(session: Session, team_id: int | None, now: datetime, *, before: Call | None = None) -> int:
    """How many callers in line for a team or for anybody (None: for whomever) have no phone ringing; only those `before` a call."""
    query = _how_many(in_team=team_id is not None, before=before is not None, unserved=True)
    place = {"began": before.started_at, "this": before.id} if before else {}
    waiting: int = run(session, query, team_id=team_id, **place, **our_legs.ringing_since(now)).scalar_one()
    return waiting


@cache
def _how_many(*, in_team: bool, before: bool, unserved: bool) -> Select[*tuple[Any, ...]]:
    query = select(func.count()).where(IN_LINE)
    if in_team:
        query = query.where(or_(Call.team_id == bindparam("team_id"), Call.team_id.is_(None)))
    if before:
        began = Call.started_at
        query = query.where(
            or_(began < bindparam("began"), and_(began == bindparam("began"), Call.id < bindparam("this")))
        )
    if unserved:
        query = query.where(~exists().where(our_legs.RINGS, Leg.call_id == Call.id))
    return query


def waits(session: Session, call: Call, since: datetime, now: datetime) -> list[Wait]:
    """How long the other callers for the same team held who rang since then, from the first ring to the key that took them.

    Of those who gave up, and those who still hold, how long they were with us.
    """
    same_team = Call.team_id.is_(None) if call.team_id is None else Call.team_id == call.team_id
    rows = session.execute(HELD.where(same_team), {"since": since, "not_this": call.id})
    return [Wait((taken or ended or now) - began, taken=taken is not None) for began, ended, taken in rows]
