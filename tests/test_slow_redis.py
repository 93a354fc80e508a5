"""A Redis that takes connections and never answers: turns and reports are answered in time, and after the first at once."""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from office.bell import Bell
from office.redis_server import own_or_find
from office.settings import Settings

RECORDED = {"RecordingSid": "RE" + "3" * 32, "RecordingStatus": "completed", "RecordingDuration": "9"}
RINGING = {"From": "+447700900123", "To": "+442071838750", "CallStatus": "ringing"}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # Redis is what matters here
FIRST, NEXT = 1.5, 0.4
"""Seconds that an answer may take: the first finds out; the next ones, for a while, do not even ask."""


@pytest.fixture
def deaf() -> Iterator[socket.socket]:
    """Accepts, as the system does for it, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0)
        yield silent


@pytest.fixture
def settings(settings: Settings, deaf: socket.socket) -> Settings:
    return replace(settings, redis_url=f"redis://127.0.0.1:{deaf.getsockname()[1]}")


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
def test_report_and_turn_are_answered_in_time_when_redis_is_silent(carrier, deaf):
    began = time.monotonic()
    assert carrier.post("/voice/recording_report", **RECORDED).status_code == 204
    assert seconds(began) < FIRST
    deaf.accept()[0].close()  # it was asked, and did not answer

    began = time.monotonic()
    answer = carrier.post("/voice/incoming", sid="CA" + "2" * 32, **RINGING)
    again = carrier.post("/voice/recording_report", **{**RECORDED, "RecordingSid": "RE" + "4" * 32})
    assert seconds(began) < NEXT
    assert (answer.status_code, again.status_code) == (200, 204)
    assert "something went wrong" not in answer.text
    with pytest.raises(BlockingIOError):
        deaf.accept()


@ON_SQLITE
def test_caller_who_finds_out_that_redis_is_silent_hears_their_greeting_in_time(carrier):
    began = time.monotonic()
    answer = carrier.post("/voice/incoming", **RINGING)

    assert seconds(began) < FIRST
    assert "Harbour Bikes" in answer.text


def test_frozen_redis_costs_one_ring_half_a_second_and_the_next_nothing(frozen_redis: str) -> None:
    bell = Bell(lambda: frozen_redis)
    began = time.monotonic()
    assert not bell.ring("worker.carry_out", 7)
    assert seconds(began) < FIRST
    began = time.monotonic()
    assert not bell.ring("worker.carry_out", 8)
    assert seconds(began) < NEXT
