"""What happened on the exchange, in order: the stories and the launcher read it, and nothing else is their witness."""

import time
from datetime import UTC, datetime
from threading import Condition
from typing import Any

Event = dict[str, Any]


class Journal:
    """Events numbered from 1, and the refusals among them. The numbers go on growing when it is cleared."""

    def __init__(self, changed: Condition) -> None:
        self._changed = changed
        self._last = 0
        self._events: list[Event] = []
        self._refusals: list[Event] = []

    def note(
        self, kind: str, *, phone: str | None = None, call_sid: str | None = None, text: str | None = None, **more: Any
    ) -> Event:
        """Write one event down and wake everybody who waits for it."""
        with self._changed:
            self._last += 1
            event: Event = {"n": self._last, "at": datetime.now(UTC).isoformat(), "kind": kind}
            event |= {"phone": phone, "call_sid": call_sid, "text": text} | more
            self._events.append(event)
            self._changed.notify_all()
            return event

    def refuse(self, code: int, text: str, *, phone: str | None = None, call_sid: str | None = None) -> None:
        """Something that the carrier would not do, with the carrier's own code, errors and warnings alike."""
        with self._changed:
            self._refusals.append(self.note("refused", phone=phone, call_sid=call_sid, text=text, code=code))

    def refusals(self) -> list[Event]:
        with self._changed:
            return list(self._refusals)

    def after(self, number: int, *, wait: float = 0.0) -> list[Event]:
        """Events later than `number`; waits up to `wait` real seconds for the first."""
        until = time.monotonic() + wait
        with self._changed:
            self._changed.wait_for(lambda: self._last > number, max(0.0, until - time.monotonic()))
            return [event for event in self._events if event["n"] > number]

    def clear(self) -> None:
        with self._changed:
            self._events.clear()
            self._refusals.clear()
