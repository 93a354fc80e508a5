"""Everything that ./run starts, in processes of its own, with a business that is imported and nobody who can sign in yet."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

from office import people, tryout
from office.database import Database
from office.profile import read
from office.settings import Settings

ROOT = Path(__file__).parents[2]
FAST = ["--speed", "20", "--by-hand", "5"]
"""Quicker than people are: a browser presses at once."""

WEB = ["gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket"]


class WholeHouse:
    """Web, work process and stand-in line. Stop it, or they stay."""

    def __init__(self, database_url: str, folder: Path, business: str) -> None:
        port = two_free_ports()
        given = {"DATABASE_URL": database_url, "DATA_DIR": str(folder / "var"), "PORT": str(port)}
        settings = Settings.read(given)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.site, self.folder, self._environment = settings.public_base_url, folder, given | {"PATH": path}
        self._running: list[subprocess.Popen[bytes]] = []
        database = Database(database_url)
        with database.transaction() as session:
            people.save_business(session, read(business))
        database.close()
        self._start("carrier", [*tryout.carrier_command(settings), "--number", "+442071838750", *FAST])
        self._start("web", [*WEB, "--bind", f"127.0.0.1:{port}", "webhooks:app"])
        self._start("worker", [sys.executable, "worker.py"])
        self._until(self._answers)

    def welcome(self) -> str:
        """The link that the launcher prints."""
        command = [sys.executable, "-m", "flask", "--app", "webhooks", "welcome"]
        done = subprocess.run(command, cwd=ROOT, env=self._environment, check=True, capture_output=True, text=True)
        return done.stdout.split()[-1]

    def stop(self) -> None:
        """End every process that was started."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)

    def _start(self, name: str, command: list[str]) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
        )
        self._running.append(process)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.site}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def _until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not true():
            if time.monotonic() > deadline:
                self.stop()
                logs = [path.read_text()[-2000:] for path in self.folder.glob("*.log")]
                raise AssertionError("the house never came up:\n" + "\n".join(logs))
            time.sleep(0.05)  # nothing tells us when processes begin to answer


def two_free_ports() -> int:
    """A free port whose next one is free too: the stand-in line is served there."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
