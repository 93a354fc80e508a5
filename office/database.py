"""The database: engine, transactions, what happens after commit, and the few ways in which SQLite must be told.

The row is the truth (DESIGN section 4). SQLite and PostgreSQL behave alike through this module: aware UTC times, one
writer at a time where the database cannot do better, a bound on every wait.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Result,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from office import patience

WHILE_SOMEBODY_LISTENS = 1.5
"""Seconds for the whole transaction of a turn that a caller waits for. They hear something within two: the rest is for
leaving the database, for one ring of a bell that may be gone, and for the journal."""

WAIT_FOR_TURN = 5.0
"""Seconds a writer waits for its turn: well within the carrier's 15 s, long beyond any transaction of ours."""

POLL_FOR_TURN = 0.0005
"""Seconds between two looks at another process's lock; SQLite's own back-off sleeps up to 100 ms and makes long tails."""

STEPS_BETWEEN_LOOKS = 100_000
"""Steps of SQLite's machine, a millisecond or so, after which a statement is asked whether its time is up."""

POSTGRES_LIMITS = "-c timezone=UTC -c statement_timeout=5000 -c lock_timeout=4000"


class DatabaseBusyError(Exception):
    """No turn to write came in time."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite drops zones, so naive values are refused going in and made UTC coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; times are aware UTC here")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of every room, with constraint names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def after_commit(session: Session, do: Callable[[], object]) -> None:
    """Have `do` called once the session's transaction is committed; never when it is rolled back."""
    session.info.setdefault("after_commit", []).append(do)


def run(session: Session, statement: Executable, **values: object) -> CursorResult[*tuple[Any, ...]]:
    """A prepared statement with its values, in the session's transaction, past the machinery for objects.

    For what every turn of a call does: building a statement anew and tracking objects cost more than the database does.
    Objects that the session holds are written first, and are not told of what the statement changes.
    """
    session.flush()
    return session.connection().execute(statement, values)


def insert_once(session: Session, table: type[Base], **values: object) -> int | str | None:
    """Insert a row unless a unique key says that it is there already. Its primary key's first part, or None."""
    dialect = session.get_bind().dialect.name
    inserted: int | str | None = run(session, _insert_once(dialect, table), **values).scalar()
    return inserted


@cache
def _insert_once(dialect: str, table: type[Base]) -> Executable:
    """The statement, made once: building it anew costs more than running it."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    columns = cast("Table", inspect(table).local_table)
    return insert(columns).on_conflict_do_nothing().returning(next(iter(columns.primary_key)))


def changed(result: Result[Any]) -> int:
    """How many rows a statement changed: 0 from a conditional update means that somebody else was quicker."""
    return cast("CursorResult[Any]", result).rowcount


class Database:
    """One engine and the two kinds of transaction: `transaction()` writes, `reading()` only reads."""

    def __init__(self, url: str, *, wait: float = WAIT_FOR_TURN) -> None:
        self.engine, self._readers = _engine(url), _readers(url)
        self._turns = _Turns(self.engine, wait)

    @contextmanager
    def transaction(self, *, within: float | None = None) -> Iterator[Session]:
        """A session that commits when the block ends well, rolls back when it raises, and then does what waited.

        `within`: seconds for all of it, from waiting for the turn to the commit. What takes longer is not kept, and raises
        DatabaseBusyError or SQLAlchemy's OperationalError; only of a commit that is not answered does nobody know.
        """
        with (
            patience.within(within),
            self._turns.mine(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
        for do in session.info.get("after_commit", ()):
            do()

    @contextmanager
    def reading(self, *, within: float | None = None) -> Iterator[Session]:
        """A session over one consistent view, for pages and lists; the database refuses to write in it."""
        with patience.within(within), Session(self._readers, expire_on_commit=False, autoflush=False) as session:
            yield session

    def is_up(self) -> bool:
        """Whether the database answers. Raises nothing that SQLAlchemy raises."""
        with self.reading() as session:
            return bool(session.scalar(text("SELECT 1")))

    def close(self) -> None:
        """Give back every connection; a forked child calls it before it works (a connection cannot be shared)."""
        self.engine.dispose()
        self._readers.dispose()


def _engine(url: str) -> Engine:
    # hide_parameters: errors go to the log, names and numbers of customers do not
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "connect", _pragma("busy_timeout=50"))  # then _begin_sqlite looks at its own time
        event.listen(engine, "begin", _begin_sqlite)
        for moment in ("before_cursor_execute", "commit"):
            event.listen(engine, moment, _while_there_is_time)
    else:
        # no limit but the threads': to wait for a connection of another's would be one more wait to bound
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            max_overflow=-1,
            connect_args={"connect_timeout": 2, "options": POSTGRES_LIMITS},
        )
        event.listen(engine, "do_connect", patience.connect)
    return engine


def _readers(url: str) -> Engine:
    """Connections that cannot write and wait for no writer."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "connect", _pragma("query_only=ON"))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return engine
    return _engine(url).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _pragma(setting: str) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def be_set(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    return be_set


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    connection.set_progress_handler(patience.is_over, STEPS_BETWEEN_LOOKS)
    cursor = connection.cursor()
    # FULL: a promise spoken to a caller survives a power cut. WAL: pages read while calls write.
    wait = f"busy_timeout={patience.left(WAIT_FOR_TURN) * 1000:.0f}"
    for pragma in (wait, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A read that turns into a write after another's commit fails at once in SQLite, so writers say so at the start."""
    deadline = time.monotonic() + patience.left(WAIT_FOR_TURN)
    while not _begun(cast("sqlite3.Connection", connection.connection.dbapi_connection)):
        if time.monotonic() > deadline:
            raise DatabaseBusyError("no turn to write came: another program holds the database")


def _begun(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as trouble:
        if trouble.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # its other bits say more exactly why
            raise OperationalError("BEGIN IMMEDIATE", None, trouble) from trouble
        return False
    return True


def _while_there_is_time(*_: object) -> None:
    """Before each statement and the commit on SQLite: many that are quick add up too."""
    if patience.is_over():
        raise DatabaseBusyError("the time for this transaction is up")


class _Turns:
    """Who may write to SQLite now: one thread of the process, and one process of the machine.

    SQLite waits for its write lock by sleeping ever longer, so one writer in a queue can wait a hundred times the
    median. Taking turns keeps the tail short. PostgreSQL needs none of it.
    """

    def __init__(self, engine: Engine, wait: float) -> None:
        self._wait = wait
        name = engine.url.database
        self._path = Path(f"{name}.turn") if engine.dialect.name == "sqlite" and name else None
        self._in_process = threading.Lock()

    @contextmanager
    def mine(self) -> Iterator[None]:
        if self._path is None:
            yield
            return
        wait = patience.left(self._wait)
        deadline = time.monotonic() + wait
        if not self._in_process.acquire(timeout=wait):
            raise DatabaseBusyError("no turn to write came: another thread holds the database")
        try:
            with self._between_processes(self._path, deadline):
                yield
        finally:
            self._in_process.release()

    @contextmanager
    def _between_processes(self, path: Path, deadline: float) -> Iterator[None]:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            while not _locked(handle):
                if time.monotonic() > deadline:
                    raise DatabaseBusyError("no turn to write came: another process holds the database")
                time.sleep(POLL_FOR_TURN)
            yield
        finally:
            os.close(handle)  # closing lets the lock go, also when the process dies


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
