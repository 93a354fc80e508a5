"""Whose a promise is when somebody leaves, or their team is closed: nothing stays with who is not there any more. Never commits."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from callbacks import events
from callbacks.claims import NOBODYS
from callbacks.promise import State
from callbacks.queries import OPEN
from callbacks.tables import Callback
from office import audit
from office.tables import Staff, Team

LEFT = select(Staff.id).where(Staff.left_at.is_not(None))
CLOSED = select(Team.id).where(Team.closed_at.is_not(None))


def settle(session: Session, now: datetime) -> None:
    """What somebody who left still had is everybody's again, and what a closed team owed is for all.

    A call that was picked up goes on: it comes to whatever it comes to, and is nobody's afterwards.
    """
    theirs = update(Callback).where(OPEN, Callback.owner_id.in_(LEFT))
    session.execute(theirs.where(Callback.state == State.CALLING.value).values(claimed_until=now))
    freed = {"state": State.WAITING.value, "fence": Callback.fence + 1, **NOBODYS}
    claimed = theirs.where(Callback.state == State.CLAIMED.value)
    for callback_id in session.scalars(claimed.values(freed).returning(Callback.id)).all():
        events.note(session, callback_id, "released", now)
    session.execute(update(Callback).where(OPEN, Callback.prefer_id.in_(LEFT)).values(prefer_id=None))
    session.execute(update(Callback).where(OPEN, Callback.team_id.in_(CLOSED)).values(team_id=None))


def owed_by_team(session: Session, team_id: int) -> int:
    """How many open promises are that team's."""
    return session.scalar(select(func.count()).select_from(Callback).where(OPEN, Callback.team_id == team_id)) or 0


def to_team(session: Session, from_id: int, to_id: int, *, by: str, now: datetime) -> int:
    """All that one team owes another one owes from now on; returns how much. Whoever has one of them keeps it."""
    ids = list(session.scalars(select(Callback.id).where(OPEN, Callback.team_id == from_id)))
    session.execute(update(Callback).where(Callback.id.in_(ids)).values(team_id=to_id))
    for callback_id in ids:
        audit.write(session, by=by, action="team-changed", about=f"callback:{callback_id}", now=now)
    return len(ids)
