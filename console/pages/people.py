"""People and teams: who there is, who is on duty and why, and what becomes of a team's callers."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import changing, live, wording
from console.access import MANAGER, the_office, the_viewer
from console.asked import LARGEST_ID
from console.digests import version
from console.framed import framed, local
from console.people import seen as people_seen
from console.people.seen import At, Person, Team
from office import people, pins, teams
from office.tables import Staff
from reception import checking

STAFF = f"<int(max={LARGEST_ID}):staff_id>"
MOST_LEAVERS = 50
"""Of those who left, so many are listed, the last first."""


def add_to(pages: Blueprint) -> None:
    """Give the pages the people."""
    pages.add_url_rule("/people", view_func=people_page, endpoint="people")
    pages.add_url_rule("/people/region", view_func=people_region)
    pages.add_url_rule(f"/people/{STAFF}", view_func=person)
    pages.add_url_rule(f"/people/{STAFF}/check", view_func=number_check)


def people_page() -> str:
    """Everybody by team; for managers also who left, and what was changed."""
    with the_office().database.reading() as session:
        at = this_moment(session)
        shown = _shown(session, at)
        gone = leavers(session, at) if at.manages else []
        history = changing.shown(session, ("staff", "team")) if at.manages else []
    return framed("people.html", gone=gone, changes=history, local=local, **shown)


def people_region() -> Response:
    """The teams alone, for a page that keeps itself fresh."""
    with the_office().database.reading() as session:
        shown = _shown(session, this_moment(session))
    return live.region("people_region.html", {"viewer": the_viewer(), "wording": wording, **shown})


def person(staff_id: int) -> str:
    """One person: how they stand, and for managers what may be changed."""
    return framed("person.html", **of_person(staff_id))


def number_check(staff_id: int) -> Response:
    """What came of ringing their phone, for a page that keeps itself fresh."""
    with the_office().database.reading() as session:
        at, row = this_moment(session), session.get(Staff, staff_id) or abort(404)
        words = people_seen.check(checking.standing(session, staff_id, row.phone), at)
    return live.region(
        "person_check.html", {"staff_id": staff_id, "check": words, "version": version(words), "now": at.now}
    )


def of_person(staff_id: int, **more: Any) -> dict[str, Any]:
    """What the page of a person shows; 404 when there is none, or they left and whoever asks does not manage."""
    with the_office().database.reading() as session:
        at, row = this_moment(session), session.get(Staff, staff_id)
        if row is None or (row.left_at is not None and not at.manages):
            abort(404)
        theirs, names = people.teams_of(session, staff_id), people.team_names(session)
        seen = people_seen.person(row, people_seen.listed(names, theirs), at)
        check = people_seen.check(checking.standing(session, staff_id, row.phone), at)
        shown = {
            "row": row,
            "person": seen,
            "team_ids": {wording.legible(name): key for key, name in names.items() if key in theirs},
            "all_teams": list(people.open_teams(session).values()),
            "staff_id": staff_id,
            "check": check,
            "version": version(check),
            "pin": pins.standing(session, row.phone, at.now) if at.manages else None,
            "local": local,
        }
    return {"typed": typed(row, seen.teams, at), "problems": {}, **shown, **more}


def typed(row: Staff, names: Sequence[str], at: At) -> dict[str, Any]:
    """What stands in the form of a person before anybody types."""
    phone = people_seen.phone(row.phone, at)
    return {
        "name": row.name, "phone": phone, "teams": names, "role": row.role, "email": row.email, "notices": row.notices
    }  # fmt: skip


def this_moment(session: Session) -> At:
    """What a page of these is made for."""
    return At(the_office().clock.now(), the_office().business(session), the_viewer().role == MANAGER)


def leavers(session: Session, at: At) -> list[Person]:
    """Who left, the last first."""
    query = select(Staff).where(Staff.left_at.is_not(None)).order_by(Staff.left_at.desc(), Staff.id).limit(MOST_LEAVERS)
    return [people_seen.person(row, (), at) for row in session.scalars(query)]


def all_teams(session: Session, at: At) -> list[Team]:
    """Every team with its people, in three reads however many there are."""
    members, rows = people.members(session), teams.all_teams(session)
    names = {row.id: row.name for row in rows}
    staff = list(session.scalars(select(Staff).where(Staff.left_at.is_(None)).order_by(Staff.name, Staff.id)))
    seen = {row.id: people_seen.person(row, people_seen.listed(names, members[row.id]), at) for row in staff}
    anybody = any(row.on_duty for row in staff)
    return [
        people_seen.team(
            row, [seen[key] for key in seen if row.id in members[key]], only=len(rows) == 1, anybody=anybody
        )
        for row in rows
    ]


def _shown(session: Session, at: At) -> dict[str, Any]:
    seen = all_teams(session, at)
    everybody = {one.id: one for team in seen for one in team.people}
    lead = people_seen.lead(everybody.values(), at)
    return {"teams": seen, "lead": lead, "now": at.now, "version": version(seen, lead), "manages": at.manages}
