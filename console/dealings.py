"""Everything with one customer, read a page at a time, newest first: calls, messages, promises, tries, moves, notes, deeds.

Every kind is read by its own index from a place on, and never more of it than a page holds; what is shown of it is
timeline.py's matter. Rows are those that the viewer's teams may see.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from callbacks.promise import Outcome
from callbacks.queries import OPEN
from callbacks.tables import Attempt, Callback, CallbackCall, Move, Rung
from console.timeline import DEEDS, EVERYTHING, Dealing, Kind, Place
from office.tables import Audit, Note
from voice.tables import Call
from voicemail_greetings.tables import Message

A_PAGE = 20
STEPS_AT_ONCE = 5
"""Steps of the ladder that a promise may go up in the same moment: they are one line."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose dealings: all with that number (None: withheld), and all of that call-back. `teams` None: everybody's rows."""

    phone: str | None
    callback_id: int | None = None
    teams: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Promises:
    """How many promises to a customer were kept, were not, and are owed. What was called off is none of them."""

    kept: int
    late: int
    open: int


Source = tuple[Callable[[Whom], Select[Any]], InstrumentedAttribute[Any], InstrumentedAttribute[int]]
"""Rows of a kind, when each happened, and what tells two of the same moment apart."""


def page(
    session: Session, whom: Whom, after: Place | None = None, kinds: Collection[Kind] = EVERYTHING
) -> tuple[list[Dealing], Place | None]:
    """The newest dealings of those kinds after a place, and the place to go on from; None: there are no more."""
    found = [one for kind in kinds for one in _of_kind(session, whom, kind, after)]
    found.sort(key=lambda one: one.place, reverse=True)
    more = found[A_PAGE - 1].place if len(found) > A_PAGE else None
    return found[:A_PAGE], more


def _of_kind(session: Session, whom: Whom, kind: Kind, after: Place | None) -> Iterator[Dealing]:
    rows_of, at, row_id = SOURCES[kind]
    query = rows_of(whom).where(at.is_not(None))
    if after is not None:
        query = query.where(_is_after(at, row_id, kind, after))
    most = (A_PAGE + 1) * (STEPS_AT_ONCE if kind is Kind.STEP else 1)
    rows = session.scalars(query.order_by(at.desc(), row_id.desc()).limit(most))
    grouped: dict[Place, list[Any]] = {}
    for row in rows:
        grouped.setdefault(Place(getattr(row, at.key), kind, getattr(row, row_id.key)), []).append(row)
    return (Dealing(place, tuple(same)) for place, same in grouped.items())


def _is_after(
    at: InstrumentedAttribute[Any], row_id: InstrumentedAttribute[int], kind: Kind, after: Place
) -> ColumnElement[bool]:  # fmt: skip
    """Further down than that place, where kinds of the same moment stand in their own order."""
    if kind == after.kind:
        return tuple_(at, row_id) < tuple_(literal(after.at, at.type), literal(after.id))
    return at <= after.at if kind < after.kind else at < after.at


def _owed(whom: Whom) -> Select[Any]:
    return select(Callback.id).where(_promised(whom))


def _messages(whom: Whom) -> Select[Any]:
    return select(Message).join(Call, Call.sid == Message.call_sid).where(_rang(whom))


def _deeds(whom: Whom) -> Select[Any]:
    about = select(literal("callback:") + cast(Callback.id, String)).where(_promised(whom))
    return select(Audit).where(Audit.about.in_(about), Audit.action.in_(DEEDS))


def _rang(whom: Whom) -> ColumnElement[bool]:
    """Calls with that number; when it was withheld, those that the call-back answers for."""
    led_to_it = select(CallbackCall.call_sid).where(CallbackCall.callback_id == whom.callback_id)
    theirs = Call.sid.in_(led_to_it) if whom.phone is None else Call.phone == whom.phone
    return theirs if whom.teams is None else theirs & or_(Call.team_id.is_(None), Call.team_id.in_(whom.teams))


def _promised(whom: Whom) -> ColumnElement[bool]:
    """Made to that number, or for a call from it."""
    number = or_(Callback.phone == whom.phone, Callback.called_from == whom.phone)
    theirs = Callback.id == whom.callback_id if whom.phone is None else number
    return theirs if whom.teams is None else theirs & or_(Callback.team_id.is_(None), Callback.team_id.in_(whom.teams))


SOURCES: dict[Kind, Source] = {
    Kind.CALL: (lambda whom: select(Call).where(_rang(whom)), Call.started_at, Call.id),
    Kind.MESSAGE: (_messages, Message.received_at, Message.id),
    Kind.PROMISE: (lambda whom: select(Callback).where(_promised(whom)), Callback.missed_at, Callback.id),
    Kind.STEP: (lambda whom: select(Rung).where(Rung.callback_id.in_(_owed(whom))), Rung.at, Rung.callback_id),
    Kind.DEED: (_deeds, Audit.at, Audit.id),
    Kind.TRY: (lambda whom: select(Attempt).where(Attempt.callback_id.in_(_owed(whom))), Attempt.at, Attempt.id),
    Kind.MOVE: (lambda whom: select(Move).where(Move.callback_id.in_(_owed(whom))), Move.at, Move.id),
    Kind.NOTE: (lambda whom: select(Note).where(Note.phone == whom.phone), Note.at, Note.id),
    Kind.END: (lambda whom: select(Callback).where(_promised(whom), ~OPEN), Callback.closed_at, Callback.id),
}


def promises(session: Session, whom: Whom, now: datetime) -> Promises:
    """How well we kept our word to a customer."""
    kept = Callback.spoke_at <= Callback.promised_by
    called_off = ~OPEN & (Callback.outcome == Outcome.CANCELLED.value)
    late = ~called_off & ~func.coalesce(kept, literal(value=False)) & or_(~OPEN, Callback.promised_by < now)
    counted = select(func.count().filter(kept), func.count().filter(late), func.count().filter(OPEN))
    return Promises(*session.execute(counted.where(_promised(whom))).one())
