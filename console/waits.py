"""Call-backs and the calls that led to them, put together for the report on fairness. Reads only."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from callbacks import fairness, in_time
from callbacks.fairness import Served, Waited
from callbacks.promise import Outcome
from callbacks.tables import Callback, CallbackCall
from voice.tables import Call

OURS = ("apology", "outreach")
"""Kinds of call-backs that no customer waits for: we began them."""


def served(
    session: Session, since: datetime, until: datetime, now: datetime, teams: frozenset[int] | None = None
) -> tuple[Served, ...]:  # fmt: skip
    """How each kind of caller was served whose first missed call was from `since` up to `until`; `teams` None: all."""
    return fairness.report(_waited(session, [*_wanted(since, until, teams)], now), now)


def _wanted(since: datetime, until: datetime, teams: frozenset[int] | None) -> Iterator[ColumnElement[bool]]:
    yield Callback.missed_at >= since
    yield Callback.missed_at < until
    yield Callback.kind.not_in(OURS)
    if teams is not None:
        yield or_(Callback.team_id.is_(None), Callback.team_id.in_(teams))


def _waited(session: Session, wanted: list[ColumnElement[bool]], now: datetime) -> Iterator[Waited]:
    calls = select(CallbackCall.callback_id, Call.phone, Call.known).join(Call, Call.sid == CallbackCall.call_sid)
    latest_first = calls.join(Callback, Callback.id == CallbackCall.callback_id).where(*wanted).order_by(Call.id.desc())
    first = {callback_id: (phone, known) for callback_id, phone, known in session.execute(latest_first)}
    for row in session.scalars(select(Callback).where(*wanted)):
        if row.id in first or not _became_one_with_another(row):
            yield _one(row, first.get(row.id, (row.phone, row.customer_id is not None)), now)


def _became_one_with_another(row: Callback) -> bool:
    """It missed calls, but answers for none any more: they hang on the one that goes on."""
    return row.outcome == Outcome.CANCELLED.value and row.calls_missed > 0


def _one(row: Callback, first: tuple[str | None, bool], now: datetime) -> Waited:
    phone, known = first
    cancelled = row.outcome == Outcome.CANCELLED.value
    return Waited(
        kind=fairness.WITHHELD if phone is None else fairness.KNOWN if known else fairness.NEW,
        missed_at=row.missed_at,
        rang_at=row.first_rang_at,
        spoke_at=row.spoke_at,
        closed_at=row.closed_at,
        rang_in_time=None if cancelled else in_time.rang_in_time(row, now),
        kept=None if cancelled else in_time.kept(row, now),
    )
