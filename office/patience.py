"""How long anybody waits for the database: together so long, when a caller listens; else as each wait has it.

All that is waited for within such a block waits no longer than what is left of it: a turn, a lock, a connection, an
answer. PostgreSQL ends a statement that is slow by itself; a server that is frozen and a host that is gone end nothing,
so a connection of ours leaves them.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

SILENCE = 6.0
"""Seconds without an answer after which a server is taken for gone: it ends any statement of ours after five."""

LAST_WORD = 0.1
"""Seconds for what is asked of a server when the time is almost up, for it can do much in them; then nothing is."""

TO_CANCEL = 0.2
"""Seconds in which a server may take the word that nobody waits for a statement any more."""

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Give the database so many seconds for all that is asked of it in the block; None: as each wait has it."""
    token = _until.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def left(usual: float) -> float:
    """Seconds that a wait may last now: `usual`, or what is left for the block, if that is less; never below 0."""
    until = _until.get()
    return usual if until is None else max(0.0, min(usual, until - time.monotonic()))


def is_over() -> bool:
    """Whether the block's time is up; never outside of one."""
    until = _until.get()
    return until is not None and time.monotonic() >= until


class PatientConnection(psycopg.Connection[Any]):
    """A connection to PostgreSQL that is closed when an answer does not come in time: nobody could use it any more."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """What every statement, commit and ping waits in. Raises OperationalError when the time is up."""
        time_left = left(SILENCE)
        if time_left == 0 and self.pgconn.transaction_status != TransactionStatus.IDLE:
            self.close()  # many statements that are quick add up too
            raise psycopg.OperationalError("the time for this transaction is up")
        try:
            return super().wait(gen, interval, max(time_left, LAST_WORD) if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self._leave()
            raise

    def _leave(self) -> None:
        with suppress(psycopg.Error):  # or the statement would go on, and hold its locks
            self.cancel_safe(timeout=TO_CANCEL)
        self.close()


def connect(
    _dialect: Dialect, _entry: ConnectionPoolEntry, given: list[Any], named: dict[str, Any]
) -> PatientConnection:
    """A connection as SQLAlchemy asks for one. Raises OperationalError when it is not there in time.

    Aside, because libpq bounds neither the look-up of a host's name nor the tries at several addresses together.
    """
    aside = ThreadPoolExecutor(1, "connect")
    coming = aside.submit(PatientConnection.connect, *given, **named)
    aside.shutdown(wait=False)
    try:
        return coming.result(left(SILENCE))
    except TimeoutError:
        coming.add_done_callback(_hang_up)
        raise psycopg.OperationalError("no connection to the database in time") from None


def _hang_up(late: "Future[PatientConnection]") -> None:
    if late.exception() is None:
        late.result().close()
