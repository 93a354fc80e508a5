"""The bell: what a worker gets, and that a Redis that is gone, deaf or full costs a caller next to nothing."""

import logging
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from office.bell import QUEUE, Bell
from office.redis_server import EmbeddedRedis, own_or_find


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedRedis]:
    place = Path(tempfile.mkdtemp(prefix="ringtrue"))
    running = own_or_find(place)
    yield running
    running.stop()
    shutil.rmtree(place)


@pytest.fixture
def redis(server: EmbeddedRedis) -> Iterator[Redis]:
    server.ensure_running()
    with Redis.from_url(server.url) as client:
        client.flushall()  # our own server: its process id was checked at the start
        client.config_resetstat()
        yield client
        client.config_set("maxmemory", 0)


class Stopwatch:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def rung(redis: Redis) -> list[Job]:
    return list(Queue(QUEUE, connection=redis, serializer=JSONSerializer).jobs)


def test_rung_job_waits_in_the_queue_with_ids_only(redis: Redis, server: EmbeddedRedis) -> None:
    assert Bell(lambda: server.url).ring("worker.carry_out", 7, "CA123")
    (job,) = rung(redis)
    assert (job.func_name, list(job.args), job.kwargs) == ("worker.carry_out", [7, "CA123"], {})
    assert (job.timeout, job.result_ttl, job.failure_ttl, job.retries_left) == (60, 0, 86_400, None)
    assert job.description == "worker.carry_out"


def test_worker_does_what_was_rung_for(redis: Redis, server: EmbeddedRedis, tmp_path: Path) -> None:
    Bell(lambda: server.url).ring("os.mkdir", str(tmp_path / "done"))
    worker = SimpleWorker([QUEUE], connection=redis, serializer=JSONSerializer)
    worker.work(burst=True)
    assert (tmp_path / "done").is_dir()


def test_many_rings_are_one_transaction(redis: Redis, server: EmbeddedRedis) -> None:
    assert Bell(lambda: server.url).ring_many([("worker.carry_out", (number,)) for number in range(50)])
    assert [job.args[0] for job in rung(redis)] == list(range(50))
    assert redis.info("commandstats")["cmdstat_exec"]["calls"] == 1


def test_nothing_to_ring_for_asks_nobody() -> None:
    assert Bell(lambda: "redis://127.0.0.1:1").ring_many([])


def test_redis_that_is_not_there_is_false_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    stopwatch = Stopwatch()
    bell = Bell(lambda: "redis://:hush-hush@127.0.0.1:1", monotonic=stopwatch)
    for _ in range(3):
        assert not bell.ring("worker.carry_out", 7)
        stopwatch.now += 10
    assert not bell.ping()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "hush" not in caplog.text


def test_address_that_cannot_be_read_is_false() -> None:
    def unreadable() -> str:
        raise PermissionError("redis/url")

    assert not Bell(unreadable).ring("worker.carry_out", 7)


def test_deaf_redis_is_waited_for_once_and_then_not_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.settimeout(0)
        bell = Bell(lambda: f"redis://127.0.0.1:{deaf.getsockname()[1]}", monotonic=Stopwatch())
        assert not any(bell.ring("worker.carry_out", number) for number in range(100))
        deaf.accept()[0].close()
        with pytest.raises(BlockingIOError):
            deaf.accept()


def test_bell_is_tried_again_after_a_short_peace(redis: Redis, server: EmbeddedRedis) -> None:
    stopwatch, addresses = Stopwatch(), iter(["redis://127.0.0.1:1", server.url])
    bell = Bell(lambda: next(addresses), monotonic=stopwatch)
    assert not bell.ring("worker.carry_out", 1)
    stopwatch.now += 1.9
    assert not bell.ring("worker.carry_out", 2)
    stopwatch.now += 0.2
    assert bell.ring("worker.carry_out", 3)
    assert bell.ring("worker.carry_out", 4)
    assert [job.args[0] for job in rung(redis)] == [3, 4]


def test_ping_that_succeeds_ends_the_peace(
    redis: Redis, server: EmbeddedRedis, caplog: pytest.LogCaptureFixture
) -> None:
    addresses = iter(["redis://127.0.0.1:1", server.url])
    bell = Bell(lambda: next(addresses), monotonic=Stopwatch())
    assert not bell.ping()
    assert bell.ping()
    assert bell.ring("worker.carry_out", 1)
    assert "rings again" in caplog.records[-1].getMessage()


def test_full_redis_is_false(redis: Redis, server: EmbeddedRedis) -> None:
    redis.config_set("maxmemory", 1)
    assert not Bell(lambda: server.url).ring("worker.carry_out", 7)


def test_restarted_redis_is_rung_again(redis: Redis, server: EmbeddedRedis) -> None:
    stopwatch = Stopwatch()
    bell = Bell(lambda: server.url, monotonic=stopwatch)
    assert bell.ring("worker.carry_out", 1)
    server.stop()
    assert not bell.ring("worker.carry_out", 2)
    server.ensure_running()
    stopwatch.now += 3
    assert bell.ring("worker.carry_out", 3)
    assert [job.args[0] for job in rung(redis)] == [1, 3]
