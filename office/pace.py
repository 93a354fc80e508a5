"""How fast the carrier is asked for calls: turns, counted across all workers in one row. Takes a Session, never commits.

The carrier places so many calls a second for us and lets the others wait (twilio.md 3.1, limits). Whoever is live takes a turn
and does not wait for it; call-backs wait, so that the carrier's queue stays short for those who are live.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from office.database import insert_once, run
from office.tables import Pace

CALLS = "calls"
"""The turns at placing a call by the carrier's REST interface; what rings inside a call is not limited."""

NEXT = select(Pace.next_at).where(Pace.name == bindparam("which"))
HELD = NEXT.with_for_update()
TAKEN = update(Pace).where(Pace.name == bindparam("which")).values(next_at=bindparam("until"))


def next_turn(session: Session, name: str, now: datetime, per_second: float) -> datetime:
    """When the next turn is, at the earliest now; nobody is given it. `per_second` 0: nobody ever waits."""
    next_at: datetime | None = run(session, NEXT, which=name).scalar() if per_second else None
    return max(now, next_at or now)


def take_turn(session: Session, name: str, now: datetime, per_second: float) -> datetime:
    """When whoever asks may go, at the earliest now: the next turn, which is theirs alone. `per_second` 0: now.

    Whoever else takes one waits until this transaction ends, so it is the last thing to be done in it.
    """
    if not per_second:
        return now
    insert_once(session, Pace, name=name, next_at=now)
    next_at: datetime = run(session, HELD, which=name).scalar_one()
    turn = max(now, next_at)
    run(session, TAKEN, which=name, until=turn + timedelta(seconds=1 / per_second))
    return turn
