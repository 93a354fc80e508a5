"""Words of messages, around the job that has them written out: what is due, what is late, asked for anew, and the carrier's own.

Takes a Session, never commits.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from office.database import run
from voicemail_greetings.actions import TRANSCRIPT, forget_at_carrier
from voicemail_greetings.messages import WORDS_WITHIN, Words
from voicemail_greetings.tables import Message
from voicemail_greetings.transcribe import cleaned
from voicemail_greetings.words import IN_TIME, MOST_DEATHS, NOT_ARRIVED, Told

GRACE = timedelta(seconds=3)
"""The job itself says at the deadline that there are no words; after so long it has not even begun."""

CARRIER = "carrier"
"""The engine that is not asked but reports."""

MOST_COUNTED = 10_000
"""Messages of a day whose seconds are looked at."""

DUE = (
    select(Message.id)
    .where(
        Message.words_at <= bindparam("now"), Message.words_state != Words.DONE, Message.erased_at.is_(None)
    )
    .order_by(Message.words_at)
    .limit(bindparam("most"))
)  # fmt: skip
IS_LATE = (
    Message.words_at.is_not(None), Message.words_state == Words.WAITING, Message.words_by <= bindparam("now")
)  # fmt: skip
ANY_LATE = select(Message.id).where(*IS_LATE).limit(1)
LATE = select(Message).where(*IS_LATE).order_by(Message.words_by).limit(bindparam("most")).with_for_update()
COUNTED = select(Message.words_state, func.count(), func.min(Message.words_by)).group_by(Message.words_state)
CAME = (
    select(Message.words_by, Message.words_came_at)
    .where(Message.ended_at >= bindparam("since"), Message.words_came_at.is_not(None))
    .limit(MOST_COUNTED)
)


class Figures(NamedTuple):
    """Messages by state; seconds from when words were wanted until they came, for 95 in 100 of the last day; how long the oldest waits.

    They are wanted from the end of a message, or from when somebody asked for them anew.
    """

    states: dict[str, int]
    seconds_95: float | None
    oldest_waiting_s: float


def due(session: Session, now: datetime, limit: int = 20) -> list[int]:
    """Messages that somebody may begin with, those that wait the longest first."""
    return list(run(session, DUE, now=now, most=limit).scalars())


def any_late(session: Session, now: datetime) -> bool:
    """Whether there is a message of which it is to be said that it has no words. One indexed read."""
    return run(session, ANY_LATE, now=now - GRACE).first() is not None


def tell_of_late(session: Session, now: datetime, told: Told, limit: int = 20) -> int:
    """Say of messages whose deadline has passed that they have no words, whoever is at them; how many.

    For the sweep: the deadline holds also when no process is free for the job. Where words may still come they are tried
    for, and are taken when they do.
    """
    late = session.scalars(LATE, {"now": now - GRACE, "most": limit}).all()
    for message in late:
        may_come = (message.file or message.carrier_words) and message.words_tries < MOST_DEATHS
        if message.words is None:
            message.words_state = Words.UNAVAILABLE
            message.words_why = message.words_why or (IN_TIME if may_come else NOT_ARRIVED)
        else:
            message.words_state = Words.DONE
        message.words_at = message.words_at if may_come and message.words is None else None
        told(session, message, now)
    return len(late)


def try_again(message: Message, now: datetime) -> bool:
    """Somebody wants a message written out (anew). False when it is erased or has nothing in it. What stands stays until then."""
    if message.erased_at is not None or message.label is not None:
        return False
    message.words_state, message.words_why, message.engine = Words.WAITING, None, None
    message.words_at, message.words_by, message.words_tries = now, now + WORDS_WITHIN, 0
    return True


def heard_from_carrier(
    session: Session, form: Mapping[str, str], now: datetime, engines: Collection[str]
) -> int | None:  # fmt: skip
    """Keep what the carrier made of a message (twilio.md 2.5, `transcribeCallback`); the message's id, None when it is not known.

    The carrier reports once, perhaps before we heard of the recording: then have the recording written down first (the
    report names it as its own report does), and tell this again. It keeps no copy of its own. `engines` are the business's.
    """
    found = select(Message).where(Message.recording_sid == form.get("RecordingSid", "")).with_for_update()
    message = session.scalars(found).first()
    if message is None:
        return None
    if form.get("TranscriptionSid"):
        forget_at_carrier(session, form["TranscriptionSid"], TRANSCRIPT, now)
    text = cleaned(form.get("TranscriptionText", "")) if form.get("TranscriptionStatus") == "completed" else ""
    if message.erased_at is None and not message.carrier_words:
        message.carrier_words = text
        if message.label is None and _goes_on(message, text, engines):
            message.engine, message.words_at, message.words_tries = CARRIER, now, 0
    return message.id


def _goes_on(message: Message, text: str, engines: Collection[str]) -> bool:
    """Whether somebody waits for the carrier's report, or does without the words that it now has."""
    if message.words_state != Words.WAITING:
        return bool(text) and message.words_state == Words.UNAVAILABLE
    return message.engine == CARRIER or (bool(text) and message.file is None and CARRIER in engines)


def figures(session: Session, now: datetime) -> Figures:
    """How the words of messages are coming along."""
    counted = {state: (count, oldest) for state, count, oldest in run(session, COUNTED)}
    came = run(session, CAME, since=now - timedelta(days=1))
    seconds = sorted((came_at - by + WORDS_WITHIN).total_seconds() for by, came_at in came)
    took = [each for each in seconds if each >= 0]  # words that came before they were asked for anew are not those
    _, oldest_by = counted.get(Words.WAITING, (0, now + WORDS_WITHIN))
    return Figures(
        {state.value: counted.get(state, (0, now))[0] for state in Words},
        took[min(len(took) * 95 // 100, len(took) - 1)] if took else None,
        max((now - oldest_by + WORDS_WITHIN).total_seconds(), 0.0),
    )
