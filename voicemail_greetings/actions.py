"""What becomes of a message: received, fetched. Writes; takes a Session, never commits."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office.database import insert_once
from voicemail_greetings import messages
from voicemail_greetings.tables import Message

FETCH_AGAIN = timedelta(seconds=10)
"""The audio may not be there yet when it is reported (twilio.md 3.2); each further wait is twice as long."""

FETCH_AGAIN_AT_MOST = timedelta(hours=1)


def received(session: Session, said: Mapping[str, str], now: datetime) -> int | None:
    """Write down a recording that the carrier reports (twilio.md 2.5). None when it is known or was empty."""
    if said.get("RecordingStatus", "completed") != "completed":
        return None
    duration = said.get("RecordingDuration", "")
    message_id = insert_once(
        session,
        Message,
        recording_sid=said["RecordingSid"],
        call_sid=said["CallSid"],
        duration_s=int(duration) if duration.isascii() and duration.isdigit() else 0,
        received_at=now,
        ended_at=now,
        words_by=messages.words_by(now),
        fetch_at=now,
        fetches=0,
    )
    return message_id if isinstance(message_id, int) else None


def fetched(message: Message, file: str) -> None:
    """We have the audio."""
    message.file, message.fetch_at = file, None


def not_fetched(message: Message, now: datetime) -> None:
    """Not there yet, or not to be had just now: the message stands, and we ask again, ever less often."""
    message.fetches += 1
    message.fetch_at = now + min(FETCH_AGAIN * 2 ** min(message.fetches, 10), FETCH_AGAIN_AT_MOST)
