"""Signing in, with a password and perhaps a code, and out."""

from datetime import timedelta

from flask import Blueprint, g, make_response, redirect, request, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response as AnyResponse

from console import access, codes, entering, form, sessions
from console.access import the_office, the_viewer
from console.framed import at_the_door
from console.sessions import STAYS_LONGEST
from console.tables import User
from office import audit

WRONG_PAIR = "That email and password don’t go together. Please try again."
WRONG_CODE = "That code isn’t right, or was used before. Try the next one your app shows."
ENDED = "You were signed out to keep things safe. Sign in and you’ll be right back."
FRESH = "You have a new password. Sign in with it."

HALF_WAY = timedelta(minutes=5)
"""How long the password opens the question for the code."""


def add_to(pages: Blueprint) -> None:
    """Give the pages their ways in and out."""
    pages.add_url_rule("/sign-in", view_func=sign_in, methods=["GET"])
    pages.add_url_rule("/sign-in", view_func=try_to_sign_in, methods=["POST"])
    pages.add_url_rule("/sign-in/code", view_func=code, methods=["GET"])
    pages.add_url_rule("/sign-in/code", view_func=try_code, methods=["POST"])
    pages.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])


def sign_in() -> str:
    """The form."""
    note = ENDED if "ended" in request.args else FRESH if "fresh" in request.args else None
    return _form(note=note, wanted=local_path(request.args.get("next")))


def try_to_sign_in() -> AnyResponse:
    """In with the right pair; with a wrong one the form again, which never says which half was wrong."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    wanted, stays = local_path(request.form.get("next")), "stay" in request.form
    tried = entering.guess("password", email)
    if tried.held_back:
        return make_response(_form(problem=tried.held_back, email=email, wanted=wanted, stays=stays), 429)
    with the_office().database.reading() as reading:
        user = access.by_password(reading, email, password)
    if user is None:
        return make_response(_form(problem=WRONG_PAIR, email=email, wanted=wanted, stays=stays), 422)
    with the_office().database.transaction() as writing:
        entering.was_right(writing, tried)
        entering.renew_hash(writing, user, password)
    if user.totp_secret is None:
        return entering.enter(user, wanted, stays=stays)
    return _ask_for_code(user, wanted, stays=stays)


def code() -> AnyResponse:
    """The question for the code, for whoever has just given the password."""
    return make_response(at_the_door("sign_in_code.html")) if _half_in() else _begin_again()


def try_code() -> AnyResponse:
    """In with the right code; with a wrong one the question again."""
    user, wanted = _half_in(), local_path(session.get("wanted"))
    if user is None:
        return _begin_again()
    tried = entering.guess("code", user.email)
    if tried.held_back:
        return make_response(at_the_door("sign_in_code.html", problem=tried.held_back), 429)
    with the_office().database.transaction() as writing:
        is_right = codes.use(writing, user, request.form.get("code", ""), the_office().clock.now())
        if is_right:
            entering.was_right(writing, tried)
    if is_right:
        return entering.enter(user, wanted, stays=session.get("stays", False))
    return make_response(at_the_door("sign_in_code.html", problem=WRONG_CODE), 422)


def sign_out() -> AnyResponse:
    """Out: a copy of the cookie is worth nothing afterwards. Sessions in other browsers go on."""
    now = the_office().clock.now()
    with the_office().database.transaction() as writing:
        sessions.end(writing, g.session_id, now)
        audit.write(writing, by=the_viewer().name, action="signed-out", about=f"user:{g.user_id}", now=now)
    logout_user()
    session.clear()
    return redirect(url_for("pages.sign_in"), 303)


def local_path(wanted: str | None) -> str:
    """`wanted` when it is a path of ours, else where one begins."""
    return form.local_path(wanted, "pages.home")


def _ask_for_code(user: User, wanted: str, *, stays: bool) -> AnyResponse:
    session.clear()
    session.update(half_in=user.id, half_at=int(the_office().clock.now().timestamp()), wanted=wanted, stays=stays)
    return redirect(url_for("pages.code"), 303)


def _half_in() -> User | None:
    """Whose password was right a moment ago."""
    age = the_office().clock.now().timestamp() - session.get("half_at", 0)
    if age > HALF_WAY.total_seconds() or "half_in" not in session:
        return None
    with the_office().database.reading() as reading:
        return reading.get(User, session["half_in"])


def _begin_again() -> AnyResponse:
    return redirect(url_for("pages.sign_in", next=session.get("wanted")), 303)


def _form(
    *, note: str | None = None, problem: str | None = None, email: str = "", wanted: str, stays: bool = False
) -> str:
    values = {"note": note, "problem": problem, "email": email, "wanted": wanted, "stays": stays}
    return at_the_door("sign_in.html", **values, days=STAYS_LONGEST.days)
