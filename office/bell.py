"""The bell: an RQ queue that makes work prompt. The row in the database is what makes it certain.

So the bell may fail. Whoever rings has committed already and goes on; the sweep finds what nobody was rung for. No ring
waits longer than about a second, and after one that failed the next ones do not wait at all for a while.
"""

import logging
import time
from collections.abc import Callable, Iterable

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE, WORDS = "calls", "words"
QUEUES = (QUEUE, WORDS)
"""Each has a worker of its own: one that listens to two takes jobs in a way that can lose them (faults.md 1.1). To write out
a message takes long enough that nothing else may wait behind it.
"""

WRITE_WORDS = "worker.write_words"

WAIT = 0.5
"""Seconds to connect to Redis and seconds to hear from it: the caller is on the line and their carrier waits."""

PEACE = 2.0
"""Seconds after a failure in which nobody tries again."""

LONGEST_JOB, LONGEST_WRITING = 60, 180
"""Seconds that a job may take; more than its own waits for the carrier, or for its engines, add up to."""

KEEP_FAILED = 86_400
"""Seconds that a failed job is kept for a look: a day."""

Ring = tuple[str, tuple[int | str, ...]]
"""A job by its dotted name, and its arguments: ids only, for Redis and its logs are no place for names and numbers."""


class Bell:
    """Rings jobs into the queue. `redis_url` is asked again after a failure, as the embedded Redis may come late."""

    def __init__(self, redis_url: Callable[[], str], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._redis_url, self._monotonic = redis_url, monotonic
        self._redis: Redis | None = None
        self._quiet_until: float | None = None

    def ring(self, job: str, *args: int | str) -> bool:
        """Have a worker call `job` ("worker.carry_out") with `args` now. False when Redis did not take it; never raises."""
        return self.ring_many([(job, args)])

    def ring_many(self, rings: Iterable[Ring]) -> bool:
        """Ring for all of `rings`, in one trip to Redis a queue. False when it did not take all of them; never raises."""
        queues: dict[str, list[EnqueueData]] = {}
        for job, args in rings:
            queues.setdefault(WORDS if job == WRITE_WORDS else QUEUE, []).append(_prepared(job, args))
        if not queues:
            return True
        if self._quiet_until is not None and self._monotonic() < self._quiet_until:
            return False
        return self._try(lambda redis: [_queue(redis, name).enqueue_many(jobs) for name, jobs in queues.items()])

    def ping(self) -> bool:
        """Whether Redis answers; asks it even in the quiet after a failure. Never raises."""
        return self._try(lambda redis: redis.ping())

    def _try(self, do: Callable[[Redis], object]) -> bool:
        try:
            self._redis = self._redis or self._connect()
            do(self._redis)
        except (RedisError, OSError) as error:
            self._fall_silent(error)
            return False
        if self._quiet_until is not None:
            self._quiet_until = None
            log.warning("the bell rings again")
        return True

    def _connect(self) -> Redis:
        return Redis.from_url(
            self._redis_url(), socket_timeout=WAIT, socket_connect_timeout=WAIT, retry=Retry(NoBackoff(), 0)
        )

    def _fall_silent(self, error: Exception) -> None:
        if self._quiet_until is None:  # once an outage, not once a ring; and no text, which may hold the address
            log.warning("the bell does not ring (%s): work waits for the sweep", type(error).__name__)
        self._quiet_until = self._monotonic() + PEACE
        self._redis = None


def _prepared(job: str, args: tuple[int | str, ...]) -> EnqueueData:
    """The description is the job's name, as RQ's own would show the arguments; no retry: what dials must not be repeated blindly."""
    longest = LONGEST_WRITING if job == WRITE_WORDS else LONGEST_JOB
    return Queue.prepare_data(
        job, args, timeout=longest, result_ttl=0, failure_ttl=KEEP_FAILED, description=job
    )  # fmt: skip


def _queue(redis: Redis, name: str) -> Queue:
    return Queue(name, connection=redis, serializer=JSONSerializer)
