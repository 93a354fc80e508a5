"""RQ workers as child processes of the work process: one for each queue, started again whenever it is gone."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

WORKER_TTL, MAINTENANCE, MONITORING = 30, 15, 5
"""Seconds. With RQ's own defaults a dead worker is noticed after up to 17 minutes (faults.md 1.2)."""

STOPS_WITHIN = 20
"""Seconds that a child has to finish the job it is at: the longest request to the carrier, and some."""


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
    """The RQ worker of one queue. `redis_url` is asked at each start, as the embedded Redis may come late."""

    def __init__(self, redis_url: Callable[[], str], queue_name: str) -> None:
        self._redis_url, self._queue_name = redis_url, queue_name
        self._child: multiprocessing.process.BaseProcess | None = None

    def ensure_running(self) -> None:
        """Start it if it is not there and Redis is."""
        if self._child is not None and self._child.is_alive():
            return
        try:
            url = self._redis_url()
            Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5).ping()
        except RedisError:
            return
        told = (url, self._queue_name, os.getpid())
        spawn = multiprocessing.get_context("spawn")
        self._child = spawn.Process(target=listen, args=told, name=f"rq-{self._queue_name}", daemon=True)
        self._child.start()

    def ask_to_stop(self) -> None:
        """Let it finish the job that it is at, and take no other."""
        if self._child is not None and self._child.is_alive():
            self._child.terminate()

    def stop(self) -> None:
        """Have it gone, with whatever it has not finished by then."""
        self.ask_to_stop()
        if self._child is not None and self._child.is_alive():
            self._child.join(timeout=STOPS_WITHIN)
            self._child.kill()
