"""Engines that write a message out, behind one protocol. Which of them a business asks, and in which order, is in chain.py."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

LONGEST_TEXT = 10_000
"""Characters that are kept: five minutes of quick speech are half of it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message as an engine gets it: its sound (WAV; None: not here yet), its length in seconds, the language ("en") that it should be in.

    `carrier_words` are what the carrier made of it: "" when it could not, None while it has not said.
    """

    path: Path | None
    seconds: int
    language: str
    carrier_words: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What was said, never empty. `confidence` is 0 to 1, None where the engine tells none."""

    text: str
    confidence: float | None = None


class EngineError(Exception):
    """This engine has no words for this message; str() says why in one plain sentence, with no secret in it."""


class Engine(Protocol):
    """Writes a message out. `name` is how business.toml calls it."""

    @property
    def name(self) -> str: ...

    def write(self, heard: Recorded, within: float) -> Written | timedelta:
        """The words, within so many seconds; or for how long not to ask again, as there are none yet. Raises EngineError."""


def written(text: object, confidence: object = None) -> Written:
    """What an engine said, cleaned: one line without control characters. Raises EngineError when there are no words in it."""
    if not isinstance(text, str) or not (clean := cleaned(text)):
        raise EngineError("nobody is heard to speak in it")
    sure = confidence if isinstance(confidence, int | float) and 0 <= confidence <= 1 else None
    return Written(clean, sure)


def cleaned(text: str) -> str:
    """Words from outside as one line of at most LONGEST_TEXT characters, without anything that is no character to read."""
    seen = (each for each in text[: 2 * LONGEST_TEXT] if unicodedata.category(each) != "Cf")
    readable = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in seen)
    return " ".join(readable.split())[:LONGEST_TEXT].rstrip()


def sound_of(heard: Recorded) -> Path:
    """Where its sound is. Raises EngineError while we have none."""
    if heard.path is None or not heard.path.is_file():
        raise EngineError("the recording has not arrived")
    return heard.path
