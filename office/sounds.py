"""The business's own audio: taken in with business.toml, kept by its content, and found again by any machine.

A name is made of what is in the file ("<sha256>.wav"), so a changed file is another sound and the same one is kept once.
What is no longer named stays: a call that began before may still ask for it.
"""

import hashlib
import re
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from office import audio_files, profile
from office.audio_files import AudioError
from office.database import insert_once, run
from office.profile import Profile
from office.tables import Sound

LARGEST = 2 * 1024 * 1024
"""Bytes: four minutes of mu-law WAV, two of 16-bit WAV at a telephone's rate or of MP3 at 128 kbit/s."""

LONGEST = {("voice", "greeting"): timedelta(seconds=15), ("holding", "music"): timedelta(seconds=30)}
"""What may name an audio file, as table and key, and how long that may play: every caller hears out the greeting; and between two rounds of the music
a caller who holds is told their place and their choices, every half a minute."""

MEDIA_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}
NAME = re.compile(r"([0-9a-f]{64})\.(wav|mp3)")
AUDIO = select(Sound.audio).where(Sound.digest == bindparam("digest"), Sound.media_type == bindparam("media_type"))


def take_in(session: Session, text: str, file: Path) -> Profile:
    """The business that the text of `file` describes, its audio kept and named by what is in it. Twice changes nothing.

    Audio is looked for beside `file`. Raises ProfileError with everything wrong; the transaction is to be let go then.
    """
    tables, found = deepcopy(profile.read(text, str(file)).tables), []
    for (table, key), longest in LONGEST.items():
        if name := tables.get(table, {}).get(key):
            try:
                tables[table][key] = keep(session, _content(file.parent, name), longest)
            except AudioError as error:
                found.append((f"{table}.{key}", f'"{name}" {error}'))
    if found:
        raise profile.refusal(found, text, str(file))
    return Profile.from_tables(tables)


def find(session: Session, name: str) -> bytes | None:
    """The audio of that name, or None when there is none."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    audio: bytes | None = run(session, AUDIO, digest=match[1], media_type=MEDIA_TYPES[match[2]]).scalar()
    return audio


def _content(folder: Path, name: str) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise AudioError(f"cannot be read: {why}; it is looked for in {folder.resolve()}") from None
    if len(content) > LARGEST:
        raise AudioError(f"is larger than {LARGEST // 1024**2} MB; save it as MP3, or make it shorter")
    return content


def keep(session: Session, content: bytes, longest: timedelta) -> str:
    """Keep audio (WAV or MP3) once; the name by which callers hear it. Raises AudioError when it is none, or plays for too long."""
    audio = audio_files.told(content)
    if audio.length > longest:
        plays, most = audio.length.total_seconds(), longest.total_seconds()
        raise AudioError(f"plays for {plays:.1f}s, and {most:.0f}s is the most here; make it shorter")
    digest = hashlib.sha256(content).hexdigest()
    insert_once(session, Sound, digest=digest, media_type=MEDIA_TYPES[audio.kind], audio=content)
    return f"{digest}.{audio.kind}"
