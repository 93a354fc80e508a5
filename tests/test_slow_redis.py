"""A Redis that takes connections and never answers: turns and reports are answered in time, and after the first nobody asks it."""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from office.bell import Bell
from office.redis_server import own_or_find
from office.wiring import Office

RECORDED = {"RecordingSid": "RE" + "3" * 32, "RecordingStatus": "completed", "RecordingDuration": "9"}
RINGING = {"From": "+447700900123", "To": "+442071838750", "CallStatus": "ringing"}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # Redis is what matters here
BEFORE_THE_CARRIER_GIVES_UP = 10.0
"""Seconds; a Redis that is waited for without end is told from one that is not, however busy the machine."""


def stands_still() -> float:
    """A stopwatch by which the peace after a failure does not end."""
    return 100.0


@pytest.fixture
def deaf() -> Iterator[socket.socket]:
    """Accepts, as the system does for it, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0)
        yield silent


@pytest.fixture
def office(office: Office, deaf: socket.socket) -> Office:
    office.bell = Bell(lambda: f"redis://127.0.0.1:{deaf.getsockname()[1]}", monotonic=stands_still)
    return office


@pytest.fixture
def frozen_redis() -> Iterator[str]:
    """The address of a Redis of ours that stands still."""
    place = Path(tempfile.mkdtemp(prefix="ringtrue"))
    server = own_or_find(place)
    with Redis.from_url(server.url) as client:
        process: int = client.info("server")["process_id"]
    os.kill(process, signal.SIGSTOP)
    yield server.url
    os.kill(process, signal.SIGCONT)
    server.stop()
    shutil.rmtree(place)


def seconds(began: float) -> float:
    return time.monotonic() - began


@ON_SQLITE
def test_redis_that_is_silent_is_asked_by_the_first_report_and_by_nobody_after_it(carrier, deaf):
    began = time.monotonic()
    assert carrier.post("/voice/recording_report", **RECORDED).status_code == 204
    assert seconds(began) < BEFORE_THE_CARRIER_GIVES_UP
    deaf.accept()[0].close()  # it was asked, and did not answer

    answer = carrier.post("/voice/incoming", sid="CA" + "2" * 32, **RINGING)
    again = carrier.post("/voice/recording_report", **{**RECORDED, "RecordingSid": "RE" + "4" * 32})
    assert (answer.status_code, again.status_code) == (200, 204)
    assert "something went wrong" not in answer.text
    with pytest.raises(BlockingIOError):
        deaf.accept()


@ON_SQLITE
def test_caller_who_finds_out_that_redis_is_silent_hears_their_greeting_in_time(carrier, deaf):
    began = time.monotonic()
    answer = carrier.post("/voice/incoming", **RINGING)

    assert seconds(began) < BEFORE_THE_CARRIER_GIVES_UP
    assert "Harbour Bikes" in answer.text


def test_frozen_redis_costs_one_ring_a_wait_and_the_next_nobody_asks_it(frozen_redis: str) -> None:
    asked: list[str] = []

    def address() -> str:
        asked.append(frozen_redis)
        return frozen_redis

    bell = Bell(address, monotonic=stands_still)
    began = time.monotonic()
    assert not bell.ring("worker.carry_out", 7)
    assert seconds(began) < BEFORE_THE_CARRIER_GIVES_UP
    assert not bell.ring("worker.carry_out", 8)
    assert len(asked) == 1
