"""What texts and mails that we send have in common: written once, sent by a job, and never sent twice.

One is `waiting`, then `sending`, then `sent`, `failed`, or `unknown`: perhaps sent, and never sent again. While it is
`sending`, its `send_at` is when its sender must have died.
"""

import logging
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, Row, bindparam, select, update
from sqlalchemy.orm import Session

from office.database import changed, run
from office.tables import Mail, Text
from office.wiring import Office

log = logging.getLogger(__name__)

WAITING, SENDING, SENT, FAILED, UNKNOWN = "waiting", "sending", "sent", "failed", "unknown"

AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
"""Waits between tries, so 1 + 4 of them: what a carrier's bad hour lasts, and short enough for the news to be news."""

LOST_AFTER = timedelta(minutes=2)
"""A send takes some seconds at most: whoever has been at it for this long is dead."""

Table = type[Text] | type[Mail]


class _Statements(NamedTuple):
    due: Executable
    claim: Executable
    lost: Executable


@cache
def _of(table: Table) -> _Statements:
    """The statements about one of the tables, made once."""
    is_due = (table.state == WAITING, table.send_at <= bindparam("now"))
    claim = update(table).where(table.id == bindparam("of"), *is_due)
    lost = update(table).where(table.state == SENDING, table.send_at <= bindparam("now"))
    return _Statements(
        due=select(table.id).where(*is_due).order_by(table.send_at, table.id).limit(bindparam("at_most")),
        claim=claim.values(state=SENDING, tries=table.tries + 1, send_at=bindparam("lost_at")).returning(
            *table.__table__.columns
        ),
        lost=lost.values(state=UNKNOWN, send_at=None),
    )


def due(session: Session, table: Table, now: datetime, limit: int) -> list[int]:
    """The ids of what is to be sent now, the longest waiting first."""
    return list(run(session, _of(table).due, now=now, at_most=limit).scalars())


def claim(session: Session, table: Table, row_id: int, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """The whole row, when it is due and ours to send; its `tries` counts this one. None when somebody else was quicker."""
    return run(session, _of(table).claim, of=row_id, now=now, lost_at=now + LOST_AFTER).first()


def forget_lost(session: Session, table: Table, now: datetime) -> int:
    """Give up those whose sender died while it was at it: nobody can tell whether they went. Returns how many."""
    lost = changed(run(session, _of(table).lost, now=now))
    if lost:
        log.warning("%d of the %s: perhaps sent, perhaps not: not sent again", lost, table.__tablename__)
    return lost


def again_at(tries: int, now: datetime, at_least: timedelta | None = None) -> datetime | None:
    """When to try again after so many tries, each of which certainly sent nothing; None when the last was made."""
    if tries > len(AGAIN_AFTER):
        return None
    return now + max(AGAIN_AFTER[tries - 1], at_least or timedelta())


def note(office: Office, table: Table, row_id: int, tries: int, **outcome: object) -> None:
    """What came of that try. A sender that was slow, not dead, knows better than whoever gave it up."""
    ours = update(table).where(table.id == row_id, table.tries == tries, table.state.in_((SENDING, UNKNOWN)))
    with office.database.transaction() as session:
        session.execute(ours.values(outcome))
