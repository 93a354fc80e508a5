"""What people do with a message: have it written out again, erase it, ring a number that was said in it.

Each is one transaction. Whoever may not see the call-back finds nothing here: 404.
"""

from functools import partial

from flask import abort
from sqlalchemy.orm import Session

from callbacks import other_number
from console import audio, deeds, desk_api
from console.access import MANAGER, the_office, the_viewer
from console.asked import RefusedError
from office import audit
from office.bell import WRITE_WORDS
from office.database import after_commit
from reception import notices
from voicemail_greetings import erasing, words_asked
from voicemail_greetings.messages import Words
from voicemail_greetings.tables import Message

NO_SUCH = "There is no such call-back, or nobody left a message for it."


def write_again(session: Session, callback_id: int, message_id: int | None = None) -> None:
    """Somebody wants its words (anew): 409 while they are being written already, 422 when there is nothing to hear."""
    office = the_office()
    message = audio.find(session, callback_id, message_id) or abort(404, NO_SUCH)
    session.refresh(message, with_for_update=True)
    _check_can_be_written(message)
    by, about, now = the_viewer().name, f"callback:{callback_id}", office.clock.now()
    words_asked.try_again(message, now)
    message.corrected_at = message.corrected_by = None  # what comes is a machine's again
    audit.write(session, by=by, action="transcribed", about=about, now=now, detail=f"message {message.id}")
    after_commit(session, partial(office.bell.ring, WRITE_WORDS, message.id))


def _check_can_be_written(message: Message) -> None:
    if message.erased_at is not None:
        raise RefusedError(422, "This message was erased.", code="erased")
    if message.label is not None:
        raise RefusedError(422, "Nothing was said in this message.", code="nothing_said")
    if message.file is None:
        raise RefusedError(422, "The recording of this message is not here.", code="no_sound")
    if message.words_state == Words.WAITING:
        raise RefusedError(409, "The words are being written out already.", code="waiting")


def erase(session: Session, callback_id: int, message_id: int | None = None) -> None:
    """Nothing that was said stays, in this message or in every one of the call-back. Only a manager erases."""
    if the_viewer().role != MANAGER:
        abort(403, "Only a manager erases a message.")
    office, row = the_office(), audio.seen(session, callback_id) or abort(404, NO_SUCH)
    left = audio.all_of(session, row)
    found = [message for message in left if message_id in {None, message.id}] or abort(404, NO_SUCH)
    now, by, about = office.clock.now(), the_viewer().name, f"callback:{callback_id}"
    for message in found:
        session.refresh(message, with_for_update=True)  # words that come just now go too
        if message.erased_at is None or message.words is not None or message.carrier_words is not None:
            erasing.erase_message(session, office, message, now)
            notices.forget(session, [message.id])
            audit.write(session, by=by, action="erased", about=about, now=now, detail=f"message {message.id}")


def ring_instead(session: Session, callback_id: int, written: str) -> int:
    """They are rung at this number, however it is written; the id of the call-back that answers for them now.

    Raises callbacks.refused.Refused; 422 `not_dialled` for what is no number that we ring.
    """
    deed = deeds.deed_on(session, callback_id)
    return other_number.ring_instead(deed, desk_api.to_be_dialled(session, written), the_viewer().teams)
