"""Serving a message's audio to whoever may hear it."""

from flask import Response, abort, send_from_directory
from sqlalchemy.orm import Session

from callbacks import queries as promises
from console.access import the_office, the_viewer
from voicemail_greetings import queries as messages
from voicemail_greetings import recordings
from voicemail_greetings.tables import Message


def of_callback(callback_id: int, call_sid: str | None = None) -> Response:
    """The last message of a call-back, or that of one of its calls, with byte ranges.

    404 when it is another team's, when there is none, and while the recording has not arrived yet.
    """
    with the_office().database.reading() as session:
        message = _message(session, callback_id, call_sid)
    if message is None or message.file is None:
        abort(404, "There is no message here, or it has not arrived yet.")
    folder = recordings.folder(the_office())
    return send_from_directory(folder, message.file, mimetype="audio/wav", conditional=True)


def _message(session: Session, callback_id: int, call_sid: str | None) -> Message | None:
    if promises.one(session, callback_id, the_viewer().teams) is None:
        return None
    sids = promises.calls_of(session, [callback_id])[callback_id]
    left = messages.of_calls(session, [sid for sid in sids if call_sid in {None, sid}])
    return max(left.values(), key=lambda message: message.id, default=None)
