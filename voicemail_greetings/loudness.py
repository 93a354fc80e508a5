"""Whether anything was said in a recording: how loud its loudest moment is. Pure."""

import math
import struct
import sys
from array import array
from operator import mul

from office.audio_files import AudioError, chunks

QUIETEST_VOICE = 100.0
"""Mean level of the loudest tenth of a second, where 32767 is as loud as it goes: -50 dB. The noise of a quiet line is below
-60 dB. In doubt it is a voice: a message that counts as silent is not written out."""

WINDOW = 0.1
"""Seconds: a syllable. A little click is lost in it."""

MU_LAW = 7


def is_silent(wav: bytes) -> bool:
    """Whether nobody can be heard in a WAV file, 16-bit or mu-law. What is neither is not said to be silent."""
    try:
        parts = dict(chunks(wav))
    except AudioError:
        return False
    form = parts.get(b"fmt ", b"")
    if len(form) < 16:
        return False
    tag, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if bits != (8 if tag == MU_LAW else 16):
        return False
    samples, window = _samples(parts.get(b"data", b""), tag), max(1, int(rate * channels * WINDOW))
    return all(_level(samples[at : at + window]) < QUIETEST_VOICE for at in range(0, len(samples), window))


def _samples(sound: bytes, tag: int) -> "array[int]":
    if tag == MU_LAW:
        sound = _spread(sound)
    samples = array("h", sound[: len(sound) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _level(window: "array[int]") -> float:
    """Root of the mean square about the mean: some lines hum on a constant that nobody hears."""
    mean = sum(window) / len(window)
    return math.sqrt(max(0.0, sum(map(mul, window, window)) / len(window) - mean * mean))


def _linear(code: int) -> int:
    """The 16-bit sample that a mu-law code stands for (ITU-T G.711)."""
    flipped = ~code & 0xFF
    size = ((((flipped & 0x0F) << 3) + 0x84) << ((flipped & 0x70) >> 4)) - 0x84
    return -size if flipped & 0x80 else size


LINEAR = [_linear(code).to_bytes(2, "little", signed=True) for code in range(256)]
LOW, HIGH = (bytes(sample[byte] for sample in LINEAR) for byte in (0, 1))


def _spread(sound: bytes) -> bytes:
    """Mu-law as 16-bit samples: each byte's two, looked up by the thousand and not one by one."""
    spread = bytearray(2 * len(sound))
    spread[::2], spread[1::2] = sound.translate(LOW), sound.translate(HIGH)
    return bytes(spread)
