"""Somebody acts on a call-back, from a page or through the API: one transaction each, told once.

Whoever may not see a row cannot act on it: 404.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import desk, guard
from callbacks import queries as promises
from callbacks.claims import Who
from callbacks.desk import Deed
from callbacks.guard import Cap
from callbacks.refused import NotPossible
from console import form
from console.access import MANAGER, the_office, the_viewer
from office import numbers, people
from office.database import after_commit
from office.numbers import NumberError
from office.people import Person
from office.tables import Staff, StaffTeam
from voice import dialled

JOB = "worker.carry_out"


@contextmanager
def on_callback(callback_id: int) -> Iterator[Deed]:
    """Somebody acts on a call-back that they may see, in a transaction of its own."""
    with the_office().database.transaction() as session:
        yield deed_on(session, callback_id)


def deed_on(session: Session, callback_id: int) -> Deed:
    """Whoever is signed in acts on it now; 404 when they may not see it."""
    office, viewer = the_office(), the_viewer()
    if promises.one(session, callback_id, viewer.teams) is None:
        abort(404, "There is no such call-back.")
    who = Who(viewer.name, viewer.staff_id)
    profile, now = office.business(session), office.clock.now()
    return Deed(session, profile, now, callback_id, who, manager=viewer.role == MANAGER, elsewhere=dialled)


def call(deed: Deed) -> None:
    """Their own phone rings, then the customer's. A worker dials: at once, or at the sweep's next round."""
    desk.call(deed)
    after_commit(deed.session, partial(the_office().bell.ring, JOB, deed.callback_id))


def number_to_ring(session: Session, written: str) -> str:
    """A number as somebody wrote it, in its normal form. Raises NotPossible for what is none."""
    try:
        return numbers.normal(written, the_office().business(session).country)
    except NumberError as error:
        why = str(error).partition(";")[0]
        words = f"That number {why}. Write it with its area code, or from its + on."
        raise NotPossible("phone", words, "not_dialled") from None


def tell_of_limit(cap: Cap) -> None:
    """What was refused was undone, and the manager's alert with it."""
    office = the_office()
    with office.database.transaction() as session:
        guard.tell(session, office.business(session), cap, office.clock.now())


def team_mates(session: Session, team_id: int | None, but: int | None = None) -> list[Staff]:
    """To whom whoever is signed in may hand a call-back of that team, by name; None, for nobody's: a manager to anybody, others to team-mates. Not `but`, who has it."""
    query, viewer = select(Staff).where(Staff.left_at.is_(None)).order_by(Staff.name, Staff.id), the_viewer()
    teams = viewer.teams if team_id is None else {team_id}
    if teams is not None:
        query = query.where(Staff.id.in_(select(StaffTeam.staff_id).where(StaffTeam.team_id.in_(teams))))
    if viewer.role != MANAGER:
        query = query.where(Staff.id != viewer.staff_id)
    if but is not None:
        query = query.where(Staff.id != but)
    return list(session.scalars(query))


def person(session: Session, written: str) -> Person | None:
    """One of the staff by number or by name; None: nobody, or several have that name."""
    found = people.AT_WORK
    staff_id = form.row_id(written)
    named = session.execute(found.where(Staff.id == staff_id if staff_id else Staff.name == written)).all()
    return Person(*named[0]) if len(named) == 1 else None
