"""The gate: nothing outside the carrier's addresses, health and sign-in is answered without a sign-in or a token.

It stands before every request, so that a page somebody adds is closed until its address is named here. It also sets
the headers that keep a browser from doing what we did not mean.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from console import access
from console.access import SignedIn, Viewer, the_office
from console.api import api
from office.wiring import Office

THEIR_OWN_CHECK = frozenset({"carrier", "health", "sounds", "recordings"})
"""Blueprints that let in whom they know (the carrier signs) or tell nothing about anybody (health, the music on hold)."""

OPEN_PAGES = frozenset({"pages.sign_in", "pages.try_to_sign_in", "pages.static"})

IDLE = timedelta(minutes=30)
"""A session ends this long after the last request. A page that is looked at asks every few seconds, so it stays."""

LONGEST_SESSION = timedelta(hours=12)
NOTE_USE_EVERY = 60
"""Seconds: how often the time of the last request is written into the cookie."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

View = Callable[[], AnyResponse]

limiter = Limiter(get_remote_address, storage_uri="memory://")
"""Counts in this process only: with several processes the limits are that many times as wide."""


def guard(app: Flask, office: Office) -> None:
    """Put the gate before every request of this application, and the headers on every answer."""
    https = office.settings.public_base_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-ringtrue" if https else "ringtrue",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session that it belongs to
    )
    app.before_request(let_in)  # before the CSRF check: a stranger hears about signing in, not about tokens
    app.after_request(partial(add_headers, https=https))
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
    limiter.init_app(app)


def let_in() -> AnyResponse | None:
    """Refuse whoever may not be here: 401 for the API, a way to the sign-in page for pages."""
    if request.endpoint is None or request.blueprint in THEIR_OWN_CHECK:
        return None
    if request.blueprint == api.name:
        g.viewer = _bearer()
        return None
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        _refuse_foreign_origin()
    if request.endpoint in OPEN_PAGES:
        return None
    had_session = "began_at" in session
    signed_in = _signed_in()
    if signed_in is None:
        return _to_sign_in(ended=had_session)
    g.viewer, g.user_id = signed_in.viewer, signed_in.user_id
    return None


def begin_session(signed_in: SignedIn) -> None:
    """Write down in a fresh session when it began; what the browser had before is forgotten."""
    now = int(the_office().clock.now().timestamp())
    session.clear()
    session.update(began_at=now, used_at=now)
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


def _bearer() -> Viewer:
    given = request.authorization
    token = given.token if given is not None and given.type == "bearer" else None
    with the_office().database.reading() as reading:
        viewer = access.by_token(reading, token) if token else None
    if viewer is None:
        problem = {"error": "invalid_token"} if given else {}
        challenge = WWWAuthenticate("bearer", {"realm": "ringtrue", **problem})
        raise Unauthorized("Send a valid token: Authorization: Bearer TOKEN", www_authenticate=challenge)
    return viewer


def _signed_in() -> SignedIn | None:
    now = int(the_office().clock.now().timestamp())
    began_at, used_at = session.get("began_at", 0), session.get("used_at", 0)
    if now - began_at > LONGEST_SESSION.total_seconds() or now - used_at > IDLE.total_seconds():
        session.clear()
        return None
    if now - used_at >= NOTE_USE_EVERY:
        session["used_at"] = now
    signed_in: SignedIn | None = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - Flask-Login's only way to the object behind its proxy
    return signed_in


def _to_sign_in(*, ended: bool) -> AnyResponse:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("pages.sign_in", next=wanted if wanted != "/" else None, ended=1 if ended else None))


def _load(cookie_id: str) -> SignedIn | None:
    with the_office().database.reading() as reading:
        return access.by_cookie(reading, cookie_id)


def _refuse_foreign_origin() -> None:
    """403 for a form that another site sent; the CSRF token stands behind this."""
    origin = request.headers.get("Origin")
    ours = {request.host, urlsplit(the_office().settings.public_base_url).netloc}
    if origin is not None and urlsplit(origin).netloc not in ours:
        abort(403)
