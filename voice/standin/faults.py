"""How the carrier misbehaves, and which reading of an uncertain fact it takes: set from outside, off at the start.

A count (an int) is "the next so many"; a probability (a float, 1.0 for always) is "each time, by the seeded dice".
"""

import random
from dataclasses import dataclass, field, fields
from threading import Lock
from typing import Any

Chance = int | float

REST_FAULTS = ("refuse_429", "error_500", "error_500_after_dialling", "hold", "drop", "slow")
"""In the order in which they are tried; one request suffers one of them."""

MEDIA_FAULTS = (
    "media_missing",
    "media_wrong_type",
    "media_too_large",
    "media_redirected",
    "media_drips",
    "media_reset",
)
"""The same for what is fetched of a recording."""


@dataclass(slots=True)
class Faults:
    """Everything that can be made to go wrong. Seconds are stand-in seconds."""

    # Creating calls (or texts) by REST.
    faulty: str = "Calls"  # the resource whose POST suffers: "Calls" or "Messages"
    refuse_429: Chance = 0  # refused with Retry-After, nothing dialled
    retry_after: int = 1  # whole real seconds, as the header says them
    error_500: Chance = 0  # nothing dialled
    error_500_after_dialling: Chance = 0
    hold: Chance = 0  # dialled, and the answer never comes
    drop: Chance = 0  # dialled, and the connection is cut
    slow: Chance = 0  # dialled, and answered late
    slow_seconds: float = 5.0
    # Fetching the sound of a recording.
    media_missing: Chance = 0  # 404, as before it is complete
    media_wrong_type: Chance = 0  # a page, not audio
    media_too_large: Chance = 0  # 200 MB
    media_redirected: Chance = 0  # to a host of another name, where the sound is
    media_drips: Chance = 0  # a byte every tenth of a real second
    media_reset: Chance = 0  # the connection is cut in the middle
    # Reports: status, recording, detection.
    reports_doubled: Chance = 0
    reports_late: Chance = 0
    late_seconds: float = 5.0
    reports_swapped: Chance = 0  # delivered after the report that follows it
    reports_dropped: Chance = 0
    # Conversation requests.
    forged: Chance = 0  # a copy with a wrong signature comes first; it must be answered 403
    unsigned: Chance = 0  # a copy without a signature comes first
    twice: Chance = 0  # sent twice with one idempotency token; only the second answer is used
    seed: int = 1
    # Readings of uncertain facts (twilio.md, tag U).
    dial_action_after_hangup: bool = False
    enqueue_action_after_hangup: bool = True
    enqueue_action_on_redirect: bool = True
    whisper_failure: str = "hang-up"  # or "bridge"
    silent_recordings: str = "saved"  # or "absent": the document goes on
    ring_buffer: float = 5.0  # the carrier rings so much longer than it was told
    list_lag: float = 1.0
    recording_lag: float = 2.0
    _dice: random.Random = field(default_factory=lambda: random.Random(1), repr=False)  # noqa: S311 - dice, not secrets
    _lock: Lock = field(default_factory=Lock, repr=False)

    def change(self, changes: dict[str, Any]) -> None:
        """Set the named fields. Raises ValueError for a name or a kind of value that does not exist."""
        known = {f.name: f for f in fields(self) if not f.name.startswith("_")}
        for name, value in changes.items():
            if name not in known or not _fits(getattr(self, name), value):
                raise ValueError(f"no such fault, or not such a value: {name}={value!r}")
        with self._lock:
            for name, value in changes.items():
                setattr(self, name, value)
            if "seed" in changes:
                self._dice.seed(self.seed)

    def strikes(self, name: str) -> bool:
        """Whether the fault happens this time; a count goes down by one."""
        with self._lock:
            chance: Chance = getattr(self, name)
            if isinstance(chance, float):
                return self._dice.random() < chance
            if chance > 0:
                setattr(self, name, chance - 1)
            return chance > 0

    def rest_fault(self, resource: str) -> str | None:
        """Which fault this POST to `resource` suffers, if any."""
        if resource != self.faulty:
            return None
        return next((name for name in REST_FAULTS if self.strikes(name)), None)

    def media_fault(self) -> str | None:
        """Which fault this fetching of a recording's sound suffers, if any."""
        return next((name for name in MEDIA_FAULTS if self.strikes(name)), None)


def _fits(old: Any, new: Any) -> bool:
    if isinstance(old, bool | str):
        return type(new) is type(old)
    return isinstance(new, int | float) and not isinstance(new, bool) and new >= 0
