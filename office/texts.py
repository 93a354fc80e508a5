"""Texts that we send: written in the transaction of what they tell, sent afterwards by a job (see outbox).

Who may be texted is for whoever writes the text.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from office import numbers, outbox
from office.database import insert_once
from office.line import LineRefused, LineUncertain
from office.outbox import FAILED, SENT, UNKNOWN, WAITING
from office.tables import Text
from office.wiring import Office

log = logging.getLogger(__name__)

TRY_LATER = frozenset({20429, 21611})
"""The carrier's "too many requests" and "too many texts are queued" (twilio.md 1): certainly not sent, and not for long."""

OLDEST = select(Text.id, Text.created_at, Text.send_at).order_by(Text.id).limit(200)
"""As many as are deleted at once: no caller's turn waits behind more."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A text that is ours to send; `tries` counts this one."""

    id: int
    to: str
    body: str
    tries: int

    def __str__(self) -> str:
        return f"text {self.id} to {numbers.short(self.to)}"


def write(
    session: Session, *, reason: str, to: str, body: str, now: datetime, not_before: datetime | None = None
) -> int | None:  # fmt: skip
    """Write a text to be sent now, or then, to an E.164 number; its id, or None when one was written for that reason before.

    `reason` has at most 100 characters, `body` at most 1600. Nothing is lost if nobody rings the bell for it.
    """
    values = {"to": to, "body": body, "created_at": now, "send_at": not_before or now}
    text_id = insert_once(session, Text, reason=reason, **values)
    return text_id if isinstance(text_id, int) else None


def due(session: Session, now: datetime, limit: int = 20) -> list[int]:
    """The texts to send now, the longest waiting first."""
    return outbox.due(session, Text, now, limit)


def withdraw(session: Session, reason: str) -> None:
    """What was written for that reason is true no more: unless it went already, it stays unsent."""
    waiting = update(Text).where(Text.reason == reason, Text.state == outbox.WAITING)
    session.execute(waiting.values(state=outbox.FAILED, send_at=None))


def forget_lost(session: Session, now: datetime) -> int:
    """Give up texts whose sender died while it was at it: nobody can tell whether they went. Returns how many."""
    return outbox.forget_lost(session, Text, now)


def forget_old(office: Office) -> int:
    """Delete the texts that were kept for as long as the business keeps them; returns how many. For every hour or so."""
    count = 0
    while ids := _old(office):
        with office.database.transaction() as session:
            session.execute(delete(Text).where(Text.id.in_(ids)))
        count += len(ids)
    return count


def _old(office: Office) -> list[int]:
    """Of the oldest, which their numbers tell, those whose time is over and of which nothing more will become."""
    with office.database.reading() as session:
        end = office.clock.now() - office.business(session).retention.texts
        oldest = session.execute(OLDEST).all()
    return [text.id for text in oldest if text.created_at < end and text.send_at is None]


def send(office: Office, text_id: int) -> bool:
    """Claim a due text, ask the carrier to send it, note what came of it. True when the carrier took it."""
    with office.database.transaction() as session:
        sender = office.business(session).phone
        row = outbox.claim(session, Text, text_id, office.clock.now())
    return row is not None and _send(office, sender, _Claimed(row.id, row.to, row.body, row.tries))


def _send(office: Office, sender: str, text: _Claimed) -> bool:
    try:
        sid = office.line.text(text.to, sender=sender, body=text.body)
    except LineRefused as refusal:
        _note_refusal(office, text, refusal)
        return False
    except LineUncertain as doubt:
        log.warning("%s: perhaps sent, perhaps not: %s", text, doubt)
        _note(office, text, state=UNKNOWN, send_at=None)
        return False
    _note(office, text, state=SENT, send_at=None, sid=sid)
    log.info("%s: sent", text)
    return True


def _note_refusal(office: Office, text: _Claimed, refusal: LineRefused) -> None:
    """Certainly not sent: tried again when that may help, else failed."""
    again = _again(refusal, text.tries, office.clock.now())
    log.warning("%s: not sent, %s: %s", text, "again later" if again else "and never will be", refusal)
    _note(office, text, state=WAITING if again else FAILED, send_at=again)


def _again(refusal: LineRefused, tries: int, now: datetime) -> datetime | None:
    asked_to_wait = refusal.retry_after is not None or refusal.status == 429 or refusal.code in TRY_LATER
    never_reached = refusal.status is None
    return outbox.again_at(tries, now, refusal.retry_after) if asked_to_wait or never_reached else None


def _note(office: Office, text: _Claimed, **outcome: object) -> None:
    outbox.note(office, Text, text.id, text.tries, **outcome)
