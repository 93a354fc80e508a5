"""RQ workers as child processes of the work process: one for each queue, started again whenever it is gone."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from office.bell import WORDS
from office.redis_server import EmbeddedRedis, RedisServerError

log = logging.getLogger(__name__)

WORKER_TTL, MAINTENANCE, MONITORING = 30, 15, 5
"""Seconds. With RQ's own defaults a dead worker is noticed after up to 17 minutes (faults.md 1.2)."""


def listen(redis_url: str, queue_name: str, parent: int) -> None:
    """An RQ worker on one queue (with two it would lose jobs, faults.md 1.1). Ends with its parent."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    connection = Redis.from_url(redis_url)
    queue = Queue(queue_name, connection=connection, serializer=JSONSerializer)
    worker = Worker(
        [queue],
        connection=connection,
        serializer=JSONSerializer,
        log_job_description=False,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
        job_monitoring_interval=MONITORING,
    )
    worker.work(logging_level="WARNING")


def _end_with(parent: int) -> None:
    waiting = threading.Event()
    while os.getppid() == parent:
        waiting.wait(1)
    os.kill(os.getpid(), signal.SIGTERM)


class Listener:
    """The RQ worker of one queue. `redis_url` is asked at each start, as the embedded Redis may come late.

    Of the queue of `words` a business may need none for days: that one is started when the first job is there.
    """

    def __init__(
        self, redis_url: Callable[[], str], queue_name: str, processes: BaseContext | None = None
    ) -> None:  # fmt: skip
        self._redis_url, self._queue_name = redis_url, queue_name
        self._processes = processes or multiprocessing.get_context("spawn")
        self._child: BaseProcess | None = None

    def ensure_running(self) -> None:
        """Start it if it is not there and Redis is."""
        if self._child is not None and self._child.is_alive():
            return
        try:
            url = self._redis_url()
            redis = Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5)
            redis.ping()
            if self._queue_name == WORDS and Queue(WORDS, connection=redis, serializer=JSONSerializer).is_empty():
                return
        except RedisError:
            return
        told = (url, self._queue_name, os.getpid())
        self._child = self._processes.Process(target=listen, args=told, name=f"rq-{self._queue_name}", daemon=True)  # type: ignore[attr-defined]
        self._child.start()

    def ask_to_stop(self) -> None:
        """Let it finish the job that it is at, and take no other. Once only: asked again it ends that job too."""
        if self._child is not None and self._child.is_alive():
            self._child.terminate()

    def stop(self, within: float) -> None:
        """Wait for one that was asked to stop, for so many seconds; then it is killed. A job that it is at goes on without it."""
        if self._child is not None and self._child.is_alive():
            self._child.join(timeout=within)
            self._child.kill()


def keep_alive(embedded: EmbeddedRedis | None, listeners: Iterable[Listener]) -> None:
    """Start whatever of Redis and its workers is not there. Without a Redis there are none, and no error either."""
    try:
        if embedded is not None:
            embedded.ensure_running()
    except RedisServerError as trouble:
        log.warning("no Redis of our own: %s; the sweep does its work", trouble)
    for listener in listeners:
        listener.ensure_running()
