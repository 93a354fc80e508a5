"""Sums over customers' calls for the report on promises: how many a person answered, when they were missed, and the rows behind.

Every sum is one statement over the whole period, the same in SQLite and in PostgreSQL. `teams` narrows: None is everybody,
and None among the ids is calls for no team. Reads only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from office.moments import begin_of, quarter
from voice.calls import MISSED, SPOKE
from voice.tables import Call

CUSTOMERS = and_(Call.direction == "inbound", ~Call.own)
ANSWERED, OPEN, LOST, SHUT, TAKEN = "answered", "open", "missed", "shut", "taken"
"""What may be behind a figure: calls in open hours that a person answered, all of those, those missed; missed while closed; taken at any time."""

Teams = Collection[int | None] | None
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Answered:
    """Calls in open hours: how many a person answered, of how many."""

    yes: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is summed up: calls that began from `since` until just before `until`, of those teams; with `spans`, within one of them."""

    since: datetime
    until: datetime
    teams: Teams = None
    spans: Sequence[Span] | None = None


def answered_by_team(session: Session, asked: Asked) -> dict[int | None, Answered]:
    """How many of the calls in open hours a person answered."""
    spoke = func.count().filter(Call.outcome == SPOKE)
    query = select(Call.team_id, spoke, func.count()).where(*_behind(OPEN, asked)).group_by(Call.team_id)
    return {team: Answered(yes, of) for team, yes, of in session.execute(query)}


def missed_by_quarter(session: Session, asked: Asked) -> list[tuple[datetime, int]]:
    """How many calls in open hours were missed, by the quarter of an hour in which they began."""
    slots = select(quarter(Call.started_at).label("slot")).where(*_behind(LOST, asked)).subquery()
    query = select(slots.c.slot, func.count()).group_by(slots.c.slot)
    return [(begin_of(slot), many) for slot, many in session.execute(query)]


def missed_while_closed(session: Session, asked: Asked) -> int:
    """How many rang while nobody could answer, and were not spoken with."""
    return session.scalar(select(func.count()).where(*_behind(SHUT, asked))) or 0


def taken_by_person(session: Session, asked: Asked) -> dict[int, int]:
    """By staff id: how many calls that person answered."""
    query = select(Call.answered_by, func.count()).where(*_behind(TAKEN, asked)).group_by(Call.answered_by)
    return {person: many for person, many in session.execute(query) if person is not None}


def behind(session: Session, what: str, asked: Asked, limit: int, person: int | None = None) -> Sequence[Call]:
    """The calls that a figure counts, of one person if that is asked, in the order in which they came."""
    query = select(Call).where(*_behind(what, asked))
    if person is not None:
        query = query.where(Call.answered_by == person)
    return session.scalars(query.order_by(Call.started_at, Call.id).limit(limit)).all()


def _behind(what: str, asked: Asked) -> list[ColumnElement[bool]]:
    """What a sum counts, and what is listed behind it: the same conditions."""
    counted = [CUSTOMERS, Call.started_at >= asked.since, Call.started_at < asked.until, *_of(asked.teams)]
    if asked.spans is not None:
        counted.append(
            or_(False, *(and_(Call.started_at >= begin, Call.started_at < end) for begin, end in asked.spans))
        )
    wanted = {OPEN: (SPOKE, MISSED), ANSWERED: (SPOKE,), LOST: (MISSED,), SHUT: (MISSED,), TAKEN: (SPOKE,)}[what]
    counted.append(Call.outcome.in_(wanted))
    if what == TAKEN:
        return [*counted, Call.answered_by.is_not(None)]
    return [*counted, Call.came_open.is_(what != SHUT)]


def _of(teams: Teams) -> list[ColumnElement[bool]]:
    if teams is None:
        return []
    ids = [team for team in teams if team is not None]
    return [or_(Call.team_id.in_(ids), Call.team_id.is_(None)) if None in teams else Call.team_id.in_(ids)]
