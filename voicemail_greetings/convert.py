"""A sound that somebody recorded or uploaded becomes what callers hear: WAV at a telephone's rate, even and not too long.

It is read in another process (convert_process), which a hostile file may bring down as it likes.
"""

import logging
import subprocess
import sys
import tempfile
from pathlib import Path

from office import audio_files
from office.audio_files import AudioError
from voicemail_greetings.convert_process import LONGEST, WRITTEN, Refusal

log = logging.getLogger(__name__)

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that we read."""

PATIENCE = 20
"""Seconds that reading it may take, whatever the processors are busy with."""

ROOT = Path(__file__).parents[1]

SAVE_AS = "save it as WAV, MP3 or M4A"
SENTENCES = {
    Refusal.NOT_AUDIO: f"is no sound that we can read; {SAVE_AS}",
    Refusal.DAMAGED: f"is damaged or cut short; {SAVE_AS} once more",
    Refusal.TOO_LONG: f"plays for more than {LONGEST} seconds; make it shorter",
    Refusal.SILENT: "has no sound in it; record it again",
    Refusal.PROTECTED: f"is protected, or of a kind that we cannot read; {SAVE_AS}",
}
"""What is wrong with the file, as it goes on after its name, and how to mend it."""


def convert(content: bytes) -> bytes:
    """What callers hear: a WAV file of at most a minute, made from WAV, MP3, M4A, AAC or Ogg. Raises AudioError.

    Takes up to PATIENCE seconds: no transaction may be open meanwhile.
    """
    if len(content) > LARGEST:
        raise AudioError(f"is larger than {LARGEST // 1024**2} MB; save it as MP3, or make it shorter")
    with tempfile.TemporaryFile() as file:
        status = _read(content, file.fileno())
        if status != 0:
            raise AudioError(SENTENCES.get(Refusal(status) if status in set(Refusal) else Refusal.DAMAGED, ""))
        file.seek(0)
        sound = file.read(WRITTEN)
    audio_files.told(sound)
    return sound


def _read(content: bytes, into: int) -> int:
    """The exit status of the process that reads it; it knows nothing of ours and is ended when it takes too long."""
    command = (sys.executable, "-m", "voicemail_greetings.convert_process")
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and no shell
            command,
            input=content,
            stdout=into,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            cwd=ROOT,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("a sound of %d bytes was not read within %d s", len(content), PATIENCE)
        return Refusal.DAMAGED
    if done.returncode not in {0, *Refusal}:
        log.warning("reading a sound of %d bytes ended with %d", len(content), done.returncode)
    return done.returncode
