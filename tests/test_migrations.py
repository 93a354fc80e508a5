"""The database's history: up, down and up again on both kinds, always to exactly what the models say."""

import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, create_engine, text
from sqlalchemy.schema import CreateIndex, CreateTable

from office import migrations
from office.database import Base

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    make: Callable[[str], str] = request.getfixturevalue("new_postgres")
    return make("template1")


@pytest.fixture(scope="module")
def models() -> MetaData:
    """Every table of every room that has tables."""
    for path in sorted(ROOT.glob("*/tables.py")):
        importlib.import_module(f"{path.parent.name}.tables")
    return Base.metadata


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def differences(url: str, models: MetaData) -> list[Any]:
    """What a new revision would have to change."""
    with connected(url) as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), models))


def shape(url: str) -> dict[str, str]:
    """Every table by name, as the statements that would make it and its indexes."""
    found = MetaData()
    with connected(url) as connection:
        found.reflect(connection)
        say = connection.dialect
        return {
            name: "".join(sorted(str(make.compile(dialect=say)) for make in _makers(table)))
            for name, table in found.tables.items()
        }


def _makers(table: Table) -> list[CreateTable | CreateIndex]:
    return [CreateTable(table), *map(CreateIndex, table.indexes)]


def upgrading(url: str) -> "subprocess.Popen[bytes]":
    """A deploy of its own, under way."""
    code = "import sys; from office import migrations; migrations.upgrade(sys.argv[1])"
    return subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, stderr=subprocess.PIPE)


def test_upgrade_from_nothing_makes_what_the_models_say(empty_url: str, models: MetaData) -> None:
    migrations.upgrade(empty_url)
    assert differences(empty_url, models) == []
    assert {"calls", "callbacks", "customers", "messages", "staff"} <= set(shape(empty_url))


def test_model_that_no_migration_knows_is_a_difference(empty_url: str, models: MetaData) -> None:
    migrations.upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.execute(text("ALTER TABLE notes DROP COLUMN text"))
        connection.execute(text("DROP INDEX ix_calls_phone_newest"))
        connection.commit()
    assert {difference[0] for difference in differences(empty_url, models)} == {"add_column", "add_index"}


def test_downgrade_to_nothing_leaves_no_table_of_ours(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    migrations.downgrade(empty_url)
    assert set(shape(empty_url)) == {"alembic_version"}


def test_upgrade_after_a_downgrade_makes_the_same_again(empty_url: str, models: MetaData) -> None:
    migrations.upgrade(empty_url)
    first = shape(empty_url)
    migrations.downgrade(empty_url)
    migrations.upgrade(empty_url)
    assert shape(empty_url) == first
    assert differences(empty_url, models) == []


def test_second_upgrade_changes_nothing(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.execute(text("INSERT INTO teams (name, strategy) VALUES ('Workshop', 'in-turn')"))
        connection.commit()
    first = shape(empty_url)
    migrations.upgrade(empty_url)
    assert shape(empty_url) == first
    with connected(empty_url) as connection:
        assert connection.scalar(text("SELECT count(*) FROM teams")) == 1


def wait_for_sessions_held_up(connection: Connection, count: int) -> None:
    """Until so many sessions of this database wait for a lock."""
    held_up = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadline = time.monotonic() + 60
    while connection.scalar(text(held_up)) != count:
        assert time.monotonic() < deadline, "the deploys are not under way together"
        connection.execute(text("SELECT pg_sleep(0.02), pg_stat_clear_snapshot()"))


def test_deploys_at_once_all_succeed(new_postgres: Callable[[str], str], models: MetaData) -> None:
    url = new_postgres("template1")
    with connected(url) as connection:
        connection.execute(text("CREATE TABLE alembic_version (in_the_way int)"))  # not committed: all have to wait
        deploys = [upgrading(url) for _ in range(3)]
        wait_for_sessions_held_up(connection, len(deploys))
        connection.rollback()
    said = [deploy.communicate(timeout=60)[1].decode() for deploy in deploys]
    assert [deploy.returncode for deploy in deploys] == [0, 0, 0], said
    assert differences(url, models) == []


def test_history_has_exactly_one_end() -> None:
    history = ScriptDirectory.from_config(migrations.configuration("sqlite://"))
    assert len(history.get_heads()) == 1
    assert len(history.get_bases()) == 1
