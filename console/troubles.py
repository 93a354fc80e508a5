"""What people and software hear when something is not to be had: JSON for the API, a plain page for everybody else.

Nothing here needs the database: it may be the very thing that is gone.
"""

import logging
from contextlib import suppress
from http import HTTPStatus

from flask import Flask, Response, g, json, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from console import coverage, logins
from console.access import MANAGER, the_office
from console.asked import BadFieldError, RefusedError
from office.database import DatabaseBusyError
from office.wiring import NoBusinessError

log = logging.getLogger(__name__)

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    416: "bad_range",
    422: "not_possible",
    429: "too_many_requests",
    503: "unavailable",
}

WORDS = {
    400: ("That didn’t work", "The page was perhaps open for too long. Go back, load it again and try once more."),
    403: ("Not yours", "Your sign-in doesn’t open this page. A manager can help."),
    404: ("There’s nothing here", "The address is wrong, or what was here belongs to another team."),
    405: ("That didn’t work", "This address can’t be used that way."),
    429: ("Let’s wait a minute", "There were many tries in a short time. Please try again a little later."),
    503: (
        "Back soon",
        "Ringtrue is catching its breath. Callers can still leave a message.",
    ),
}
BY_ITSELF, BY_HAND = "This page tries again by itself.", "Please try again in a moment."
"""What 503 ends with: a look is repeated, but nothing that somebody sent."""

GONE = "The address is wrong, or what was here is gone."
"""Where no other team has it: to a manager, who sees all, and of an address that there never was."""

REFUSED = "That isn’t done"
NOTHING_YET = ("Nothing here yet", "Ringtrue doesn’t know your business so far. It begins with a name and a number.")
BROKEN = (
    "Something broke on our side",
    "Calls are still being answered and your promises are safe. Please try again.",
)


class NoBusiness(ServiceUnavailable):
    """Nothing can be shown yet: there is no business."""


def tell(app: Flask) -> None:
    """Answer every error of this application, but for the carrier's addresses, which have words of their own."""
    app.register_error_handler(HTTPException, answer)
    for trouble in (SQLAlchemyError, DatabaseBusyError, NoBusinessError):
        app.register_error_handler(trouble, unavailable)


def unavailable(error: Exception) -> ResponseReturnValue:
    """503: the database is gone or busy, or no business was imported yet."""
    # Only the kind: a database error's text holds the statement's values, which are names and numbers.
    log.error("%s %s: %s", request.method, request.url_rule, type(error).__name__)
    return answer(NoBusiness(str(error)) if isinstance(error, NoBusinessError) else ServiceUnavailable())


def answer(error: HTTPException) -> ResponseReturnValue:
    """The error as JSON or as a page, with the headers that belong to it (Allow, Retry-After, Content-Range)."""
    if error.response is not None:  # somebody made the whole answer already
        return error
    status = error.code or 500
    as_json = request.path == "/api" or request.path.startswith("/api/")
    body = _json(error, status) if as_json else _page(error, status)
    headers = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return Response(body, status, headers, content_type="application/json" if as_json else "text/html; charset=utf-8")


def _json(error: HTTPException, status: int) -> str:
    own_words = None if isinstance(error, InternalServerError) else error.description
    told = {"code": CODES.get(status, "server_error"), "message": own_words or BROKEN[0]}
    if isinstance(error, BadFieldError | RefusedError):
        told |= error.told
    return json.dumps({"error": told})


def _page(error: HTTPException, status: int) -> str:
    title, words = WORDS.get(status, BROKEN)
    is_new, is_look = isinstance(error, NoBusiness), request.method in {"GET", "HEAD"}
    is_away = status == HTTPStatus.SERVICE_UNAVAILABLE and not is_new
    if isinstance(error, RefusedError):
        title, words = REFUSED, error.description or words
    if is_new:
        title, words = NOTHING_YET
    if is_away:
        words = f"{words} {BY_ITSELF if is_look else BY_HAND}"
    if status == HTTPStatus.NOT_FOUND and (request.endpoint is None or _sees_all()):
        words = GONE
    if status == HTTPStatus.FORBIDDEN and "viewer" in g:
        words = _who_can_help() or words
    may_again = is_look and (is_away or status == HTTPStatus.INTERNAL_SERVER_ERROR)
    told = {"may_again": may_again, "tries_itself": is_away and is_look, "is_new": is_new}
    return render_template("trouble.html", title=title, words=words, **told)


def _sees_all() -> bool:
    return "viewer" in g and g.viewer.role == MANAGER


def _who_can_help() -> str | None:
    """Whom to ask instead; nobody's name while the database is away."""
    with suppress(DatabaseBusyError, SQLAlchemyError), the_office().database.reading() as session:
        names = logins.managers(session)
        return f"That’s for managers. {coverage.listed(names)} can help." if names else None
    return None
