"""What an audio file is, told from its content: kinds that telephone lines play, their length, and what is refused."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.audio_files import Audio, AudioError, told

EXTRA = b"LIST" + struct.pack("<I", 3) + b"abc\0"
"""A part of odd length and the byte that fills it up."""

MP3 = b"\xff\xfb\x90\x00" + bytes(413)
"""One frame of MPEG 1: 128 kbit/s, 44,100 samples a second, 1,152 samples."""

SLOW = b"\xff\xe3\x18\x00" + bytes(68)
"""One frame of MPEG 2.5: 8 kbit/s, 8,000 samples a second, 576 samples."""


def wav(
    tag: int = 1, bits: int = 16, channels: int = 1, rate: int = 8_000, sound: bytes = bytes(16_000), extra: bytes = b""
) -> bytes:
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)
    parts = b"fmt " + struct.pack("<I", len(form)) + form + extra + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WAVE" + parts


def seconds(content: bytes) -> tuple[str, float]:
    audio = told(content)
    return audio.kind, round(audio.length.total_seconds(), 3)


@pytest.mark.parametrize(
    ("content", "length"),
    [
        (wav(), 1),
        (wav(rate=16_000), 0.5),
        (wav(channels=2), 0.5),
        (wav(channels=2, rate=48_000), 0.083),
        (wav(tag=7, bits=8), 2),
        (wav(tag=7, bits=8, channels=2, rate=16_000), 0.5),
        (wav(extra=EXTRA), 1),
        (wav(sound=bytes(15_999)) + b"\0", 1),
        (wav() + EXTRA, 1),
    ],
)
def test_wav_that_a_line_plays_is_told_with_its_length(content: bytes, length: float) -> None:
    assert seconds(content) == ("wav", length)


@pytest.mark.parametrize(
    ("content", "length"),
    [
        (MP3 * 100, 2.612),
        (b"\0\0" + MP3 * 2, 0.052),
        (b"ID3\x04\x00\x00\x00\x00\x01\x02" + bytes(130) + MP3 * 2, 0.052),
        (b"ID3\x04\x00\x00\x00\x00\x01\x02" + b"\xff" * 130 + bytes(1000) + MP3 * 2, 0.052),
        (MP3 * 2 + b"TAG" + bytes(125), 0.052),
        (MP3 + MP3[:40], 0.052),
        (SLOW * 1000, 72),
        (MP3 + b"\xff\xfb\x92\x00" + bytes(414) + MP3, 0.078),
    ],
)
def test_mp3_is_told_with_its_length(content: bytes, length: float) -> None:
    assert seconds(content) == ("mp3", length)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (wav(bits=8), "of a kind"),
        (wav(bits=24), "of a kind"),
        (wav(tag=3, bits=32), "of a kind"),
        (wav(tag=6, bits=8), "of a kind"),
        (wav(tag=7, bits=16), "of a kind"),
        (wav(channels=3), "of a kind"),
        (wav(channels=0), "of a kind"),
        (wav(rate=7_999), "of a kind"),
        (wav(rate=96_000), "of a kind"),
        (wav(sound=b""), "no sound"),
        (wav()[:-1], "cut short"),
        (wav()[:40], "damaged"),
        (b"RIFF\x04\0\0\0WAVE", "damaged"),
        (b"RIFF\0\0\0\0WAVE" + b"fmt \2\0\0\0\1\0" + b"data\2\0\0\0\0\0", "damaged"),
        (b"", "neither"),
        (b"hello" * 100, "neither"),
        (b"OggS" + bytes(400), "neither"),
        (MP3, "neither"),
        (MP3.replace(b"\xfb", b"\xfd") * 3, "neither"),
        (MP3.replace(b"\xfb", b"\xf1") * 3, "neither"),
        (b"\xff\xfb\xf0\x00" + MP3 * 2, "neither"),
        (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + MP3 * 9, "neither"),
    ],
)
def test_what_a_line_may_not_play_is_refused(content: bytes, wrong: str) -> None:
    with pytest.raises(AudioError, match=wrong):
        told(content)


@given(st.sampled_from([b"", b"RIFF\xff\xff\xff\xffWAVE", wav()[:36], b"ID3\x04", MP3[:4]]), st.binary(max_size=600))
def test_any_content_is_told_or_refused(start: bytes, rest: bytes) -> None:
    with contextlib.suppress(AudioError):
        assert isinstance(told(start + rest), Audio)
