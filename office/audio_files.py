"""What an audio file is, told from its content and never from its name: WAV or MP3, and how long it plays."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

SAVE_AS = "save it as a 16-bit WAV file, mono or stereo, or as MP3"

PCM, MU_LAW = 1, 7
KINDS = {(PCM, 16), (MU_LAW, 8)}
"""Format tag and bits of a sample of the WAV files that a telephone line surely plays (twilio.md 2.3)."""

RATES = range(8_000, 48_001)
"""Samples a second."""

MPEG_1, MPEG_2, MPEG_2_5 = 3, 2, 0
SAMPLES_A_SECOND = {
    MPEG_1: (44_100, 48_000, 32_000),
    MPEG_2: (22_050, 24_000, 16_000),
    MPEG_2_5: (11_025, 12_000, 8_000),
}
"""Samples a second by an MP3 frame's version and rate index."""

KBITS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KBITS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Thousand bits a second by an MP3 frame's bit rate index from 1, of MPEG 1 and of the later, slower ones."""

FRAMES_THAT_PROVE = 2
"""One frame's four bytes may stand anywhere by chance; a second one just where the first ends does not."""


class AudioError(ValueError):
    """Audio that we do not take; str() goes on after the file's name, and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Audio:
    """`kind` is "wav" or "mp3"."""

    kind: str
    length: timedelta


def told(content: bytes) -> Audio:
    """What that content is. Raises AudioError when it is damaged, or nothing that a telephone line surely plays."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return Audio("wav", timedelta(seconds=_wav_seconds(content)))
    frames = list(_frames(content, _after_tag(content)))
    if len(frames) >= FRAMES_THAT_PROVE:
        return Audio("mp3", timedelta(seconds=sum(frames)))
    raise AudioError(f"is neither WAV nor MP3 inside, whatever its name says; {SAVE_AS}")


def _wav_seconds(content: bytes) -> float:
    parts = dict(chunks(content))
    form, sound = parts.get(b"fmt ", b""), parts.get(b"data")
    if len(form) < 16 or sound is None:
        raise AudioError(f"is a damaged WAV file; {SAVE_AS}")
    tag, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if (tag, bits) not in KINDS or channels not in {1, 2} or rate not in RATES:
        raise AudioError(f"is a WAV file of a kind that telephone lines do not play; {SAVE_AS}")
    if not sound:
        raise AudioError("has no sound in it; record it again")
    seconds: float = len(sound) / (channels * bits // 8 * rate)
    return seconds


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a WAV file by name. Raises AudioError when it is shorter than it says."""
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        if at + 8 + size > len(content):
            raise AudioError("is cut short: it says that more sound follows; save or copy it once more")
        yield name, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _after_tag(content: bytes) -> int:
    """Where an MP3 file's sound begins: after its title and pictures (ID3v2) and the gap behind them."""
    at = 0
    if content[:3] == b"ID3" and len(content) > 10:
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=True))
    return len(content) - len(content[at:].lstrip(b"\0"))


def _frames(content: bytes, at: int) -> Iterator[float]:
    """The seconds of each MP3 frame, up to whatever is none."""
    while at + 4 <= len(content) and (frame := _frame(content[at : at + 4])):
        size, seconds = frame
        yield seconds
        at += size


def _frame(head: bytes) -> tuple[int, float] | None:
    """Bytes and seconds of the MP3 frame that begins so: eleven bits set, version, layer III, bit rate, rate, padding."""
    version, kbits, rate, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if head[0] != 0xFF or head[1] & 0xE6 != 0xE2 or version == 1 or kbits in {0, 15} or rate == 3:
        return None
    samples, table = (1152, KBITS_1) if version == MPEG_1 else (576, KBITS_2)
    a_second = SAMPLES_A_SECOND[version][rate]
    return samples // 8 * table[kbits - 1] * 1000 // a_second + padding, samples / a_second
