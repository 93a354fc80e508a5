"""Many rows into a table at once, as fast as each kind of database takes them in."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

AT_ONCE = 20_000

Rows = Iterator[tuple[Any, ...]]


def put(connection: Connection, table: str, columns: Sequence[str], rows: Rows) -> None:
    """Moments are given as text; where there is an id, the next row gets the one after the last."""
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if "id" in columns:
            connection.execute(text(f"SELECT setval('{table}_id_seq', max(id)) FROM {table}"))
        return
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
    while chunk := list(islice(rows, AT_ONCE)):
        connection.exec_driver_sql(statement, chunk)
