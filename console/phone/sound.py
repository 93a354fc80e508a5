"""A voice from the browser's microphone: a short WAV file as phone lines carry sound, or it is not let in. Pure."""

import io
import wave

from werkzeug.datastructures import FileStorage

from callbacks.refused import NotPossible

RATE = 8000
LONGEST_S = 60
LARGEST = RATE * 2 * LONGEST_S + 1000
"""Bytes: a minute, and the head of the file."""

LARGEST_FORM = LARGEST + 10_000
SPOKEN = "(spoken into the microphone)"
"""What stands for the words; what was said is written out as any caller's message is."""

UNREADABLE = "That recording couldn’t be read. Try again, or type what you’d say."


def wav(given: FileStorage) -> bytes:
    """The file's bytes: sixteen bits, one channel, 8,000 samples a second, at most a minute. Raises NotPossible."""
    audio = given.stream.read(LARGEST + 1)
    try:
        with wave.open(io.BytesIO(audio)) as file:
            shape = file.getnchannels(), file.getsampwidth(), file.getframerate()
            samples = len(file.readframes(file.getnframes())) // 2
    except (wave.Error, EOFError, ValueError):
        raise NotPossible("sound", UNREADABLE) from None
    if shape != (1, 2, RATE) or not 0 < samples <= RATE * LONGEST_S or len(audio) > LARGEST:
        raise NotPossible("sound", UNREADABLE)
    return audio
