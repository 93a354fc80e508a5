"""One phone's part in a call, as the carrier keeps it: what it is doing, what it hears, what was pressed and said."""

import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

import requests

FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
SPEECH = 15.0  # characters spoken in a second: an unhurried voice


class HungUp(Exception):
    """The leg has ended: whatever ran on it stops here."""


class Summoned(Exception):
    """Somebody takes the leg away from what it is doing (REST, or a person dialling its queue)."""

    def __init__(self, summons: "Summons") -> None:
        super().__init__(summons)
        self.summons = summons


@dataclass(frozen=True, slots=True)
class Request:
    """A document or report address to call. `url` is absolute, as configured, perhaps with a fragment."""

    url: str
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inline:
    """A document given in the REST request itself: it has no address, so nothing in it can be relative."""

    twiml: str


@dataclass(frozen=True, slots=True)
class GoTo:
    """Run this document instead of whatever the leg is doing."""

    start: Request | Inline


@dataclass(eq=False, slots=True)
class Meeting:
    """Leave the queue, hear `announcement` if there is one, then talk to `other` until it is over."""

    other: "Leg"
    announcement: Request | None = None
    ready: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class WaitIsOver:
    """The conference begins, or has no place for us: stop listening to its wait document."""


Summons = GoTo | Meeting | WaitIsOver


@dataclass(frozen=True, slots=True)
class ReportTo:
    """Where a leg's states are reported and which of them: initiated, ringing, answered, completed."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Utterance:
    """Something that a phone hears, from `began` on; `cut` is when it was broken off."""

    text: str
    began: float
    cut: float | None = None

    @property
    def seconds(self) -> float:
        return len(self.text) / SPEECH

    def reached(self, characters: int) -> float | None:
        """When so many of its characters have been spoken; None if it was broken off before."""
        moment = self.began + characters / SPEECH
        return None if self.cut is not None and self.cut < moment else moment


@dataclass(frozen=True, slots=True)
class Heard:
    """What the carrier heard from the phone at `at`: one key, or a sentence that took `seconds`, perhaps with its sound."""

    key: str
    speech: str
    at: float
    seconds: float = 0.0
    audio: bytes | None = None


def _opened() -> Event:
    event = Event()
    event.set()
    return event


@dataclass(eq=False, slots=True)
class Outbox:
    """The order of a leg's reports to one address: the last one's end, and one held back to be overtaken."""

    last: Event = field(default_factory=_opened)
    held: Event | None = None


@dataclass(eq=False, slots=True)
class Leg:
    """Times with `_at` are stand-in seconds, except the dates `created`, `started` and `finished`, which are real UTC.

    `by` is whoever dialled by hand, and `noted` the number of the event that tells of the dialling. `speaking`: somebody
    speaks into the phone, and what they say comes when they are done.
    `phone` is the handset at the far end; `decision` is what it does with its ringing: answer, decline, busy, fail.
    """

    sid: str
    caller: str
    called: str
    direction: str
    phone: str
    born_at: float
    parent: "Leg | None" = None
    status: str = "queued"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: datetime | None = None
    finished: datetime | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    fallback: Request | None = None
    report: ReportTo | None = None
    extra: dict[str, str] = field(default_factory=dict)
    decision: str | None = None
    answered_by: str | None = None
    machine: bool = False
    accepted: bool = False  # its whisper has ended: it may be bridged
    detached: bool = False  # REST took it out of the Dial that made it
    silent: bool = False  # the exchange was reset: it tells nobody anything
    summons: Summons | None = None
    peers: list["Leg"] = field(default_factory=list)
    inputs: deque[Heard] = field(default_factory=deque)
    said: list[Heard] = field(default_factory=list)
    utterances: list[Utterance] = field(default_factory=list)
    redirects: int = 0
    by: str | None = None
    noted: int = 0
    speaking: bool = False
    reported: int = 0
    outboxes: dict[str, Outbox] = field(default_factory=dict)
    cookies: requests.Session = field(default_factory=requests.Session)

    @property
    def ended(self) -> bool:
        return self.status in FINAL

    @property
    def talked(self) -> int:
        """Whole stand-in seconds from answer to end; 0 when never answered or not over."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return round(self.ended_at - self.answered_at)


def new_sid(prefix: str) -> str:
    """Two letters and 32 hex digits, as the carrier's names are made."""
    return prefix + uuid.uuid4().hex
