"""What callers hear that nobody speaks, as the carrier fetches it: the sounds that ship and the business's own audio.

The carrier says nothing about the call here (twilio.md 2.3), so that no signature is asked for; and none is needed: a
sound that ships is no secret, and whoever asks for another must have its digest. What ships needs no database.
"""

import hashlib
import io
from datetime import timedelta

from flask import Blueprint, Response, abort, current_app, send_file

from office import sounds as own
from office.wiring import Office
from voice import sounds as shipped

sounds = Blueprint("sounds", __name__)

A_DAY = timedelta(days=1)
A_YEAR = timedelta(days=365)


@sounds.get("/voice/sounds/<name>", provide_automatic_options=False)
def play(name: str) -> Response:
    """A sound by its name, whole or in part. The business's own never change under the same name; those that ship may."""
    if name in shipped.LENGTHS:
        return _answer(name, (shipped.FOLDER / name).read_bytes(), A_DAY)
    office: Office = current_app.extensions["office"]
    with office.database.reading(within=office.while_somebody_listens) as session:
        audio = own.find(session, name) or abort(404)
    answer = _answer(name, audio, A_YEAR)
    answer.cache_control.immutable = True
    return answer


def _answer(name: str, audio: bytes, keep_for: timedelta) -> Response:
    """Audio that anybody may keep for so long, and ask for in parts or only if it changed."""
    answer = send_file(
        io.BytesIO(audio),
        mimetype=own.MEDIA_TYPES[name.rpartition(".")[2]],
        etag=hashlib.sha256(audio).hexdigest(),
        max_age=int(keep_for.total_seconds()),
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
