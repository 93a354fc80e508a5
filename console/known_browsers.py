"""Browsers in which somebody signed in before: wrong tries elsewhere must not keep them out.

A signed cookie names the accounts, by digest, and the browser, by chance. Tries of one that knows the account are counted for
that browser alone: whoever guesses from elsewhere fills another measure.
"""

import secrets

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from console.digests import digest

YEAR = 365 * 24 * 3600
"""Seconds."""

MOST_ACCOUNTS = 8
"""Of one browser: a counter's machine is shared."""


def name_for(email: str) -> str | None:
    """The name of the asking browser if that account was signed in there, else None."""
    browser, accounts = _known()
    return browser if _short(email) in accounts else None


def remember(response: Response, email: str) -> None:
    """Have the browser know that account."""
    browser, accounts = _known()
    kept = [_short(email), *(account for account in accounts if account != _short(email))][:MOST_ACCOUNTS]
    response.set_cookie(
        _cookie(),
        str(_signer().dumps([browser or secrets.token_urlsafe(16), kept])),
        max_age=YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _known() -> tuple[str | None, list[str]]:
    try:
        browser, accounts = _signer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return None, []
    return browser, accounts


def _short(email: str) -> str:
    return digest(email.strip().casefold())[:16]


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known browser")
