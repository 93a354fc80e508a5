"""What the carrier tells of a message that a caller left: its recording, and its own words for it. Nobody listens here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from flask import Response, abort, request
from sqlalchemy.orm import Session

from office.bell import WRITE_WORDS
from office.database import after_commit
from office.wiring import Office
from reception import notices
from reception.door import SID, heard_now, the_office, told_at
from reception.exchange import Exchange
from reception.owing import promise
from voice import calls, queries
from voice.conversation.turns import Heard
from voicemail_greetings import words_asked
from voicemail_greetings.actions import received
from voicemail_greetings.tables import Message

FETCH = "worker.fetch_recording"


def recording_report() -> Response:
    """A message was recorded, or nothing was said."""
    office = _checked()
    with office.database.transaction() as session:
        message_id = keep_message(office, session, request.form, told_at())
        if message_id is not None:
            after_commit(session, partial(office.bell.ring, FETCH, message_id))
    return Response(status=204)


def transcript_report() -> Response:
    """The carrier has written out a message, or could not. It may tell so before it tells of the recording."""
    office, form = _checked(), request.form
    with office.database.transaction() as session:
        now, engines = told_at(), office.business(session).words.engines
        kept = partial(words_asked.heard_from_carrier, session, form, engines=engines)
        message_id = kept(now)
        if message_id is None and keep_message(office, session, form, now) is not None:
            message_id = kept(now)
        if message_id is not None:
            after_commit(session, partial(office.bell.ring, WRITE_WORDS, message_id))
    return Response(status=204)


def keep_message(office: Office, session: Session, said: Mapping[str, str], now: datetime) -> int | None:
    """A message was left: it hangs on its call, its call has a call-back, and people are told, unless they spoke after all.

    Its id when it is new.
    """
    message_id = received(session, said, now)
    call = queries.by_sid(session, said["CallSid"])
    if message_id is None or (call is not None and call.outcome == calls.SPOKE):
        return message_id
    if call is not None and session.get_one(Message, message_id).label is None:
        promise(Exchange(session, office.business(session), now, Heard(call.sid), call), calls.LEFT_MESSAGE)
    notices.message_left(notices.telling(office, session, now), message_id)
    return message_id


def _checked() -> Office:
    """The office, when the report names a recording and a call; else 403."""
    if not (SID.fullmatch(request.form.get("RecordingSid", "")) and heard_now()):
        abort(403)
    return the_office()


ROUTES: dict[str, Callable[..., Response]] = {
    "/voice/recording_report": recording_report,
    "/voice/transcript_report": transcript_report,
}
"""Where the carrier tells of it."""
