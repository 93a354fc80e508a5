"""The gate: nothing outside the carrier's addresses, health and sign-in is answered without a sign-in or a token.

It stands before every request, so that a page somebody adds is closed until its address is named here. It also sets
the headers that keep a browser from doing what we did not mean.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from console import access, codes, sessions, who_may
from console.access import Viewer, the_office
from console.api import api
from console.sessions import SignedIn
from office.database import DatabaseBusyError
from office.wiring import Office

THEIR_OWN_CHECK = frozenset({"carrier", "health", "sounds", "recordings"})
"""Blueprints that let in whom they know (the carrier signs) or tell nothing about anybody (health, the music on hold)."""

OPEN_PAGES = frozenset({
    "pages.static", "pages.sign_in", "pages.try_to_sign_in", "pages.code", "pages.try_code",
    "pages.new_password", "pages.choose_password", "pages.first_manager", "pages.make_first_manager",
    "pages.tv_board", "pages.tv_board_region",  # the link is the key: console/board_links.py
})  # fmt: skip

WITHOUT_CODES = frozenset({"pages.codes", "pages.turn_codes_on", "pages.sign_out"})
"""All that is left to a manager who should have set up codes by now."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def guard(app: Flask, office: Office) -> None:
    """Put the gate before every request of this application, and the headers on every answer."""
    https = office.settings.public_base_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-ringtrue" if https else "ringtrue",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=sessions.STAYS_LONGEST,
        SESSION_REFRESH_EACH_REQUEST=False,  # else an answer that is late brings back the session of before
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session that it belongs to
    )
    app.session_interface = _Cookies()
    app.before_request(let_in)  # before the CSRF check: a stranger hears about signing in, not about tokens
    app.after_request(partial(add_headers, https=https))
    app.context_processor(told_to_templates)
    login = LoginManager()
    login.init_app(
        app, add_context_processor=False
    )  # it would read the database for every page, also the one saying that it is gone
    login.session_protection = "strong"
    login.user_loader(_load)
    csrf = CSRFProtect()
    csrf.exempt(app.blueprints["carrier"])  # signed, and no browser ever sends it
    csrf.exempt(api)  # knows no cookies
    csrf.init_app(app)


def let_in() -> AnyResponse | None:
    """Refuse whoever may not be here: 401 for the API, a way to the sign-in page for pages."""
    if request.endpoint is None or request.blueprint in THEIR_OWN_CHECK:
        return None
    if request.blueprint == api.name:
        g.viewer = _bearer()
        _check_role(g.viewer)
        return None
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        _refuse_foreign_origin()
    if request.endpoint in OPEN_PAGES:
        return None
    had_session = "_user_id" in session
    signed_in = _signed_in()
    if signed_in is None:
        return _to_sign_in(ended=had_session)
    g.viewer, g.user_id, g.session_id = signed_in.viewer, signed_in.user_id, signed_in.id
    _check_role(g.viewer)
    if request.endpoint not in WITHOUT_CODES and codes.are_overdue(signed_in, the_office().clock.now()):
        return redirect(url_for("pages.codes"), 303)
    return None


def _check_role(viewer: Viewer) -> None:
    """403 for what the table does not give to this role."""
    if not who_may.may(viewer.role, request.endpoint):
        abort(403)


def told_to_templates() -> dict[str, object]:
    """What every page may ask: whether whoever looks at it may go somewhere."""
    viewer = g.get("viewer")
    return {"may": lambda endpoint: viewer is not None and who_may.may(viewer.role, endpoint)}


def begin_session(signed_in: SignedIn) -> None:
    """Have the browser hold this session; what it had before is forgotten."""
    session.clear()
    # One that stays is kept when the browser is closed, and may come from another network; any other is not, and may not.
    session.permanent = signed_in.stays
    login_user(signed_in)
    g.viewer = signed_in.viewer


def add_headers(response: Response, *, https: bool) -> Response:
    """What every answer says about itself (UX.md, "No strings"; OWASP secure headers)."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not "no-referrer": with that, browsers send "Origin: null" with our own forms.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in {"pages.static", "sounds.play"}:
        headers["Cache-Control"] = "no-store"
    return response


def note_use(used_at: datetime | None, note: Callable[[Session, datetime], None]) -> None:
    """Have it noted that something is used now, once a minute at most; `used_at` is what was noted last. If it can't be now, then with the next request."""
    now = the_office().clock.now()
    if used_at is None or now - used_at >= sessions.NOTE_USE_EVERY:
        with suppress(DatabaseBusyError, SQLAlchemyError), the_office().database.transaction() as writing:
            note(writing, now)


class _Cookies(SecureCookieSessionInterface):
    """Flask's, but for files: they are everybody's, whoever asks."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "pages.static":
            super().save_session(app, session, response)


def _bearer() -> Viewer:
    given = request.authorization
    token = given.token if given is not None and given.type == "bearer" else None
    with the_office().database.reading() as reading:
        found = access.by_token(reading, token) if token else None
    if found is None:
        problem = {"error": "invalid_token"} if given else {}
        challenge = WWWAuthenticate("bearer", {"realm": "ringtrue", **problem})
        raise Unauthorized("Send a valid token: Authorization: Bearer TOKEN", www_authenticate=challenge)
    viewer, row = found
    note_use(row.used_at, lambda writing, now: access.note_token_use(writing, row.id, now))
    return viewer


def _signed_in() -> SignedIn | None:
    if not current_user.is_authenticated:
        if "_user_id" in session:  # it is over; a stranger's session may hold a sign-in that is half done
            session.clear()
        return None
    signed_in: SignedIn = current_user._get_current_object()  # noqa: SLF001 - Flask-Login's only way to the object behind its proxy
    note_use(signed_in.used_at, lambda writing, now: sessions.note_use(writing, signed_in.id, now))
    return signed_in


def _to_sign_in(*, ended: bool) -> AnyResponse:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("pages.sign_in", next=wanted if wanted != "/" else None, ended=1 if ended else None))


def _load(token: str) -> SignedIn | None:
    with the_office().database.reading() as reading:
        return sessions.find(reading, token, the_office().clock.now())


def _refuse_foreign_origin() -> None:
    """403 for a form that another site sent; the CSRF token stands behind this."""
    origin = request.headers.get("Origin")
    ours = {request.host, urlsplit(the_office().settings.public_base_url).netloc}
    if origin is not None and urlsplit(origin).netloc not in ours:
        abort(403)
