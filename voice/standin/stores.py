"""What the carrier keeps after a call: recordings and texts."""

import io
import math
import struct
import wave
from dataclasses import dataclass, field
from datetime import UTC, datetime

RATE = 8000  # samples a second: a phone line's
LONGEST = 60  # seconds of sound in a file: longer recordings would only be slow to fetch


@dataclass(eq=False, slots=True)
class Recording:
    """`seconds` are whole stand-in seconds; `words` is what was said while it ran.

    `status`: in-progress, processing, completed, absent, deleted. The sound exists only when it is completed.
    """

    sid: str
    call_sid: str
    source: str
    seconds: int = 0
    words: str = ""
    status: str = "in-progress"
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


def seconds_of(audio: bytes) -> float:
    """How long a WAV file lasts; 0 when it is something else."""
    try:
        with wave.open(io.BytesIO(audio)) as file:
            seconds: float = file.getnframes() / file.getframerate()
            return seconds
    except (wave.Error, EOFError):
        return 0.0
