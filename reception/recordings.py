"""A customer's message, played to the staff member who is about to ring them: an address that the carrier may fetch for some minutes.

The carrier says nothing about the call when it fetches what it plays (twilio.md 2.3), so no signature of its own is asked
for: the address carries ours, and names that one message and until when.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort, send_file

from reception.door import the_office
from voicemail_greetings import recordings as kept
from voicemail_greetings.tables import Message

recordings = Blueprint("recordings", __name__)

MAY_BE_FETCHED_FOR = timedelta(minutes=10)
NAME = re.compile(r"([0-9]{1,12})-([0-9]{1,12})-([0-9a-f]{64})")
"""The message, the second at which the address ends, and our signature of both."""

PURPOSE = "recording"
"""What the key signs here: nothing else that it signs is good for an address."""


def path(message_id: int, now: datetime) -> str:
    """Where this message may be fetched from now on, for ten minutes."""
    until = int((now + MAY_BE_FETCHED_FOR).timestamp())
    return f"/voice/recordings/{message_id}-{until}-{_signed(message_id, until)}"


def _signed(message_id: int, until: int) -> str:
    key = the_office().settings.secret_key.encode()
    return hmac.new(key, f"{PURPOSE}:{message_id}:{until}".encode(), hashlib.sha256).hexdigest()


@recordings.get("/voice/recordings/<name>", provide_automatic_options=False)
def play(name: str) -> Response:
    """The audio, whole or in part; 404 when the address is not ours or its time is over, and when there is no audio any more."""
    office, named = the_office(), NAME.fullmatch(name) or abort(404)
    message_id, until = int(named[1]), int(named[2])
    genuine = hmac.compare_digest(named[3], _signed(message_id, until))
    if not genuine or office.clock.now() > datetime.fromtimestamp(until, UTC):
        abort(404)
    with office.database.reading(within=office.while_somebody_listens) as session:
        message = session.get(Message, message_id)
    sound = kept.sound_path(office, message) if message is not None else None
    if sound is None:
        abort(404)
    answer = send_file(sound, mimetype="audio/wav", conditional=True)
    answer.cache_control.no_store = True
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
