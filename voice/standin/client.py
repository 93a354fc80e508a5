"""How stories and the launcher speak to the stand-in: over HTTP, as anybody would."""

import time
from dataclasses import dataclass, field
from typing import Any

import requests

Event = dict[str, Any]
Script = list[dict[str, Any]]

POLL = 5.0  # real seconds that one long poll lasts


@dataclass(frozen=True, slots=True)
class Answers:
    """A person answers after so many seconds and follows the script: steps of
    `after`, `on_hearing`, `press`, `say`, `sound` (the path of a WAV file: how it sounds), `hang_up`.
    """

    after: float = 2.0
    script: Script = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"kind": "answers", "after": self.after, "script": self.script}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A machine picks up, speaks for about five seconds, never presses a key and stays for a minute."""

    after: float = 2.0
    greeting: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As the control address takes it."""
        given = {"greeting": self.greeting} if self.greeting else {}
        return {"kind": "mailbox", "after": self.after} | given


@dataclass(frozen=True, slots=True)
class Declines:
    """A person looks at the phone and refuses."""

    after: float = 2.0

    def as_json(self) -> dict[str, Any]:
        return {"kind": "declines", "after": self.after}


@dataclass(frozen=True, slots=True)
class Busy:
    """The line is busy at once."""

    def as_json(self) -> dict[str, Any]:
        return {"kind": "busy"}


@dataclass(frozen=True, slots=True)
class RingsOut:
    """Nobody is there."""

    def as_json(self) -> dict[str, Any]:
        return {"kind": "rings-out"}


@dataclass(frozen=True, slots=True)
class ByHand:
    """It rings until somebody acts: `act(phone, answer=True)`."""

    def as_json(self) -> dict[str, Any]:
        return {"kind": "by-hand"}


@dataclass(frozen=True, slots=True)
class Fails:
    """The number does not exist."""

    def as_json(self) -> dict[str, Any]:
        return {"kind": "fails"}


Behaviour = Answers | Mailbox | Declines | Busy | RingsOut | ByHand | Fails


class NotSeen(AssertionError):
    """What was waited for did not happen; the message lists what did."""


class StandIn:
    """The stand-in at `base_url`. Raises requests.HTTPError when it does not understand."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def _ask(self, method: str, path: str, json: Any = None, **params: Any) -> Any:
        response = self._session.request(
            method, f"{self.base_url}/standin{path}", json=json, params=params, timeout=POLL + 10
        )
        if response.status_code >= 400:
            raise requests.HTTPError(f"{response.status_code} from {path}: {response.text[:300]}", response=response)
        return response.json() if response.content else None

    def number(
        self,
        phone: str,
        voice_url: str,
        *,
        fallback_url: str | None = None,
        status_url: str | None = None,
        sms_url: str | None = None,
    ) -> None:
        """One of the account's own numbers, and where its calls and texts go."""
        addresses = {"voice_url": voice_url, "fallback_url": fallback_url, "status_url": status_url, "sms_url": sms_url}
        self._ask("POST", "/numbers", {"phone": phone} | addresses)

    def routes(self, addresses: dict[str, str]) -> None:
        """Public address -> where it is served: signed as the first, delivered to the second."""
        self._ask("PUT", "/routes", addresses)

    def phone(self, phone: str, *behaviours: Behaviour) -> None:
        """What happens when `phone` rings: each ringing takes the next behaviour, the last one stays."""
        self._ask("PUT", f"/phones/{phone}", {"behaviours": [behaviour.as_json() for behaviour in behaviours]})

    def dial(
        self,
        from_: str,
        to: str,
        script: Script | None = None,
        *,
        phone: str | None = None,
        params: dict[str, str] | None = None,
    ) -> str:
        """A customer dials: the call's sid. `phone` names the handset when `from_` is withheld."""
        body = {"from": from_, "to": to, "script": script or [], "phone": phone, "params": params}
        return str(self._ask("POST", "/calls", body)["sid"])

    def act(self, phone: str, **what: Any) -> str:
        """`answer=True`, `decline=True`, `press="1"`, `say="text"` (with `sound=`, a WAV file's path) or `hang_up=True`, by hand: the call's sid."""
        return str(self._ask("POST", f"/phones/{phone}/act", what)["call_sid"])

    def text(self, from_: str, to: str, body: str) -> str:
        """A customer texts one of our numbers."""
        return str(self._ask("POST", "/texts", {"from": from_, "to": to, "body": body})["sid"])

    def texts(self) -> list[dict[str, Any]]:
        return list(self._ask("GET", "/texts")["texts"])

    def faults(self, **faults: Any) -> None:
        """Set faults by the names in `voice.standin.faults`: an int is the next so many, a float a probability."""
        self._ask("PUT", "/faults", faults)

    def refusals(self) -> list[Event]:
        """Everything that the carrier refused or warned of; a clean story ends with none."""
        return list(self._ask("GET", "/refusals")["refusals"])

    def calls(self) -> list[dict[str, Any]]:
        """Every leg, oldest first."""
        return list(self._ask("GET", "/calls")["calls"])

    def events(self, after: int = 0, *, wait: float = 0.0) -> list[Event]:
        """Events later than number `after`; waits up to `wait` real seconds for the first."""
        return list(self._ask("GET", "/events", after=after, wait=wait)["events"])

    def heard(self, phone: str) -> list[str]:
        """Everything that `phone` has heard since the last reset."""
        return [event["text"] for event in self.events() if event["kind"] == "hears" and event["phone"] == phone]

    def wait_for(
        self,
        kind: str,
        *,
        phone: str | None = None,
        text: str | None = None,
        after: int = 0,
        timeout: float = 20.0,
        **more: Any,
    ) -> Event:
        """The first event of that kind after number `after`: of that phone, with `text` in it (case ignored), and
        with exactly the fields in `more`. Raises NotSeen, with what happened instead, after `timeout` real seconds.
        """
        until, seen = time.monotonic() + timeout, after
        happened: list[Event] = []
        while True:
            fresh = self.events(seen, wait=max(0.0, min(POLL, until - time.monotonic())))
            found = next((event for event in fresh if _is(event, kind, phone, text, more)), None)
            if found is not None:
                return found
            happened += fresh
            seen = fresh[-1]["n"] if fresh else seen
            if time.monotonic() >= until:
                raise NotSeen(_instead(kind, {"phone": phone, "text": text} | more, happened))

    def reset(self) -> None:
        """Forget everything but the numbers and routes."""
        self._ask("POST", "/reset")

    def wait_until_up(self, timeout: float = 20.0) -> None:
        """Until the stand-in answers. Raises the last error after `timeout` real seconds."""
        until = time.monotonic() + timeout
        while True:
            try:
                self._ask("GET", "/health")
            except requests.ConnectionError:
                if time.monotonic() >= until:
                    raise
                time.sleep(0.05)  # nothing tells us when another process begins to listen
            else:
                return


def _is(event: Event, kind: str, phone: str | None, text: str | None, more: dict[str, Any]) -> bool:
    return (
        event["kind"] == kind
        and phone in {None, event["phone"]}
        and (text is None or text.casefold() in (event["text"] or "").casefold())
        and all(event.get(key.rstrip("_")) == value for key, value in more.items())
    )


def _instead(kind: str, wanted: dict[str, Any], happened: list[Event]) -> str:
    asked = ", ".join(f"{key}={value!r}" for key, value in wanted.items() if value is not None)
    lines = [f"  {e['n']:>4} {e['kind']:<9} {e['phone'] or '':<14} {e['text'] or ''}" for e in happened]
    return f"no {kind!r} with {asked or 'anything'}; instead:\n" + "\n".join(lines or ["  nothing"])
