"""The work process: every job by its name, the RQ worker, the sweep.

`python worker.py` owns the embedded Redis when it is the first to start, keeps one RQ worker process running on the one
queue, and sweeps every second. Any number of these processes may run on any machines: rows are claimed, so whoever
does the work, it is done once.
"""

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

import callbacks.carry_out
import voicemail_greetings.recordings
import webhooks
from callbacks import sweep
from office import redis_server
from office.bell import QUEUE
from office.database import DatabaseBusyError
from office.line import CarrierCall
from office.redis_server import EmbeddedRedis, RedisServerError
from office.settings import Settings, SettingsError
from office.wiring import NoBusinessError, Office
from reception import Exchange, keep, keep_outbound
from voice import queries
from voice.conversation.turns import CallEnded, Heard
from voicemail_greetings import queries as messages

log = logging.getLogger("worker")

SWEEP_EVERY = 1.0
"""Seconds between two rounds: how late a promise may start."""

BEAT_EVERY = timedelta(seconds=5)

BELL_HAS = timedelta(seconds=5)
"""A due row is left to the RQ workers for this long after the bell was rung; then the sweep does it itself."""

SILENT_CALL = timedelta(minutes=5)
"""No step lasts longer without a word from the carrier but a talk, and whether people still talk can be asked."""

GIVE_UP_ON_CALL = timedelta(minutes=30)
"""A call that neither reports nor the carrier tell us of is over after this, and counts as missed."""

AT_ONCE = 4
"""How many due rows the sweep itself works at when Redis is gone: a slow carrier holds up one of them, not all."""

WORKER_TTL, MAINTENANCE, MONITORING = 30, 15, 5
"""Seconds. With RQ's own defaults a dead worker is noticed after up to 17 minutes (faults.md 1.2)."""


def carry_out(callback_id: int) -> None:
    """Job: make one attempt at a call-back."""
    _with_office(lambda office: callbacks.carry_out.carry_out(office, callback_id))


def fetch_recording(message_id: int) -> None:
    """Job: fetch the audio of a message."""
    _with_office(lambda office: voicemail_greetings.recordings.fetch(office, message_id))


def _with_office(do: Callable[[Office], object]) -> None:
    """Jobs run in a forked child, which cannot share its parent's connections: each opens an office of its own."""
    office = Office.open(Settings.from_environment())
    try:
        do(office)
    finally:
        office.close()


DO_IT_HERE: dict[str, Callable[[Office, int], bool]] = {
    "worker.carry_out": callbacks.carry_out.carry_out,
    "worker.fetch_recording": voicemail_greetings.recordings.fetch,
}
"""Every job by the name that the bell rings it by, as the sweep does it when no RQ worker can."""

Work = tuple[str, int]


@dataclass
class Rounds:
    """The sweep's memory between two rounds: what the bell was rung for and when. Losing it costs a second ring."""

    office: Office
    rung: dict[Work, datetime] = field(default_factory=dict)
    at_work: set[Work] = field(default_factory=set)
    beat_at: datetime | None = None
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "sweep"))
    aside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "silent"))

    def once(self) -> None:
        """One round. What fails is logged and tried in the next: the loop outlives any part of the office."""
        for part in (self._keep_what_waits, self._ring_for_due_work, self._look_after_the_silent, self._beat):
            try:
                part()
            except (SQLAlchemyError, DatabaseBusyError, NoBusinessError) as trouble:
                log.warning("sweep: %s: %s", part.__name__, trouble)
            except Exception:  # a fault of ours in one part must not take the others with it
                log.exception("sweep: %s", part.__name__)

    def _keep_what_waits(self) -> None:
        """What a web process of this machine wrote down while the database was gone."""
        if any(self.office.journal.entries()):
            self._replay()

    @cached_property
    def _replay(self) -> Callable[[], int]:
        return partial(webhooks.replay, webhooks.create_app(self.office))

    def _ring_for_due_work(self) -> None:
        now, due = self.office.clock.now(), self._due()
        self.rung = {work: at for work, at in self.rung.items() if work in due}
        fresh = [work for work in due if work not in self.rung]
        heard = self.office.bell.ring_many([(job, (row,)) for job, row in fresh])
        self.rung |= dict.fromkeys(fresh, now if heard else now - BELL_HAS)
        for work in due:
            if now - self.rung[work] >= BELL_HAS:
                self._do_it_here(work)

    def _due(self) -> list[Work]:
        with self.office.database.reading() as session:
            to_fetch = messages.to_fetch(session, self.office.clock.now())
        calls = [("worker.carry_out", row) for row in sweep.due(self.office)]
        return calls + [("worker.fetch_recording", row) for row in to_fetch]

    def _do_it_here(self, work: Work) -> None:
        self._meanwhile(self.pool, work, partial(DO_IT_HERE[work[0]], self.office, work[1]))

    def _look_after_the_silent(self) -> None:
        """Aside, one after the other: the carrier is asked about each, and a slow one must not hold up what is due."""
        self._meanwhile(self.aside, ("look after silent attempts", 0), partial(look_after_silent, self.office))
        self._meanwhile(self.aside, ("close silent calls", 0), partial(close_silent_calls, self.office))

    def _meanwhile(self, pool: ThreadPoolExecutor, work: Work, do: Callable[[], object]) -> None:
        if work in self.at_work:
            return
        self.at_work.add(work)
        done = pool.submit(do)
        done.add_done_callback(lambda _: self.at_work.discard(work))
        done.add_done_callback(lambda future: _tell_of(work, future.exception()))

    def stop(self) -> None:
        """Finish what was begun."""
        self.pool.shutdown()
        self.aside.shutdown()

    def _beat(self) -> None:
        now = self.office.clock.now()
        if self.beat_at is None or now - self.beat_at >= BEAT_EVERY:
            self.office.beat("sweep")
            self.beat_at = now


def _tell_of(work: Work, trouble: BaseException | None) -> None:
    if trouble is not None:
        log.error("%s(%d) failed", *work, exc_info=trouble)


def look_after_silent(office: Office) -> int:
    """Find out about attempts that no report ended; our calls to customers are part of their history however they end."""
    return sweep.look_after_silent(office, keep_outbound)


def close_silent_calls(office: Office) -> int:
    """Ask the carrier about calls that no report ended; returns how many turned out to be over."""
    with office.database.reading() as session:
        silent = queries.silent(session, office.clock.now() - SILENT_CALL)
    return sum(_close_if_over(office, sid) for sid in silent)


def _close_if_over(office: Office, sid: str) -> bool:
    try:
        found: CarrierCall | None = office.line.look_up(sid)
    except Exception as trouble:  # noqa: BLE001 - one that cannot be asked about must not keep us from the others
        log.warning("a call went silent and the carrier cannot be asked: %s", trouble)
        now = office.clock.now()
        return _end(office, sid, now, unheard_since=now - GIVE_UP_ON_CALL)
    now = office.clock.now()
    if found is None or not found.is_live:
        return _end(office, sid, now, seconds=found.seconds if found else None)
    with office.database.transaction() as session:
        queries.the(session, sid).seen_at = now
    return False


def _end(
    office: Office, sid: str, now: datetime, *, seconds: int | None = None, unheard_since: datetime | None = None
) -> bool:
    with office.database.transaction() as session:
        call = queries.the(session, sid)
        if unheard_since is not None and call.seen_at > unheard_since:
            return False
        heard = Heard(sid, phone=call.phone, call_status="completed", seconds=seconds)
        keep(Exchange(session, office.business(session), now, heard, call), (CallEnded(),))
    return True


def listen(redis_url: str, parent: int) -> None:
    """An RQ worker on the one queue (with two it would lose jobs, faults.md 1.1). Ends with its parent."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    connection = Redis.from_url(redis_url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
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
    """The RQ worker as a child process, started again whenever it is gone."""

    def __init__(self, redis_url: Callable[[], str]) -> None:
        self._redis_url = redis_url
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
        spawn = multiprocessing.get_context("spawn")
        self._child = spawn.Process(target=listen, args=(url, os.getpid()), name="rq-worker", daemon=True)
        self._child.start()

    def stop(self) -> None:
        """Let it finish the job that it is at, for as long as the longest request to the carrier may take."""
        if self._child is not None and self._child.is_alive():
            self._child.terminate()
            self._child.join(timeout=20)
            self._child.kill()


def main() -> None:
    """Sweep until told to stop; own the embedded Redis and keep the RQ worker alive meanwhile."""
    settings = Settings.from_environment()
    embedded = EmbeddedRedis(settings.data_dir) if settings.redis_url is None else None
    listener = Listener(lambda: settings.redis_url or redis_server.find(settings.data_dir))
    rounds = Rounds(Office.open(settings))
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    while not stopping.is_set():
        _keep_alive(embedded, listener)
        rounds.once()
        stopping.wait(SWEEP_EVERY)
    rounds.stop()
    listener.stop()
    if embedded is not None:
        embedded.stop()


def _keep_alive(embedded: EmbeddedRedis | None, listener: Listener) -> None:
    try:
        if embedded is not None:
            embedded.ensure_running()
    except RedisServerError as trouble:
        log.warning("no Redis of our own: %s; the sweep does its work", trouble)
    listener.ensure_running()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        main()
    except SettingsError as wrong:
        sys.exit(str(wrong))
