"""Which promises wait for one of the staff: those of their teams, of no team, and those that they have or should ring. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from callbacks.promise import State
from callbacks.queries import OPEN
from callbacks.tables import Callback
from office.database import run
from office.tables import StaffTeam

MAY_BE_RUNG = (OPEN, ~Callback.needs_person, Callback.phone.is_not(None))
NOBODYS = Callback.state == State.WAITING.value
HAS = and_(
    Callback.state == State.CLAIMED.value,
    Callback.owner_id == bindparam("who"),
    Callback.next_try_at <= bindparam("now", type_=Callback.next_try_at.type),
)
"""They took it, and its time has come."""


def _is_theirs() -> ColumnElement[bool]:
    teams = select(StaffTeam.team_id).where(StaffTeam.staff_id == bindparam("who"))
    of_them = (Callback.prefer_id == bindparam("who"), Callback.owner_id == bindparam("who"))
    return or_(Callback.team_id.is_(None), Callback.team_id.in_(teams), *of_them)


HOW_MANY = select(func.count(), func.min(Callback.promised_by)).where(*MAY_BE_RUNG)
OF_THE_HOUSE = HOW_MANY.where(NOBODYS)
THEIRS = or_(and_(NOBODYS, _is_theirs()), HAS)
HOW_MANY_OF_THEIRS = HOW_MANY.where(THEIRS)
MOST_URGENT = (
    select(Callback)
    .where(*MAY_BE_RUNG, THEIRS, or_(Callback.slot_from.is_(None), Callback.slot_from <= bindparam("now")))
    .order_by(Callback.promised_by, Callback.missed_at, Callback.id)
    .limit(bindparam("most"))
)


def waiting(session: Session, staff_id: int | None, now: datetime) -> tuple[int, datetime | None]:
    """How many call-backs wait that this person may ring, and by when the first is promised; None: all of the house."""
    found = (
        run(session, OF_THE_HOUSE) if staff_id is None else run(session, HOW_MANY_OF_THEIRS, who=staff_id, now=now)
    ).one()
    return found[0], found[1]


def most_urgent(session: Session, staff_id: int, now: datetime, limit: int) -> Sequence[Callback]:
    """Those that this person may ring now, the first promised first; not before the part of a day that was asked for."""
    return session.scalars(MOST_URGENT, {"who": staff_id, "now": now, "most": limit}).all()
