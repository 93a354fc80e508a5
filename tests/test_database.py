"""What the office may rely on in its database: times, what waits for the commit, and writers that take turns."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from office.database import Database, DatabaseBusyError, after_commit, insert_once
from office.tables import Business, Heartbeat, Team

ROOT = Path(__file__).resolve().parents[1]
NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
PROCESSES, THREADS, ROUNDS = 4, 2, 25

COUNT = """
import sys, threading
from office.database import Database
from office.tables import Business
database = Database(sys.argv[1])
def add():
    for _ in range(int(sys.argv[3])):
        with database.transaction() as session:
            business = session.get(Business, 1)
            business.version += 1
threads = [threading.Thread(target=add) for _ in range(int(sys.argv[2]))]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""

HOLD = """
import sys
from office.database import Database
from office.tables import Heartbeat
from datetime import datetime, UTC
with Database(sys.argv[1]).transaction() as session:
    session.add(Heartbeat(name="never", at=datetime(2026, 1, 1, tzinfo=UTC)))
    session.flush()
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """Where only one may write at a time."""
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'one-writer.sqlite')}")
    yield database
    database.close()


@pytest.fixture
def holder(sqlite: Database) -> Iterator["subprocess.Popen[str]"]:
    """A process in the middle of a transaction, for as long as it lives."""
    command = [sys.executable, "-c", HOLD, str(sqlite.engine.url)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def beat(session: Session, at: datetime, name: str = "sweep") -> None:
    session.add(Heartbeat(name=name, at=at))
    session.flush()


def beats(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Heartbeat.name).order_by(Heartbeat.name)))


def test_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"), database.transaction() as session:
        beat(session, NOON.replace(tzinfo=None))
    assert beats(database) == []


def test_time_of_another_zone_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    with database.transaction() as session:
        beat(session, NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    with database.reading() as session:
        at = session.scalars(select(Heartbeat.at)).one()
    assert (at, at.tzinfo) == (NOON, UTC)


def test_time_in_a_condition_is_compared_as_a_moment(database: Database) -> None:
    with database.transaction() as session:
        beat(session, NOON)
    west = NOON.astimezone(timezone(timedelta(hours=-8)))
    with database.reading() as session:
        assert session.scalar(select(Heartbeat.name).where(Heartbeat.at == west)) == "sweep"
        assert session.scalar(select(Heartbeat.name).where(Heartbeat.at < west)) is None


def test_what_waits_for_the_commit_finds_it_done(database: Database) -> None:
    seen: list[list[str]] = []
    with database.transaction() as session:
        after_commit(session, lambda: seen.append(beats(database)))
        beat(session, NOON)
        assert seen == []
    assert seen == [["sweep"]]


def test_what_waits_for_the_commit_happens_in_order(database: Database) -> None:
    done: list[int] = []
    with database.transaction() as session:
        after_commit(session, lambda: done.append(1))
        after_commit(session, lambda: done.append(2))
    assert done == [1, 2]


def test_what_waits_for_the_commit_never_happens_after_a_rollback(database: Database) -> None:
    done: list[int] = []
    with pytest.raises(LookupError), database.transaction() as session:  # noqa: PT012 - the block is what is tested
        beat(session, NOON)
        after_commit(session, lambda: done.append(1))
        raise LookupError
    assert (done, beats(database)) == ([], [])


def test_what_waits_for_the_commit_may_write_itself(database: Database) -> None:
    def again() -> None:
        with database.transaction() as session:
            beat(session, NOON, "second")

    with database.transaction() as session:
        beat(session, NOON, "first")
        after_commit(session, again)
    assert beats(database) == ["first", "second"]


def test_insert_once_writes_the_first_and_leaves_it(database: Database) -> None:
    with database.transaction() as session:
        assert insert_once(session, Heartbeat, name="sweep", at=NOON) == "sweep"
        assert insert_once(session, Heartbeat, name="sweep", at=NOON + timedelta(1)) is None
        assert session.scalars(select(Heartbeat.at)).one() == NOON


def test_writing_while_reading_is_not_kept(database: Database) -> None:
    with database.reading() as session:
        try:
            beat(session, NOON)
        except StatementError:
            session.rollback()
    assert beats(database) == []


def test_reading_goes_on_while_another_writes(database: Database) -> None:
    with database.transaction() as session:
        beat(session, NOON)
        assert beats(database) == []


def test_reading_sees_what_it_saw_first(sqlite: Database) -> None:
    with sqlite.reading() as session:
        before = session.scalars(select(Heartbeat.name)).all()
        with sqlite.transaction() as writer:
            beat(writer, NOON)
        assert session.scalars(select(Heartbeat.name)).all() == before == []
    assert beats(sqlite) == ["sweep"]


def test_writers_of_many_processes_and_threads_lose_nothing(sqlite: Database) -> None:
    with sqlite.transaction() as session:
        session.add(Business(id=1, version=0, tables={}))
    command = [sys.executable, "-c", COUNT, str(sqlite.engine.url), str(THREADS), str(ROUNDS)]
    writers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(PROCESSES)]
    assert [writer.communicate(timeout=60)[1].decode() for writer in writers] == [""] * PROCESSES
    with sqlite.reading() as session:
        assert session.scalar(select(Business.version)) == PROCESSES * THREADS * ROUNDS


def test_killed_writer_leaves_the_turn_free_and_nothing_behind(
    sqlite: Database, holder: "subprocess.Popen[str]"
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait(timeout=10)
    with sqlite.transaction() as session:
        beat(session, NOON)
    assert beats(sqlite) == ["sweep"]


@pytest.mark.slow  # it waits as long as a caller would
def test_writer_whose_turn_never_comes_is_told_so(sqlite: Database, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(DatabaseBusyError, match="another process"), sqlite.transaction():
        pytest.fail("two writers at once")
    holder.kill()
    holder.wait(timeout=10)
    with sqlite.transaction() as session:  # who waited in vain holds nothing
        session.add(Team(name="Workshop", strategy="in-turn"))
