"""One signed request to other software, at an address that was looked at first.

A receiver is trusted with nothing: its name may lead anywhere by now, and it may answer late, never, or by sending us
elsewhere. The address that was looked at is the one connected to; its certificate must be that of the name.
"""

import hmac
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from socket import SHUT_RDWR, SOCK_STREAM, create_connection, getaddrinfo, socket
from threading import Timer
from urllib.parse import SplitResult, urlsplit

import certifi

from office.reachable import is_loopback, may_send_to
from office.settings import Settings

CONNECT, ANSWER = 3.0, 10.0
"""Seconds to reach a receiver, and for it to say anything at all."""

LONGEST = 15.0
"""Seconds from being connected to having its answer, also of one that sends a byte now and then."""

DERIVED = b"ringtrue webhooks v1"
"""What our own secret is a digest of, so that it opens nothing else that SECRET_KEY does."""


class ReceiverError(Exception):
    """The receiver did not take it. Says why, and never the whole URL, which may hold a secret."""


def secret(settings: Settings) -> str:
    """What our requests are signed with: as set, else made from SECRET_KEY."""
    return settings.webhook_secret or hmac.digest(settings.secret_key.encode(), DERIVED, "sha256").hex()


def sign(key: str, timestamp: int, body: bytes) -> str:
    """The signature of a body sent at a Unix time: HMAC-SHA256 of "timestamp.body", in hex, after the scheme's name."""
    return f"v1={hmac.digest(key.encode(), b'%d.%b' % (timestamp, body), 'sha256').hex()}"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a receiver may take, in seconds, and whose certificates it may show; None: those that browsers believe."""

    answer: float = ANSWER
    longest: float = LONGEST
    trust: ssl.SSLContext | None = None


def post(url: str, body: bytes, headers: Mapping[str, str], terms: Terms = Terms()) -> None:
    """Send it once. Raises ReceiverError unless the answer is 2xx; nothing of the answer but its status is read."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}".removesuffix("?")
    try:
        with _connected(parts, terms) as connection:
            connection.sock.settimeout(terms.answer)
            connection.request("POST", path, body, {"Host": parts.netloc, **headers})
            status = connection.getresponse().status
    except (OSError, HTTPException, UnicodeError) as trouble:  # UnicodeError: of a name that no host can have
        raise ReceiverError(f"{parts.hostname} cannot be told ({type(trouble).__name__})") from trouble
    if not 200 <= status < 300:
        raise ReceiverError(f"{parts.hostname} answered {status}")


@contextmanager
def _connected(parts: SplitResult, terms: Terms) -> Iterator[HTTPConnection]:
    """A connection to the host of a URL that is cut off when its time is up, whatever goes on in it."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    reached, connection = _reached(host, port), HTTPConnection(host, port)
    if parts.scheme == "https":
        trust = terms.trust or _usual_trust()
        reached = trust.wrap_socket(reached, server_hostname=host, do_handshake_on_connect=False)
    connection.sock = reached
    end = Timer(terms.longest, _cut_off, (reached,))
    end.start()
    try:
        if isinstance(reached, ssl.SSLSocket):
            reached.do_handshake()
        yield connection
    finally:
        end.cancel()
        connection.close()


def _reached(host: str, port: int) -> socket:
    """The first address that lets us in, of one of each kind: a machine with no way to IPv6 tries the other."""
    trouble = OSError("no address")
    for address in _addresses(host, port):
        try:
            return create_connection((address, port), CONNECT)
        except OSError as error:
            trouble = error
    raise trouble


def _addresses(host: str, port: int) -> list[str]:
    """Where the name leads now, the first of each kind. Raises ReceiverError when any of it is no business of ours."""
    found = [(family, str(where[0])) for family, *_, where in getaddrinfo(host, port, type=SOCK_STREAM)]
    if not all(may_send_to(address, loopback=is_loopback(host)) for _, address in found):
        raise ReceiverError(f"{host} leads into a network that is not the open one")
    return list(dict(reversed(found)).values())[::-1]


def _cut_off(connected: socket) -> None:
    with suppress(OSError):  # it may be over by itself just now
        connected.shutdown(SHUT_RDWR)


@cache
def _usual_trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
