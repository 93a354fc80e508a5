"""What a manager does with one person: their duty, their PIN, and letting them go with their promises in good hands."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from callbacks import desk, whose
from callbacks.refused import NotPossible, Refused
from console import changing, deeds, form, said, toasts, wording
from console.access import the_office, the_viewer
from console.framed import framed
from console.pages.people import STAFF, of_person, this_moment
from console.people import seen as people_seen
from console.people import tables as people_tables
from console.people.seen import At
from office import audit, duty, people, pins
from office.database import after_commit
from office.people import Person
from office.tables import Staff
from reception import checking

MOST_HELD = 1000
"""Nobody holds more promises than that; whatever is beyond goes back to its team."""


def add_to(pages: Blueprint) -> None:
    """Give the pages what is done with a person."""
    pages.add_url_rule(f"/people/{STAFF}/duty", view_func=set_persons_duty, methods=["POST"])
    pages.add_url_rule(f"/people/{STAFF}/ring", view_func=ring_to_check, methods=["POST"])
    pages.add_url_rule(f"/people/{STAFF}/pin", view_func=set_persons_pin, methods=["POST"])
    pages.add_url_rule(f"/people/{STAFF}/leave", view_func=person_leaves, methods=["GET", "POST"])


def set_persons_duty(staff_id: int) -> Response:
    """On duty, off it, or away until a time, as the form says or the address of an Undo. They are told by text."""
    wanted = request.values.get("duty", "")
    if wanted not in {"on", "off", "away"}:
        abort(400, "Say whether their phone should ring.")
    with the_office().database.reading() as session:
        at, who = this_moment(session), people.at_work(session, staff_id) or abort(404)
        undo = _as_it_was(session.get_one(Staff, staff_id), at)
    try:
        until = form.moment("until", at.profile.zone, "Say until when: a day and a time.") if wanted == "away" else None
        words = _switch(at, who, on=wanted == "on", until=until)
    except NotPossible as no:
        problems = {"until": str(no)}
        return make_response(framed("person.html", **of_person(staff_id, problems=problems, until=request.form.get("until"))), 422)  # fmt: skip
    toasts.told(words, undo)
    return redirect(form.way_back(), 303)


def ring_to_check(staff_id: int) -> Response:
    """Their phone rings, and asks for a key."""
    try:
        checking.ring(the_office(), staff_id, by=the_viewer().name)
    except NotPossible as no:
        flash(str(no), "bad")
    return redirect(url_for("pages.person", staff_id=staff_id), 303)


def set_persons_pin(staff_id: int) -> Response:
    """Another PIN for the staff line; it is never shown."""
    with the_office().database.transaction() as session:
        who = people.at_work(session, staff_id) or abort(404)
        try:
            pins.set_pin(session, who.phone, request.form.get("pin", ""))
        except pins.PinError as error:
            problems = {"pin": changing.sentence(str(error))}
            return make_response(framed("person.html", **of_person(staff_id, problems=problems)), 422)
        _note(session, "set-pin", staff_id)
    flash(f"{_called(who)} has a new PIN. Tell them in person: it is shown nowhere.", "good")
    return redirect(url_for("pages.person", staff_id=staff_id), 303)


def person_leaves(staff_id: int) -> Response:
    """Their promises get somebody first; then they are rung for nothing more."""
    with the_office().database.reading() as session:
        who = people.at_work(session, staff_id) or abort(404)
        held = len(whose.of_person(session, staff_id, MOST_HELD))
    if request.method != "POST":
        return make_response(_leaving(who, held, {}))
    problems = _why_not(who, held)
    first, name = partial(_hand_on, staff_id), _called(who)
    edit = people_tables.remove_person(who.phone)
    done = f"{name} has left. Their phone doesn’t ring any more."
    problems = problems or changing.attempt(edit, said=f"{name} left", done=done, first=first)
    if problems:
        return make_response(_leaving(who, held, problems), 422)
    return redirect(url_for("pages.people"), 303)


def _switch(at: At, who: Person, *, on: bool, until: datetime | None) -> str:
    """What there is to say of it."""
    with the_office().database.transaction() as session:
        if until is None:
            duty.set_duty(session, who.id, on=on)
        elif not duty.away(session, who.id, until, at.now):
            raise NotPossible("until", "That time is over already.")
        detail = f"until {until.isoformat()}" if until else None
        _note(session, "back" if on else "away", who.id, detail)
        if who.id != the_viewer().staff_id:
            _tell(session, at, who, on=on, until=until)
        nobody_left = people.on_duty(session) == 0
    is_now = "on duty" if on else f"away until {said.when(until, at.now, at.profile.zone)}" if until else "off duty"
    told = "" if who.id == the_viewer().staff_id else " They get a text about it."
    nobody = " Nobody is on duty now, so callers are offered a promise straight away." if nobody_left else ""
    return f"{_called(who)} is {is_now}.{told}{nobody}"


def _as_it_was(row: Staff, at: At) -> str:
    """The address (POST) that puts their duty back."""
    away = None if row.on_duty or row.away_until is None or row.away_until <= at.now else row.away_until.isoformat()
    duty = "on" if row.on_duty else "away" if away else "off"
    return url_for("pages.set_persons_duty", staff_id=row.id, duty=duty, until=away)


def _tell(session: Session, at: At, who: Person, *, on: bool, until: datetime | None) -> None:
    when = said.when(until, at.now, at.profile.zone) if until else None
    text_id = duty.tell_switched(session, at.profile, who, by=the_viewer().name, on=on, until=when, now=at.now)
    if text_id is not None:
        after_commit(session, partial(the_office().bell.ring, "worker.send_text", text_id))


def _why_not(who: Person, held: int) -> dict[str, str]:
    """The name is typed, and whoever keeps their promises chosen."""
    problems: dict[str, str] = {}
    typed, written = (" ".join(wording.legible(name).split()) for name in (request.form.get("name", ""), who.name))
    if typed.casefold() != written.casefold():
        problems["name"] = f"Write {_called(who)} as it stands here."
    if held and request.form.get("keeper", "") not in {"team", *map(str, _others(who.id))}:
        problems["keeper"] = "Choose who keeps their promises."
    return problems


def _hand_on(staff_id: int, session: Session) -> None:
    """Each promise to whoever was chosen; what is for a team that they are not in goes back to that team."""
    chosen = request.form.get("keeper", "")
    keeper = deeds.person(session, chosen) if form.row_id(chosen) else None
    for row in whose.of_person(session, staff_id, MOST_HELD):
        deed = deeds.deed_on(session, row.id)
        try:
            _give(deed, keeper)
        except Refused:
            continue  # somebody talks with the customer just now: it goes on, and is nobody's afterwards


def _give(deed: desk.Deed, keeper: Person | None) -> None:
    try:
        desk.assign(deed, keeper) if keeper else desk.release(deed)
    except NotPossible:
        desk.release(deed)


def _leaving(who: Person, held: int, problems: dict[str, str]) -> str:
    asks = people_seen.promises(_called(who), held) if held else None
    known: dict[str, Any] = {
        "who": who,
        "whole": wording.legible(who.name),
        "name": _called(who),
        "asks": asks,
        "held": held,
        "others": _others(who.id),
    }
    left = [what for key, what in problems.items() if key not in {"name", "keeper"}]
    return framed("person_leaves.html", typed=request.form, problems=problems, other_problems=left, **known)


def _others(staff_id: int) -> dict[int, str]:
    with the_office().database.reading() as session:
        names = people.names_at_work(session)
    return {key: wording.legible(name) for key, name in names.items() if key != staff_id}


def _called(who: Person | Staff) -> str:
    return wording.brief(wording.legible(who.name))


def _note(session: Session, action: str, staff_id: int, detail: str | None = None) -> None:
    by, now = the_viewer().name, the_office().clock.now()
    audit.write(session, by=by, action=action, about=f"staff:{staff_id}", now=now, detail=detail)
