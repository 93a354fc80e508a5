"""Where other software is told what becomes of call-backs: how a [[webhook]] of business.toml is written."""

import re
from contextlib import suppress
from typing import Literal, get_args
from urllib.parse import SplitResult, urlsplit

from office.profile.values import nearest
from office.reachable import is_inside, is_loopback

Event = Literal[
    "opened", "joined", "asked", "claimed", "released", "calling", "attempt-ended", "moved", "snoozed", "note",
    "needs-person", "late", "done", "reopened",
]  # fmt: skip
EVENTS: tuple[Event, ...] = get_args(Event)

MOST = 5
LONGEST_URL = 400
EXAMPLE = 'write for example "https://crm.example/hook"'


def url(value: object) -> str:
    """Where to post, exactly as written: https, or http on this very machine; no user name, password or fragment in it."""
    if not isinstance(value, str) or not re.fullmatch(r"[!-~]+", value) or len(value) > LONGEST_URL:
        raise ValueError(f"must be a URL of at most {LONGEST_URL} plain characters, in quotes; {EXAMPLE}")
    parts = _split(value)
    if parts is None or not re.fullmatch(r"[a-z0-9._:-]+", parts.hostname or ""):
        raise ValueError(f"must be a URL with a host name; {EXAMPLE}")
    if "@" in parts.netloc or "#" in value:
        raise ValueError(f"must have no user name, no password and no # in it; {EXAMPLE}")
    _check_where(parts.scheme, parts.hostname or "")
    return value


def events(value: object) -> frozenset[str]:
    """The names of the events that are told."""
    example = 'write for example ["opened", "done"]'
    if not isinstance(value, list) or not value:
        raise ValueError(f"must be a list of at least one event; {example}")
    for name in value:
        if name not in EVENTS:
            raise ValueError(f'"{name}" is no event; {nearest(str(name), EVENTS)}')
    return frozenset(value)


def _split(written: str) -> SplitResult | None:
    with suppress(ValueError):
        parts = urlsplit(written)
        if parts.port != 0:  # reading the port is what checks it
            return parts
    return None


def _check_where(scheme: str, host: str) -> None:
    if scheme != "https" and not (scheme == "http" and is_loopback(host)):
        raise ValueError(f"must begin with https://; {EXAMPLE}")
    if is_inside(host) and not is_loopback(host):
        raise ValueError(f"must not be an address inside your own network; {EXAMPLE}")
