"""How well and how fast messages are written out here: `.venv/bin/python -m benchmarks.words`, offline, about half a minute.

The product's own engine on the sounds of tests/sounds, each in a process of its own as in life. WER: words wrong, left out
or added, to those that were said, after both are spelled alike. x: seconds of work to seconds of sound. Memory: the most
that any process so far had at once.
"""

import re
import resource
import sys
import time
import tomllib
from itertools import pairwise
from pathlib import Path

from voicemail_greetings.marks import DIGITS, TIMES_SAID
from voicemail_greetings.transcribe import EngineError, Recorded, Written
from voicemail_greetings.transcribe.whisper import Whisper

SOUNDS = Path(__file__).resolve().parents[1] / "tests" / "sounds"
PATIENCE = 120.0
"""Seconds for each sound: what the product has."""

NUMBERS = DIGITS | {"ten": "10", "hundred": "00"}
BYTES_A_SECOND = 8000


def spelled(text: str) -> list[str]:
    """The words, with no capitals or marks, and every digit a word: "5pm" as 5 p m, "double oh" as 0 0."""
    words = re.findall(r"[a-z']+|\d", re.sub(r"(\d)([ap])m\b", r"\1 \2 m", text.lower()))
    told: list[str] = []
    for before, word in pairwise(["", *words]):
        digits = NUMBERS.get(word, word)
        if digits.isdigit():
            told += list(digits) * TIMES_SAID.get(before, 1)
        elif word not in TIMES_SAID:
            told.append(word)
    return told


def wrong(said: list[str], heard: list[str]) -> int:
    """The fewest words to change, leave out or add."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, start=1):
        last, row[0] = row[0], at
        for place, other in enumerate(heard, start=1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (word != other))
    return row[-1]


def peak_mb() -> float:
    """The most memory that any ended process of ours had."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Measure and print."""
    texts = tomllib.loads((SOUNDS / "said.toml").read_text(encoding="utf-8"))
    said_in_all = wrong_in_all = 0
    print(f"{'sound':<12}{'s':>6}{'took s':>8}{'x':>6}{'WER %':>7}{'sure':>6}{'MB':>6}")
    for name, text in texts.items():
        path = SOUNDS / f"{name}.wav"
        seconds, began = path.stat().st_size / BYTES_A_SECOND, time.monotonic()
        try:
            told = Whisper().write(Recorded(path, round(seconds), "en"), PATIENCE)
        except EngineError as why:
            sys.exit(f"{name}: {why}")
        if not isinstance(told, Written):
            sys.exit(f"{name}: the engine is being installed")
        took = time.monotonic() - began
        said, heard = spelled(text), spelled(told.text)
        faults, sure = wrong(said, heard), told.confidence or 0.0
        said_in_all, wrong_in_all = said_in_all + len(said), wrong_in_all + faults
        rate = 100 * faults / len(said)
        print(f"{name:<12}{seconds:>6.1f}{took:>8.1f}{took / seconds:>6.2f}{rate:>7.1f}{sure:>6.2f}{peak_mb():>6.0f}")
    print(f"{'all':<12}{100 * wrong_in_all / said_in_all:>27.1f}% of {said_in_all} words wrong")


if __name__ == "__main__":
    main()
