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
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from office import audio_files
from office.audio_files import AudioError
from office.bell import WRITE_WORDS
from office.database import DatabaseBusyError
from office.line import LineError, LineUnusable
from office.wiring import Office
from voicemail_greetings import actions, loudness, messages
from voicemail_greetings.messages import Label
from voicemail_greetings.tables import Message

log = logging.getLogger(__name__)

NO_ROOM_WAIT = timedelta(minutes=1)
"""What we cannot keep is still at the carrier: we ask again, for as long as it takes to make room."""

UNNAMED_FOR = timedelta(hours=1)
"""A file that is so old and that no message names is nobody's: a process died between the file and its row, or within the file."""

NAMED = select(Message.file).where(Message.file.is_not(None))

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
    if message is None:
        return False
    if _is_over(message):
        _ask_no_more(office, message)
        return True
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

    What could not be removed is found again (`erasing.forget_old`): nothing is raised, as the erasure itself is done.
    """
    try:
        with _alone(folder(office)), office.database.transaction() as session:
            message = session.get_one(Message, message_id, with_for_update=True)
            if message.erased_at is None or message.file is None:
                return True
            _unlink(office, session, message.file)
            message.file = None
    except (OSError, DatabaseBusyError, SQLAlchemyError) as trouble:
        log.warning("message %d: its audio cannot be removed yet: %s", message_id, _why(trouble))
        return False
    return True


def remove_unnamed(office: Office) -> int:
    """Take old files off the disk that no message names: nothing else would ever erase them; how many."""
    where, before = folder(office), (office.clock.now() - UNNAMED_FOR).timestamp()
    try:
        with _alone(where), office.database.reading() as session:
            named = set(session.scalars(NAMED))
            files = (path for path in where.rglob("*") if path.suffix in {".wav", ".part"} and path.is_file())
            left = [
                path for path in files if str(path.relative_to(where)) not in named and path.stat().st_mtime < before
            ]
            for path in left:
                path.unlink(missing_ok=True)
    except OSError as trouble:
        log.warning("audio that no message names cannot be removed yet: %s", _why(trouble))
        return 0
    return len(left)


def _is_over(message: Message) -> bool:
    return bool(message.file or message.lost or message.erased_at)


def _ask_no_more(office: Office, message: Message) -> None:
    if message.fetch_at is not None:
        with office.database.transaction() as session:
            session.get_one(Message, message.id, with_for_update=True).fetch_at = None


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
    """Whether its words are to be written out now. Raises OSError."""
    path = folder(office) / sound.file
    with _alone(folder(office)):
        is_new, is_named = _store(path, sound.audio), False
        try:
            with office.database.transaction() as session:
                message, now = session.get_one(Message, message_id, with_for_update=True), office.clock.now()
                if message.file is not None or message.erased_at is not None:
                    message.fetch_at = None
                    _unlink(office, session, sound.file)
                    return False
                _note(office, session, message, sound, now, told)
                is_named = True  # also if the commit goes unanswered: then nobody knows, and the audio is not risked
        finally:
            if is_new and not is_named:
                path.unlink(missing_ok=True)
    return message.label is None and message.words_at is not None


def _note(office: Office, session: Session, message: Message, sound: _Sound, now: datetime, told: Told | None) -> None:
    label = message.label
    actions.fetched(message, sound.file, sound.label, now, seconds=round(sound.length.total_seconds()))
    if told is not None and message.label != label:
        told(session, message, now)
    if office.business(session).recording.delete_at_carrier:
        # Not under the carrier's own hands: it may be writing it out until then.
        later = max(now, message.words_by)
        actions.forget_at_carrier(session, message.recording_sid, actions.RECORDING, now, not_before=later)


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


def _store(path: Path, audio: bytes) -> bool:
    """Whether it was not there before. Whole or not at all, also after a power cut, as far as the system tells the disk itself
    to write (macOS does not): what stands under the name was on the disk before the name was.
    """
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(audio)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _name_is_kept(path.parent)
    return True


def _name_is_kept(parent: Path) -> None:
    handle = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_fetched(office: Office, message_id: int, trouble: LineError) -> None:
    with office.database.transaction() as session:
        message, now = session.get_one(Message, message_id, with_for_update=True), office.clock.now()
        if message.fetch_at is None:  # meanwhile another had it, or it was erased
            return
        unusable = isinstance(trouble, LineUnusable)
        actions.not_fetched(session, message, str(trouble), now, office.business(session).zone, unusable=unusable)
    outcome = "and never will be" if message.lost else "yet"
    log.warning("message %d: its audio is not to be had %s: %s", message_id, outcome, trouble)


def _not_kept(office: Office, message_id: int, trouble: OSError) -> None:
    log.error("message %d: its audio cannot be kept, and is asked for again: %s", message_id, _why(trouble))
    with office.database.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        if message.fetch_at is not None:
            message.fetch_at = office.clock.now() + NO_ROOM_WAIT


def _why(trouble: Exception) -> str:
    return (isinstance(trouble, OSError) and trouble.strerror) or type(trouble).__name__
