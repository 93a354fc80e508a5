"""Choosing a new password by a link that a manager made: the page opens as often as somebody looks, its form works once."""

from flask import Blueprint, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import access, links, passwords, sessions
from console.access import the_office
from console.framed import at_the_door
from console.tables import Link, User
from office import audit

GONE = "This link was used already, or is older than a day. Ask a manager for another."


def add_to(pages: Blueprint) -> None:
    """Give the pages the way back in."""
    pages.add_url_rule("/new-password/<token>", view_func=new_password, methods=["GET"])
    pages.add_url_rule("/new-password/<token>", view_func=choose_password, methods=["POST"])


def new_password(token: str) -> Response:
    """The form, while the link is good."""
    with the_office().database.reading() as reading:
        found = _found(reading, token)
    return _form(token, found[1].email) if found else gone()


def choose_password(token: str) -> Response:
    """The new password, instead of the one before; every session of that login ends."""
    now, password = the_office().clock.now(), request.form.get("password", "")
    with the_office().database.transaction() as writing:
        found = _found(writing, token)
        fault = passwords.fault(password)
        if found and fault:
            return _form(token, found[1].email, fault)
        if found is None or not links.use(writing, found[0], now):
            return gone()
        access.set_password(writing, found[1].id, password)
        sessions.end_all(writing, found[1].id, now)
        audit.write(writing, by=found[1].email, action="new-password", about=f"user:{found[1].id}", now=now)
    return redirect(url_for("pages.sign_in", fresh=1), 303)


def gone(words: str = GONE) -> Response:
    """410: a link that is good no more, or never was."""
    return make_response(at_the_door("link_gone.html", words=words), 410)


def _form(token: str, email: str, problem: str | None = None) -> Response:
    page = at_the_door("new_password.html", token=token, email=email, problem=problem, shortest=passwords.SHORTEST)
    return make_response(page, 422 if problem else 200)


def _found(session: Session, token: str) -> tuple[Link, User] | None:
    """The link and whose it is, while it is good."""
    link = links.find(session, links.RESET, token, the_office().clock.now())
    user = session.get(User, link.user_id) if link and link.user_id else None
    return (link, user) if link and user else None
