"""The phones of the world and what their owners do when they ring."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

HANDS_STAY = 120.0
"""Real seconds that somebody holds phones after they were last heard of."""

GREETING = "Hello, I cannot take your call just now. Please leave a message after the tone."  # about five seconds


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person does: first hears `on_hearing` (if any), then waits `after` seconds, then acts.

    `sound` is the path of a WAV file that is how what they `say` sounds, as long as it takes.
    """

    after: float = 0.0
    on_hearing: str | None = None
    press: str | None = None
    say: str | None = None
    sound: str | None = None
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a phone does with one ringing.

    `kind`: answers, busy, rings-out, mailbox, declines, by-hand, fails (no such number). `after` is in stand-in seconds
    of ringing. A mailbox speaks `greeting`, presses nothing, and stays 60 s.
    """

    kind: str
    after: float = 2.0
    script: tuple[Step, ...] = ()
    greeting: str = GREETING

    @property
    def decision(self) -> str | None:
        """How the ringing ends by itself after `after` seconds; None when it does not."""
        return DECISIONS[self.kind]


DECISIONS: dict[str, str | None] = {
    "answers": "answer",
    "mailbox": "answer",
    "declines": "decline",
    "busy": "busy",
    "fails": "fail",
    "rings-out": None,
    "by-hand": None,
}
RINGS_OUT = Behaviour("rings-out")
BUSY = Behaviour("busy")
BY_HAND = Behaviour("by-hand")


class Phones:
    """Behaviours by number: each ringing takes the next, the last one stays. Unknown phones ring out.

    Whoever holds phones in their hands has them ring until they act; when they are not heard of any more, the phones
    behave as before.
    """

    def __init__(self) -> None:
        self._behaviours: dict[str, list[Behaviour]] = {}
        self._hands: dict[str, tuple[frozenset[str], float]] = {}

    def hold(self, by: str, phones: Collection[str], seconds: float = HANDS_STAY) -> bool:
        """`by` holds these phones, and no others, for so many real seconds unless they are heard of again; whether they held none before."""
        is_new = by not in self._hands
        self._hands[by] = frozenset(phones), time.monotonic() + seconds
        return is_new

    def holds_on(self, by: str) -> bool:
        """`by` is still there; whether they hold phones."""
        if self.held_for(by) <= 0:
            return False
        self.hold(by, self._hands[by][0])
        return True

    def held_for(self, by: str) -> float:
        """How many real seconds `by` holds phones, unless they are heard of again."""
        return self._hands[by][1] - time.monotonic() if by in self._hands else 0.0

    def let_go(self, by: str) -> frozenset[str]:
        """`by` holds nothing any more: the phones that are in nobody's hands now."""
        phones, _ = self._hands.pop(by, (frozenset[str](), 0.0))
        return frozenset(phone for phone in phones if not self._in_hands(phone))

    def _in_hands(self, phone: str) -> bool:
        return any(phone in phones and time.monotonic() < until for phones, until in list(self._hands.values()))

    def set(self, phone: str, behaviours: list[Behaviour]) -> None:
        self._behaviours[phone] = list(behaviours)

    def next(self, phone: str, *, engaged: bool) -> Behaviour:
        """How `phone` treats a new call. A phone in use is busy, which uses no behaviour up, unless a mailbox takes it; nor does one in somebody's hands."""
        if self._in_hands(phone):
            return BUSY if engaged else BY_HAND
        waiting = self._behaviours.get(phone, [])
        if not waiting:
            return BUSY if engaged else RINGS_OUT
        if engaged and waiting[0].kind != "mailbox":
            return BUSY
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def clear(self) -> None:
        """Every phone as at the beginning."""
        self._behaviours.clear()
        self._hands.clear()


def behaviour_from(data: dict[str, Any]) -> Behaviour:
    """Read a behaviour from JSON. Raises ValueError."""
    given = dict(data)
    script = script_from(given.pop("script", []))
    try:
        behaviour = Behaviour(**given, script=script)
        behaviour.decision  # noqa: B018 - an unknown kind fails here
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a behaviour: {data!r}") from error
    return behaviour


def script_from(steps: list[dict[str, Any]]) -> tuple[Step, ...]:
    """Read a script from JSON. Raises ValueError."""
    try:
        return tuple(Step(**step) for step in steps)
    except TypeError as error:
        raise ValueError(f"not a script: {steps!r}") from error
