"""Somebody comes, is written down differently, or comes back: for managers."""

from collections.abc import Callable, Collection
from typing import Any

from flask import Blueprint, abort, make_response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import changing, wording
from console.access import the_office
from console.framed import framed, profile
from console.pages.people import STAFF, of_person
from console.people import form as people_form
from console.people import tables as people_tables
from console.people.tables import Edit, Written
from office import people
from office.tables import Staff

NEW = {"name": "", "phone": "", "teams": (), "role": "staff", "email": "", "notices": "text"}
WORDS = {"name": "name", "phone": "phone", "teams": "teams", "role": "role", "email": "email", "notices": "messages"}
"""What a history calls the parts of a person."""


def add_to(pages: Blueprint) -> None:
    """Give the pages their forms of people."""
    pages.add_url_rule("/people/new", view_func=new_person, methods=["GET", "POST"])
    pages.add_url_rule(f"/people/{STAFF}", view_func=change_person, methods=["POST"])
    pages.add_url_rule(f"/people/{STAFF}/back", view_func=person_returns, methods=["POST"])


def new_person() -> Response:
    """Somebody is added: they are on duty at once."""
    if request.method != "POST":
        return make_response(_new(NEW, {}))
    written, problems = _written(None)
    who = wording.brief(written.name)
    done = f"{who} is here: their phone rings for callers now."
    problems = problems or _kept(people_tables.add_person(written), f"{who} was added", done)
    if problems:
        return make_response(_new(_typed(), problems), 422)
    return redirect(_address(written.phone), 303)


def change_person(staff_id: int) -> Response:
    """They are written down differently, and stay who they are, with another phone too."""
    row = _here(staff_id)
    written, problems = _written(row.phone)
    touched = people_form.touched(WORDS)
    said = f"{wording.brief(row.name)}: {_what_changed(row, written, touched)}"
    alerts = _alerts_stay(row.phone, written.phone) if "phone" in touched else ""
    done = f"{wording.brief(written.name if 'name' in touched else row.name)} is as you wrote.{alerts}"
    edit = people_tables.change_person(row.phone, written, touched)
    problems = {key: what for key, what in problems.items() if key in touched} or _kept(edit, said, done)
    if problems:
        return make_response(framed("person.html", **of_person(staff_id, typed=_typed(), problems=problems)), 422)
    return redirect(url_for("pages.person", staff_id=staff_id), 303)


def person_returns(staff_id: int) -> Response:
    """Who left is back, with all that they did before: on the phone and in the teams that the form says."""
    row = _row(staff_id)
    if row.left_at is None:
        return redirect(url_for("pages.person", staff_id=staff_id), 303)
    written, problems = _written(None)

    def first(session: Session) -> None:
        gone = session.get_one(Staff, staff_id)
        gone.name = written.name  # who left and comes back with a number is known by both
        people.give_phone(session, gone, written.phone)

    who = wording.brief(written.name)
    edit, done = people_tables.add_person(written), f"{who} is back: their phone rings for callers now."
    problems = problems or _kept(edit, f"{who} came back", done, first)
    if problems:
        return make_response(framed("person.html", **of_person(staff_id, typed=_typed(), problems=problems)), 422)
    return redirect(url_for("pages.person", staff_id=staff_id), 303)


def _written(was: str | None) -> tuple[Written, dict[str, str]]:
    """What the form says; `was` is the number of the person whose form it is, None: nobody's yet."""
    with the_office().database.reading() as session:
        profile, teams = the_office().business(session), list(people.open_teams(session).values())
        others = session.execute(people.AT_WORK.where(Staff.phone != (was or ""))).all()
    return people_form.person(profile, teams, {row.phone: wording.brief(row.name) for row in others}, was)


def _kept(edit: Edit, said: str, done: str, first: Callable[[Session], None] | None = None) -> dict[str, str]:
    """{} when it holds, else what is wrong by field; what belongs to no field of this form stands beside the first."""
    problems = changing.attempt(edit, said=said, done=done, first=first)
    return {key.partition("].")[2] or "name": what for key, what in problems.items()}


def _alerts_stay(was: str, phone: str) -> str:
    """Their new phone is not the manager's by itself."""
    known = profile()
    return " Alerts still go to the old number." if known and known.manager_phone == was != phone else ""


def _what_changed(row: Staff, written: Written, touched: Collection[str]) -> str:
    """The parts that are different, not what they were: a history is read by more people than a number."""
    now = written.entry
    keys = [key for key in WORDS if key in touched and key != "teams"]
    parts = [WORDS[key] for key in keys if getattr(row, key) != now.get(key)]
    with the_office().database.reading() as session:
        names = people.team_names(session)
        theirs = {names[key] for key in people.teams_of(session, row.id)}
        if "teams" in touched and theirs != {*written.teams}:
            parts.append("teams")
    return ", ".join(parts) or "nothing"


def _new(typed: dict[str, Any], problems: dict[str, str]) -> str:
    with the_office().database.reading() as session:
        teams = list(people.open_teams(session).values())
    return framed("person_new.html", typed=typed, problems=problems, all_teams=teams)


def _typed() -> dict[str, Any]:
    """What was written in the form, as it was."""
    return {**request.form.to_dict(), **{name: request.form.getlist(name) for name in ("teams", "was-teams")}}


def _row(staff_id: int) -> Staff:
    with the_office().database.reading() as session:
        return session.get(Staff, staff_id) or abort(404)


def _here(staff_id: int) -> Staff:
    row = _row(staff_id)
    return row if row.left_at is None else abort(404)


def _address(phone: str) -> str:
    with the_office().database.reading() as session:
        staff_id = session.scalar(select(Staff.id).where(Staff.phone == phone))
    return url_for("pages.person", staff_id=staff_id)
