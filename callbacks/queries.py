"""What is owed, read: nothing here changes a row."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session

from callbacks.promise import Outcome, State, Tried
from callbacks.tables import Attempt, Callback, CallbackCall, Move, Rung
from office.database import run

OPEN = Callback.state != literal_column(f"'{State.DONE.value}'")
"""Written out, as in the conditions of the indexes: of a value that is only handed in, SQLite looks into every row."""

EITHER = (bindparam("of", type_=Callback.phone.type), bindparam("other", type_=Callback.phone.type))
THEIRS = or_(Callback.phone.in_(EITHER), Callback.called_from.in_(EITHER))
"""The number to ring or the one they rang from is `of` or `other`; None is nobody's."""

NOT_KEPT = or_(Callback.spoke_at.is_(None), Callback.spoke_at > Callback.promised_by)
"""What was opened again after we had spoken in time breaks no promise."""

OPEN_FOR = select(Callback).where(OPEN, THEIRS).order_by(Callback.promised_by, Callback.id)
AT_RISK = select(func.count()).where(
    OPEN,
    NOT_KEPT,
    Callback.state == State.WAITING.value,
    Callback.next_try_at <= bindparam("now"),
    or_(Callback.promised_by < bindparam("before"), Callback.hurry_by < bindparam("before")),
)
"""By the earlier of the two, as deadlines.aimed_at says."""

LAST_TO_TRY = (
    select(Attempt.staff_id)
    .where(Attempt.callback_id == bindparam("callback_id"), Attempt.customer_rang_at.is_not(None))
    .order_by(Attempt.id.desc())
    .limit(1)
)
FOR_CALL = select(CallbackCall.callback_id).where(CallbackCall.call_sid == bindparam("sid"))
FOR_THIS_CALL = Callback.id == FOR_CALL.scalar_subquery()
CLOSED_ELSEWHERE = select(Callback).where(
    or_(THEIRS, FOR_THIS_CALL),
    Callback.closed_at == bindparam("at"),
    Callback.outcome == Outcome.ANSWERED_ELSEWHERE.value,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which call-backs a list shows. `teams` None: all; else only rows of those teams (and of no team)."""

    state: str | None = None
    owner: str | None = None
    phone: str | None = None
    teams: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended: after the row with these values."""

    done: bool
    promised_by: datetime
    missed_at: datetime
    id: int


def most_urgent(session: Session, wanted: Wanted, limit: int, after: Place | None = None) -> list[Callback]:
    """Open call-backs by promised time, then by how long they have waited; behind them the done ones, newest first."""
    found: list[Callback] = []
    if wanted.state != State.DONE.value and not (after and after.done):
        found = _page(session, wanted, limit, after, done=False)
        after = None
    if len(found) < limit and wanted.state in {None, State.DONE.value}:
        found += _page(session, wanted, limit - len(found), after, done=True)
    return found


def _page(session: Session, wanted: Wanted, limit: int, after: Place | None, *, done: bool) -> list[Callback]:
    order = (Callback.promised_by, Callback.missed_at, Callback.id)
    query = select(Callback).where(~OPEN if done else OPEN, *_wanted(wanted))
    if after is not None:
        reached = tuple_(after.promised_by, after.missed_at, after.id)
        query = query.where(tuple_(*order) < reached if done else tuple_(*order) > reached)
    query = query.order_by(*(column.desc() if done else column.asc() for column in order)).limit(limit)
    return list(session.scalars(query))


def _wanted(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield Callback.state == wanted.state
    if wanted.owner is not None:
        yield Callback.owner == wanted.owner
    if wanted.phone is not None:
        yield or_(Callback.phone == wanted.phone, Callback.called_from == wanted.phone)
    if wanted.teams is not None:
        yield _of_teams(wanted.teams)


def one(session: Session, callback_id: int, teams: frozenset[int] | None = None) -> Callback | None:
    """One call-back, when it is there and of those teams."""
    query = select(Callback).where(Callback.id == callback_id)
    if teams is not None:
        query = query.where(_of_teams(teams))
    return session.scalars(query).first()


def _of_teams(teams: frozenset[int]) -> ColumnElement[bool]:
    return or_(Callback.team_id.is_(None), Callback.team_id.in_(teams))


def open_for(session: Session, phone: str | None) -> Callback | None:
    """The open call-back of that number: to be rung on it, or made for a call from it. With two, the more urgent one."""
    return None if phone is None else session.scalars(OPEN_FOR, {"of": phone, "other": None}).first()


def for_call(session: Session, call_sid: str) -> int | None:
    """The call-back that answers for a missed call."""
    callback_id: int | None = run(session, FOR_CALL, sid=call_sid).scalar()
    return callback_id


def closed_elsewhere_at(session: Session, phone: str | None, call_sid: str, at: datetime) -> Callback | None:
    """The call-back of that number, or for that call, that closed at that very moment because the customer got through."""
    found = session.scalars(CLOSED_ELSEWHERE, {"of": phone, "other": None, "sid": call_sid, "at": at})
    return found.first()


def for_calls(session: Session, sids: Sequence[str]) -> dict[str, int]:
    """The call-backs that answer for these calls, by the calls' sids."""
    rows = session.execute(
        select(CallbackCall.call_sid, CallbackCall.callback_id).where(CallbackCall.call_sid.in_(sids))
    )
    return dict(rows.all())


def calls_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """The sids of the calls that each call-back answers for."""
    found: dict[int, list[str]] = {callback_id: [] for callback_id in ids}
    query = select(CallbackCall.callback_id, CallbackCall.call_sid).where(CallbackCall.callback_id.in_(ids))
    for callback_id, sid in session.execute(query.order_by(CallbackCall.call_sid)):
        found[callback_id].append(sid)
    return found


def attempts_of(session: Session, ids: Sequence[int]) -> dict[int, list[Attempt]]:
    """The attempts at each call-back, in the order in which they were made."""
    found: dict[int, list[Attempt]] = {callback_id: [] for callback_id in ids}
    for attempt in session.scalars(select(Attempt).where(Attempt.callback_id.in_(ids)).order_by(Attempt.id)):
        found[attempt.callback_id].append(attempt)
    return found


def moves_of(session: Session, ids: Sequence[int]) -> dict[int, list[Move]]:
    """The moves of each promise to a later time, in the order in which they were agreed to."""
    found: dict[int, list[Move]] = {callback_id: [] for callback_id in ids}
    for move in session.scalars(select(Move).where(Move.callback_id.in_(ids)).order_by(Move.id)):
        found[move.callback_id].append(move)
    return found


def rungs_of(session: Session, ids: Sequence[int]) -> dict[int, list[Rung]]:
    """The steps of the ladder that each promise has gone up, in the order in which it did."""
    found: dict[int, list[Rung]] = {callback_id: [] for callback_id in ids}
    query = select(Rung).where(Rung.callback_id.in_(ids))
    for rung in session.scalars(query.order_by(Rung.at, Rung.promised_by)):
        found[rung.callback_id].append(rung)
    return found


def attempt(session: Session, attempt_id: int, fence: int) -> Attempt | None:
    """The attempt that an address names, held until the transaction ends; None when the two do not belong together."""
    named = select(Attempt).where(Attempt.id == attempt_id, Attempt.fence == fence)
    return session.scalars(named.with_for_update()).first()


def is_current(session: Session, tried: Attempt) -> bool:
    """Whether the attempt's fence still holds: nobody claimed the call-back since, and it is not over."""
    if tried.ended_at is not None:
        return False
    return session.scalar(_holding(tried)) is not None


def _holding(tried: Attempt) -> Select[int]:
    return select(Callback.id).where(
        Callback.id == tried.callback_id, Callback.fence == tried.fence, Callback.state == State.CALLING.value
    )


def due(session: Session, now: datetime, team_id: int | None, limit: int) -> list[int]:
    """A team's call-backs whose time has come, most urgent first; None: those of no team."""
    query = select(Callback.id).where(OPEN, Callback.state == State.WAITING.value, Callback.next_try_at <= now)
    query = query.where(Callback.team_id == team_id)
    return list(session.scalars(query.order_by(Callback.promised_by, Callback.missed_at, Callback.id).limit(limit)))


def silent_attempts(session: Session, now: datetime, limit: int = 50) -> list[int]:
    """Attempts under way that should have been heard of by now."""
    query = select(Attempt.id).where(Attempt.ended_at.is_(None), Attempt.look_at <= now)
    return list(session.scalars(query.order_by(Attempt.look_at).limit(limit)))


def staff_tried(session: Session, callback_id: int) -> dict[int, int]:
    """How often each of the staff was asked to keep this promise."""
    query = select(Attempt.staff_id, func.count()).where(Attempt.callback_id == callback_id).group_by(Attempt.staff_id)
    return dict(session.execute(query).all())


def staff_passed(session: Session, callback_id: int) -> set[int]:
    """Who of the staff left this promise to somebody else."""
    passed = Attempt.outcome == Tried.STAFF_PASSED.value
    return set(session.scalars(select(Attempt.staff_id).where(Attempt.callback_id == callback_id, passed)))


def due_for(session: Session, now: datetime, staff: Collection[int]) -> list[int]:
    """The call-backs whose time has come and which those people took, most urgent first."""
    theirs = (Callback.state == State.CLAIMED.value, Callback.owner_id.in_(staff), ~Callback.needs_person)
    query = select(Callback.id).where(OPEN, Callback.next_try_at <= now, *theirs)
    return list(session.scalars(query.order_by(Callback.promised_by, Callback.missed_at, Callback.id)))


def known_sids(session: Session, sids: Sequence[str]) -> set[str]:
    """Which of these calls at the carrier belong to attempts already."""
    known = session.scalars(select(Attempt.call_sid).where(Attempt.call_sid.in_(sids)))
    return {sid for sid in known if sid is not None}


def figures(session: Session, now: datetime) -> dict[str, float]:
    """Counts for the metrics: open, overdue, needing a person, and the age in seconds of the oldest due one."""
    late = Callback.promised_by < now
    counts = session.execute(
        select(
            func.count(),
            func.count().filter(late),
            func.count().filter(Callback.needs_person),
            func.min(Callback.next_try_at),
        ).where(OPEN)
    ).one()
    oldest = counts[3]
    age = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
    return {"open": counts[0], "overdue": counts[1], "needs_person": counts[2], "oldest_due_seconds": age}


def still_open(session: Session, limit: int, teams: frozenset[int] | None = None) -> list[Callback]:
    """What is owed, most urgent first: nothing that is done."""
    return _page(session, Wanted(teams=teams), limit, None, done=False)


def how_many_open(session: Session, teams: frozenset[int] | None = None) -> int:
    """How many call-backs are owed."""
    return session.scalar(select(func.count()).select_from(Callback).where(OPEN, *_wanted(Wanted(teams=teams)))) or 0


def closed_since(
    session: Session, since: datetime, limit: int, teams: frozenset[int] | None = None
) -> list[Callback]:  # fmt: skip
    """Call-backs that were closed at or after then, the last one first."""
    query = select(Callback).where(~OPEN, Callback.closed_at >= since, *_wanted(Wanted(teams=teams)))
    return list(session.scalars(query.order_by(Callback.closed_at.desc(), Callback.id.desc()).limit(limit)))


def at_risk(session: Session, team_id: int | None, now: datetime, before: datetime) -> int:
    """How many promises of a team (None: of any) with a try due now are so late that they go before live callers."""
    query = AT_RISK if team_id is None else AT_RISK.where(or_(Callback.team_id == team_id, Callback.team_id.is_(None)))
    return session.scalar(query, {"now": now, "before": before}) or 0


def last_to_try(session: Session, callback_id: int) -> int | None:
    """Who last rang the customer for this promise."""
    return session.scalar(LAST_TO_TRY, {"callback_id": callback_id})
