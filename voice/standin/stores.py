"""What the carrier keeps after a call: recordings and texts."""

import io
import math
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RATE = 8000  # samples a second: a phone line's
LONGEST = 60  # seconds of sound in a file: longer recordings would only be slow to fetch


@dataclass(eq=False, slots=True)
class Recording:
    """`seconds` are whole stand-in seconds; `words` is what was said while it ran, `audio` a WAV file of it, if there is one.

    `status`: in-progress, processing, completed, absent, deleted. The sound exists only when it is completed.
    """

    sid: str
    call_sid: str
    source: str
    seconds: int = 0
    words: str = ""
    audio: bytes | None = None
    status: str = "in-progress"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(eq=False, slots=True)
class Transcript:
    """What the carrier wrote out of a recording. `status`: completed or failed."""

    sid: str
    recording_sid: str
    words: str
    status: str
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(eq=False, slots=True)
class Text:
    """A text message. `direction`: inbound, outbound-api or outbound-reply."""

    sid: str
    sender: str
    recipient: str
    body: str
    direction: str
    status: str
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


def sound(seconds: int) -> bytes:
    """A WAV file of that length with a soft tone in it: sixteen-bit, one channel, as the carrier sends."""
    second = b"".join(struct.pack("<h", int(2000 * math.sin(2 * math.pi * 440 * n / RATE))) for n in range(RATE))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(second * min(max(seconds, 1), LONGEST))
    return file.getvalue()


def sound_of(recording: Recording) -> bytes:
    """What was said, as it sounded; a tone stands for words of which there is no sound."""
    return recording.audio or sound(recording.seconds)


def wav_at(path: str) -> bytes:
    """The WAV file at that path. Raises ValueError when there is none."""
    try:
        audio = Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    return checked(audio, path)


def checked(audio: bytes, whence: str) -> bytes:
    """The same bytes, which are a WAV file. Raises ValueError when they are none."""
    if not seconds_of(audio):
        raise ValueError(f"{whence}: no WAV file")
    return audio


def seconds_of(audio: bytes) -> float:
    """How long a WAV file lasts, PCM or mu-law; 0 when it is something else. (Python's `wave` reads PCM only.)"""
    chunks = dict(_chunks(audio)) if audio[:4] == b"RIFF" and audio[8:12] == b"WAVE" else {}
    bytes_a_second = int.from_bytes(chunks.get(b"fmt ", b"")[8:12], "little")
    return len(chunks.get(b"data", b"")) / bytes_a_second if bytes_a_second else 0.0


def _chunks(audio: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a WAV file by name."""
    at = 12
    while at + 8 <= len(audio):
        name, size = struct.unpack_from("<4sI", audio, at)
        yield name, audio[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
