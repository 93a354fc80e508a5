"""What a database is asked while something is done: each statement, how long it took, and how the database went about it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from office.database import Database

SLOW = 5.0
"""Milliseconds from which on a statement is explained."""

HOW = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (ANALYZE, BUFFERS) "}


@contextmanager
def listening() -> Iterator[list[tuple[str, Any, float]]]:
    """Every statement while the block lasts: its text, its values, its milliseconds."""
    asked: list[tuple[str, Any, float]] = []

    def before(connection: Any, *_: object) -> None:
        connection.info["began"] = time.perf_counter()

    def after(connection: Any, _: object, statement: str, values: Any, *__: object) -> None:
        asked.append((statement, values, (time.perf_counter() - connection.info["began"]) * 1000))

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    yield asked
    event.remove(Engine, "before_cursor_execute", before)
    event.remove(Engine, "after_cursor_execute", after)


def explain(database: Database, do: Callable[[], object]) -> Iterator[str]:
    """Each statement that takes long while something is done, with its plan."""
    with listening() as asked:
        do()
    with database.reading() as session:
        for statement, values, took in asked:
            if took >= SLOW:
                yield f"-- {took:.1f} ms\n{statement}\n{values}"
                plan = session.connection().exec_driver_sql(HOW[database.engine.dialect.name] + statement, values)
                yield from (f"    {row[-1]}" for row in plan)
