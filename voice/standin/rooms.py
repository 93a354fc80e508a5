"""Where legs wait and meet: queues and conferences, as facts; the verbs and the REST API act on them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from voice.standin.legs import Leg, ReportTo


@dataclass(eq=False, slots=True)
class Waiting:
    """A leg in a queue since `since_at` (stand-in seconds) and `since` (UTC)."""

    leg: Leg
    since_at: float
    since: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(eq=False, slots=True)
class Queue:
    """First come, first served."""

    sid: str
    name: str
    largest: int = 1000
    members: list[Waiting] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  # of those who have left, in stand-in seconds
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def position(self, leg: Leg) -> int:
        """From 1; 0 for a leg that is not here."""
        return next((n for n, waiting in enumerate(self.members, 1) if waiting.leg is leg), 0)

    def average_wait(self) -> int:
        return round(sum(self.waits) / len(self.waits)) if self.waits else 0


@dataclass(eq=False, slots=True)
class Participant:
    """A leg in a conference."""

    leg: Leg
    label: str | None = None
    muted: bool = False
    hold: bool = False
    starts: bool = True
    ends: bool = False
    kicked: bool = False
    waiting: bool = False  # listens to the wait document


@dataclass(eq=False, slots=True)
class Conference:
    """`status`: init until two are in and one of them starts it, in-progress, completed."""

    sid: str
    name: str
    status: str = "init"
    participants: list[Participant] = field(default_factory=list)
    report: ReportTo | None = None
    reported: int = 0
    why_ended: str | None = None
    ended_by: str | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def find(self, name: str) -> Participant | None:
        """By call sid or label."""
        return next((one for one in self.participants if name in {one.leg.sid, one.label}), None)
