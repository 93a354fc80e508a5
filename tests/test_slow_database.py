"""A transaction that somebody waits for on the phone ends in its time, whatever the database does, and nothing hangs on."""

import os
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from office.database import Database, DatabaseBusyError
from office.patience import SILENCE
from office.tables import Team

TIME, PLENTY = 0.25, 10.0
"""Seconds for transactions that are to run out of them, and for those that are not."""

GRACE = 3.0
"""Seconds over it in which a transaction must be gone from a busy machine: to cancel and to leave has bounds of its own.

Under the four after which the server itself gives up a lock.
"""

GONE = (OperationalError, DatabaseBusyError)
Freeze = Callable[[int], None]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """With two teams in it."""
    database = Database(database_url)
    with database.transaction() as session:
        session.add_all([Team(name="Workshop", strategy="in-turn"), Team(name="Sales", strategy="in-turn")])
    yield database
    database.close()


@pytest.fixture
def on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'slow.sqlite')}")
    with database.transaction() as session:
        session.add(Team(name="Workshop", strategy="in-turn"))
    yield database
    database.close()


@pytest.fixture
def other(on_sqlite: Database) -> Iterator[sqlite3.Connection]:
    """Another program, which has taken the lock to write."""
    with closing(
        sqlite3.connect(str(on_sqlite.engine.url.database), isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


@pytest.fixture
def on_postgres(new_postgres: Callable[[], str]) -> Iterator[Database]:
    database = Database(new_postgres())
    with database.transaction() as session:
        session.add(Team(name="Workshop", strategy="in-turn"))
    yield database
    database.close()


@pytest.fixture
def freeze() -> Iterator[Freeze]:
    """Stops a process of the database's where it stands; all go on after the test."""
    stopped: list[int] = []

    def stop(pid: int) -> None:
        stopped.append(pid)
        os.kill(pid, signal.SIGSTOP)

    yield stop
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


@contextmanager
def given_up_in_time(seconds: float = TIME) -> Iterator[None]:
    """The block is given up by one of the errors that mean that the database is away, when its time is up."""
    began = time.monotonic()
    with pytest.raises(GONE):
        yield
    assert time.monotonic() - began < seconds + GRACE


def rename(session: Session) -> None:
    session.execute(text("UPDATE teams SET name = 'Repairs' WHERE name = 'Workshop'"))


def teams(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(text("SELECT name FROM teams")))


def backend(session: Session) -> int:
    """The process that serves this session."""
    return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_statements_that_add_up_are_stopped_and_not_kept(database: Database) -> None:
    with given_up_in_time(), database.transaction(within=TIME) as session:
        rename(session)
        while True:
            session.execute(text("SELECT 1"))
    assert teams(database) == {"Workshop", "Sales"}


def test_statement_that_takes_too_long_is_stopped(database: Database) -> None:
    slow = {
        "postgresql": "SELECT pg_sleep(30)",
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3e7) SELECT max(i) FROM n",
    }
    with given_up_in_time(), database.transaction(within=TIME) as session:
        session.execute(text(slow[database.engine.dialect.name]))


def test_work_that_ends_after_its_time_is_not_kept(database: Database) -> None:
    with given_up_in_time(), database.transaction(within=0.05) as session:
        rename(session)
        time.sleep(0.1)  # no statement is slow: we are
    assert teams(database) == {"Workshop", "Sales"}


def test_writer_waits_in_vain_for_what_another_holds(database: Database) -> None:
    with database.transaction() as holding:
        rename(holding)
        with given_up_in_time(), database.transaction(within=TIME) as session:
            rename(session)
    assert teams(database) == {"Repairs", "Sales"}


def test_writer_who_gave_up_holds_nothing(database: Database) -> None:
    """Nor does the statement that it left: on PostgreSQL it would have waited on, with the locks that it had."""
    with database.transaction() as holding:
        rename(holding)
        with given_up_in_time(), database.transaction(within=TIME) as session:
            session.execute(text("UPDATE teams SET name = 'Shop' WHERE name = 'Sales'"))
            rename(session)
        if database.engine.dialect.name == "postgresql":
            with database.transaction(within=PLENTY) as session:
                session.execute(text("UPDATE teams SET name = 'Till' WHERE name = 'Sales'"))


def test_writers_wait_for_nobody_elses_connection(on_postgres: Database) -> None:
    with ExitStack() as many:
        for _ in range(20):
            backend(many.enter_context(on_postgres.transaction(within=PLENTY)))


def test_time_of_one_transaction_does_not_bind_the_next(database: Database) -> None:
    with given_up_in_time(), database.transaction(within=0) as session:
        rename(session)
    with database.transaction() as session:
        rename(session)
    assert teams(database) == {"Repairs", "Sales"}


@pytest.mark.usefixtures("other")
def test_lock_of_another_program_is_not_waited_for_longer(on_sqlite: Database) -> None:
    with given_up_in_time(), on_sqlite.transaction(within=TIME) as session:
        rename(session)


def test_lock_of_another_program_is_waited_for_when_nobody_listens(
    on_sqlite: Database, other: sqlite3.Connection
) -> None:
    threading.Timer(2 * TIME, other.execute, ["COMMIT"]).start()
    with on_sqlite.transaction() as session:
        rename(session)
    assert teams(on_sqlite) == {"Repairs"}


def test_server_process_frozen_in_mid_transaction_is_left(on_postgres: Database, freeze: Freeze) -> None:
    with given_up_in_time(), on_postgres.transaction(within=TIME) as session:
        freeze(backend(session))
        rename(session)
    with on_postgres.transaction(within=PLENTY) as session:  # a new connection, to a process that is awake
        rename(session)


def test_server_process_frozen_while_nobody_used_it_is_left(on_postgres: Database, freeze: Freeze) -> None:
    """It is the ping before use that hangs."""
    with on_postgres.transaction() as session:
        frozen = backend(session)
    freeze(frozen)
    with given_up_in_time(), on_postgres.transaction(within=TIME) as session:
        rename(session)


def test_commit_that_is_not_answered_is_left(on_postgres: Database, freeze: Freeze) -> None:
    done: list[bool] = []
    with given_up_in_time(), on_postgres.transaction(within=TIME) as session:
        rename(session)
        session.info["after_commit"] = [lambda: done.append(True)]
        freeze(backend(session))
    assert done == []


@pytest.mark.slow  # it waits as long as the server itself would let a statement run
def test_frozen_server_is_left_though_nobody_listens(on_postgres: Database, freeze: Freeze) -> None:
    with given_up_in_time(SILENCE), on_postgres.transaction() as session:
        freeze(backend(session))
        rename(session)


def test_frozen_server_lets_nobody_in_and_is_left(new_postgres: Callable[[], str], freeze: Freeze) -> None:
    url = new_postgres()
    engine = create_engine(url)
    with engine.connect() as connection:
        lines: str = connection.scalar(text("SELECT pg_read_file('postmaster.pid')"))
    engine.dispose()
    freeze(int(lines.splitlines()[0]))
    database = Database(url)
    with given_up_in_time(), database.transaction(within=TIME) as session:
        rename(session)
    database.close()


def test_hosts_that_accept_and_say_nothing_are_left_together() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = [silent.getsockname()[1] for silent in (one, two)]
        hosts = "&".join(f"host=127.0.0.1:{port}" for port in ports)
        database = Database(make_url(f"postgresql+psycopg://nobody@/nothing?{hosts}").render_as_string())
        with given_up_in_time(), database.transaction(within=TIME) as session:
            rename(session)
        database.close()
