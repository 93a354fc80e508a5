"""Requests to the application: timeouts, the one retry, redirects, the size cap (twilio.md 1.1).

What goes wrong is a `DocumentError` with the carrier's code; every request, good or bad, is an event.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from urllib3.exceptions import MaxRetryError

from voice.standin import signing
from voice.standin.exchange import Exchange
from voice.standin.legs import Request

CONNECT = 5.0  # real seconds
LARGEST = 64 * 1024  # bytes of a document
LARGEST_SOUND = 40 * 1024 * 1024  # bytes
REDIRECTS = 10
FORGED = 403  # the only right answer to a wrong signature


class DocumentError(Exception):
    """A document could not be had or could not be run; `code` is the carrier's."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class NotConnected(DocumentError):
    """The request was never sent, so that it may safely be sent again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`url` is where the answer came from in the end; relative addresses in it count from there."""

    url: str
    status: int
    content_type: str
    body: bytes


def send(exchange: Exchange, request: Request, *, cookies: requests.Session | None = None) -> Reply:
    """One request with its retry and redirects. Raises DocumentError when no answer came."""
    session = cookies or requests.Session()
    session.trust_env = False
    _forgeries(exchange, session, request)
    for _ in range(REDIRECTS + 1):
        reply, location = _twice_if_asked(exchange, session, request, conversation=cookies is not None)
        if location is None:
            return reply
        request = _redirected(request, reply, location)
    raise DocumentError(11215, f"more than {REDIRECTS} HTTP redirects")


def deliver(exchange: Exchange, request: Request, *, cookies: requests.Session | None = None) -> Reply:
    """As `send`, and an HTTP error is a failure too."""
    reply = send(exchange, request, cookies=cookies)
    if reply.status >= 400:
        raise DocumentError(11200, f"HTTP {reply.status} from {urlsplit(reply.url).path}")
    return reply


def _redirected(request: Request, reply: Reply, location: str) -> Request:
    url = urljoin(reply.url, location)
    if reply.status in {307, 308}:
        return replace(request, url=url)
    return Request(url, "GET")  # and the parameters are lost, as with any browser


def fetch_sound(exchange: Exchange, url: str) -> Reply:
    """What a <Play> names: a plain GET that says nothing about the call, and, unkindly, without a signature."""
    headers = {"User-Agent": "TwilioProxy/1.1", "Accept": "audio/*", "Connection": "close"}
    session = requests.Session()
    session.trust_env = False
    reply, _ = _once(exchange, session, Request(url, "GET"), headers, largest=LARGEST_SOUND)
    if reply.status != 200:
        raise DocumentError(11200, f"HTTP {reply.status} for the sound at {urlsplit(url).path}")
    if not reply.content_type.startswith("audio/"):
        raise DocumentError(13420, f"the sound at {urlsplit(url).path} is {reply.content_type!r}")
    return reply


def _twice_if_asked(
    exchange: Exchange, session: requests.Session, request: Request, *, conversation: bool
) -> tuple[Reply, str | None]:
    url, form = _address(request)
    headers = signing.headers(exchange.auth_token, url, form)
    if conversation and exchange.faults.strikes("twice"):
        _once(exchange, session, request, headers)
    try:
        return _once(exchange, session, request, headers)
    except NotConnected:
        return _once(exchange, session, request, headers)


def _once(
    exchange: Exchange,
    session: requests.Session,
    request: Request,
    headers: Mapping[str, str],
    *,
    forged: bool = False,
    largest: int = LARGEST,
) -> tuple[Reply, str | None]:
    began = time.monotonic()
    status: int | None = None
    try:
        with session.send(
            _prepared(exchange, session, request, headers),
            timeout=(CONNECT, exchange.patience),
            stream=True,
            allow_redirects=False,
        ) as response:
            status = response.status_code
            body = _read(response, began + exchange.patience, largest)
            reply = Reply(_address(request)[0], status, response.headers.get("Content-Type", ""), body)
            return reply, response.headers.get("Location") if 300 <= status < 400 else None
    except requests.RequestException as error:
        raise _reason(error, request) from error
    finally:
        _note(exchange, request, status, time.monotonic() - began, forged=forged)


def _reason(error: requests.RequestException, request: Request) -> Exception:
    path = urlsplit(request.url).path
    if isinstance(error, requests.ConnectTimeout) or (error.args and isinstance(error.args[0], MaxRetryError)):
        return NotConnected(11205, f"no connection for {path}")
    if isinstance(error, requests.ReadTimeout):
        return DocumentError(11200, f"no answer in time from {path}")
    return DocumentError(11205, f"the connection broke on {path}: {type(error).__name__}")


def _read(response: requests.Response, until: float, largest: int) -> bytes:
    body = b""
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) > largest:
            raise DocumentError(11750, f"an answer of more than {largest} bytes")
        if time.monotonic() > until:
            raise DocumentError(11200, "the answer was not whole in time")
    return body


def _address(request: Request) -> tuple[str, dict[str, str]]:
    """The URL without its fragment, and the form: empty for a GET, whose parameters stand in the URL."""
    url = request.url.partition("#")[0]
    if request.method != "GET":
        return url, request.params
    mark = "&" if urlsplit(url).query else "?"
    return (url + mark + urlencode(request.params) if request.params else url), {}


def _prepared(
    exchange: Exchange, session: requests.Session, request: Request, headers: Mapping[str, str]
) -> requests.PreparedRequest:
    url, form = _address(request)
    public = urlsplit(url)
    local, extra = url, {}
    for prefix, target in exchange.routes.items():
        if url.startswith(prefix):
            local = target + url.removeprefix(prefix)
            extra = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme, "X-Forwarded-Host": public.netloc}
    plain = requests.Request(request.method, local, data=form or None, headers={**headers, **extra})
    prepared = session.prepare_request(plain)
    prepared.url = local  # byte for byte as configured: requests would rewrite percent-encoding that is signed
    if form:
        prepared.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    return prepared


def _forgeries(exchange: Exchange, session: requests.Session, request: Request) -> None:
    """Copies that the application must turn away, sent before the genuine one."""
    url, form = _address(request)
    for fault in ("forged", "unsigned"):
        if not exchange.faults.strikes(fault):
            continue
        headers = signing.headers("not-the-token", url, form)
        if fault == "unsigned":
            del headers["X-Twilio-Signature"]
        reply, _ = _once(exchange, session, request, headers, forged=True)
        if reply.status != FORGED:
            exchange.journal.refuse(0, f"a {fault} request to {urlsplit(url).path} was answered {reply.status}")


def _note(exchange: Exchange, request: Request, status: int | None, seconds: float, *, forged: bool) -> None:
    parts = urlsplit(request.url)
    exchange.journal.note(
        "request",
        call_sid=request.params.get("CallSid"),
        text=parts.path + (f"?{parts.query}" if parts.query else ""),
        path=parts.path,
        method=request.method,
        status=status,
        seconds=round(seconds, 4),
        params=dict(request.params),
        forged=forged,
    )
