"""The RQ workers as child processes: asked once to stop, then waited for, then killed."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from office.listener import Listener
from office.redis_server import own_or_find


@pytest.fixture
def redis_url() -> Iterator[str]:
    place = Path(tempfile.mkdtemp(prefix="ringtrue"))
    running = own_or_find(place)
    yield running.url
    running.stop()
    shutil.rmtree(place)


class Child:
    """A process that notes what is done to it; it goes on with its job until it is killed."""

    def __init__(self, **_: object) -> None:
        self.done: list[tuple[object, ...]] = []

    def start(self) -> None:
        self.done.append(("start",))

    def is_alive(self) -> bool:
        return ("kill",) not in self.done

    def terminate(self) -> None:
        self.done.append(("terminate",))

    def join(self, timeout: float) -> None:
        self.done.append(("join", timeout))

    def kill(self) -> None:
        self.done.append(("kill",))


def test_worker_that_is_at_a_job_is_asked_to_stop_once_only(redis_url: str) -> None:
    """Asked twice, RQ kills the process that is at the job: it may be dialling."""
    children: list[Child] = []

    def process(**told: object) -> Child:
        children.append(Child(**told))
        return children[-1]

    listener = Listener(lambda: redis_url, "calls", cast("Any", SimpleNamespace(Process=process)))
    for _ in range(2):
        listener.ensure_running()
    listener.ask_to_stop()
    listener.stop(7.5)
    listener.stop(7.5)

    assert [child.done for child in children] == [[("start",), ("terminate",), ("join", 7.5), ("kill",)]]


def test_worker_is_not_started_without_a_redis(tmp_path: Path) -> None:
    listener = Listener(lambda: f"unix://{tmp_path}/none.sock", "calls", cast("Any", SimpleNamespace()))
    listener.ensure_running()
    listener.ask_to_stop()
    listener.stop(0)
