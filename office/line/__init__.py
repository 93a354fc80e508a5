"""Our way to the carrier: what a phone line can do for us, and the two ways in which it can fail.

The two failures demand opposite reactions, so they are two classes: after `LineRefused` nothing rang and we may try
again; after `LineUncertain` something may be ringing, and we must look before we dial. Texts likewise.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LIVE = frozenset({"queued", "initiated", "ringing", "in-progress"})
"""Carrier call states that are not the end (reference: Twilio, Call resource, `status`)."""


class LineError(Exception):
    """The carrier did not do what we asked."""


class LineRefused(LineError):
    """Certainly not dialled, nor sent: the carrier said no, or was never reached.

    `status` is the HTTP status or None when the carrier was never reached; `code` is the carrier's own error code;
    `retry_after` is how long it asked us to wait, when it said so.
    """

    def __init__(
        self, message: str, *, status: int | None = None, code: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.retry_after = status, code, retry_after


class LineUncertain(LineError):
    """The request may or may not have been carried out: look the call up before dialling again; send no text again."""


class LineUnusable(LineError):
    """What the carrier gave is not what was asked for: asking again at once would bring the same."""


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """A call as the carrier knows it.

    `status` is one of queued, ringing, in-progress, completed, busy, no-answer, failed, canceled. `seconds` is the
    connected time of an ended call, else None. `created_at` is UTC.
    """

    sid: str
    to: str
    caller_id: str
    status: str
    created_at: datetime | None
    seconds: int | None
    parent_sid: str | None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


class PhoneLine(Protocol):
    """Twilio, or anything that speaks its REST API."""

    def ring(self, to: str, *, caller_id: str, answer_at: str, report_to: str, ring_for: timedelta) -> str:
        """Place a call and return its sid. `answer_at` is fetched when it is answered, `report_to` hears its states.

        Raises LineRefused (certainly not dialled) or LineUncertain (perhaps dialled).
        """
        ...

    def text(self, to: str, *, sender: str, body: str) -> str:
        """Send a text of at most 1600 characters and return its sid; the carrier took it, which is not yet delivery.

        Raises LineRefused (certainly not sent) or LineUncertain (perhaps sent).
        """
        ...

    def look_up(self, sid: str) -> CarrierCall | None:
        """The call with that sid, or None when the carrier knows none. Raises LineError when it cannot tell."""
        ...

    def calls_to(self, phone: str, *, since: datetime) -> list[CarrierCall]:
        """Calls placed to `phone` at or after `since` (UTC), newest first. Raises LineError when it cannot tell."""
        ...

    def hang_up(self, sid: str) -> None:
        """End the call; a call that has ended already is no error. Raises LineError when it cannot."""
        ...

    def cancel(self, sid: str) -> None:
        """Let a phone ring no longer; a call that was picked up goes on, and one that is over is no error.

        Raises LineError when it cannot.
        """
        ...

    def recording(self, sid: str) -> bytes:
        """The audio of a recording (wav), from the carrier's own host by id only, at most 10 MB.

        Raises LineUnusable when what is there is no audio, any other LineError when it is not to be had just now.
        """
        ...

    def delete_recording(self, sid: str) -> None:
        """Have the carrier forget a recording; one that it does not know is no error. Raises LineError when it cannot."""
        ...

    def delete_transcript(self, sid: str) -> None:
        """Have the carrier forget what it wrote out; one that it does not know is no error. Raises LineError when it cannot."""
        ...
