"""Who has a call-back: taken, given back, handed to somebody, and free again by itself. Never commits.

Each is one conditional update that names what it expects: of two at once one wins, and the other is told who did.
Whoever takes a call-back has it for a set time, so that nothing lies with somebody who went home.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from callbacks import events
from callbacks.promise import IN_NO_CALL, Stage, State
from callbacks.refused import Held, Over, Refused, Underway
from callbacks.tables import Attempt, Callback
from office.database import changed, run
from office.tables import Audit

LAPSES_AT_ONCE = 100
"""Rows of one round of the sweep; the rest has its turn a moment later."""

UP = (Stage.ANSWERED.value, Stage.TAKEN.value, Stage.TALKED.value)
"""Stages of an attempt whose staff phone was picked up."""

NOBODYS = {"owner": None, "owner_id": None, "claimed_until": None}
LAPSED = (
    select(Callback.id, Callback.state, Callback.fence)
    .where(Callback.claimed_until <= bindparam("now", type_=Callback.claimed_until.type))
    .order_by(Callback.claimed_until)
    .limit(LAPSES_AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever acts: the name they act under, and which of the staff that is; None: nobody with a phone of ours."""

    name: str
    staff_id: int | None = None


def is_held_by(who: Who) -> ColumnElement[bool]:
    """It is theirs. A name alone is not enough where there is a person behind it."""
    if who.staff_id is not None:
        return Callback.owner_id == who.staff_id
    return and_(Callback.owner_id.is_(None), Callback.owner == who.name)


def may_be_taken_by(who: Who, now: datetime) -> ColumnElement[bool]:
    """Nobody has it, they have it, or whoever had it has had their time."""
    ended = or_(is_held_by(who), Callback.claimed_until <= now)
    return or_(Callback.state == State.WAITING.value, and_(Callback.state == State.CLAIMED.value, ended))


def rings_for(who: Who) -> ColumnElement[bool]:
    """The attempt under way is theirs."""
    theirs = (Attempt.callback_id == Callback.id, Attempt.fence == Callback.fence, Attempt.staff_id == who.staff_id)
    return and_(Callback.state == State.CALLING.value, exists().where(*theirs, Attempt.ended_at.is_(None)))


def claim(session: Session, callback_id: int, who: Who, until: datetime, now: datetime) -> None:
    """It is theirs until then, unless something comes of it before; claimed again, for longer. Raises Held, Over."""
    named = update(Callback).where(Callback.id == callback_id)
    mine = {"owner": who.name, "owner_id": who.staff_id, "claimed_until": until}
    taken = named.where(may_be_taken_by(who, now))
    # While their own phone rings for it, it is theirs as it is: the attempt goes on, and they have it afterwards.
    if not changed(
        session.execute(taken.values(state=State.CLAIMED.value, fence=Callback.fence + 1, **mine))
    ) and not changed(session.execute(named.where(rings_for(who)).values(mine))):
        raise why_not(session, callback_id)
    events.note(session, callback_id, "claimed", now, by=who.name)


def assign(
    session: Session, callback_id: int, to: Who, until: datetime, now: datetime, *, by: str, holder: Who | None = None
) -> None:
    """Somebody hands it to a person: only while `holder` has it, None: whoever has it; not while a phone rings for it. Raises Held, Underway, Over."""
    free = update(Callback).where(Callback.id == callback_id, Callback.state.in_(IN_NO_CALL))
    if holder is not None:
        free = free.where(Callback.state == State.CLAIMED.value, is_held_by(holder))
    theirs = {"owner": to.name, "owner_id": to.staff_id, "claimed_until": until}
    if not changed(session.execute(free.values(state=State.CLAIMED.value, fence=Callback.fence + 1, **theirs))):
        raise why_not(session, callback_id)
    events.note(session, callback_id, "claimed", now, by=by, owner=to.name)


def release(session: Session, callback_id: int, who: Who, now: datetime, *, anybodys: bool = False) -> bool:
    """They have it no longer; False when nobody had it. `anybodys`: also when it is another's. Raises Held, Over."""
    theirs = update(Callback).where(Callback.id == callback_id, Callback.state == State.CLAIMED.value)
    given_back = theirs if anybodys else theirs.where(may_be_taken_by(who, now))
    if changed(session.execute(given_back.values(state=State.WAITING.value, fence=Callback.fence + 1, **NOBODYS))):
        events.note(session, callback_id, "released", now, by=who.name)
        return True
    row = _standing(session, callback_id)
    if row.state != State.WAITING.value:
        raise why_not(session, callback_id)
    return False


def after_attempt(now: datetime) -> dict[str, object]:
    """Where a call-back goes whose attempt came to nothing: back to whoever still has it, else to everybody."""
    still = Callback.claimed_until > now
    kept = {name: case((still, getattr(Callback, name)), else_=None) for name in NOBODYS}
    return {"state": case((still, State.CLAIMED.value), else_=State.WAITING.value), **kept}


def why_not(session: Session, callback_id: int) -> Refused:
    """Why somebody may not act on it, as it stands now: for whoever came too late."""
    row = _standing(session, callback_id)
    if row.state == State.DONE.value:
        return Over()
    if row.state == State.CALLING.value:
        return Underway(row.by or row.owner or "Somebody")
    return Held(row.owner or "Somebody", _taken_at(session, callback_id, row.owner))


def _taken_at(session: Session, callback_id: int, owner: str | None) -> datetime | None:
    """When whoever has it took it, by what was written down of it."""
    took = (Audit.about == f"callback:{callback_id}", Audit.action == "claimed", Audit.by == owner)
    return session.scalar(select(func.max(Audit.at)).where(*took))


def _standing(session: Session, callback_id: int) -> Row[*tuple[str, str | None, str | None]]:
    """Its state, who has it, and whose phone rings for it."""
    theirs = and_(Attempt.callback_id == Callback.id, Attempt.fence == Callback.fence, Attempt.ended_at.is_(None))
    query = select(Callback.state, Callback.owner, Attempt.by).outerjoin(Attempt, theirs)
    return session.execute(query.where(Callback.id == callback_id).limit(1)).one()


def lapsed(session: Session, now: datetime) -> list[int]:
    """The call-backs that somebody has had for long enough. One indexed read, that finds nothing most of the time."""
    return [row.id for row in run(session, LAPSED, now=now).all()]


def free_lapsed(session: Session, now: datetime) -> list[int]:
    """Whatever somebody has had for long enough is everybody's again; returns which.

    One whose phone rings is left to its attempt once it was picked up. A phone that never came up has had its seconds:
    should it be picked up after all, its fence is old, and no customer is rung.
    """
    freed = [row.id for row in run(session, LAPSED, now=now).all() if _free(session, row, now)]
    for callback_id in freed:
        events.note(session, callback_id, "released", now)
    return freed


def _free(session: Session, row: Row[*tuple[int, str, int]], now: datetime) -> bool:
    """False when there was nothing to give back, or somebody was quicker."""
    same = update(Callback).where(
        Callback.id == row.id, Callback.fence == row.fence, Callback.state == row.state, Callback.claimed_until <= now
    )
    if row.state in {State.DONE.value, State.WAITING.value}:  # nobody has it any more: only the lease is forgotten
        forgotten = {"claimed_until": None} if row.state == State.DONE.value else NOBODYS
        session.execute(same.values(forgotten))
        return False
    if row.state == State.CALLING.value:
        up = and_(Attempt.callback_id == Callback.id, Attempt.fence == Callback.fence, Attempt.stage.in_(UP))
        same = same.where(~exists().where(up))
    again = case((~Callback.needs_person & (Callback.state == State.CALLING.value), now), else_=Callback.next_try_at)
    freed = same.values(state=State.WAITING.value, fence=Callback.fence + 1, next_try_at=again, **NOBODYS)
    return bool(changed(session.execute(freed)))
