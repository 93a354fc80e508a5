"""The customers that we know by name, many at a time: a list that is imported, and what it would change. Never commits."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import cast

from sqlalchemy import Executable, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from office import audit
from office.customer_list import COLUMNS, REQUIRED, CustomerRow
from office.tables import ContactRule, Customer, Note

KEPT = tuple(column for column in COLUMNS if column != "contact")
"""The columns of a list that stand in the customer's own row; the rest is the number's."""

ROWS = cast("Table", Customer.__table__)


def save(session: Session, rows: Iterable[CustomerRow]) -> int:
    """Add each customer, or update the one with that phone and name; what a row's list did not tell stays. How many rows went in.

    A few statements for thousands of rows; objects that the session holds are not told of what they change.
    """
    session.flush()
    dialect, count = session.get_bind().dialect.name, 0
    for columns, some in groupby(rows, key=lambda row: row.columns):
        values = [{column: getattr(row, column) for column in KEPT} for row in some]
        session.connection().execute(_upsert(dialect, columns), values)
        count += len(values)
    return count


@cache
def _upsert(dialect: str, columns: Sequence[str]) -> Executable:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(ROWS)
    told = {column: insert.excluded[column] for column in columns if column in KEPT and column not in REQUIRED}
    if not told:
        return insert.on_conflict_do_nothing(index_elements=REQUIRED)
    return insert.on_conflict_do_update(index_elements=REQUIRED, set_=told)


def with_phones(session: Session, phones: Collection[str]) -> dict[str, list[Customer]]:
    """Everybody who has one of these numbers, by the number, oldest entry first; some hundreds of numbers at once."""
    found: dict[str, list[Customer]] = {}
    for row in session.scalars(select(Customer).where(Customer.phone.in_(phones)).order_by(Customer.id)):
        found.setdefault(row.phone, []).append(row)
    return found


def rules(session: Session, phones: Collection[str]) -> dict[str, str]:
    """How we deal with these numbers, of those that there is a rule for."""
    query = select(ContactRule.phone, ContactRule.rule).where(ContactRule.phone.in_(phones))
    return dict(session.execute(query).all())


def note(session: Session, phone: str, text: str, by: str, now: datetime) -> None:
    """Keep something to know about whoever has that number."""
    session.add(Note(phone=phone, at=now, by=by, text=text))
    audit.write(session, by=by, action="noted", about=f"customer:{phone}", now=now)
