"""Whose the open call-backs are, for one who works through them: theirs, nobody's, and what stands before and after one. Reads only."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from callbacks.promise import Outcome, State
from callbacks.queries import OPEN
from callbacks.tables import Callback

URGENCY = (Callback.promised_by, Callback.missed_at, Callback.id)


def of_person(session: Session, staff_id: int, limit: int) -> list[Callback]:
    """What one of the staff has, or is on the phone for, the first promised first."""
    theirs = (OPEN, Callback.owner_id == staff_id, Callback.state != State.WAITING.value)
    return list(session.scalars(select(Callback).where(*theirs).order_by(*URGENCY).limit(limit)))


def nobodys(session: Session, teams: frozenset[int] | None, limit: int) -> list[Callback]:
    """What nobody has, of those teams and of no team (None: of all), the first promised first."""
    query = select(Callback).where(OPEN, Callback.state == State.WAITING.value, *_of(teams))
    return list(session.scalars(query.order_by(*URGENCY).limit(limit)))


def kept_since(session: Session, staff_id: int, since: datetime) -> int:
    """How many promises this person kept since then."""
    kept = (~OPEN, Callback.closed_at >= since, Callback.owner_id == staff_id)
    in_time = (Callback.outcome == Outcome.REACHED.value, Callback.spoke_at <= Callback.promised_by)
    return session.scalar(select(func.count()).select_from(Callback).where(*kept, *in_time)) or 0


def beside(session: Session, row: Callback, teams: frozenset[int] | None) -> tuple[int | None, int | None]:
    """The open call-backs just more and just less urgent than this one, by their ids."""
    place = tuple_(row.promised_by, row.missed_at, row.id)
    open_ones = select(Callback.id).where(OPEN, *_of(teams))
    before = open_ones.where(tuple_(*URGENCY) < place).order_by(*(column.desc() for column in URGENCY))
    after = open_ones.where(tuple_(*URGENCY) > place).order_by(*URGENCY)
    return session.scalar(before.limit(1)), session.scalar(after.limit(1))


def _of(teams: frozenset[int] | None) -> tuple[ColumnElement[bool], ...]:
    return () if teams is None else (or_(Callback.team_id.is_(None), Callback.team_id.in_(teams)),)
