"""How a command says no: one line each on standard error, exit status 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from office.database import DatabaseBusyError
from office.wiring import NoBusinessError

NOT_MIGRATED = ("no such table", "no such column", "undefinedtable", "undefinedcolumn")
MIGRATE = "run: flask --app webhooks db upgrade"


def refuse(*lines: str) -> NoReturn:
    """End the command with these lines; an open transaction is rolled back on the way."""
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(1)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Tell in one line what a database or a missing business does not let us do."""
    try:
        yield
    except NoBusinessError as error:
        refuse(str(error))
    except DatabaseBusyError as error:
        refuse(f"the database is busy: {error}; try again in a moment")
    except SQLAlchemyError as error:
        refuse(_in_short(error))


def _in_short(error: SQLAlchemyError) -> str:
    """The driver's own first line: SQLAlchemy's text goes on with the statement and its values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    first_line = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    if any(sign in f"{type(cause).__name__} {first_line}".lower() for sign in NOT_MIGRATED):
        return f"the database is not at its newest shape; {MIGRATE}"
    return f"the database cannot be used: {first_line}"
