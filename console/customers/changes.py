"""What a list of customers would change, and changing it: a few hundred rows at once, so that no caller's turn waits long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from office import audit, contact_rules, customers
from office.contact_rules import NORMAL
from office.customer_list import REQUIRED, CustomerList, CustomerRow
from office.tables import Customer
from office.wiring import Office

AT_ONCE = 500
"""Rows of one transaction."""

FIRSTS = 25
"""Of what is new and of what changes so much is shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one row: each column with what stood there and what will. `shares`: who else has the number; None: it is not new."""

    row: CustomerRow
    columns: tuple[tuple[str, str, str], ...]
    shares: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows are new, change something, or are as we know them; and the first of them."""

    new: int
    changed: int
    same: int
    first_new: tuple[Change, ...]
    first_changed: tuple[Change, ...]


def of(session: Session, rows: Sequence[CustomerRow]) -> Changes:
    """What these rows would change now."""
    new, changed = 0, 0
    first_new: list[Change] = []
    first_changed: list[Change] = []
    for batch in batches(rows):
        for change in _changes(session, batch):
            is_new = change.shares is not None
            new, changed = new + is_new, changed + (not is_new)
            firsts = first_new if is_new else first_changed
            firsts += [change] if len(firsts) < FIRSTS else []
    return Changes(new, changed, len(rows) - new - changed, tuple(first_new), tuple(first_changed))


def take_in(office: Office, rows: CustomerList, file: str, by: str) -> tuple[int, int]:
    """Have them hold, in a transaction for some hundred each; how many were new, and how many changed something. Twice changes nothing.

    The audit trail says of each transaction what it took in, and with the last what was left out of that file.
    """
    new, changed = 0, 0
    for batch in batches(rows.good):
        left_out = len(rows.bad) if batch[-1] is rows.good[-1] else 0
        with office.database.transaction() as session:
            changes, now = list(_changes(session, batch)), office.clock.now()
            customers.save(session, [change.row for change in changes])
            _deal(session, changes, by, now)
            fresh = sum(change.shares is not None for change in changes)
            detail = f"{file}: {fresh} new, {len(changes) - fresh} changed, {left_out} left out"
            audit.write(session, by=by, action="imported", about="customers", now=now, detail=detail)
        new, changed = new + fresh, changed + len(changes) - fresh
    return new, changed


def batches(rows: Sequence[CustomerRow]) -> Iterator[list[CustomerRow]]:
    """The rows, so many at a time."""
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        yield batch


def _changes(session: Session, batch: Sequence[CustomerRow]) -> Iterator[Change]:
    phones = {row.phone for row in batch}
    known, rules = customers.with_phones(session, phones), customers.rules(session, phones)
    for row in batch:
        there = known.get(row.phone, [])
        same = next((one for one in there if one.name == row.name), None)
        columns = tuple(_columns(row, same, rules.get(row.phone, NORMAL)))
        if same is None:
            yield Change(row, columns, tuple(one.name for one in there))
        elif columns:
            yield Change(row, columns)


def _columns(row: CustomerRow, same: Customer | None, rule: str) -> Iterator[tuple[str, str, str]]:
    for column in row.columns:
        if column == "contact" and row.contact is not None and row.contact != rule:
            yield column, rule, row.contact
        elif column in customers.KEPT and column not in REQUIRED:
            before, after = getattr(same, column, None), getattr(row, column)
            if before != after:
                yield column, str(before or ""), str(after or "")


def _deal(session: Session, changes: Sequence[Change], by: str, now: datetime) -> None:
    for change in changes:
        for column, _, word in change.columns:
            if column == "contact":
                contact_rules.deal(session, change.row.phone, word, by=by, now=now)
                about = f"customer:{change.row.phone}"
                audit.write(session, by=by, action="contact", about=about, now=now, detail=f"{word}: from a list")
