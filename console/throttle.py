"""Slowing down guesses: tries are counted in the database, so that all web processes count as one. Writes never commit.

A try is written down before it is looked at, so that many at once cannot all pass. What is counted for is kept as a digest:
nobody's address lies about. Only tries that failed stay; one that was held back is taken away again, for else somebody who
never stops guessing would keep the account's owner out for ever.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from console.digests import digest
from console.tables import SignInTry

WINDOW = timedelta(minutes=5)

OF_AN_ACCOUNT, OF_AN_ADDRESS = 10, 100
"""Tries within the window: more than anybody mistypes; an address may be a whole office's."""

Limits = Mapping[str, int]
"""What a try counts for ("account:priya@example.com"), and how many each may have."""


def note(session: Session, limits: Limits, now: datetime) -> list[int]:
    """Write a try down; the rows' ids. What is too old to count goes."""
    session.execute(delete(SignInTry).where(SignInTry.at <= now - WINDOW))
    rows = [SignInTry(what=digest(what), at=now) for what in limits]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def wait_until(session: Session, limits: Limits, now: datetime) -> datetime | None:
    """When to try again, once a try was noted; None when it may be looked at now."""
    waits = [_full_until(session, what, most, now) for what, most in limits.items()]
    return max((wait for wait in waits if wait), default=None)


def forget(session: Session, tries: list[int]) -> None:
    """A try that is not to count: it was held back."""
    session.execute(delete(SignInTry).where(SignInTry.id.in_(tries)))


def forgive(session: Session, limits: Limits) -> None:
    """Whoever has succeeded begins anew."""
    session.execute(delete(SignInTry).where(SignInTry.what.in_([digest(what) for what in limits])))


def _full_until(session: Session, what: str, most: int, now: datetime) -> datetime | None:
    """The oldest of the `most` tries before the one that was noted last makes room when it leaves the window."""
    newest_first = select(SignInTry.at).where(SignInTry.what == digest(what), SignInTry.at > now - WINDOW)
    oldest = session.scalar(newest_first.order_by(SignInTry.at.desc(), SignInTry.id.desc()).offset(most).limit(1))
    return oldest + WINDOW if oldest else None
