"""A whole house for stories: the real web and work processes, a real Redis, and the stand-in carrier, on loopback."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests

from console.tables import Token
from office import people
from office.clock import SystemClock
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.database import Database
from office.profile import read
from voice.standin.client import StandIn

ROOT = Path(__file__).parents[2]
NUMBER, JANE = "+442071838750", "+447700900123"
PRIYA, TOM = "+447700900101", "+447700900102"
SPEED = 20
PATIENCE = 60.0

BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[ringing]
rounds = 1
rest_after = "1s"
[callbacks]
first_try_after = "1s"
retry_after = ["2s", "2s", "2s"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
role = "manager"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
"""


ON_BOTH = ("missed_call_becomes_a_promise", "worker_killed_between_ring_and_note", "database_that_freezes")
"""Stories that every run plays on PostgreSQL too; the others play there with the slow ones."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A story takes seconds of real time: every run plays each once, and those at which the databases differ most twice."""
    for item in items:
        ours = item.path.parent == Path(__file__).parent and "postgresql" in item.name
        if ours and not any(story in item.name for story in ON_BOTH):
            item.add_marker(pytest.mark.slow)


class House:
    """The processes of one story. `carrier` is its stand-in; phones behave as the test says there."""

    def __init__(self, database_url: str, folder: Path, redis_url: str | None = None, speed: int = SPEED) -> None:
        self.folder, self.port, carrier_port = folder, free_port(), free_port()
        self.speed = speed
        self.app, self.account = f"http://127.0.0.1:{self.port}", "AC" + secrets.token_hex(16)
        self.carrier = StandIn(f"http://127.0.0.1:{carrier_port}")
        self.carrier_port, token = carrier_port, secrets.token_hex(16)
        (folder / "token").write_text(token)
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "DATA_DIR": str(folder / "var"),
            "PORT": str(self.port),
            "TWILIO_ACCOUNT_SID": self.account,
            "TWILIO_AUTH_TOKEN": token,
            "TWILIO_API_BASE_URL": self.carrier.base_url,
        } | ({"REDIS_URL": redis_url} if redis_url else {})
        self.database = Database(database_url)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._api_token = "rt_" + secrets.token_urlsafe(16)

    def set_up(self, business: str) -> None:
        """The business, one customer, a manager's token, and the number's addresses at the carrier."""
        with self.database.transaction() as session:
            people.save_business(session, read(business))
            save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])
            digest = sha256(self._api_token.encode()).hexdigest()
            session.add(Token(name="stories", digest=digest, role="manager", created_at=SystemClock().now()))
        self.start_carrier()
        self.start("web", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "8",
                   "--no-control-socket", "--bind", f"127.0.0.1:{self.port}", "webhooks:app")  # fmt: skip
        self.until(self._answers)

    def start_carrier(self) -> None:
        self.start(
            "carrier", sys.executable, "-m", "voice.standin", "--port", str(self.carrier_port), "--speed", str(self.speed),
            "--account-sid", self.account, "--auth-token-file", str(self.folder / "token"),
            "--number", NUMBER, "--app-url", self.app,
        )  # fmt: skip
        self.carrier.wait_until_up()

    def start_worker(self, name: str = "worker") -> None:
        self.start(name, sys.executable, "worker.py")

    def start(self, name: str, *command: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        path = f"{Path(sys.executable).parent}{os.pathsep}{self.environment['PATH']}"
        self.running[name] = subprocess.Popen(
            command, cwd=ROOT, env={**self.environment, "PATH": path}, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """SIGKILL to the process and all that it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.database.close()

    def get(self, path: str) -> Any:
        """What the JSON API says to a manager."""
        answer = requests.get(self.app + path, headers={"Authorization": f"Bearer {self._api_token}"}, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def post(
        self, path: str, said: dict[str, Any] | None = None, token: str | None = None, **headers: str
    ) -> tuple[int, Any]:
        """What the JSON API answers to a deed: status and body. `token` None: a manager's."""
        bearer = {"Authorization": f"Bearer {token or self._api_token}"}
        answer = requests.post(self.app + path, json=said or {}, headers=bearer | headers, timeout=10)
        return answer.status_code, answer.json()

    def callbacks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/api/callbacks")["callbacks"]
        return found

    def until(self, true: Callable[[], object], what: str = "", patience: float = PATIENCE) -> Any:
        """Wait until the condition holds, and return what it said; the logs are told when it never does."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            said = true()
            if said:
                return said
            time.sleep(0.05)  # the API tells no events
        raise AssertionError(f"never seen: {what}\n{self.logs()}")

    def until_done(self) -> dict[str, Any]:
        """Wait until the one call-back is done."""
        rows: list[dict[str, Any]] = self.until(
            lambda: [row for row in self.callbacks() if row["state"] == "done"], "a call-back that is done"
        )
        (row,) = rows
        return row

    def rings(self, phone: str) -> int:
        """How often a phone rang."""
        return sum(event["kind"] == "rings" and event["phone"] == phone for event in self.carrier.events())

    def logs(self) -> str:
        told = [f"--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log"))]
        events = [f"{e['kind']} {e['phone']} {e['text'] or ''}" for e in self.carrier.events()][-60:]
        return "\n".join([*told, "--- events", *events])

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.app}/healthz", timeout=5).ok
        except requests.RequestException:
            return False


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture
def build(database_url: str, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Builds the house, with the embedded Redis unless another is named, and takes it down after the story.

    `speed`: how many times faster than real phones those of the story are.
    """
    built: list[House] = []

    def make(redis_url: str | None = None, business: str = BUSINESS, speed: int = SPEED) -> House:
        built.append(House(database_url, tmp_path, redis_url, speed))
        built[-1].set_up(business)
        return built[-1]

    yield make
    for house in built:
        refused = house.carrier.refusals()
        house.stop()
        assert refused == [], "the carrier refused something we said"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    house = build()
    house.start_worker()
    return house


@pytest.fixture
def closed_port() -> int:
    return free_port()
