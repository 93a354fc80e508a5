"""Fetch audio from the carrier and keep it with us, under DATA_DIR/recordings."""

import logging
from pathlib import Path

from office.line import LineError
from office.wiring import Office
from voicemail_greetings import actions
from voicemail_greetings.tables import Message

log = logging.getLogger(__name__)


def fetch(office: Office, message_id: int) -> bool:
    """Fetch one message's audio, by its id at the carrier only; False when it was not to be had now."""
    with office.database.reading() as session:
        message = session.get(Message, message_id)
    if message is None or message.file is not None:
        return message is not None
    try:
        audio = office.line.recording(message.recording_sid)
    except LineError as trouble:
        log.warning("message %d: its audio is not to be had yet: %s", message_id, trouble)
        with office.database.transaction() as session:
            actions.not_fetched(session.get_one(Message, message_id), office.clock.now())
        return False
    name = f"{message_id}.wav"
    _store(folder(office) / name, audio)
    with office.database.transaction() as session:
        actions.fetched(session.get_one(Message, message_id), name)
    return True


def folder(office: Office) -> Path:
    """Where the audio of messages is kept."""
    return office.settings.data_dir / "recordings"


def _store(path: Path, audio: bytes) -> None:
    """Whole or not at all: a process that dies in the middle leaves no half file under the name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(audio)
    part.replace(path)
