"""Whether anything was said in a recording."""

import math
import random
import struct
import time

import pytest

from voicemail_greetings import loudness

RATE = 8000


def wav(sound: bytes, *, tag: int = 1, bits: int = 16, channels: int = 1) -> bytes:
    form = struct.pack("<HHIIHH", tag, channels, RATE, RATE * channels * bits // 8, channels * bits // 8, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tone(seconds: float, level: float) -> list[int]:
    return [int(level * math.sin(n * 2 * math.pi * 200 / RATE)) for n in range(int(seconds * RATE))]


def noise(seconds: float, level: float) -> list[int]:
    dice = random.Random(1)
    return [int(dice.gauss(0, level)) for _ in range(int(seconds * RATE))]


def pcm(samples: list[int]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)


def mu_law(samples: list[int]) -> bytes:
    """The nearest code for each, by the plain rule of G.711."""
    return bytes(_code(sample) for sample in samples)


def _code(sample: int) -> int:
    size = min(abs(sample), 32635) + 132
    exponent = size.bit_length() - 8
    return ~((0x80 if sample < 0 else 0) | exponent << 4 | size >> exponent + 3 & 0x0F) & 0xFF


@pytest.mark.parametrize(
    ("samples", "silent"),
    [
        (noise(3, 20), True),
        ([0] * RATE, True),
        ([900] * RATE, True),
        ([], True),
        ([0] * RATE + tone(0.3, 800) + [0] * RATE, False),
        (noise(3, 20) + tone(0.2, 250), False),
        ([0] * RATE + [1500] * 2 + [0] * RATE, True),
    ],
    ids=["quiet line", "nothing", "constant", "empty", "one word", "whispered word", "click"],
)
def test_silence_is_told_from_a_voice_in_both_kinds_of_file(samples: list[int], silent: bool) -> None:  # noqa: FBT001 - what is expected
    assert loudness.is_silent(wav(pcm(samples))) is silent
    assert loudness.is_silent(wav(mu_law(samples), tag=7, bits=8)) is silent


def test_voice_on_one_side_of_a_stereo_file_is_heard() -> None:
    both = [sample for voice in tone(0.5, 400) for sample in (0, voice)]
    assert not loudness.is_silent(wav(pcm(both), channels=2))


@pytest.mark.parametrize("content", [b"", b"ID3", wav(b"\x80" * RATE, bits=8), wav(pcm(tone(1, 900)))[:30]])
def test_what_cannot_be_listened_to_is_not_said_to_be_silent(content: bytes) -> None:
    assert not loudness.is_silent(content)


@pytest.mark.parametrize("content", [wav(bytes(2 * 180 * RATE)), wav(b"\xff" * 180 * RATE, tag=7, bits=8)])
def test_three_minutes_of_silence_are_looked_at_in_no_time(content: bytes) -> None:
    best = min(_seconds(content) for _ in range(3))
    assert best < 0.3


def _seconds(content: bytes) -> float:
    began = time.process_time()
    assert loudness.is_silent(content)
    return time.process_time() - began
