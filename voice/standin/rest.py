"""The REST API's manners: credentials, error bodies, dates, lists and pages, as Twilio's 2010 API has them."""

import hmac
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request

from voice.standin.exchange import Exchange

Thing = TypeVar("Thing")
Json = dict[str, Any]

E164 = re.compile(r"\+[1-9]\d{6,14}")
QUIET = frozenset({404, 429})  # answers that an application may well meet without having done anything wrong
RACES = frozenset({21220})  # the call ended meanwhile: nobody's mistake either
PAGE, LARGEST_PAGE = 50, 1000

api = Blueprint("rest", __name__, url_prefix="/2010-04-01/Accounts/<account>")


class RestError(Exception):
    """An answer that is an error, with the carrier's code."""

    def __init__(self, status: int, code: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}


def exchange() -> Exchange:
    """The exchange that this application serves."""
    found: Exchange = current_app.extensions["exchange"]
    return found


@api.url_value_preprocessor
def _account_is_in_the_path(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    request.environ["standin.account"] = (values or {}).pop("account", "")


@api.before_request
def _credentials() -> None:
    given = request.authorization
    ours = exchange()
    known = (
        given is not None
        and request.environ["standin.account"] == ours.account_sid == (given.username or "")
        and hmac.compare_digest((given.password or "").encode(), ours.auth_token.encode())
    )
    if not known:
        raise RestError(401, 20003, "Authenticate")


@api.after_request
def _note(response: Response) -> Response:
    exchange().journal.note(
        "rest", text=request.path, path=request.path, method=request.method, status=response.status_code
    )
    return response


def error_answer(error: RestError) -> Response:
    """The body that goes with an error; a mistake of the application's is a refusal too."""
    if error.status not in QUIET and error.code not in RACES:
        exchange().journal.refuse(error.code, f"{request.method} {request.path}: {error.message}")
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    response = jsonify(body)
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


def not_found() -> RestError:
    return RestError(404, 20404, f"The requested resource {request.path} was not found")


def only(*allowed: str) -> dict[str, str]:
    """The form, refused when it holds a parameter that does not exist."""
    unknown = set(request.form) - set(allowed)
    if unknown:
        raise RestError(400, 20001, f"Unknown parameters: {', '.join(sorted(unknown))}")
    return request.form.to_dict()


def date(moment: datetime | None) -> str | None:
    """RFC 2822, as all dates of this API."""
    return format_datetime(moment) if moment else None


def uri(path: str) -> str:
    return f"/2010-04-01/Accounts/{exchange().account_sid}/{path}.json"


def page(name: str, things: Sequence[Thing], show: Callable[[Thing], Json]) -> Json:
    """One page of a list with the relative addresses of its neighbours."""
    size = min(max(request.args.get("PageSize", PAGE, type=int), 1), LARGEST_PAGE)
    number = max(request.args.get("Page", 0, type=int), 0)
    start = number * size
    shown = [show(thing) for thing in things[start : start + size]]
    more = start + size < len(things)
    return {
        name: shown,
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + len(shown) - 1,
        "uri": _page_uri(number, size),
        "first_page_uri": _page_uri(0, size),
        "next_page_uri": _page_uri(number + 1, size) if more else None,
        "previous_page_uri": _page_uri(number - 1, size) if number else None,
    }


def _page_uri(number: int, size: int) -> str:
    kept = {key: value for key, value in request.args.items() if key not in {"Page", "PageSize", "PageToken"}}
    token = {"PageToken": f"PA{number}"} if number else {}
    return request.path + "?" + urlencode(kept | {"PageSize": size, "Page": number} | token)
