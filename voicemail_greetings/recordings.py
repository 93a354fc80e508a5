"""Fetch audio from the carrier and keep it with us by its content, under DATA_DIR/recordings."""

import fcntl
import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from office import audio_files
from office.audio_files import AudioError
from office.bell import WRITE_WORDS
from office.line import LineError, LineUnusable
from office.wiring import Office
from voicemail_greetings import actions, loudness, messages
from voicemail_greetings.messages import Label
from voicemail_greetings.tables import Message

log = logging.getLogger(__name__)

NO_ROOM_WAIT = timedelta(minutes=1)
"""What we cannot keep is still at the carrier: we ask again, for as long as it takes to make room."""


Told = Callable[[Session, Message, datetime], None]
"""What is done, in the transaction that keeps the audio, when it turned out that nothing was said."""


@dataclass(frozen=True, slots=True)
class _Sound:
    """Audio that a telephone line carried, looked at; `file` is its path under the folder, made of what is in it."""

    audio: bytes
    file: str
    length: timedelta
    is_silent: bool

    @property
    def label(self) -> Label | None:
        if self.length < timedelta(seconds=messages.SHORTEST):
            return Label.SHORT
        return Label.SILENT if self.is_silent else None


def fetch(office: Office, message_id: int, told: Told | None = None) -> bool:
    """Fetch one message's audio, by its id at the carrier only; False when it was not to be had or kept now.

    `told` of one in which nothing was said, when that was not known before.
    """
    with office.database.reading() as session:
        message = session.get(Message, message_id)
    if message is None or message.file or message.lost or message.erased_at:
        return message is not None
    try:
        is_new = _keep(office, message_id, _looked_at(office.line.recording(message.recording_sid)), told)
    except LineError as trouble:
        _not_fetched(office, message_id, trouble)
        return False
    except OSError as trouble:
        _not_kept(office, message_id, trouble)
        return False
    if is_new:
        office.bell.ring(WRITE_WORDS, message_id)
    return True


def folder(office: Office) -> Path:
    """Where the audio of messages is kept."""
    return office.settings.data_dir / "recordings"


def sound_path(office: Office, message: Message) -> Path | None:
    """Where the audio of a message is; None: not here yet, lost, or erased."""
    if message.file is None or message.erased_at is not None:
        return None
    path = folder(office) / message.file
    return path if path.is_file() else None


def remove(office: Office, message_id: int) -> bool:
    """Take an erased message's audio off the disk, unless another message has the same. False: it is still there.

    What could not be removed is found again (`erasing.forget_old`).
    """
    try:
        with _alone(folder(office)), office.database.transaction() as session:
            message = session.get_one(Message, message_id, with_for_update=True)
            if message.erased_at is None or message.file is None:
                return True
            _unlink(office, session, message.file)
            message.file = None
    except OSError as trouble:
        log.warning("message %d: its audio cannot be removed yet: %s", message_id, _why(trouble))
        return False
    return True


def _looked_at(audio: bytes) -> _Sound:
    """Raises LineUnusable for what is no WAV file of the kind that the carrier makes (twilio.md 3.2)."""
    try:
        told = audio_files.told(audio)
    except AudioError as error:
        what, _, _ = str(error).partition(";")  # the rest says how to mend a file of one's own
        raise LineUnusable(f"what the carrier has {what}") from error
    if told.kind != "wav":
        raise LineUnusable(f"what the carrier has is {told.kind}, not wav")
    digest = hashlib.sha256(audio).hexdigest()
    return _Sound(audio, f"{digest[:2]}/{digest}.wav", told.length, loudness.is_silent(audio))


def _keep(office: Office, message_id: int, sound: _Sound, told: Told | None) -> bool:
    """Whether the message has its audio now, hadn't before, and something was said in it. Raises OSError."""
    with _alone(folder(office)):
        _store(folder(office) / sound.file, sound.audio)
        with office.database.transaction() as session:
            message, now = session.get_one(Message, message_id, with_for_update=True), office.clock.now()
            if message.file is not None or message.erased_at is not None:
                _unlink(office, session, sound.file)
                return False
            label = message.label
            actions.fetched(message, sound.file, sound.label, now, seconds=round(sound.length.total_seconds()))
            if told is not None and message.label != label:
                told(session, message, now)
            if office.business(session).recording.delete_at_carrier:
                # Not under the carrier's own hands: it may be writing it out until then.
                sid, later = message.recording_sid, max(now, message.words_by)
                actions.forget_at_carrier(session, sid, actions.RECORDING, now, not_before=later)
    return message.label is None


def _unlink(office: Office, session: Session, file: str) -> None:
    """Take the audio off the disk, unless a message that is still to be played has it. Raises OSError."""
    others = exists().where(Message.file == file, Message.erased_at.is_(None))
    if not session.scalar(select(others)):
        (folder(office) / file).unlink(missing_ok=True)


@contextmanager
def _alone(where: Path) -> Iterator[None]:
    """Nobody stores and removes the same content at once. Raises OSError."""
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(where / ".turn", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # closing lets the lock go, also when the process dies


def _store(path: Path, audio: bytes) -> None:
    """Whole or not at all, also after a power cut: what stands under the name was on the disk before the name was."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(audio)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _name_is_kept(path.parent)


def _name_is_kept(parent: Path) -> None:
    handle = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_fetched(office: Office, message_id: int, trouble: LineError) -> None:
    with office.database.transaction() as session:
        message, now = session.get_one(Message, message_id, with_for_update=True), office.clock.now()
        unusable = isinstance(trouble, LineUnusable)
        actions.not_fetched(session, message, str(trouble), now, office.business(session).zone, unusable=unusable)
    outcome = "and never will be" if message.lost else "yet"
    log.warning("message %d: its audio is not to be had %s: %s", message_id, outcome, trouble)


def _not_kept(office: Office, message_id: int, trouble: OSError) -> None:
    log.error("message %d: its audio cannot be kept, and is asked for again: %s", message_id, _why(trouble))
    with office.database.transaction() as session:
        session.get_one(Message, message_id).fetch_at = office.clock.now() + NO_ROOM_WAIT


def _why(trouble: OSError) -> str:
    return trouble.strerror or type(trouble).__name__
