"""Signing in and out."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from flask_limiter import RequestLimit
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from console import access, gate
from console.access import the_office
from office.wiring import NoBusinessError

WRONG_PAIR = "That email and password don’t go together. Please try again."
ENDED = "You were signed out to keep things safe. Sign in and you’ll be right back."

LOCAL_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of ours: browsers read `//host` and `/\\host` as another site, and drop control characters before they look."""


def add_to(pages: Blueprint) -> None:
    """Give the pages their ways in and out."""
    pages.add_url_rule("/sign-in", view_func=sign_in, methods=["GET"])
    pages.add_url_rule("/sign-in", view_func=_limited(try_to_sign_in), methods=["POST"])
    pages.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])


def sign_in() -> str:
    """The form."""
    wanted = local_path(request.args.get("next"))
    return _form(note=ENDED if "ended" in request.args else None, wanted=wanted)


def try_to_sign_in() -> AnyResponse:
    """In with the right pair; with a wrong one the form again, which never says which half was wrong."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    wanted = local_path(request.form.get("next"))
    with the_office().database.reading() as reading:
        signed_in = access.by_password(reading, email, password)
    if signed_in is None:
        return make_response(_form(problem=WRONG_PAIR, email=email, wanted=wanted), 422)
    gate.begin_session(signed_in)
    login_user(signed_in)
    return redirect(wanted, 303)


def sign_out() -> AnyResponse:
    """Out, on every device: a cookie that somebody copied is worth nothing afterwards."""
    with the_office().database.transaction() as writing:
        access.end_sessions(writing, g.user_id)
    logout_user()
    session.clear()
    return redirect(url_for("pages.sign_in"), 303)


def local_path(wanted: str | None) -> str:
    """`wanted` when it is a path of ours, else where one begins."""
    return wanted if wanted and LOCAL_PATH.fullmatch(wanted) else url_for("pages.callbacks")


def _form(*, note: str | None = None, problem: str | None = None, email: str = "", wanted: str) -> str:
    business, _ = _business()
    return render_template("sign_in.html", business=business, note=note, problem=problem, email=email, wanted=wanted)


def _business() -> tuple[str | None, ZoneInfo | None]:
    """Its name and zone, once one was imported: one may sign in before that."""
    try:
        with the_office().database.reading() as reading:
            profile = the_office().business(reading)
    except NoBusinessError:
        return None, None
    return profile.name, profile.zone


def _limited(view: gate.View) -> gate.View:
    """Slow down guessing: by address and account, and by address. Only tries that failed count."""

    def account() -> str:
        return f"{get_remote_address()} {request.form.get('email', '').strip().casefold()}"

    def failed(response: Response) -> bool:
        return response.status_code != 303

    by_account = gate.limiter.limit("10 per 5 minutes", key_func=account, deduct_when=failed, on_breach=_wait)
    by_address = gate.limiter.limit("100 per 5 minutes", deduct_when=failed, on_breach=_wait)
    return by_account(by_address(view))


def _wait(limit: RequestLimit) -> Response:
    _, zone = _business()
    again = datetime.fromtimestamp(limit.reset_at, UTC).astimezone(zone or UTC)
    problem = f"Let’s wait a few minutes. Try again at {again:%H:%M}."
    return make_response(
        _form(problem=problem, email=request.form.get("email", ""), wanted=url_for("pages.callbacks")), 429
    )
