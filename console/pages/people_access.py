"""Who may sign in: for managers, who make logins and links for new passwords, take codes off a login whose phone is lost,
end sessions, and take logins away.
"""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, g, make_response, redirect, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import access, codes, links, logins, sessions, tokens
from console.access import ROLES, the_office, the_viewer
from console.asked import LARGEST_ID
from console.framed import framed
from console.tables import SignedInSession, User
from office import audit, people, smtp

USER = f"<int(max={LARGEST_ID}):user_id>"
SESSION = f"<int(max={LARGEST_ID}):session_id>"
PLACE = "/settings/access"


def add_to(pages: Blueprint) -> None:
    """Give the pages their doorkeeper."""
    pages.add_url_rule(PLACE, view_func=people_access, endpoint="access")
    pages.add_url_rule(PLACE, view_func=make_login, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/{USER}/link", view_func=make_link, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/{USER}/codes-off", view_func=take_codes_off, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/{USER}/remove", view_func=remove_login, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/sessions/{SESSION}/end", view_func=end_session, methods=["POST"])


def people_access() -> Response:
    """The page. A link or token that was just made is on it this once."""
    return page()


def page(status: int = 200, *, faults: dict[str, str] | None = None, typed: dict[str, str] | None = None) -> Response:
    """The page; `faults` by form ("login:3", "token"), with what was typed there."""
    now = the_office().clock.now()
    with the_office().database.reading() as reading:
        shown: dict[str, Any] = {
            "logins": logins.everybody(reading, now),
            "tokens": tokens.all_given(reading),
            "staff": people.names_at_work(reading),
        }
    made = {"made": session.pop("made_link", None), "made_token": session.pop("made_token", None)}
    mine = {"me": g.user_id, "this_session": g.session_id, "now": now, "stays": sessions.STAYS_LONGEST.days}
    return make_response(framed("access.html", **shown, **made, **mine, faults=faults or {}, typed=typed or {}), status)


def make_login() -> Response:
    """A login for somebody, who chooses the password by a link."""
    email, role = request.form.get("email", "").strip(), request.form.get("role", "")
    with the_office().database.transaction() as writing:
        staff_id = staff_id_of(writing, request.form.get("staff", ""))
        if not smtp.is_address(email) or role not in ROLES:
            flash("That isn’t an email address, or the role is missing. Nothing was made.", "bad")
        elif not access.add_user(writing, email, secrets.token_urlsafe(32), role, staff_id):
            flash(f"{email} has a login already.", "bad")
        else:
            user = writing.scalars(select(User).where(User.email == email.casefold())).one()
            _link(writing, user, "made-login")
    return redirect(url_for("pages.access"), 303)


def make_link(user_id: int) -> Response:
    """A link by which that person chooses a new password, good once and for a day."""
    with the_office().database.transaction() as writing:
        _link(writing, _user(writing, user_id), "made-link")
    return redirect(url_for("pages.access"), 303)


def take_codes_off(user_id: int) -> Response:
    """No codes for a login whose phone is lost, and out with whoever has it open. One's own are taken off with a code."""
    if user_id == g.user_id:
        abort(403)
    now = the_office().clock.now()
    with the_office().database.transaction() as writing:
        user = _user(writing, user_id)
        codes.turn_off(writing, user_id, now)
        sessions.end_all(writing, user_id, now)
        _note(writing, "codes-off", user_id)
    flash(f"{user.email} signs in without a code now.", "good")
    return redirect(url_for("pages.access"), 303)


def remove_login(user_id: int) -> Response:
    """Nobody signs in with it any more; its email is typed to say so."""
    typed = request.form.get("email", "").strip()
    with the_office().database.transaction() as writing:
        user = _user(writing, user_id)
        fault = _why_not(writing, user, typed)
        if fault is None:
            _note(writing, "removed-login", user_id, user.email)
            logins.remove(writing, user_id)
    if fault is not None:
        return page(422, faults={f"login:{user_id}": fault}, typed={"email": typed})
    if user_id == g.user_id:
        session.clear()
        return redirect(url_for("pages.sign_in"), 303)
    flash(f"{user.email} can’t sign in any more.", "good")
    return redirect(url_for("pages.access"), 303)


def end_session(session_id: int) -> Response:
    """Out, in that browser alone."""
    now = the_office().clock.now()
    with the_office().database.transaction() as writing:
        row = writing.get(SignedInSession, session_id) or abort(404)
        user = _user(writing, row.user_id)
        sessions.end(writing, session_id, now)
        _note(writing, "ended-session", user.id)
    flash(f"{user.email} is signed out there.", "good")
    return redirect(url_for("pages.access"), 303)


def _why_not(writing: Session, user: User, typed: str) -> str | None:
    if typed.casefold() != user.email:
        return f"Write {user.email} as it stands here."
    return logins.LAST_MANAGER if logins.is_last_manager(writing, user, the_office().clock.now()) else None


def _link(writing: Session, user: User, action: str) -> None:
    token = links.make(writing, links.RESET, user.id, the_viewer().name, the_office().clock.now())
    session["made_link"] = [user.email, the_office().address(url_for("pages.new_password", token=token))]
    _note(writing, action, user.id)


def _user(session: Session, user_id: int) -> User:
    return session.get(User, user_id) or abort(404)


def staff_id_of(session: Session, given: str) -> int | None:
    """A person on the staff as the form names them; whoever is not there is nobody."""
    return next((staff_id for staff_id in people.names_at_work(session) if str(staff_id) == given), None)


def _note(writing: Session, action: str, user_id: int, detail: str | None = None) -> None:
    now = the_office().clock.now()
    audit.write(writing, by=the_viewer().name, action=action, about=f"user:{user_id}", now=now, detail=detail)
