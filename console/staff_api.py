"""The JSON API's people: who is on duty, who is away until when, and being away oneself."""

from collections.abc import Sequence

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import shown
from console.access import the_office, the_viewer
from console.asked import RefusedError
from console.body import Body
from console.shown import Shape
from office import audit, duty, people
from office.tables import Staff, StaffTeam


def add_to(api: Blueprint) -> None:
    """Give the API its people."""
    api.get("/staff")(staff)
    api.post("/staff/me/away")(away)


def staff() -> Shape:
    """Everybody, in the order of the business's file, without their phones."""
    with the_office().database.reading() as session:
        return {
            "staff": _people(
                session, session.scalars(select(Staff).where(Staff.left_at.is_(None)).order_by(Staff.id)).all()
            )
        }


def away() -> Shape:
    """They are off duty until then, or back now (`until` null)."""
    until, office, viewer = Body("until").moment("until"), the_office(), the_viewer()
    if viewer.staff_id is None:
        raise RefusedError(422, "This sign-in belongs to nobody on the staff.", code="no_person")
    with office.database.transaction() as session:
        now = office.clock.now()
        if until is None:
            duty.set_duty(session, viewer.staff_id, on=True)
        elif not duty.away(session, viewer.staff_id, until, now):
            raise RefusedError(422, "This time is over already.", code="not_possible", field="until")
        action, detail = ("away", f"until {until.isoformat()}") if until else ("back", None)
        audit.write(session, by=viewer.name, action=action, about=f"staff:{viewer.staff_id}", now=now, detail=detail)
        return _people(session, [session.get_one(Staff, viewer.staff_id, populate_existing=True)])[0]


def _people(session: Session, rows: Sequence[Staff]) -> list[Shape]:
    names, teams = people.team_names(session), {row.id: list[str]() for row in rows}
    theirs = select(StaffTeam.staff_id, StaffTeam.team_id).where(StaffTeam.staff_id.in_(teams))
    for staff_id, team_id in session.execute(theirs.order_by(StaffTeam.team_id)):
        teams[staff_id].append(names[team_id])
    return [_person(row, teams[row.id]) for row in rows]


def _person(row: Staff, teams: Sequence[str]) -> Shape:
    return {
        "name": row.name,
        "role": row.role,
        "teams": teams,
        "on_duty": row.on_duty,
        "away_until": shown.moment(row.away_until),
    }
