"""Promises that go up the ladder: which are due, and what each rung does to their rows. Never commits.

A rung is written once for a promised time, in the transaction of all that it causes; a promise that its customer let us
move climbs anew.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from callbacks import ladder, queries
from callbacks.attempts import AFTER_THE_KEY
from callbacks.deadlines import aimed_at
from callbacks.events import note
from callbacks.ladder import Step
from callbacks.promise import State
from callbacks.queries import NOT_KEPT
from callbacks.tables import Attempt, Callback, Move, Rung
from office import people
from office.database import insert_once, run
from office.people import Person
from office.profile import Profile
from office.tables import Staff, StaffTeam

KEPT_NOW = (
    select(Attempt.id)
    .where(Attempt.callback_id == Callback.id, Attempt.ended_at.is_(None), Attempt.stage.in_(AFTER_THE_KEY))
    .exists()
)
"""One of us pressed the key: their phone rings, or they speak. How it goes decides whether anybody must be told."""

CLIMBED = (
    select(func.count())
    .where(Rung.callback_id == Callback.id, Rung.promised_by == Callback.promised_by)
    .scalar_subquery()
)
MOVED_AT = select(func.max(Move.at)).where(Move.callback_id == Callback.id).scalar_subquery()
CLIMBING = (
    select(
        Callback.id,
        Callback.promised_by,
        Callback.slot_from,
        Callback.hurry_by,
        func.coalesce(MOVED_AT, Callback.missed_at).label("given_at"),
        CLIMBED.label("climbed"),
    )
    .where(queries.OPEN, NOT_KEPT, ~KEPT_NOW, len(ladder.STEPS) > CLIMBED)
    .order_by(Callback.promised_by, Callback.missed_at, Callback.id)
)
HELD = (
    select(Callback)
    .where(queries.OPEN, NOT_KEPT, ~KEPT_NOW, Callback.id == bindparam("of"), Callback.promised_by == bindparam("by"))
    .with_for_update(skip_locked=True)
)
LAST_ASKED = select(Attempt.staff_id).where(Attempt.callback_id == bindparam("of")).order_by(Attempt.id.desc()).limit(1)
ON_DUTY = select(Staff.id, Staff.name, Staff.phone).where(Staff.on_duty).order_by(Staff.id)
ON_DUTY_IN_TEAM = ON_DUTY.join(StaffTeam, StaffTeam.staff_id == Staff.id).where(StaffTeam.team_id == bindparam("team"))


@dataclass(frozen=True, slots=True)
class Due:
    """A promise whose time for some of the steps has come, the highest last."""

    callback_id: int
    promised_by: datetime
    steps: tuple[Step, ...]


def due(session: Session, profile: Profile, now: datetime) -> Iterator[Due]:
    """The promises that go up now, the first promised first. One read, however many there are."""
    for row in run(session, CLIMBING).all():
        steps = ladder.due(row.climbed, _moments(row, profile), now)
        if steps:
            yield Due(row.id, row.promised_by, steps)


def _moments(row: Row[*tuple[object, ...]], profile: Profile) -> tuple[datetime, ...]:
    """Who asked for a part of a day waits from its beginning."""
    since = max(row.given_at, row.slot_from or row.given_at)
    return ladder.moments(since, row.promised_by, profile.hours, profile.callbacks.remind_before, hurry_by=row.hurry_by)


def climb(session: Session, one: Due, now: datetime) -> tuple[Callback, tuple[Step, ...]] | None:
    """Write down that it goes up: its row, held until the transaction ends, and the steps that nobody wrote before.

    None when somebody else is at it, it was moved, or it is over.
    """
    callback = session.scalars(HELD, {"of": one.callback_id, "by": one.promised_by}).first()
    if callback is None:
        return None
    rung = {"callback_id": one.callback_id, "promised_by": one.promised_by, "at": now}
    new = tuple(step for step in one.steps if insert_once(session, Rung, rung=step.value, **rung) is not None)
    return (callback, new) if new else None


def pass_on(session: Session, callback: Callback, now: datetime) -> tuple[Person | None, Person | None]:
    """Whoever has it has it no longer, and somebody else of the team should ring first: who had it, and who should.

    Who should is somebody free before somebody busy, and who was asked least; None: there is nobody else, the team has it.
    """
    before = callback.owner_id or run(session, LAST_ASKED, of=callback.id).scalar()
    second = _second(session, callback, before, now)
    had = people.at_work(session, callback.owner_id)
    if callback.state == State.CLAIMED.value:
        callback.state, callback.fence = State.WAITING.value, callback.fence + 1
        callback.owner = callback.owner_id = callback.claimed_until = None
        try_now(callback, now)
        note(session, callback.id, "released", now)
    callback.prefer_id = second.id if second else None
    session.flush()
    return had, second


def _second(session: Session, callback: Callback, before: int | None, now: datetime) -> Person | None:
    asked = queries.staff_tried(session, callback.id)
    free = people.free(session, now, callback.team_id)
    others = [person for person in [*free, *on_duty(session, callback.team_id)] if person.id != before]
    return min(others, key=lambda person: (person not in free, asked.get(person.id, 0)), default=None)


def try_now(callback: Callback, now: datetime) -> None:
    """Phones ring now, and not only at the next try that was planned; never before the part of a day that was asked for."""
    if callback.phone is not None and not callback.needs_person:
        soon = max(now, callback.slot_from or now)
        callback.next_try_at = min(callback.next_try_at or soon, soon)


def is_tried_in_time(callback: Callback) -> bool:
    """Whether their phone has rung already, and rings again before the time we aim at: one more try now would be one less then."""
    again, aim = callback.next_try_at, aimed_at(callback.promised_by, callback.hurry_by)
    return callback.first_rang_at is not None and again is not None and again < aim


def on_duty(session: Session, team_id: int | None) -> list[Person]:
    """Who is on duty in the team, busy or not; None: in the house."""
    statement = ON_DUTY if team_id is None else ON_DUTY_IN_TEAM
    return [Person(*row) for row in run(session, statement, team=team_id).all()]


def still_owed(session: Session, ids: Collection[int]) -> set[tuple[int, datetime]]:
    """Of these call-backs those that are open, each with its promised time."""
    owed = select(Callback.id, Callback.promised_by).where(queries.OPEN, Callback.id.in_(ids))
    return {(row.id, row.promised_by) for row in session.execute(owed)}
