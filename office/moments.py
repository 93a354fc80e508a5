"""Moments in sums: their seconds and quarters of an hour as both kinds of database count them, alike."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

QUARTER = 900
"""Seconds. Every zone's clock stands whole quarters of an hour from UTC, and changes by nothing less."""


class Seconds(GenericFunction[int]):
    """Whole seconds since 1970 of a column of moments, those begun left out."""

    type = Integer()
    inherit_cache = True
    name = "seconds_of_moment"


@compiles(Seconds)
def _in_postgresql(element: Seconds, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **more)})) AS BIGINT)"


@compiles(Seconds, "sqlite")
def _in_sqlite(element: Seconds, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST(STRFTIME('%s', {compiler.process(element.clauses, **more)}) AS INTEGER)"


def quarter(column: SQLColumnExpression[datetime]) -> ColumnElement[int]:
    """Which quarter of an hour since 1970 a column's moments lie in; `begin_of` says when it began."""
    return Seconds(column) // QUARTER


def begin_of(number: int) -> datetime:
    """When that quarter of an hour began, in UTC."""
    return datetime.fromtimestamp(number * QUARTER, UTC)
