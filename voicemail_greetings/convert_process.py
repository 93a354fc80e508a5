"""Reads one sound file in a process of its own: bytes from standard input, a WAV file to standard output.

Decoders meet hostile files, so nothing else is in this process: few resources, no secrets, and whatever happens to it
is one refused file. `convert` starts it and tells people what its exit status means.
"""

from __future__ import annotations  # array[int] is no object before Python 3.12

import io
import resource
import sys
import wave
from array import array
from collections.abc import Iterator
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING

from voicemail_greetings.levelling import RATE, levelled

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

LONGEST = 60
"""Seconds of a greeting."""

LONGEST_READ = LONGEST + 10
"""Seconds that are read of a file: some silence at its ends is cut away."""

MEMORY, PROCESSOR, WRITTEN = 1024**3, 10, 4 * 1024**2
"""Bytes of memory, with the libraries' own; seconds of a processor; bytes that may be written."""

CODECS = frozenset({"mp3", "mp3float", "aac", "alac", "vorbis", "opus", "pcm_mulaw", "pcm_alaw"})
"""Of what is read; and plain samples of any size ("pcm_s16le")."""

NOT_KNOWN = 0x7FFFF000
"""A WAV file that says that it has so many bytes, or more, was written before its end was known."""

MISSING = 1024
"""Bytes that may be missing at the end of a WAV file: some programs count wrong."""


class Refusal(IntEnum):
    """Why a file is refused, as the process's exit status."""

    NOT_AUDIO = 10
    DAMAGED = 11
    TOO_LONG = 12
    SILENT = 13
    PROTECTED = 14


class RefusedError(Exception):
    """The file is refused, for `why`."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.name)
        self.why = why


def main() -> int:
    """Convert what comes in; 0, or the Refusal."""
    _limit()
    try:
        sys.stdout.buffer.write(converted(sys.stdin.buffer.read()))
    except RefusedError as refused:
        return refused.why
    return 0


def _limit() -> None:
    """What no file may exceed, before the first byte of it is read. Not every system knows every limit."""
    limits = {"RLIMIT_AS": MEMORY, "RLIMIT_CPU": PROCESSOR, "RLIMIT_FSIZE": WRITTEN, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        with suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, most))


def converted(content: bytes) -> bytes:
    """The WAV file (16 bits, one channel, 8 kHz) that callers hear. Raises RefusedError."""
    samples = levelled(_samples(content))
    if not samples:
        raise RefusedError(Refusal.SILENT)
    if len(samples) > LONGEST * RATE:
        raise RefusedError(Refusal.TOO_LONG)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(samples.tobytes())
    return file.getvalue()


def kind_of(content: bytes) -> str | None:
    """The reader for it, told from its content: only those that read this one file and open no other."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[4:8] == b"ftyp":
        return "mp4"
    if content[:4] == b"OggS":
        return "ogg"
    if content[:1] == b"\xff" and content[1:2] and content[1] & 0xF6 == 0xF0:
        return "aac"
    is_mp3 = content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] and content[1] & 0xE0 == 0xE0)
    return "mp3" if is_mp3 else None


def _samples(content: bytes) -> array[int]:
    import av

    kind = kind_of(content)
    if kind is None:
        raise RefusedError(Refusal.NOT_AUDIO)
    if kind == "wav" and MISSING < int.from_bytes(content[4:8], "little") - len(content) < NOT_KNOWN:
        raise RefusedError(Refusal.DAMAGED)
    try:
        with av.open(io.BytesIO(content), mode="r", format=kind, metadata_errors="ignore") as container:
            return _read(container, says=container.duration if kind == "mp4" else None)
    except (av.FFmpegError, MemoryError, ValueError, OverflowError):
        raise RefusedError(Refusal.DAMAGED) from None


def _read(container: InputContainer, says: int | None) -> array[int]:
    """The samples; `says` is how long the file says that it plays, in microseconds: one that plays shorter was cut off on its way."""
    from av.audio.resampler import AudioResampler

    resampler, samples = AudioResampler(format="s16", layout="mono", rate=RATE), array("h")
    for frame in _frames(container):
        for piece in resampler.resample(frame):
            samples.frombytes(bytes(piece.planes[0])[: piece.samples * 2])
        if len(samples) > LONGEST_READ * RATE:
            raise RefusedError(Refusal.TOO_LONG)
    if says is not None and len(samples) / RATE < says / 1_000_000 - 1:
        raise RefusedError(Refusal.DAMAGED)
    return samples


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    """The sound as it is decoded. A piece or two that cannot be are left out: many files end, or begin, with one."""
    import av

    if not container.streams.audio:
        raise RefusedError(Refusal.NOT_AUDIO)
    stream, good, bad = container.streams.audio[0], 0, 0
    coder = stream.codec_context
    if coder is None or not (coder.name in CODECS or coder.name.startswith("pcm_")):
        raise RefusedError(Refusal.PROTECTED)
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
            good += 1
        except av.InvalidDataError:
            bad += 1
            if bad > 2 + good // 10:
                raise RefusedError(Refusal.DAMAGED) from None


if __name__ == "__main__":
    sys.exit(main())
