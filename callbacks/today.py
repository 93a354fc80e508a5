"""How the promises of a day stand, and which of them somebody is keeping now. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from callbacks.attempts import holder
from callbacks.promise import Outcome
from callbacks.queries import OPEN
from callbacks.tables import Attempt, Callback

CALL_WAS_OWED = or_(Callback.outcome.is_(None), Callback.outcome != Outcome.CANCELLED.value)
"""Who said that they need no call is not counted."""


@dataclass(frozen=True, slots=True)
class Today:
    """Promises of one day: kept and late among those that are over, `past` open ones whose time is gone, and those to come."""

    kept: int
    missed: int
    past: int
    to_come: int

    @property
    def late(self) -> int:
        """Past their time, and done but not in time."""
        return self.past + self.missed


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A try that is not over: `holder` is the name under which it reserves a person; `by` whom, since when; `rang_at` and `answered_at` are the customer's phone's."""

    holder: str
    callback_id: int
    by: str
    at: datetime
    rang_at: datetime | None
    answered_at: datetime | None


def today(
    session: Session, now: datetime, begins: datetime, ends: datetime, teams: frozenset[int] | None = None
) -> Today:  # fmt: skip
    """How the promises of the day stand that lies between these moments: those closed in it, and those open."""
    in_time = Callback.spoke_at <= Callback.promised_by
    over = select(func.count().filter(in_time), func.count()).where(
        ~OPEN, Callback.closed_at >= begins, CALL_WAS_OWED, *_of(teams)
    )
    due = select(
        func.count().filter(Callback.promised_by < now), func.count().filter(Callback.promised_by >= now)
    ).where(OPEN, Callback.promised_by < ends, *_of(teams))
    (kept, closed), (past, to_come) = session.execute(over).one(), session.execute(due).one()
    return Today(kept=kept, missed=closed - kept, past=past, to_come=to_come)


def under_way(session: Session, teams: frozenset[int] | None = None) -> list[tuple[UnderWay, Callback]]:
    """Every try that is not over, with its call-back; the longest first."""
    query = select(Attempt, Callback).join(Callback, Callback.id == Attempt.callback_id)
    found = session.execute(query.where(Attempt.ended_at.is_(None), *_of(teams))).all()
    # In order here, not there: to have it sorted, the database would read every attempt that ever was.
    return [(_under_way(tried), callback) for tried, callback in sorted(found, key=lambda row: (row[0].at, row[0].id))]


def _under_way(tried: Attempt) -> UnderWay:
    return UnderWay(
        holder(tried.id), tried.callback_id, tried.by, tried.at, tried.customer_rang_at, tried.customer_answered_at
    )


def _of(teams: frozenset[int] | None) -> list[ColumnElement[bool]]:
    return [] if teams is None else [or_(Callback.team_id.is_(None), Callback.team_id.in_(teams))]
