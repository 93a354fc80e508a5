"""A call-back that somebody at work writes down: who wants to be rung, where, about what, and by when.

A customer has one open call-back: whoever has one already is shown it, and what was written is kept with it as a note.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from callbacks import deadlines, requested, slots
from callbacks.refused import NotPossible, Refused
from callbacks.requested import OUTREACH, Request
from callbacks.tables import Callback
from callbacks.wishes import ASKED, COMPLAINT
from console import deeds, form, said, wording
from console.access import the_office, the_viewer
from console.asked import LONGEST_TEXT
from console.pages import acts
from office import people
from office.profile import Profile

USUAL, AT = "usual", "at"
"""By when: as for a call that was missed now, or at a time that is written. Anything else is a part of a day by its name."""

KINDS = {
    ASKED: "They asked for a call",
    COMPLAINT: "They have a complaint",
    OUTREACH: "We’d like to ring them",
}


def add_to(pages: Blueprint) -> None:
    """Give the pages the form."""
    pages.add_url_rule("/callbacks/new", view_func=new_callback, methods=["GET", "POST"])


def new_callback() -> Response:
    """The form; and with what is sent, the call-back that answers for it."""
    if request.method != "POST":
        return make_response(_page({}))
    try:
        callback_id, words = _ask()
    except NotPossible as why:
        return make_response(_page({why.field or "phone": str(why)}), 422)
    except Refused as why:
        return make_response(_page({"phone": str(why)}), 409)
    flash(words, "good")
    return redirect(url_for("pages.callback", callback_id=callback_id), 303)


def _ask() -> tuple[int, str]:
    """Its id, and what there is to say of it."""
    office = the_office()
    with office.database.transaction() as session:
        profile, now = office.business(session), office.clock.now()
        callback_id, opened = requested.ask(session, _request(session, profile, now), profile, now)
        row = session.get_one(Callback, callback_id, populate_existing=True)
        who = acts.who(session, row, profile.country)
        by = said.when(row.promised_by, now, profile.zone)
    if opened:
        return callback_id, f"{who}’s call-back is on the list: by {by}."
    return callback_id, f"Here is the call-back that {who} has already: by {by}. What you wrote is kept with it."


def _request(session: Session, profile: Profile, now: datetime) -> Request:
    written = form.needed("phone", LONGEST_TEXT, "Write the number to ring.")
    kind = request.form.get("kind", ASKED)
    promised_by, slot = _by_when(profile, now)
    return Request(
        phone=deeds.number_to_ring(session, written),
        name=form.text("name", LONGEST_TEXT),
        reason=form.text("reason", LONGEST_TEXT),
        promised_by=promised_by,
        by=the_viewer().name,
        team_id=_team(session),
        teams=the_viewer().teams,
        kind=kind if kind in KINDS else ASKED,
        slot=slot,
    )


def _by_when(profile: Profile, now: datetime) -> tuple[datetime | None, tuple[datetime, datetime, str] | None]:
    """The time that was written, or the part of a day that was chosen; neither: the promise that we give."""
    chosen = request.form.get("when", USUAL)
    if chosen == USUAL:
        return None, None
    if chosen == AT:
        return form.moment("promised_by", profile.zone, "Say by when: a day and a time."), None
    for name, begins, until in slots.parts(now, profile.hours, profile.zone):
        if name == chosen:
            return None, (begins, until, profile.zone.key)
    raise NotPossible("promised_by", "That part of the day is over. Choose another.")


def _teams(session: Session) -> dict[int, str]:
    """Those of the viewer, to choose from."""
    theirs, names = the_viewer().teams, people.open_teams(session)
    return {key: name for key, name in names.items() if theirs is None or key in theirs}


def _team(session: Session) -> int | None:
    """The one that was chosen; the only one there is; None: it is for everybody."""
    teams, chosen = _teams(session), request.form.get("team", "")
    if len(teams) == 1:
        return next(iter(teams))
    team_id = form.row_id(chosen)
    if chosen and team_id not in teams:
        raise NotPossible("team", "Choose a team, or any.")
    return team_id


def _page(problems: dict[str, str]) -> str:
    """With what was typed, or what a link brought along."""
    office = the_office()
    with office.database.reading() as session:
        profile, now, teams = office.business(session), office.clock.now(), _teams(session)
    typed = request.values
    told: dict[str, Any] = {
        "problems": problems,
        "typed": typed,
        "when": typed.get("when", USUAL),
        "kinds": KINDS,
        "teams": teams,
        "parts": [(name, _span(begins, until, profile)) for name, begins, until in _parts(profile, now)],
        "usual": said.when(deadlines.promised_by(now, profile.hours, profile.promise), now, profile.zone),
    }
    return render_template("callback_new.html", profile=profile, viewer=the_viewer(), wording=wording, **told)


def _parts(profile: Profile, now: datetime) -> list[tuple[str, datetime, datetime]]:
    return slots.parts(now, profile.hours, profile.zone)


def _span(begins: datetime, until: datetime, profile: Profile) -> str:
    return f"{wording.clock(begins, profile.zone)} to {wording.clock(until, profile.zone)}"
