"""How long the stand-in plays a sound: as long as it really lasts, whichever kind of WAV it is."""

import struct
from datetime import datetime
from typing import Any

import pytest
from flask import Response

from voice.standin.client import StandIn
from voice.standin.exchange import Exchange
from voice.standin.stores import seconds_of, sound

BUSINESS = "+442071838750"
JANE = "+447700900123"
MU_LAW = struct.pack("<HHIIHHH", 7, 1, 8000, 8000, 1, 8, 0)


def wav(form: bytes, samples: bytes) -> bytes:
    """As phones' own sounds are written: with a part between form and data that says how many samples there are."""
    fact = b"fact" + struct.pack("<II", 4, len(samples))
    parts = b"fmt " + struct.pack("<I", len(form)) + form + fact + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WAVE" + parts


@pytest.mark.parametrize(
    ("audio", "seconds"),
    [
        (wav(MU_LAW, b"\xff" * 12_000), 1.5),
        (sound(2), 2.0),
        (wav(MU_LAW, b""), 0.0),
        (wav(MU_LAW, b"\xff" * 8_000)[:20], 0.0),
        (wav(MU_LAW[:8] + bytes(10), b"\xff"), 0.0),
        (b"ID3 and so on", 0.0),
        (b"", 0.0),
    ],
)
def test_length_is_read_from_the_file(audio: bytes, seconds: float) -> None:
    assert seconds_of(audio) == seconds


def test_mu_law_sound_is_played_for_as_long_as_it_lasts(
    carrier: StandIn, documents: dict[str, Any], exchange: Exchange
) -> None:
    documents["/incoming"] = "<Play>/tune.wav</Play><Say>After the sound</Say>"
    documents["/tune.wav"] = lambda: Response(wav(MU_LAW, b"\xff" * 20_000), mimetype="audio/wav")
    carrier.dial(JANE, BUSINESS)
    played = carrier.wait_for("plays", text="/tune.wav")
    said = carrier.wait_for("hears", text="After the sound")
    assert played["seconds"] == 2.5
    took = datetime.fromisoformat(said["at"]) - datetime.fromisoformat(played["at"])
    assert took.total_seconds() * exchange.pace.speed >= 2.5
