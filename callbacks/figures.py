"""Sums over call-backs for the report on promises: how many were kept, how soon we spoke, and the rows behind a sum.

Every sum is one statement over the whole period, the same in SQLite and in PostgreSQL, by an index that holds all it reads. What a
sum counts is told where it is shown (console/figures.py). `teams` narrows: None is everybody, and None among the ids is rows of no team. Reads only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from statistics import median

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from callbacks.promise import Outcome
from callbacks.tables import Callback
from office.database import run
from office.moments import Seconds

OURS = ("apology", "outreach")
"""Kinds of call-backs that no customer waits for: we began them."""

IN_TIME = and_(Callback.spoke_at.is_not(None), Callback.spoke_at <= Callback.promised_by)
COUNTS = and_(Callback.kind.not_in(OURS), or_(Callback.outcome.is_(None), Callback.outcome != Outcome.CANCELLED.value))
"""Call-backs that a customer waits for, and that nobody cancelled or made one with another."""

SECONDS = Seconds(Callback.spoke_at) - Seconds(Callback.missed_at)

KEPT, LATE, DUE, SPOKEN, CALLED = "kept", "late", "due", "spoken", "called"
"""What may be behind a figure: promises kept, not kept, both; those spoken with; those whom one of us reached."""

Teams = Collection[int | None] | None
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    yes: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Middle:
    """A median in seconds, of so many; None of nothing."""

    seconds: int | None = None
    of: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is summed up: from `since` until just before `until`, which is not to come, of those teams."""

    since: datetime
    until: datetime
    teams: Teams = None


def kept_by_team(session: Session, asked: Asked) -> dict[int | None, Count]:
    """How many of the promises whose time came were kept."""
    query = select(Callback.team_id, func.count().filter(IN_TIME), func.count()).where(*_behind(DUE, asked))
    return {team: Count(yes, of) for team, yes, of in session.execute(query.group_by(Callback.team_id))}


def kept_by_week(session: Session, weeks: Sequence[Span], teams: Teams = None) -> list[Count]:
    """The same of each of these spans of time, in their order: each by its own part of the index, which is sooner done than to sort rows by weeks."""
    numbered = (
        select(literal(number).label("week"), func.count().filter(IN_TIME), func.count()).where(
            *_behind(DUE, Asked(*span, teams))
        )
        for number, span in enumerate(weeks)
    )
    return [Count(yes, of) for _, yes, of in session.execute(union_all(*numbered).order_by("week"))]


def until_spoken(session: Session, asked: Asked) -> tuple[Middle, dict[int | None, Middle]]:
    """How long the middle one waited of those whom we spoke with, from the missed call on; and the same by team."""
    # A line of numbers for each team: to fetch a row for each call-back takes longer than to find it.
    lined_up = func.aggregate_strings(cast(SECONDS, String), " ")
    rows = run(session, select(Callback.team_id, lined_up).where(*_behind(SPOKEN, asked)).group_by(Callback.team_id))
    waits = {team: [int(seconds) for seconds in line.split()] for team, line in rows}
    return _middle(list(chain.from_iterable(waits.values()))), {team: _middle(some) for team, some in waits.items()}


def _middle(waits: list[int]) -> Middle:
    """Found here: to number all rows, once for each team and once for the house, takes a database ten times as long."""
    return Middle(int(median(waits)), len(waits)) if waits else Middle()


def reached_by_person(session: Session, asked: Asked) -> dict[int, Count]:
    """By staff id: how many customers that person reached by a call-back, and in time."""
    query = select(Callback.owner_id, func.count().filter(IN_TIME), func.count()).where(*_behind(CALLED, asked))
    rows = session.execute(query.group_by(Callback.owner_id))
    return {person: Count(yes, of) for person, yes, of in rows if person is not None}


def behind(session: Session, what: str, asked: Asked, limit: int, person: int | None = None) -> Sequence[Callback]:
    """The call-backs that a figure counts, of one person if that is asked, in the order of their promised times."""
    query = select(Callback).where(*_behind(what, asked))
    if person is not None:
        query = query.where(Callback.owner_id == person)
    return session.scalars(query.order_by(Callback.promised_by, Callback.id).limit(limit)).all()


def _behind(what: str, asked: Asked) -> list[ColumnElement[bool]]:
    """What a sum counts, and what is listed behind it: the same conditions."""
    when = Callback.spoke_at if what in {SPOKEN, CALLED} else Callback.promised_by
    counted = [COUNTS, when >= asked.since, when < asked.until, *_of(asked.teams)]
    if what in {KEPT, LATE}:
        counted.append(IN_TIME if what == KEPT else ~IN_TIME)
    if what == CALLED:
        counted += [Callback.outcome == Outcome.REACHED.value, Callback.owner_id.is_not(None)]
    return counted


def _of(teams: Teams) -> list[ColumnElement[bool]]:
    if teams is None:
        return []
    ids = [team for team in teams if team is not None]
    return [or_(Callback.team_id.in_(ids), Callback.team_id.is_(None)) if None in teams else Callback.team_id.in_(ids)]
