"""Which promises wait for one of the staff: those of their teams, of no team, and those that are theirs. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from callbacks.promise import State
from callbacks.queries import OPEN
from callbacks.tables import Callback
from office.database import run
from office.tables import StaffTeam

WAITS = (OPEN, Callback.state == State.WAITING.value, ~Callback.needs_person, Callback.phone.is_not(None))


def _is_theirs() -> ColumnElement[bool]:
    teams = select(StaffTeam.team_id).where(StaffTeam.staff_id == bindparam("who"))
    of_them = (Callback.prefer_id == bindparam("who"), Callback.owner_id == bindparam("who"))
    return or_(Callback.team_id.is_(None), Callback.team_id.in_(teams), *of_them)


HOW_MANY = select(func.count(), func.min(Callback.promised_by)).where(*WAITS)
HOW_MANY_OF_THEIRS = HOW_MANY.where(_is_theirs())
MOST_URGENT = (
    select(Callback)
    .where(*WAITS, _is_theirs(), or_(Callback.slot_from.is_(None), Callback.slot_from <= bindparam("now")))
    .order_by(Callback.promised_by, Callback.missed_at, Callback.id)
    .limit(bindparam("most"))
)


def waiting(session: Session, staff_id: int | None) -> tuple[int, datetime | None]:
    """How many call-backs wait that this person may ring, and by when the first is promised; None: all of the house."""
    found = run(session, HOW_MANY if staff_id is None else HOW_MANY_OF_THEIRS, who=staff_id).one()
    return found[0], found[1]


def most_urgent(session: Session, staff_id: int, now: datetime, limit: int) -> Sequence[Callback]:
    """Those that this person may ring now, the first promised first; not before the part of a day that was asked for."""
    return session.scalars(MOST_URGENT, {"who": staff_id, "now": now, "most": limit}).all()
