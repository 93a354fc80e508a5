"""Mine: one thumb, one promise. Whether my phone rings, whom I ring next, and what nobody has yet in my teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from callbacks import whose
from callbacks.tables import Callback
from console import digests, known, live, my_day, promise_card, wording
from console.access import the_office, the_viewer
from console.board import row_of
from console.known import AboutCallbacks
from console.messages_shown import Setting
from console.my_day import Mine, MyDay
from console.pages.callback import looks_now, setting
from office import audit, duty, people
from office.profile import Profile
from office.tables import Staff

MOST_ROWS = 30
"""Rows of each list: nobody holds more than they can ring in a day, and the list of all is one press away."""

AWAY = (30, 60, 120)
"""Minutes that are offered to whoever goes off duty; then they are on duty again by themselves."""

NOBODY = "This sign-in belongs to nobody on the staff, so there is no phone to switch on or off."

NOBODY_ON_DUTY = "Nobody is on duty now, so callers are offered a promise straight away."


@dataclass(frozen=True, slots=True)
class Look:
    """Whose page it is (None: nobody's on the staff), what is theirs and what is free. Two looks with one `stamp` show the same.

    `nobody`: they are off duty, and so is everybody else.
    """

    session: Session
    profile: Profile
    now: datetime
    person: Staff | None
    theirs: Sequence[Callback]
    free: Sequence[Callback]
    nobody: bool
    stamp: str


def add_to(pages: Blueprint) -> None:
    """Give the pages one's own call-backs, and the switch of one's own phone."""
    pages.add_url_rule("/mine", view_func=mine)
    pages.add_url_rule("/mine/list", view_func=mine_list)
    pages.add_url_rule("/mine/duty", view_func=switch_duty, methods=["POST"])


def mine() -> str:
    """The page; a sign-in without a person hears that it has none."""
    with the_office().database.reading() as session:
        return render_template("mine.html", **_shown(_look(session)))


def mine_list() -> Response:
    """All that changes on it, for a page that keeps itself fresh: 204 when it has this version already."""
    with the_office().database.reading() as session:
        look = _look(session)
        return live.stamped("mine_list.html", look.stamp, look.now, lambda: _shown(look))


def switch_duty() -> AnyResponse:
    """On duty, or off it for good or for some minutes; then back to the page, which shows it."""
    wanted, minutes = request.form.get("duty"), request.form.get("minutes", "")
    staff_id = the_viewer().staff_id
    if wanted not in {"on", "off"}:
        abort(400, "Say whether your phone should ring.")
    if staff_id is None:
        flash(NOBODY, "bad")
    else:
        away = timedelta(minutes=int(minutes)) if minutes in map(str, AWAY) else None
        _switch(staff_id, on=wanted == "on", away=away)
    return redirect(url_for("pages.mine"), 303)


def _switch(staff_id: int, *, on: bool, away: timedelta | None) -> None:
    """The page itself says how their phone stands after it."""
    office, by = the_office(), the_viewer().name
    with office.database.transaction() as session:
        now = office.clock.now()
        until = now + away if away and not on else None
        if until is None:
            duty.set_duty(session, staff_id, on=on)
        else:
            duty.away(session, staff_id, until, now)
        detail = f"until {until.isoformat()}" if until else None
        audit.write(session, by=by, action="back" if on else "away", about=f"staff:{staff_id}", now=now, detail=detail)


def _look(session: Session) -> Look:
    now, viewer = the_office().clock.now(), the_viewer()
    profile = the_office().business(session)
    person = session.get(Staff, viewer.staff_id) if viewer.staff_id else None
    if person is None:
        return Look(session, profile, now, None, (), (), False, live.stamp(session, (), now))
    teams = people.teams_of(session, person.id) or viewer.teams
    theirs, free = whose.of_person(session, person.id, MOST_ROWS), whose.nobodys(session, teams, MOST_ROWS)
    nobody = not person.on_duty and people.on_duty(session) == 0
    stamp = live.stamp(session, [*theirs, *free], now, person.on_duty, person.away_until, nobody)
    return Look(session, profile, now, person, theirs, free, nobody, stamp)


def _shown(look: Look) -> dict[str, Any]:
    day = _day(look, look.person) if look.person else None
    usual = {"profile": look.profile, "viewer": the_viewer(), "wording": wording, "now": look.now}
    return {"day": day, "version": digests.version(day), "stamp": look.stamp, "away": AWAY, **usual}


def _day(look: Look, person: Staff) -> MyDay:
    profile, now = look.profile, look.now
    about = known.about_callbacks(look.session, [*look.theirs, *look.free])
    at = setting(profile, now)
    mine = _rows(look.theirs, about, at)
    kept = whose.kept_since(look.session, person.id, _midnight(now, profile))
    rings = my_day.duty(profile.hours, now, profile.zone, on=person.on_duty, away_until=person.away_until)
    return MyDay(
        on_duty=person.on_duty,
        duty=f"{rings} {NOBODY_ON_DUTY}" if look.nobody else rings,
        next=mine[0] if mine else None,
        free=_rows(look.free, about, at),
        then=mine[1:],
        kept=my_day.kept(kept, person.name),
    )


def _rows(owed: Sequence[Callback], about: AboutCallbacks, at: Setting) -> tuple[Mine, ...]:
    return tuple(_one(callback, about, at) for callback in owed)


def _one(callback: Callback, about: AboutCallbacks, at: Setting) -> Mine:
    row = row_of(callback, about, at)
    standing = promise_card.standing(callback, row, about.attempts[callback.id], at)
    acts = promise_card.acts(callback, looks_now(), at.now)
    return Mine(row, acts, standing, my_day.said(row), callback.phone)


def _midnight(now: datetime, profile: Profile) -> datetime:
    return now.astimezone(profile.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
