"""The engine on this machine: faster-whisper, in a process of its own for each message (whisper_process.py).

What callers leave is opened by large libraries: the process that does it knows no secret, has bounds on memory and
processor time, is killed with all that it started when its time is up, and ends when we do.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Timer
from typing import IO, Any, cast

from voicemail_greetings.transcribe import EngineError, Recorded, Written, sound_of, written

PROCESS = Path(__file__).with_name("whisper_process.py")
# -I: nothing from the environment or the working directory is imported; -B: nothing is written.
COMMAND = (sys.executable, "-I", "-B", str(PROCESS))
INSTALLING = Path(sys.prefix) / "requirements-words.lock.installing"
"""Stands there while `./run words` installs the engine."""

ASK_AGAIN = timedelta(seconds=5)
"""Until it is looked whether the engine is installed now."""

ROOM = 3 * 1024**2
"""Kilobytes of address space: 1.5 GB were the most that it asked for with the packed model (300 MB of them used)."""

THREADS = 2
MOST_SAID = 1024**2
"""Bytes of an answer that we read."""

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(THREADS)}
LIMITED = 'ulimit -c 0; ulimit -t "$1"; ulimit -v "$2" 2>/dev/null; shift 2; exec "$@"'
"""The shell sets the bounds and becomes the process. (macOS knows no bound on memory.)"""


@dataclass(frozen=True, slots=True)
class Whisper:
    """`model` is a folder with a model for CTranslate2; None: the packed one, for English. `command` gets sound, language and model."""

    model: Path | None = None
    command: tuple[str, ...] = COMMAND
    installing: Path = INSTALLING
    room: int = ROOM
    name = "whisper"

    def write(self, heard: Recorded, within: float) -> Written | timedelta:
        """The words; a while to wait while the engine is being installed. Raises EngineError."""
        model = [str(self.model)] if self.model else []
        said = _answer([*self.command, str(sound_of(heard)), heard.language, *model], within, self._room())
        why = said.get("why")
        if why and "not installed" in str(why) and self.installing.exists():
            return ASK_AGAIN
        if why:
            raise EngineError(str(why)[:200])
        return written(said.get("text"), said.get("confidence"))

    def _room(self) -> int:
        """With a model of one's own, its size twice on top: it is read and converted."""
        weights = self.model and self.model / "model.bin"
        return self.room + (2 * weights.stat().st_size // 1024 if weights and weights.is_file() else 0)


def _answer(command: list[str], within: float, room: int) -> dict[str, Any]:
    """What the process says. Raises EngineError when that is not one JSON object, or it takes too long."""
    status, told = _run(["/bin/sh", "-c", LIMITED, "sh", f"{within * THREADS + 1:.0f}", str(room), *command], within)
    if len(told) > MOST_SAID:
        raise EngineError("the speech engine said more than anybody can have spoken")
    if status == -signal.SIGKILL:
        raise EngineError("the speech engine was stopped (too slow or too large)")
    if status:
        raise EngineError(f"the speech engine broke down (status {status})")
    with suppress(ValueError, RecursionError):
        said = json.loads(told)
        if isinstance(said, dict):
            return said
    raise EngineError("the speech engine said something that is no answer")


def _run(command: list[str], within: float) -> tuple[int, bytes]:
    """Its exit status and what it said, up to one byte more than we read."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,  # nothing is told: it ends with us
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    overdue = Timer(within, _kill, (process,))
    overdue.daemon = True
    overdue.start()
    try:
        with cast("IO[bytes]", process.stdout) as stdout:
            told = stdout.read(MOST_SAID + 1)
        if len(told) > MOST_SAID:
            _kill(process)
        return process.wait(), told
    finally:
        overdue.cancel()
        cast("IO[bytes]", process.stdin).close()
        if process.returncode is None:
            _kill(process)
            process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):  # it may just have ended
        os.killpg(process.pid, signal.SIGKILL)
