"""Serving a message's audio to whoever may hear it. Who played it, or took it away as a file, is written down."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Response, abort, request, send_file
from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.tables import Callback
from console import known
from console.access import the_office, the_viewer
from office import audit
from voicemail_greetings import actions, recordings
from voicemail_greetings.tables import Message

NOT_HERE = "There is no message here, or it has not arrived yet."

ONE_PLAY = timedelta(hours=1)
"""Whatever somebody asks for of a message so long after they began still belongs to that play."""

LONGEST_NAME = 40
"""Characters of a customer's name in the name of a file."""


def of_callback(callback_id: int, *, message_id: int | None = None, call_sid: str | None = None) -> Response:
    """The message of a call-back that counts, or this one, or that of one of its calls, with byte ranges.

    With `download` in the query as a file of its own. 404 when it is another team's, when there is none, when it was erased,
    and while the recording has not arrived yet.
    """
    office = the_office()
    with office.database.reading() as session:
        row = seen(session, callback_id) or abort(404, NOT_HERE)
        message = _one(all_of(session, row), message_id, call_sid) or abort(404, NOT_HERE)
        name = file_name(message, name_of(session, row), office.business(session).zone)
    path = recordings.sound_path(office, message) or abort(404, NOT_HERE)
    exported = "download" in request.args
    answer = send_file(
        path, "audio/wav", as_attachment=exported, download_name=f"{name}.wav", conditional=not exported, max_age=0
    )
    if request.method == "GET" and answer.status_code in {200, 206}:
        _write_down(callback_id, message.id, exported=exported)
    return answer


def seen(session: Session, callback_id: int) -> Callback | None:
    """The call-back, when it is one that whoever asks may see."""
    return promises.one(session, callback_id, the_viewer().teams)


def find(session: Session, callback_id: int, message_id: int | None = None) -> Message | None:
    """The message of a call-back that counts, or this one; None also where another team has it."""
    row = seen(session, callback_id)
    return _one(all_of(session, row), message_id) if row else None


def _one(left: Sequence[Message], message_id: int | None = None, call_sid: str | None = None) -> Message | None:
    found = (one for one in left if message_id in {None, one.id} and call_sid in {None, one.call_sid})
    return next(found, None)


def all_of(session: Session, row: Callback) -> list[Message]:
    """Every message of a call-back, the one that counts first."""
    return known.messages_of(session, promises.calls_of(session, [row.id]))[row.id]


def name_of(session: Session, row: Callback) -> str | None:
    """Whom the call-back is for, if we are sure."""
    return known.called(row, known.names(session, [row]))


def file_name(message: Message, customer: str | None, zone: ZoneInfo) -> str:
    """What the file is called, without its ending: "message-2026-11-22-jane-smith". Only letters, figures and hyphens."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", customer or "") if not unicodedata.combining(letter)
    )
    name = re.sub(r"[\W_]+", "-", plain.casefold())[:LONGEST_NAME].strip("-")
    return "-".join(filter(None, ("message", f"{message.ended_at.astimezone(zone):%Y-%m-%d}", name)))


def _write_down(callback_id: int, message_id: int, *, exported: bool) -> None:
    """Once for each play, not for each part of it: players ask for the beginning twice, and some leave it out."""
    office, by, about = the_office(), the_viewer().name, f"callback:{callback_id}"
    detail, now = f"message {message_id}", office.clock.now()
    with office.database.transaction() as session:
        if not exported and _is_at_it(session, by, about, detail):
            return
        if not exported:
            actions.heard(session.get_one(Message, message_id, with_for_update=True), by, now)
        audit.write(session, by=by, action="exported" if exported else "played", about=about, now=now, detail=detail)


def _is_at_it(session: Session, by: str, about: str, detail: str) -> bool:
    """Whether somebody is playing that message: they asked for some of it a while ago."""
    since = the_office().clock.now() - ONE_PLAY
    return any(
        (row.by, row.action, row.detail) == (by, "played", detail) and row.at >= since
        for row in audit.of(session, about)
    )
