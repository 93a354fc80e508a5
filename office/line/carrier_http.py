"""One HTTP request to the carrier, and what its answer says about whether it was carried out.

This stands under Twilio's client library in place of the library's own transport, which throws away what we must know:
how long the carrier asks us to wait, and whether a request that failed had been sent at all.
"""

import io
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response

from office.line import LineError, LineRefused, LineUncertain

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST_WAIT = 3600
"""Seconds. A carrier that asks for more is taken to mean an hour; no promise can wait for longer."""


class CarrierHttp(HttpClient):  # type: ignore[misc] # Twilio's classes carry no types
    """Twilio's transport, but one that raises LineRefused or LineUncertain for every answer that is not a plain yes.

    `timeout` is seconds to connect and seconds to wait for the answer. Nothing is repeated and no redirect followed.
    """

    def __init__(self, timeout: tuple[float, float]) -> None:
        super().__init__(log, is_async=False)
        self.timeouts = timeout

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,  # the library's own timeout and redirect wishes: ours are fixed
    ) -> Response:
        what = f"{method} {uri.rpartition('/')[2]}{_for_whom(data or params or {})}"
        form = _SentForm(urlencode(data or {}, doseq=True).encode())
        try:
            answer = self._send(method, uri, params=params, data=form if data else None, headers=headers, auth=auth)
        except requests.RequestException as error:
            log.warning("carrier: %s: no answer (%s)", what, type(error).__name__)
            raise _no_answer(error, form) from error
        log.info("carrier: %s: %d in %.0f ms", what, answer.status_code, answer.elapsed / timedelta(milliseconds=1))
        _judge(answer)
        return Response(answer.status_code, answer.text, answer.headers)

    def _send(self, method: str, uri: str, **what: Any) -> requests.Response:
        # A new connection each time: a kept one that the carrier has just closed fails after sending, which cannot be
        # told from a call that was placed.
        with _session(uri) as session:
            return session.request(method, uri, timeout=self.timeouts, allow_redirects=False, **what)


def _session(uri: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = urlsplit(uri).hostname not in LOOPBACK  # a proxy has no way to our own machine
    return session


class _SentForm(io.BytesIO):
    """A form that knows whether sending it has begun: before that the carrier cannot have carried anything out."""

    begun = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.begun = True
        return super().read(size)


def _no_answer(error: requests.RequestException, form: _SentForm) -> LineError:
    what = type(error).__name__
    if isinstance(error, requests.ReadTimeout) or (form.begun and not isinstance(error, requests.ConnectTimeout)):
        return LineUncertain(f"the carrier's answer never came ({what})")
    return LineRefused(f"the carrier was not reached ({what})")


def _judge(answer: requests.Response) -> None:
    if 400 <= answer.status_code < 500:
        raise _refusal(answer)
    if not 200 <= answer.status_code < 300:
        raise LineUncertain(f"the carrier answered {answer.status_code}")
    if answer.status_code != 204 and not _read(answer):
        raise LineUncertain(f"the carrier answered {answer.status_code} with something unreadable")


def _refusal(answer: requests.Response) -> LineRefused:
    said = _read(answer)
    code = str(said.get("code"))
    return LineRefused(
        f"the carrier answered {answer.status_code}: {_without_numbers(str(said.get('message', 'no reason given')))}",
        status=answer.status_code,
        code=int(code) if re.fullmatch("[0-9]{1,9}", code) else None,
        retry_after=_wait(answer.headers),
    )


def _read(answer: requests.Response) -> dict[str, Any]:
    """The JSON object in the answer, or an empty one."""
    try:
        said = answer.json()
    except requests.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    seconds = headers.get("Retry-After", "")
    if not re.fullmatch("[0-9]{1,9}", seconds):
        return None
    return timedelta(seconds=min(int(seconds), LONGEST_WAIT))


def _for_whom(fields: Mapping[str, object]) -> str:
    return f" for {_without_numbers(str(fields['To']))}" if "To" in fields else ""


def _without_numbers(text: str) -> str:
    """The text with every phone number cut to its last four digits, for logs and errors."""
    return re.sub(r"\+?[0-9]{3,}([0-9]{4})", r"…\1", " ".join(text.split()))[:200]
