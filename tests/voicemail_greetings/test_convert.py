"""Files that people upload become what callers hear; hostile ones are refused, with a sentence, within the limits."""

from __future__ import annotations  # array[int] is no object before Python 3.12

import io
import math
import struct
import wave
from array import array
from datetime import timedelta
from typing import Any

import av
import pytest

from office import audio_files
from office.audio_files import AudioError
from voicemail_greetings import convert, convert_process
from voicemail_greetings.convert_process import Refusal, RefusedError, converted

MADE_AS = {"mp3": ("mp3", "mp3"), "m4a": ("mp4", "aac"), "aac": ("adts", "aac"), "ogg": ("ogg", "libopus")}


def hum(seconds: float, rate: int = 8_000, height: int = 2_000) -> array[int]:
    return array("h", (round(height * math.sin(at / 10)) for at in range(int(seconds * rate))))


def wav(seconds: float, rate: int = 8_000, height: int = 2_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, rate, 0, "NONE", ""))
        out.writeframes(hum(seconds, rate, height).tobytes())
    return file.getvalue()


def encoded(kind: str, seconds: float = 2.0) -> bytes:
    """The hum as that kind of file."""
    container, codec = MADE_AS[kind]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out, av.open(io.BytesIO(wav(seconds, 48_000)), "r") as given:
        stream: Any = out.add_stream(codec, rate=48_000)
        for frame in given.decode(audio=0):
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def plays(sound: bytes) -> float:
    return audio_files.told(sound).length / timedelta(seconds=1)


def refusal(content: bytes) -> Refusal:
    with pytest.raises(RefusedError) as error:
        converted(content)
    return error.value.why


def sentence(content: bytes) -> str:
    """What people are told of a file that is read in the other process."""
    with pytest.raises(AudioError) as error:
        convert.convert(content)
    return str(error.value)


@pytest.mark.parametrize("kind", MADE_AS)
def test_sound_of_every_kind_becomes_what_a_telephone_plays(kind):
    sound = converted(encoded(kind))
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getparams()[:3] == (1, 2, 8_000)
    assert plays(sound) == pytest.approx(2, abs=0.2)


def test_file_is_read_in_another_process():
    assert plays(convert.convert(wav(1, 44_100))) == pytest.approx(1, abs=0.05)
    assert sentence(b"hello, I am a text") == "is no sound that we can read; save it as WAV, MP3 or M4A"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Refusal.NOT_AUDIO),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", Refusal.NOT_AUDIO),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", Refusal.NOT_AUDIO),
        (wav(61), Refusal.TOO_LONG),
        (wav(600), Refusal.TOO_LONG),
        (wav(2, height=10), Refusal.SILENT),
        (wav(4)[:30_000], Refusal.DAMAGED),
        (encoded("m4a")[:10_000], Refusal.DAMAGED),
        (b"RIFF\xff\xff\xff\xffWAVE" + bytes(400), Refusal.DAMAGED),
        (b"\xff\xfb\x90\x00" + b"\x37" * 20_000, Refusal.DAMAGED),
    ],
    ids=["empty", "playlist", "list", "long", "very-long", "silent", "cut", "cut-m4a", "no-parts", "noise"],
)
def test_file_that_nobody_could_hear_is_refused(content, why):
    assert refusal(content) is why


def test_huge_declared_sizes_cost_nothing():
    """Four billion samples a second in 65535 channels: what is declared is not what we keep room for."""
    form = struct.pack("<HHIIHH", 1, 65_535, 4_000_000_000, 0xFFFFFFFF, 65_535, 16)
    huge = b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<I", 16) + form + b"data\xff\xff\xff\xff" + bytes(9_000)
    assert "save it as WAV, MP3 or M4A" in sentence(huge)


def test_sound_after_sound_in_a_small_file_is_refused_as_soon_as_it_is_too_long():
    assert sentence(encoded("mp3") * 40) == "plays for more than 60 seconds; make it shorter"


def test_file_that_is_too_large_is_not_read():
    assert sentence(bytes(convert.LARGEST + 1)).startswith("is larger than 20 MB")


def test_every_refusal_has_its_sentence():
    assert set(convert.SENTENCES) == set(convert_process.Refusal)
