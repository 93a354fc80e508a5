"""SQL is put together once for all tests: each has a database and an engine of its own, and would begin anew.

A process that serves keeps its engine, so it is also how the product runs: with statements that others asked for before.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event


class _Statements(dict[Any, Any]):
    """What SQLAlchemy keeps by dialect and statement, by the dialect's name instead: engines of one kind share it."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


STATEMENTS = _Statements()


@event.listens_for(Engine, "engine_connect")
def share(connection: Connection) -> None:
    """Have this connection use them."""
    connection.execution_options(compiled_cache=STATEMENTS)
