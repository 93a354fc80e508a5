"""The work process: every job by its name, the RQ workers, the sweep.

`python worker.py` owns the embedded Redis when it is the first to start, keeps one RQ worker process running on each of
the queues, and sweeps every second. Any number of these processes may run on any machines: rows are claimed, so whoever
does the work, it is done once.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial

from sqlalchemy.exc import SQLAlchemyError

import callbacks.carry_out
from callbacks import deliveries, sweep
from office import duty, kept_lists, mails, redis_server, texts
from office.bell import QUEUES, WRITE_WORDS
from office.database import DatabaseBusyError
from office.listener import Listener, keep_alive
from office.redis_server import EmbeddedRedis
from office.settings import Settings, SettingsError
from office.wiring import NoBusinessError, Office
from reception import door, escalating, message_jobs, phones, silent, taking, whom
from voice import dialled
from voicemail_greetings import erasing, words_asked
from voicemail_greetings import queries as messages

log = logging.getLogger("worker")

SWEEP_EVERY = 1.0
"""Seconds between two rounds: how late a promise may start."""

BEAT_EVERY, FORGET_EVERY = timedelta(seconds=5), timedelta(hours=1)

BELL_HAS = timedelta(seconds=5)
"""A due row is left to the RQ workers for this long after the bell was rung; then the sweep does it itself."""

WORDS_HAVE = timedelta(seconds=60)
"""Messages are written out one after the other, as each takes a processor and some memory: the next waits longer for its turn."""

AT_ONCE = 4
"""How many due rows the sweep itself works at when Redis is gone: a slow carrier holds up one of them, not all."""

STOPS_WITHIN = 20.0
"""Seconds that what was begun has to end: the longest request to the carrier, and some."""


def carry_out(callback_id: int) -> None:
    """Job: make one attempt at a call-back."""
    _do("worker.carry_out", callback_id)


def fetch_recording(message_id: int) -> None:
    """Job: fetch the audio of a message."""
    _do("worker.fetch_recording", message_id)


def write_words(message_id: int) -> None:
    """Job: have a message written out."""
    _do(WRITE_WORDS, message_id)


def send_text(text_id: int) -> None:
    """Job: send a text."""
    _do("worker.send_text", text_id)


def send_mail(mail_id: int) -> None:
    """Job: send a mail."""
    _do("worker.send_mail", mail_id)


def ring_waiting(call_id: int) -> None:
    """Job: ring phones for a caller who waits in the queue, and for all who were there before them."""
    _do("worker.ring_waiting", call_id)


def hang_up_legs(call_id: int) -> None:
    """Job: stop the phones that ring for a caller who waits no longer."""
    _do("worker.hang_up_legs", call_id)


def ring_take(take_id: int) -> None:
    """Job: ring somebody of ours who wants to record a greeting."""
    _do("worker.ring_take", take_id)


def fetch_take(take_id: int) -> None:
    """Job: fetch the greeting that somebody recorded on a phone."""
    _do("worker.fetch_take", take_id)


def _do(job: str, row: int) -> None:
    """Jobs run in a forked child, which cannot share its parent's connections: each opens an office of its own."""
    office = Office.open(Settings.from_environment())
    try:
        DO_IT_HERE[job](office, row)
    finally:
        office.close()


DO_IT_HERE: dict[str, Callable[[Office, int], bool]] = {
    "worker.carry_out": partial(callbacks.carry_out.carry_out, calls=whom.CALLS, elsewhere=dialled),
    "worker.fetch_recording": message_jobs.fetch,
    WRITE_WORDS: message_jobs.write_words,
    "worker.send_text": texts.send,
    "worker.send_mail": mails.send,
    "worker.ring_waiting": phones.ring_for,
    "worker.hang_up_legs": phones.hang_up_legs,
    "worker.ring_take": taking.ring,
    "worker.fetch_take": taking.fetch,
}
"""Every job by the name that the bell rings it by, as the sweep does it when no RQ worker can."""

Work = tuple[str, int]


@dataclass
class Rounds:
    """The sweep's memory between two rounds: what the bell was rung for and when. Losing it costs a second ring."""

    office: Office
    rung: dict[Work, datetime] = field(default_factory=dict)
    at_work: dict[Work, Future[object]] = field(default_factory=dict)
    beat_at: datetime | None = None
    forgot_at: datetime | None = None
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "sweep"))
    at_the_line: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "at-the-line"))
    words: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "words"))
    aside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "silent"))
    forgetting: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "forgetting"))
    to_others: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(5, "deliveries"))

    def once(self) -> None:
        """One round. What fails is logged and tried in the next: the loop outlives any part of the office."""
        for part in (
            self._keep_what_waits,
            self._serve_those_who_wait,
            self._ring_for_due_work,
            self._look_after_the_silent,
            self._forget_what_is_old,
            self._tell_other_software,
            self._beat,
        ):
            _guarded(part)

    def _keep_what_waits(self) -> None:
        """What a web process of this machine wrote down while the database was gone."""
        if any(self.office.journal.entries()):
            self._replay()

    @cached_property
    def _replay(self) -> Callable[[], int]:
        import webhooks  # slow to import, and seldom needed

        return partial(door.replay, webhooks.create_app(self.office))

    def _serve_those_who_wait(self) -> None:
        """Callers in the queue: their phones are rung and stopped by whoever gets to it first."""
        with self.office.database.reading() as session:
            due = phones.due(session, self.office.clock.now())
        for work in due:
            self._do_it_here(self.at_the_line, work)

    def _ring_for_due_work(self) -> None:
        now, due = self.office.clock.now(), self._due()
        self.rung = {work: at for work, at in self.rung.items() if work in due}
        fresh = [work for work in due if work not in self.rung]
        heard = self.office.bell.ring_many([(job, (row,)) for job, row in fresh])
        self.rung |= dict.fromkeys(fresh, now if heard else now - WORDS_HAVE)
        for work in due:
            writes = work[0] == WRITE_WORDS
            if now - self.rung[work] >= (WORDS_HAVE if writes else BELL_HAS):
                self._do_it_here(self.words if writes else self.pool, work)

    def _due(self) -> list[Work]:
        now = self.office.clock.now()
        with self.office.database.reading() as session:
            to_fetch, to_write = messages.to_fetch(session, now), words_asked.due(session, now)
            to_send, to_mail, to_record = texts.due(session, now), mails.due(session, now), taking.due(session, now)
        calls = [("worker.carry_out", row) for row in sweep.due(self.office)]
        fetched = [("worker.fetch_recording", row) for row in to_fetch]
        mailed = [("worker.send_mail", row) for row in to_mail]
        written = [(WRITE_WORDS, row) for row in to_write]
        return calls + fetched + written + mailed + to_record + [("worker.send_text", row) for row in to_send]

    def _do_it_here(self, pool: ThreadPoolExecutor, work: Work) -> None:
        self.meanwhile(pool, work, partial(DO_IT_HERE[work[0]], self.office, work[1]))

    def _look_after_the_silent(self) -> None:
        """Aside, one after the other: the carrier is asked about each, and a slow one must not hold up what is due."""
        for part in (silent.look_after_phones, silent.look_after_attempts, silent.close_calls, silent.forget_texts):
            self.meanwhile(self.aside, (part.__name__, 0), partial(part, self.office))

    def _forget_what_is_old(self) -> None:
        """What the carrier is to forget, as soon as it may; what is old here, now and then."""
        self.meanwhile(self.forgetting, ("erasing.work_off", 0), partial(erasing.work_off, self.office))
        now = self.office.clock.now()
        if self.forgot_at is not None and now - self.forgot_at < FORGET_EVERY:
            return
        self.forgot_at = now
        old = (erasing.forget_old, texts.forget_old, deliveries.forget_old, taking.forget_unkept, kept_lists.forget_old)
        for part in old:
            self.meanwhile(self.forgetting, (f"{part.__module__}.{part.__name__}", 0), partial(part, self.office))

    def _tell_other_software(self) -> None:
        for place in deliveries.due(self.office):
            self.meanwhile(self.to_others, ("deliveries", place), partial(deliveries.send, self.office, place))

    def meanwhile(self, pool: ThreadPoolExecutor, work: Work, do: Callable[[], object]) -> None:
        """Have it done, unless somebody is at it."""
        if work in self.at_work:
            return
        self.at_work[work] = done = pool.submit(do)
        done.add_done_callback(lambda _: self.at_work.pop(work))
        done.add_done_callback(partial(_tell_of, work))

    def stop(self) -> None:
        """Finish what was begun, in time and but for a message being written out: its lease covers it. Begin nothing."""
        for pool in (self.at_the_line, self.pool, self.words, self.aside, self.forgetting, self.to_others):
            pool.shutdown(wait=False, cancel_futures=True)
        wait([begun for (job, _), begun in list(self.at_work.items()) if job != WRITE_WORDS], STOPS_WITHIN)

    def _beat(self) -> None:
        now = self.office.clock.now()
        if self.beat_at is None or now - self.beat_at >= BEAT_EVERY:
            self.beat_at = now
            _guarded(self.office.beat, "sweep")
            for part in (escalating.look_after_promises, sweep.free_lapsed, message_jobs.tell_of_late, _bring_back):
                _guarded(part, self.office)


def _guarded(part: Callable[..., object], *given: object) -> None:
    """What fails is logged, and tried again in its time."""
    try:
        part(*given)
    except (SQLAlchemyError, DatabaseBusyError, NoBusinessError) as trouble:
        log.warning("sweep: %s: %s", part.__name__, trouble)
    except Exception:  # a fault of ours in one part must not take the others with it
        log.exception("sweep: %s", part.__name__)


def _bring_back(office: Office) -> None:
    """Whoever's time away is over is rung again."""
    now = office.clock.now()
    with office.database.reading() as session:
        if not duty.any_back(session, now):
            return
    with office.database.transaction() as session:
        duty.back(session, now)


def _tell_of(work: Work, done: Future[object]) -> None:
    if not done.cancelled() and (trouble := done.exception()) is not None:
        log.error("%s(%d) failed", *work, exc_info=trouble)


def main() -> None:
    """Sweep until told to stop; own the embedded Redis and keep the RQ workers alive meanwhile."""
    settings = Settings.from_environment()
    embedded = EmbeddedRedis(settings.data_dir) if settings.redis_url is None else None
    listeners = [Listener(partial(_redis_url, settings), queue) for queue in QUEUES]
    rounds = Rounds(Office.open(settings))
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    while not stopping.is_set():
        keep_alive(embedded, listeners)
        rounds.once()
        stopping.wait(SWEEP_EVERY)
    deadline = time.monotonic() + STOPS_WITHIN
    for listener in listeners:
        listener.ask_to_stop()
    rounds.stop()
    for listener in listeners:
        listener.stop(max(0.0, deadline - time.monotonic()))
    if embedded is not None:
        embedded.stop()


def _redis_url(settings: Settings) -> str:
    return settings.redis_url or redis_server.find(settings.data_dir)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        main()
    except SettingsError as wrong:
        sys.exit(str(wrong))
    logging.shutdown()
    os._exit(0)  # else Python would wait for the threads of what is not finished in time
