"""Time inside the stand-in: it may run faster than ours, so that a whole story takes seconds."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """`speed` stand-in seconds pass in one real second."""

    speed: float = 1.0

    def now(self) -> float:
        """Stand-in seconds since some fixed moment; it never goes back."""
        return time.monotonic() * self.speed

    def real(self, seconds: float | None) -> float | None:
        """How long we really wait for so many stand-in seconds; None is for ever."""
        return None if seconds is None else max(0.0, seconds) / self.speed
