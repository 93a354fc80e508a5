"""What is measured: Ringtrue, and the floor, which is a Flask route that answers constant TwiML. Both as the Procfile has it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response

from office.settings import Settings
from office.wiring import Office

ROOT = Path(__file__).resolve().parents[1]
GUNICORN = "--worker-class gthread --workers 2 --threads 8 --keep-alive 5 --no-control-socket --log-level warning"
START_WITHIN = 30.0
TICKS = os.sysconf("SC_CLK_TCK")

CONSTANT = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello. Please hold.</Say><Hangup/></Response>'


def floor() -> Flask:
    """The least that anything built on Flask can cost."""
    app = Flask("floor", static_folder=None)

    @app.post("/voice/incoming")
    def incoming() -> Response:
        return Response(CONSTANT, content_type="text/xml; charset=utf-8")

    return app


def ringtrue(environment: str) -> Flask:
    """The product, set up by `environment`: JSON, as the environment's variables would be."""
    from webhooks import create_app

    return create_app(Office.open(Settings.read(json.loads(environment))))


@contextmanager
def serving(app: str, port: int) -> Iterator[int]:
    """Run a factory of this module under gunicorn while the block lasts; gives the master's process id."""
    command = [sys.executable, "-m", "gunicorn", *GUNICORN.split(), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen([*command, f"benchmarks.servers:{app}"], cwd=ROOT) as server:
        try:
            _wait_until_up(server, port)
            yield server.pid
        finally:
            server.terminate()


def _wait_until_up(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Both workers have loaded the application when both have been their process's for a moment and the port answers."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and len(_family(server.pid)) == 3:
                return
        time.sleep(0.1)
    raise RuntimeError(f"no server came up on port {port}")


def cpu_seconds(master: int) -> float:
    """Processor time that gunicorn's processes took so far, to a hundredth of a second or so."""
    return sum(int(field) for pid in _family(master) for field in _stat(pid)[11:13]) / TICKS


def _family(master: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if pid == master or _stat(pid)[1:2] == [str(master)]]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name: state, parent, … (proc(5)); empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
