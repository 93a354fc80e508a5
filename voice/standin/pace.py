"""Time inside the stand-in: it may run faster than ours, so that a whole story takes seconds."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """`speed` stand-in seconds pass in one real second, and `by_hand` of them while people hold phones in their hands."""

    speed: float = 1.0
    by_hand: float = 1.0
    _mark: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Stand-in and real seconds at some moment, and until when (real) time passes by hand."""

    def now(self) -> float:
        """Stand-in seconds since some fixed moment; it never goes back."""
        return self._at(time.monotonic())

    def slow_down(self, seconds: float) -> None:
        """For so many real seconds from now, no faster than people can follow."""
        real = time.monotonic()
        self._mark = self._at(real), real, real + seconds

    def real(self, seconds: float | None) -> float | None:
        """How long we really wait for so many stand-in seconds; None is for ever."""
        rate = self.by_hand if time.monotonic() < self._mark[2] else self.speed
        return None if seconds is None else max(0.0, seconds) / rate

    def _at(self, real: float) -> float:
        told, since, until = self._mark
        slow = max(0.0, min(real, until) - since)
        return told + slow * self.by_hand + (real - since - slow) * self.speed
