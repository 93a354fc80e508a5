"""Me: who I am here, my password, my codes, and signing out everywhere."""

from flask import Blueprint, flash, g, make_response, redirect, request, session, url_for
from flask_login import logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import access, codes, entering, likes, passwords, sessions, totp
from console.access import the_office, the_viewer
from console.framed import framed, profile
from console.tables import User
from office import audit

WRONG_PASSWORD = "That isn’t the password you have now. Please try again."  # noqa: S105 - words, no password
WRONG_CODE = "That code isn’t right, or was used before. Try the next one your app shows."


def add_to(pages: Blueprint) -> None:
    """Give the pages what is one's own."""
    pages.add_url_rule("/me", view_func=me)
    pages.add_url_rule("/me/likes", view_func=choose_likes, methods=["POST"])
    pages.add_url_rule("/me/password", view_func=change_password, methods=["POST"])
    pages.add_url_rule("/me/sign-out-everywhere", view_func=sign_out_everywhere, methods=["POST"])
    pages.add_url_rule("/me/codes", view_func=codes_page, endpoint="codes")
    pages.add_url_rule("/me/codes/on", view_func=turn_codes_on, methods=["POST"])
    pages.add_url_rule("/me/codes/off", view_func=turn_codes_off, methods=["POST"])


def me() -> str:
    """The page."""
    return _me()


def choose_likes() -> Response:
    """How pages look, where I begin, and what keys, a bell and a buzz do."""
    with the_office().database.transaction() as writing:
        likes.keep(writing, g.user_id, likes.chosen(request.form))
    flash("Saved. This is how it looks from now on.", "good")
    return redirect(url_for("pages.me"), 303)


def change_password() -> Response:
    """Another password, for whoever knows the one before; other browsers are signed out."""
    user, new = _mine(), request.form.get("new", "")
    tried = entering.guess("password", user.email)
    if tried.held_back:
        return make_response(_me(problem=tried.held_back), 429)
    with the_office().database.reading() as reading:
        is_right = access.by_password(reading, user.email, request.form.get("old", "")) is not None
    fault = passwords.fault(new) if is_right else WRONG_PASSWORD
    with the_office().database.transaction() as writing:
        if is_right:
            entering.was_right(writing, tried)
        if fault is None:
            access.set_password(writing, user.id, new)
            _leave_only_this(writing, "changed-password")
    if fault:
        return make_response(_me(problem=fault), 422)
    flash("You have a new password. Other browsers are signed out.", "good")
    return redirect(url_for("pages.me"), 303)


def sign_out_everywhere() -> Response:
    """Out, in every browser."""
    now = the_office().clock.now()
    with the_office().database.transaction() as writing:
        sessions.end_all(writing, g.user_id, now)
        _note(writing, "signed-out-everywhere")
    logout_user()
    session.clear()
    return redirect(url_for("pages.sign_in"), 303)


def codes_page() -> str:
    """The key to take into an app, or the way to take codes off."""
    return _codes()


def turn_codes_on() -> Response:
    """Codes from now on, once the app has shown one that is right."""
    secret, now = session.get("new_key"), the_office().clock.now()
    with the_office().database.transaction() as writing:
        is_on = secret and codes.turn_on(writing, g.user_id, secret, request.form.get("code", ""), now)
        if is_on:
            _leave_only_this(writing, "codes-on")
    if not is_on:
        return make_response(_codes(problem=WRONG_CODE), 422)
    session.pop("new_key")
    flash("From now on you sign in with a code as well.", "good")
    return redirect(url_for("pages.me"), 303)


def turn_codes_off() -> Response:
    """No codes any more, or another phone's: the one of now proves that it is you."""
    user, now = _mine(), the_office().clock.now()
    tried = entering.guess("code", user.email)
    if tried.held_back:
        return make_response(_codes(problem=tried.held_back), 429)
    with the_office().database.transaction() as writing:
        is_right = codes.use(writing, user, request.form.get("code", ""), now)
        if is_right:
            entering.was_right(writing, tried)
            codes.turn_off(writing, user.id, now)
            _note(writing, "codes-off")
    if not is_right:
        return make_response(_codes(problem=WRONG_CODE), 422)
    flash("Codes are off. Take the new key into your app to have them again.", "good")
    return redirect(url_for("pages.codes"), 303)


def _me(problem: str | None = None) -> str:
    now, choices = the_office().clock.now(), {"themes": likes.THEMES, "homes": likes.HOMES}
    with the_office().database.reading() as reading:
        user, here = reading.get_one(User, g.user_id), sessions.good(reading, now, g.user_id)
    shown = {"user": user, "sessions": here, "this_session": g.session_id, "now": now, **choices}
    return framed("me.html", problem=problem, shortest=passwords.SHORTEST, **shown)


def _codes(problem: str | None = None) -> str:
    user, business = _mine(), profile()
    values: dict[str, object] = {"user": user, "problem": problem, "must": codes.must_have(user.role)}
    if user.totp_secret is None:
        secret = session.setdefault("new_key", totp.new_secret())
        issuer = f"Ringtrue {business.name}" if business else "Ringtrue"
        values |= {"key": totp.in_groups(secret), "address": totp.address(secret, user.email, issuer)}
    return framed("codes.html", **values)


def _mine() -> User:
    with the_office().database.reading() as reading:
        return reading.get_one(User, g.user_id)


def _leave_only_this(writing: Session, action: str) -> None:
    """Whoever else is signed in with this login got in with less than it takes now."""
    sessions.end_all(writing, g.user_id, the_office().clock.now(), but=g.session_id)
    _note(writing, action)


def _note(writing: Session, action: str) -> None:
    now = the_office().clock.now()
    audit.write(writing, by=the_viewer().name, action=action, about=f"user:{g.user_id}", now=now)
