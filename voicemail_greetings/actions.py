"""What becomes of a message: received, fetched, lost, forgotten. Writes; takes a Session, never commits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, null, update
from sqlalchemy.orm import Session

from office import alerts
from office.database import insert_once, run
from voicemail_greetings import messages
from voicemail_greetings.messages import Label, Words
from voicemail_greetings.tables import Erasure, Message

FETCH_AGAIN = timedelta(seconds=10)
"""The audio may not be there yet when it is reported (twilio.md 3.2); each further wait is twice as long."""

FETCH_AGAIN_AT_MOST = timedelta(hours=1)

FETCHED_WITHIN, MOST_FETCHES = timedelta(hours=24), 40
"""What is not to be had for so long, or after so many tries, never will be."""

FEWEST_FETCHES = 12
"""But not before so many: it may have been we who were away for a day."""

UNUSABLE_FETCHES = 6
"""When what comes is no recording, whoever asks the sixth time has asked for ten minutes."""

AT_LEAST_FOR_WORDS = timedelta(seconds=30)
"""From a report that comes late."""

REPORTED_WITHIN = timedelta(days=1)
"""A recording that would have begun before that tells us nothing of when it did."""

NOTHING_WAS_SAID = "nothing was said"
RECORDING, TRANSCRIPT = "recording", "transcript"
"""What the carrier may be asked to forget (tables.Erasure)."""

SOONER = (
    update(Erasure)
    .where(Erasure.sid == bindparam("which"), Erasure.due_at > bindparam("due", type_=Erasure.due_at.type))
    .values(due_at=bindparam("due", type_=Erasure.due_at.type))
)


def received(session: Session, said: Mapping[str, str], now: datetime) -> int | None:
    """Write down a recording that the carrier reports (twilio.md 2.5). None when it is known or was empty."""
    if said.get("RecordingStatus", "completed") != "completed":
        return None
    seconds = _seconds(said.get("RecordingDuration", ""))
    ended_at = _ended_at(said.get("RecordingStartTime", ""), seconds, now)
    words_by = max(messages.words_by(ended_at), now + AT_LEAST_FOR_WORDS)
    is_short = seconds is not None and seconds < messages.SHORTEST
    message_id = insert_once(
        session,
        Message,
        recording_sid=said["RecordingSid"],
        call_sid=said["CallSid"],
        duration_s=seconds or 0,
        received_at=now,
        ended_at=ended_at,
        words_by=words_by,
        fetch_at=now,
        fetches=0,
        **(_without_words(Label.SHORT) if is_short else {"words_at": words_by}),
    )
    return message_id if isinstance(message_id, int) else None


def _seconds(told: str) -> int | None:
    """The carrier's whole seconds; None when it did not say."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else None


def _ended_at(began: str, seconds: int | None, now: datetime) -> datetime:
    """When they had said it: as told, if that can be, else now."""
    try:
        ended_at = parsedate_to_datetime(began) + timedelta(seconds=seconds or 0)
    except (ValueError, OverflowError):
        return now
    if ended_at.tzinfo is None or not now - REPORTED_WITHIN <= ended_at <= now:
        return now
    return ended_at


def _without_words(label: Label) -> dict[str, object]:
    return {"label": label, "words_state": Words.UNAVAILABLE, "words_why": NOTHING_WAS_SAID, "words_at": None}


def fetched(message: Message, file: str, label: Label | None, now: datetime, *, seconds: int) -> None:
    """We have the audio, of so many seconds: its words may be written out, unless there are none. Words that stand, stay."""
    message.file, message.fetch_at = file, None
    message.duration_s = message.duration_s or seconds
    if message.label is None and label is None and message.words_state != Words.DONE:
        message.words_at = now
    elif message.label is None and label is not None and message.words is None:
        for column, value in _without_words(label).items():
            setattr(message, column, value)


def not_fetched(
    session: Session, message: Message, why: str, now: datetime, zone: ZoneInfo, *, unusable: bool
) -> None:  # fmt: skip
    """Not there yet, or not to be had just now: the message stands, and we ask again, ever less often, or it is lost.

    `unusable`: what was there is no recording. A manager, whose clock is in `zone`, is told once of what is lost.
    """
    message.fetches += 1
    if not _is_lost(message, now, unusable=unusable):
        message.fetch_at = now + min(FETCH_AGAIN * 2 ** min(message.fetches, 10), FETCH_AGAIN_AT_MOST)
        return
    message.lost, message.fetch_at = why[:200], None
    left = f"{message.ended_at.astimezone(zone):%A %H:%M}"
    alerts.raise_alert(session, f"message:lost:{message.id}", f"Message without its sound: left on {left}", now)


def _is_lost(message: Message, now: datetime, *, unusable: bool) -> bool:
    if unusable and message.fetches >= UNUSABLE_FETCHES:
        return True
    for_long = now - message.received_at >= FETCHED_WITHIN and message.fetches >= FEWEST_FETCHES
    return for_long or message.fetches >= MOST_FETCHES


def heard(message: Message, by: str, now: datetime) -> None:
    """One of us listened; the first of them stands."""
    if message.heard_at is None:
        message.heard_at, message.heard_by = now, by


def forget_at_carrier(
    session: Session, sid: str, kind: str, now: datetime, *, not_before: datetime | None = None
) -> None:  # fmt: skip
    """Have the carrier forget a RECORDING or a TRANSCRIPT, soon or then. Twice is once, at the earlier of the two times,
    also when it has forgotten it already.
    """
    due_at = not_before or now
    if insert_once(session, Erasure, sid=sid, kind=kind, asked_at=now, due_at=due_at) is None:
        run(session, SOONER, which=sid, due=due_at)


def forget_words(message: Message, why: str) -> None:
    """Nothing of what was said stays, but that it was."""
    message.words = message.carrier_words = message.confidence = message.engine = message.words_at = None
    message.flags = null()  # None would be JSON's own
    message.words_state, message.words_why = Words.UNAVAILABLE, why
