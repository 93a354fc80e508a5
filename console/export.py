"""The messages of a call-back as a file that can be taken away: sound, words, and all that is known about them."""

import io
import json
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from flask import Response, abort, send_file

from callbacks.tables import Callback
from console import audio, shown
from console.access import the_office, the_viewer
from office import audit
from office.profile import Profile
from voicemail_greetings import recordings
from voicemail_greetings.tables import Message

NOT_HERE = "There is no message here, or it was erased."

OURS_TO_READ = 0o600 << 16
"""What the files in the archive may be done with, as ZIP writes it."""


def of_callback(callback_id: int) -> Response:
    """A ZIP of every message of which something is left: .wav when its sound is here, .txt and .json. 404 when there is none."""
    office = the_office()
    with office.database.reading() as session:
        row = audio.seen(session, callback_id) or abort(404, NOT_HERE)
        left = [each for each in audio.all_of(session, row) if each.erased_at is None or each.words is not None]
        if not left:
            abort(404, NOT_HERE)
        profile, customer = office.business(session), audio.name_of(session, row)
    name = audio.file_name(left[0], customer, profile.zone)
    archive = _archive(row, left, customer, profile)
    _write_down(callback_id, left)
    return send_file(archive, "application/zip", as_attachment=True, download_name=f"{name}.zip", max_age=0)


def _write_down(callback_id: int, left: list[Message]) -> None:
    """Before anything is handed out."""
    by, now, about = the_viewer().name, the_office().clock.now(), f"callback:{callback_id}"
    with the_office().database.transaction() as session:
        for message in left:
            audit.write(session, by=by, action="exported", about=about, now=now, detail=f"message {message.id}")


def _archive(row: Callback, left: list[Message], customer: str | None, profile: Profile) -> io.BytesIO:
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as whole:
        for place, message in enumerate(left, start=1):
            name = audio.file_name(message, customer, profile.zone) + (f"-{place}" if place > 1 else "")
            when = message.ended_at.astimezone(profile.zone).timetuple()[:6]
            for ending, content in _files(row, message, customer, profile):
                entry = ZipInfo(f"{name}.{ending}", when)
                entry.external_attr, entry.compress_type = OURS_TO_READ, ZIP_DEFLATED
                whole.writestr(entry, content)
    archive.seek(0)
    return archive


def _files(row: Callback, message: Message, customer: str | None, profile: Profile) -> Iterator[tuple[str, bytes]]:
    """The ending and content of each."""
    sound = recordings.sound_path(the_office(), message)
    if sound is not None:
        yield "wav", sound.read_bytes()
    yield "txt", _text(row, message, customer, profile.zone).encode()
    known = {"phone": row.own_phone, "customer": customer, "left_at": shown.moment(message.ended_at)}
    told = {**known, **shown.voicemail(message, profile.country, row.id)}
    yield "json", json.dumps(told, indent=2, ensure_ascii=False).encode()


def _text(row: Callback, message: Message, customer: str | None, zone: ZoneInfo) -> str:
    """To be read by people: who, when, how long, and the words."""
    who = ", ".join(filter(None, (customer, row.own_phone))) or "number withheld"
    left = f"{message.ended_at.astimezone(zone):%A %d %B %Y, %H:%M %Z}"
    words = message.words or f"(no words: {message.words_why or 'not written out yet'})"
    return f"From: {who}\nLeft: {left}\nLength: {message.duration_s} s\n\n{words}\n"
