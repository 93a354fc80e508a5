"""The list of call-backs as people work through it: which are shown, how many there are of each kind, page by page. Reads only.

Pages go by key, so that the last page of thousands costs what the first does, and no row is seen twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from callbacks.claims import Who, is_held_by, rings_for
from callbacks.promise import IN_NO_CALL, State
from callbacks.queries import OPEN
from callbacks.tables import Attempt, Callback
from office.tables import Audit

SHOWS = ("open", "nobody", "mine", "snoozed", "done")
"""Kinds of lists: all that is owed; of that what nobody has, what the viewer has, what was set aside; and what is over."""

IN_ORDER = (Callback.promised_by, Callback.missed_at, Callback.id)
LAST_CLOSED = (Callback.closed_at, Callback.missed_at, Callback.id)

Key = tuple[datetime, datetime, int]
"""Where a page ended: the promised time (or when it was closed), when we missed them, and the row."""

Conditions = tuple[ColumnElement[bool], ...]

FEW = 20_000
"""Rows that are quickly looked into one by one. Beyond them a list of all that matches anywhere is sooner made."""

FEW_FOUND = 500
"""Rows found that are named by their ids from then on, so that nothing is looked for twice."""


LIVE = Attempt.ended_at.is_(None)
PULSE = (
    select(func.count()).select_from(Callback).where(OPEN),
    select(func.max(Callback.closed_at)).where(~OPEN),
    select(func.max(Attempt.id)),
    select(func.count(Attempt.id)).where(LIVE),
    select(func.max(Attempt.taken_at)).where(LIVE),
    select(func.max(Attempt.customer_answered_at)).where(LIVE),
)
"""A value each, by an index."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for, as conditions that say the same: quick ones of few rows, and ones that take as long for many."""

    of_few: Conditions
    of_many: Conditions


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which call-backs a list shows, to whom and when. `teams` None: all; else only rows of those teams, and of no team.

    `since` (with it) and `until` (without it) are about the promised time, of what is over about when it was closed: then
    since `today` where nothing is said. What somebody looks for (`sought`) narrows open ones and those that are over, each in its way.
    """

    show: str
    who: Who
    now: datetime
    today: datetime
    teams: frozenset[int] | None = None
    team_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    open_found: Conditions = ()
    done_found: Conditions = ()


def sought(session: Session, wanted: Wanted, what: Sought, few: int = FEW) -> Wanted:
    """The same list, narrowed to what is looked for; up to `few` rows of it are looked into one by one."""
    kinds = (replace(wanted, show=show) for show in ("open", "done"))
    open_found, done_found = (_found(session, kind, what, few) for kind in kinds)
    return replace(wanted, open_found=open_found, done_found=done_found)


def _found(session: Session, wanted: Wanted, what: Sought, few: int) -> Conditions:
    """Looked for once: few that are found are named by their ids from then on."""
    if not what.of_few:
        return ()
    rows = select(Callback.id).where(*_conditions(wanted))
    how_many = session.scalar(select(func.count()).select_from(rows.limit(few + 1).subquery())) or 0
    conditions = what.of_few if how_many <= few else what.of_many
    ids = session.scalars(rows.where(*conditions).limit(FEW_FOUND + 1)).all()
    return (Callback.id.in_(ids),) if len(ids) <= FEW_FOUND else conditions


def page(session: Session, wanted: Wanted, limit: int, after: Key | None = None) -> list[Callback]:
    """Open call-backs, the most urgent first; of those that are over the one that was closed last."""
    done = wanted.show == "done"
    order = LAST_CLOSED if done else IN_ORDER
    query = select(Callback).where(*_conditions(wanted))
    if after is not None:
        query = query.where(tuple_(*order) < tuple_(*after) if done else tuple_(*order) > tuple_(*after))
    query = query.order_by(*(column.desc() if done else column for column in order)).limit(limit)
    return list(session.scalars(query))


def key(row: Callback, show: str) -> Key:
    """Where a page of that kind of list goes on after this row."""
    return (row.closed_at if show == "done" and row.closed_at else row.promised_by, row.missed_at, row.id)


def each(session: Session, wanted: Wanted, at_once: int = 500) -> Iterator[Sequence[Callback]]:
    """All of a list, some rows at a time."""
    after: Key | None = None
    while rows := page(session, wanted, at_once, after):
        yield rows
        after = key(rows[-1], wanted.show)


def counts(session: Session, wanted: Wanted) -> dict[str, int]:
    """How many rows each kind of list has, narrowed as this one is."""
    kinds = {show: replace(wanted, show=show) for show in SHOWS}
    open_ones = [func.count().filter(*_of_kind(kinds[show])) for show in SHOWS[:-1]]
    query = select(*open_ones).where(OPEN, *_narrowed(kinds["open"]), *_between(kinds["open"]))
    over = select(func.count()).select_from(Callback).where(*_conditions(kinds["done"]))
    return dict(zip(SHOWS, [*session.execute(query).one(), session.scalar(over) or 0], strict=True))


def snoozed(session: Session, ids: Iterable[int], now: datetime) -> frozenset[int]:
    """Which of these somebody set aside until later."""
    return frozenset(session.scalars(select(Callback.id).where(Callback.id.in_(ids), _set_aside(now))))


def first(session: Session, teams: frozenset[int] | None, now: datetime, *, late: bool) -> Callback | None:
    """The most urgent of those whose time has passed, or of those whose time is to come."""
    when = Callback.promised_by < now if late else Callback.promised_by >= now
    query = select(Callback).where(OPEN, when, *_of_teams(teams)).order_by(*IN_ORDER).limit(1)
    return session.scalars(query).first()


def pulse(session: Session, *beside: Select[Any]) -> tuple[object, ...]:
    """What changes when a try begins, goes on or ends, or a call-back opens or closes anywhere; and a value of each `beside`, in one statement."""
    return tuple(session.execute(_together(beside)).one())


@cache
def _together(beside: tuple[Select[Any], ...]) -> Select[Any]:
    return select(*(one.scalar_subquery() for one in (*PULSE, *beside)))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield from _of_kind(wanted)
    yield from _narrowed(wanted)
    yield from _between(wanted)


def _of_kind(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield ~OPEN if wanted.show == "done" else OPEN
    if wanted.show == "nobody":
        yield Callback.state == State.WAITING.value
    if wanted.show == "mine":
        theirs = and_(Callback.state != State.WAITING.value, is_held_by(wanted.who))
        yield or_(theirs, rings_for(wanted.who)) if wanted.who.staff_id is not None else theirs
    if wanted.show == "snoozed":
        yield _set_aside(wanted.now)


def _set_aside(now: datetime) -> ColumnElement[bool]:
    """Somebody snoozed it and did not take that back, nobody has tried since, and its time is still to come."""
    about = literal("callback:") + cast(Callback.id, String)
    tried_since = exists().where(Attempt.callback_id == Callback.id, Attempt.at > Audit.at).correlate(Callback, Audit)
    later = aliased(Audit)
    ends = or_(later.action == "reopened", and_(later.action == "undone", later.detail == "set aside"))
    ended_since = exists().where(later.about == Audit.about, later.id > Audit.id, ends).correlate(Audit)
    of_it = (Audit.about == about, Audit.action == "snoozed")
    said = exists().where(*of_it, ~tried_since, ~ended_since).correlate(Callback)
    return and_(Callback.next_try_at > now, Callback.state.in_(IN_NO_CALL), said)


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield from _of_teams(wanted.teams)
    if wanted.team_id is not None:
        yield Callback.team_id == wanted.team_id
    yield from wanted.done_found if wanted.show == "done" else wanted.open_found


def _between(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    done = wanted.show == "done"
    when = Callback.closed_at if done else Callback.promised_by
    since = wanted.since or (wanted.today if done and wanted.until is None else None)
    if since is not None:
        yield when >= since
    if wanted.until is not None:
        yield when < wanted.until


def _of_teams(teams: frozenset[int] | None) -> Iterator[ColumnElement[bool]]:
    if teams is not None:
        yield or_(Callback.team_id.is_(None), Callback.team_id.in_(teams))
