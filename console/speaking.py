"""A greeting spoken aloud for whoever writes it, where a speech synthesiser is installed: espeak-ng or flite, a process of its own."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from threading import BoundedSemaphore

PATIENCE = 10
"""Seconds that speaking a greeting may take."""

LARGEST = 4 * 1024 * 1024
"""Bytes of WAV that are handed on: a minute and a half of the best quality."""

ONE_AT_A_TIME = BoundedSemaphore(1)
"""Whoever types fast waits for nobody: a second one is refused."""


def is_there() -> bool:
    """Whether this machine can speak."""
    return _command(Path(), Path(), "en-GB") is not None


def spoken(text: str, language: str) -> bytes | None:
    """The text as WAV; None: this machine cannot speak, or not now. `language` is a tag such as "en-GB"."""
    if not ONE_AT_A_TIME.acquire(blocking=False):
        return None
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _spoken(Path(folder), text, language)
    finally:
        ONE_AT_A_TIME.release()


def _spoken(folder: Path, text: str, language: str) -> bytes | None:
    words, sound = folder / "words.txt", folder / "sound.wav"
    command = _command(words, sound, language)
    if command is None:
        return None
    words.write_text(text, encoding="utf-8")  # by a file: no words are ever read as options
    try:
        subprocess.run(command, timeout=PATIENCE, env={}, check=True, capture_output=True)  # noqa: S603 - no shell
    except (subprocess.SubprocessError, OSError):
        return None
    return sound.read_bytes() if sound.is_file() and sound.stat().st_size <= LARGEST else None


def _command(words: Path, sound: Path, language: str) -> tuple[str, ...] | None:
    if espeak := shutil.which("espeak-ng"):
        return (espeak, "-v", language.casefold(), "-f", str(words), "-w", str(sound))
    if (flite := shutil.which("flite")) and language.casefold().startswith("en"):
        return (flite, "-f", str(words), "-o", str(sound))
    return None
