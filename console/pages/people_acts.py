"""What a manager does with one person: their duty, their PIN, and letting them go with their promises in good hands."""

from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

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


class Duty(NamedTuple):
    """Whether somebody is on duty; `until`: off it, and back then by themselves."""

    on: bool
    until: datetime | None

    @property
    def written(self) -> str:
        """As it stands in an address: the same for the same duty."""
        return self.until.astimezone(UTC).isoformat() if self.until else "on" if self.on else "off"


def add_to(pages: Blueprint) -> None:
    """Give the pages what is done with a person."""
    pages.add_url_rule(f"/people/{STAFF}/duty", view_func=set_persons_duty, methods=["POST"])
    pages.add_url_rule(f"/people/{STAFF}/ring", view_func=ring_to_check, methods=["POST"])
    pages.add_url_rule(f"/people/{STAFF}/pin", view_func=set_persons_pin, methods=["POST"])
    pages.add_url_rule(f"/people/{STAFF}/leave", view_func=person_leaves, methods=["GET", "POST"])


def set_persons_duty(staff_id: int) -> Response:
    """On duty, off it, or away until a time, as the form says or the address of an Undo. They are told by text."""
    undoes = request.args.get("undoes")
    with the_office().database.reading() as session:
        at, who = this_moment(session), people.at_work(session, staff_id) or abort(404)
    try:
        words, undo = _switch(at, who, _written(at) if undoes is None else _before(at), undoes)
    except NotPossible as no:
        if undoes is not None:
            flash(str(no), "bad")
            return redirect(form.way_back(), 303)
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


def _written(at: At) -> Duty:
    """As the form says."""
    wanted = request.form.get("duty", "")
    if wanted not in {"on", "off", "away"}:
        abort(400, "Say whether their phone should ring.")
    until = form.moment("until", at.profile.zone, "Say until when: a day and a time.") if wanted == "away" else None
    return Duty(wanted == "on", until)


def _before(at: At) -> Duty:
    """As the address of an Undo says."""
    to, asks = request.args.get("to", ""), "Say whether their phone should ring."
    until = None if to in {"on", "off"} else form.moment_of(to, "until", at.profile.zone, asks)
    return Duty(to == "on", until)


def _switch(at: At, who: Person, wanted: Duty, undoes: str | None) -> tuple[str, str | None]:
    """What there is to say of it, and the address (POST) that takes it back. `undoes` is the only duty that it may change."""
    is_me = who.id == the_viewer().staff_id
    with the_office().database.transaction() as session:
        row = session.get_one(Staff, who.id, with_for_update={"key_share": True}, populate_existing=True)
        was, missed = _has(row, at), row.misses and not row.on_duty
        if undoes not in {None, was.written}:
            raise NotPossible(None, f"{_called(who)}’s duty has changed since, so it stays as it is now.")
        if was == wanted:
            return f"{_called(who)} is {_in_words(was, at)} already.", None
        _set(session, at, who, wanted)
        if not is_me:
            _tell(session, at, who, wanted)
        nobody_left = people.on_duty(session) == 0
    told = "" if is_me else " They get a text about it."
    nobody = " Nobody is on duty now, so callers are offered a promise straight away." if nobody_left else ""
    undo = url_for("pages.set_persons_duty", staff_id=who.id, to=was.written, undoes=wanted.written)
    # What they missed is forgotten by any of these: that they were taken off for it nothing puts back.
    return f"{_called(who)} is {_in_words(wanted, at)}.{told}{nobody}", None if missed else undo


def _has(row: Staff, at: At) -> Duty:
    is_away = not row.on_duty and row.away_until is not None and row.away_until > at.now
    return Duty(row.on_duty, row.away_until if is_away else None)


def _in_words(has: Duty, at: At) -> str:
    if has.until:
        return f"away until {said.when(has.until, at.now, at.profile.zone)}"
    return "on duty" if has.on else "off duty"


def _set(session: Session, at: At, who: Person, wanted: Duty) -> None:
    if wanted.until is None:
        duty.set_duty(session, who.id, on=wanted.on)
    elif not duty.away(session, who.id, wanted.until, at.now):
        raise NotPossible("until", "That time is over already.")
    detail = f"until {wanted.until.isoformat()}" if wanted.until else None
    _note(session, "back" if wanted.on else "away", who.id, detail)


def _tell(session: Session, at: At, who: Person, wanted: Duty) -> None:
    on, until = wanted
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
