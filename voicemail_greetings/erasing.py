"""Messages forgotten: the sound and the words here, and the carrier's own copy. That somebody left one, and when, stays.

The row says what is to go before anything goes, so what fails is found again, and asked for until it is done.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from office.database import after_commit
from office.line import LineError
from office.wiring import Office
from voicemail_greetings import actions, corrections, queries, recordings
from voicemail_greetings.actions import RECORDING
from voicemail_greetings.tables import Erasure, Message

log = logging.getLogger(__name__)

AGAIN, AGAIN_AT_MOST = timedelta(minutes=1), timedelta(hours=1)
"""Until the carrier is asked once more, twice as long each time."""

AT_ONCE = 50
"""Messages in one transaction: no caller's turn waits behind more."""

ERASED, TOO_OLD = "it was erased", "it was kept for as long as messages are kept"

HAS_SOUND = Message.erased_at.is_(None)
"""Here or, when it was lost to us, at the carrier."""

HAS_WORDS = or_(Message.words.is_not(None), Message.carrier_words.is_not(None))
STILL_ON_DISK = select(Message.id).where(Message.erased_at.is_not(None), Message.file.is_not(None)).limit(AT_ONCE)


def erase_message(session: Session, office: Office, message: Message, now: datetime) -> None:
    """Nothing that was said in it stays, here or at the carrier; who left it, when and for how long does.

    The audio goes after the commit; one that cannot be removed then is found again.
    """
    actions.forget_words(message, ERASED)
    corrections.forget(session, message.id)
    _erase_sound(office, session, message, now)


def carry_out(office: Office, sid: str) -> bool:
    """Ask the carrier to forget something; True when it has, or never knew it. It is asked for ever until it has."""
    with office.database.reading() as session:
        erasure = session.get(Erasure, sid)
    if erasure is None or erasure.due_at is None:
        return True
    forget = office.line.delete_recording if erasure.kind == RECORDING else office.line.delete_transcript
    trouble = _trouble(partial(forget, sid))
    with office.database.transaction() as session:
        _note(session.get_one(Erasure, sid), office.clock.now(), trouble)
    return trouble is None


def work_off(office: Office) -> int:
    """Ask the carrier to forget all that it is due to, one after the other; how many it has forgotten.

    After one that it did not, the others wait for the next time: they would most likely fare no better.
    """
    with office.database.reading() as session:
        sids = queries.to_forget(session, office.clock.now())
    done = 0
    while done < len(sids) and carry_out(office, sids[done]):
        done += 1
    return done


def forget_old(office: Office) -> int:
    """Erase the sound and the words that were kept for as long as the business keeps them, and what an erasure left
    behind; how many messages lost one or the other. For every hour or so.
    """
    with office.database.reading() as session:
        kept, left = office.business(session).retention, list(session.scalars(STILL_ON_DISK))
    for message_id in left:
        recordings.remove(office, message_id)
    recordings.remove_unnamed(office)
    now = office.clock.now()
    sounds = _in_batches(office, _older(now - kept.recordings).where(HAS_SOUND), partial(_erase_sound, office))
    return sounds + _in_batches(office, _older(now - kept.words).where(HAS_WORDS), _forget_words)


def _older(end: datetime) -> Select[Message]:
    return select(Message).where(Message.ended_at < end).order_by(Message.ended_at).limit(AT_ONCE)


def _in_batches(office: Office, old: Select[Message], forget: Callable[[Session, Message, datetime], None]) -> int:
    """Looks before it asks for its turn to write: nearly always there is nothing to do."""
    count = 0
    while True:
        with office.database.reading() as session:
            if not session.scalars(old.limit(1)).first():
                return count
        with office.database.transaction() as session:
            found = session.scalars(old.with_for_update()).all()
            for message in found:
                forget(session, message, office.clock.now())
        count += len(found)


def _erase_sound(office: Office, session: Session, message: Message, now: datetime) -> None:
    message.fetch_at, message.erased_at = None, message.erased_at or now
    actions.forget_at_carrier(session, message.recording_sid, RECORDING, now)
    if message.file is not None:
        after_commit(session, partial(recordings.remove, office, message.id))


def _forget_words(session: Session, message: Message, _: datetime) -> None:
    actions.forget_words(message, TOO_OLD)
    corrections.forget(session, message.id)


def _trouble(do: Callable[[], None]) -> LineError | None:
    try:
        do()
    except LineError as trouble:
        return trouble
    return None


def _note(erasure: Erasure, now: datetime, trouble: LineError | None) -> None:
    if trouble is None:
        erasure.due_at, erasure.done_at = None, now
        return
    erasure.tries += 1
    erasure.due_at = now + min(AGAIN * 2 ** min(erasure.tries - 1, 10), AGAIN_AT_MOST)
    log.warning("the carrier has not forgotten a %s yet: %s", erasure.kind, trouble)
