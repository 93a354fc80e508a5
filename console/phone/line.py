"""The stand-in line as the Phone page holds it: over its control address, which only this machine may ask.

`by` names whose hands these are: each browser session has a caller of its own. The line knows the call and all that
was heard in it, so a page that is loaded anew goes on where it was.
"""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from console.access import the_office

Event = dict[str, Any]
Leg = dict[str, Any]

PATIENCE = 5.0
"""Real seconds: it is on this machine, and somebody waits before a page."""

UNKNOWN = 409
"""What the line answers when the phone is in no call."""


class LineSilentError(Exception):
    """The stand-in does not answer."""


class NotInCallError(Exception):
    """That phone is in no call just now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest call that these hands dialled (None: none yet), what happened since, and every leg that is not over."""

    call: Leg | None
    events: list[Event]
    legs: list[Leg]

    def leg_of(self, phone: str) -> Leg | None:
        """What that phone does now: its newest leg."""
        return next((leg for leg in reversed(self.legs) if leg["phone"] == phone), None)


def seen(by: str) -> Seen:
    """How things stand; asking keeps the phones in these hands. Raises LineSilentError."""
    told = _ask("GET", f"/hands/{quote(by)}")
    return Seen(told["call"], told["events"], told["legs"])


def dial(by: str, phone: str, shown: str, to: str, staff: Collection[str]) -> None:
    """Have `phone` ring our number `to`, with `shown` as its number; it and the staff's phones are in these hands then.

    Raises LineSilentError.
    """
    address = the_office().address
    own = {"voice_url": "/voice/incoming", "fallback_url": "/voice/fallback", "status_url": "/voice/status", "sms_url": "/texts/incoming"}  # fmt: skip
    _ask("POST", "/numbers", {"phone": to} | {name: address(path) for name, path in own.items()})
    _ask("PUT", f"/hands/{quote(by)}", {"phones": [phone, *staff]})
    _ask("POST", "/calls", {"from": shown, "to": to, "phone": phone, "by": by})


def act(phone: str, **what: Any) -> None:
    """What a hand does with a phone: `answer`, `decline`, `press`, `say`, `speaking` or `hang_up`. Raises NotInCallError, LineSilentError."""
    _ask("POST", f"/phones/{quote(phone)}/act", what)


def say(phone: str, words: str, wav: bytes | None = None) -> None:
    """Say `words` into a phone, which sound like that WAV file. Raises NotInCallError, LineSilentError."""
    act(phone, say=words, **({"audio": base64.b64encode(wav).decode()} if wav else {}))


def _ask(method: str, path: str, told: object = None) -> Any:
    try:
        with requests.Session() as session:
            session.trust_env = False
            url = f"{the_office().settings.api_base_url}/standin{path}"
            answer = session.request(method, url, json=told, timeout=PATIENCE, allow_redirects=False)
            if answer.status_code == UNKNOWN:
                raise NotInCallError
            answer.raise_for_status()
            return answer.json() if answer.content else None
    except requests.RequestException as silence:
        raise LineSilentError from silence
