"""The words of a message put right by somebody who listened to it. Writes; takes a Session, never commits.

What stood there before is kept in the audit trail, for as long as the words themselves are kept.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from office import audit
from office.tables import Audit
from voicemail_greetings.messages import Words
from voicemail_greetings.tables import Message

LONGEST = 10_000
"""Characters: more than anybody says before the beep ends."""

BEFORE = "words-before"


def correct(session: Session, message: Message, words: str, *, by: str, now: datetime) -> None:
    """These are its words from now on, and a person's: nobody has them written out by a machine again unless asked to."""
    before = message.words or ""
    for begin in range(0, len(before), audit.LONGEST_DETAIL):
        part = before[begin : begin + audit.LONGEST_DETAIL]
        audit.write(session, by=by, action=BEFORE, about=_about(message.id), now=now, detail=part)
    message.words, message.corrected_by, message.corrected_at = words, by, now
    message.words_state, message.words_why, message.words_at = Words.DONE, None, None
    message.confidence = message.engine = None


def forget(session: Session, message_id: int) -> None:
    """What stood there before is kept no longer than what stands there."""
    kept = update(Audit).where(Audit.about == _about(message_id), Audit.action == BEFORE)
    session.execute(kept.values(detail=None))


def _about(message_id: int) -> str:
    return f"message:{message_id}"
