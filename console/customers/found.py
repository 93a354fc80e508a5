"""Customers found by part of a name, a number as people write it, an email or a note; whoever rang last comes first. Reads only.

A few are put in order as they are. Of many the newest calls are walked, and the walk ends with the page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from callbacks.queries import OPEN
from callbacks.tables import Attempt, Callback
from console.search import MOST_WORDS, NUMBER, patterns
from office.tables import Customer, Note
from voice.tables import Call

A_PAGE = 50
FEW = 5000
"""Customers that are quickly put in order one by one."""

Teams = frozenset[int] | None
"""Whose calls and call-backs may be seen; None: everybody's."""

One = Row[Customer, datetime | None]
"""A customer, and when they last rang."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: when that customer last rang (None: never), and their id."""

    at: datetime | None
    id: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page, how many there are in all (None: more than FEW of those that were looked for), and where the next page goes on."""

    rows: Sequence[One]
    count: int | None
    more: Place | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the customers of a page, by their numbers."""

    promised: dict[str, Callback]
    rang_them: dict[str, datetime]


def page(
    session: Session, words: str, region: str, teams: Teams, after: Place | None = None, *, few: int = FEW
) -> Found:  # fmt: skip
    """The customers for whom each word stands in their name, number, email or notes. `region` reads national numbers."""
    wanted = tuple(_wanted(words, region))
    ids = session.scalars(select(Customer.id).where(*wanted).limit(few + 1)).all()
    if len(ids) <= few:
        rows = _of_few(session, ids, teams, after)
        count: int | None = len(ids)
    else:
        rows = _of_many(session, wanted, teams, after)
        count = None if wanted else session.scalar(select(func.count()).select_from(Customer))
    last = rows[A_PAGE - 1] if len(rows) > A_PAGE else None
    return Found(rows[:A_PAGE], count, last and Place(last[1], last[0].id))


def every(session: Session, words: str, region: str) -> Iterator[Sequence[Customer]]:
    """All of them, by name, some hundred at a time."""
    query = select(Customer).where(*_wanted(words, region)).order_by(Customer.name, Customer.id)
    return session.scalars(query.execution_options(yield_per=500)).partitions()


def beside(session: Session, phones: Sequence[str], teams: Teams) -> Beside:
    """What is owed to these numbers, and when we last made their phones ring."""
    tried = select(Attempt.customer_phone, func.max(Attempt.customer_rang_at)).join(Callback)
    tried = tried.where(Attempt.customer_phone.in_(phones), Attempt.customer_rang_at.is_not(None))
    rang = session.execute(_of(tried, Callback.team_id, teams).group_by(Attempt.customer_phone))
    return Beside(promised(session, phones, teams), dict(rang.all()))


def promised(session: Session, phones: Sequence[str], teams: Teams) -> dict[str, Callback]:
    """The most urgent open call-back of each of these numbers that has one: of whoever rang from it, wherever they are to be rung."""
    owed = select(Callback).where(OPEN, or_(Callback.phone.in_(phones), Callback.called_from.in_(phones)))
    found: dict[str, Callback] = {}
    for row in session.scalars(_of(owed, Callback.team_id, teams).order_by(Callback.promised_by.desc())):
        found |= {row.own_phone: row} if row.own_phone else {}
    return found


def _of(
    query: Select[*tuple[Any, ...]], team_id: InstrumentedAttribute[int | None], teams: Teams
) -> Select[*tuple[Any, ...]]:
    return query if teams is None else query.where(or_(team_id.is_(None), team_id.in_(teams)))


def _wanted(words: str, region: str) -> Iterator[ColumnElement[bool]]:
    is_number = NUMBER.fullmatch(words) is not None
    for word in [words.strip()] if is_number else words.split()[:MOST_WORDS]:
        if word:
            yield or_(*_stands_in(word, region))


def _stands_in(word: str, region: str) -> Iterator[ColumnElement[bool]]:
    is_number = NUMBER.fullmatch(word) is not None  # which has no capitals: the quicker comparison will do
    for column in (Customer.name, Customer.email, Customer.notes):
        yield _holds(column, word, exactly=is_number)
    yield Customer.phone.in_(select(Note.phone).where(_holds(Note.text, word, exactly=is_number)))
    yield from (Customer.phone.like(pattern) for pattern in patterns(word, region))


def _holds(column: InstrumentedAttribute[Any], word: str, *, exactly: bool) -> ColumnElement[bool]:
    if exactly:
        return column.contains(word, autoescape=True)
    # Small letters on both sides, asked for in so many words: ILIKE makes those of the word anew for every row.
    escaped = re.sub(r"[/%_]", r"/\g<0>", word)
    return func.lower(column).contains(func.lower(escaped), escape="/")


def _newest(column: InstrumentedAttribute[Any], phone: InstrumentedAttribute[Any], teams: Teams) -> ScalarSelect[Any]:
    """That column of the newest call with a number."""
    newest = aliased(Call)
    query = _of(select(getattr(newest, column.key)), newest.team_id, teams).where(newest.phone == phone)
    return query.order_by(newest.started_at.desc(), newest.id.desc()).limit(1).scalar_subquery()


def _of_few(session: Session, ids: Sequence[int], teams: Teams, after: Place | None) -> Sequence[One]:
    rang = _newest(Call.started_at, Customer.phone, teams)
    query = select(Customer, rang.label("rang")).where(Customer.id.in_(ids))
    if after is not None:
        query = query.where(_is_after(rang, after))
    return session.execute(query.order_by(rang.desc().nulls_last(), Customer.id.desc()).limit(A_PAGE + 1)).all()


def _is_after(rang: ScalarSelect[Any], after: Place) -> ColumnElement[bool]:
    later = Customer.id < after.id
    if after.at is None:
        return rang.is_(None) & later
    return or_(rang < after.at, and_(rang == after.at, later), rang.is_(None))


def _of_many(
    session: Session, wanted: Sequence[ColumnElement[bool]], teams: Teams, after: Place | None
) -> Sequence[One]:  # fmt: skip
    rows: list[One] = []
    if after is None or after.at is not None:
        rows += session.execute(_who_rang(wanted, teams, after).limit(A_PAGE + 1)).all()
        after = None
    if len(rows) <= A_PAGE:
        rows += session.execute(_who_never_rang(wanted, teams, after).limit(A_PAGE + 1 - len(rows))).all()
    return rows


def _who_rang(wanted: Sequence[ColumnElement[bool]], teams: Teams, after: Place | None) -> Select[*tuple[Any, ...]]:
    query = select(Customer, Call.started_at).join(Call, Call.phone == Customer.phone)
    query = query.where(Call.id == _newest(Call.id, Call.phone, teams), *wanted)
    if after is not None and after.at is not None:
        # Each half of the key alone, too: by the first the database finds where to begin.
        beyond = or_(Call.started_at < after.at, Customer.id < after.id)
        query = query.where(Call.started_at <= after.at, beyond)
    return query.order_by(Call.started_at.desc(), Customer.id.desc())


def _who_never_rang(
    wanted: Sequence[ColumnElement[bool]], teams: Teams, after: Place | None
) -> Select[*tuple[Any, ...]]:
    rang = _newest(Call.started_at, Customer.phone, teams)
    query = select(Customer, rang.label("rang")).where(rang.is_(None), *wanted).order_by(Customer.id.desc())
    return query if after is None else query.where(Customer.id < after.id)
