"""Who may sign in: for managers, who make logins and links for new passwords, and take codes off a login whose phone is lost."""

import secrets

from flask import Blueprint, abort, flash, g, redirect, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import access, codes, links, logins, sessions
from console.access import ROLES, the_office, the_viewer
from console.asked import LARGEST_ID
from console.framed import framed, local
from console.tables import User
from office import audit, people, smtp

USER = f"<int(max={LARGEST_ID}):user_id>"
PLACE = "/settings/access"


def add_to(pages: Blueprint) -> None:
    """Give the pages their doorkeeper."""
    pages.add_url_rule(PLACE, view_func=people_access, endpoint="access")
    pages.add_url_rule(PLACE, view_func=make_login, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/{USER}/link", view_func=make_link, methods=["POST"])
    pages.add_url_rule(f"{PLACE}/{USER}/codes-off", view_func=take_codes_off, methods=["POST"])


def people_access() -> str:
    """The page. A link that was just made is on it this once."""
    with the_office().database.reading() as reading:
        everybody, staff = logins.everybody(reading), people.staff_names(reading)
    made = session.pop("made_link", None)
    return framed("access.html", logins=everybody, staff=staff, made=made, me=g.user_id, local=local)


def make_login() -> Response:
    """A login for somebody, who chooses the password by a link."""
    email, role = request.form.get("email", "").strip(), request.form.get("role", "")
    with the_office().database.transaction() as writing:
        staff_id = _staff_id(writing, request.form.get("staff", ""))
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


def _link(writing: Session, user: User, action: str) -> None:
    token = links.make(writing, links.RESET, user.id, the_viewer().name, the_office().clock.now())
    session["made_link"] = [user.email, the_office().address(url_for("pages.new_password", token=token))]
    _note(writing, action, user.id)


def _user(session: Session, user_id: int) -> User:
    return session.get(User, user_id) or abort(404)


def _staff_id(session: Session, given: str) -> int | None:
    """A person on the staff as the form names them; whoever is not there is nobody."""
    staff = people.staff_names(session)
    return next((staff_id for staff_id in staff if str(staff_id) == given), None)


def _note(writing: Session, action: str, user_id: int) -> None:
    now = the_office().clock.now()
    audit.write(writing, by=the_viewer().name, action=action, about=f"user:{user_id}", now=now)
