"""What becomes of a promise: made, joined, closed. Every function takes a Session and never commits.

How an attempt goes is in `attempts.py`; both move a call-back only by conditional updates that name what they expect.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, null, or_, select, update
from sqlalchemy.orm import Session

from callbacks import events, queries
from callbacks.promise import IN_NO_CALL, Outcome, State
from callbacks.tables import Callback, CallbackCall
from office import people
from office.database import UtcDateTime, changed, insert_once, run

FIRST_TRY = bindparam("first_try", type_=UtcDateTime())
HOLD = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("number", type_=Callback.phone.type), 0)))
AT = bindparam("at", type_=UtcDateTime())
ANEW = case((Callback.promised_by > AT, null()), else_=Callback.spoke_at)
"""That we spoke kept the word before: who is told the same time again waits for a call of their own."""

JOIN = (
    update(Callback)
    .where(queries.OPEN)
    .where(Callback.id == queries.OPEN_FOR.with_only_columns(Callback.id).limit(1).scalar_subquery())
    .values(calls_missed=Callback.calls_missed + 1, spoke_at=ANEW)
    .returning(Callback.id)
)
NOT_BEFORE = (
    update(Callback)
    .where(or_(queries.THEIRS, queries.FOR_THIS_CALL), Callback.state.in_(IN_NO_CALL))
    .where(Callback.next_try_at < bindparam("until"))
    .values(next_try_at=bindparam("until"))
)
CUSTOMER_LEFT = (
    update(Callback)
    .where(queries.FOR_THIS_CALL, Callback.state.in_(IN_NO_CALL))
    .values(next_try_at=case((Callback.slot_from > FIRST_TRY, Callback.slot_from), else_=FIRST_TRY), needs_person=False)
)
SPOKE_ELSEWHERE = (
    update(Callback)
    .where(queries.OPEN)
    .where(or_(and_(queries.THEIRS, Callback.missed_at <= bindparam("began")), queries.FOR_THIS_CALL))
    .values(
        state=State.DONE.value,
        outcome=Outcome.ANSWERED_ELSEWHERE.value,
        spoke_at=func.coalesce(Callback.spoke_at, bindparam("began", type_=UtcDateTime())),
        closed_at=bindparam("now"),
        fence=Callback.fence + 1,
        next_try_at=None,
        needs_person=False,
    )
    .returning(Callback.id)
)
HURRY = (
    update(Callback)
    .where(queries.OPEN, Callback.id == bindparam("of"), Callback.promised_by > bindparam("by", type_=UtcDateTime()))
    .where(or_(Callback.hurry_by.is_(None), Callback.hurry_by > bindparam("by", type_=UtcDateTime())))
    .values(hurry_by=bindparam("by", type_=UtcDateTime()))
)
SOON = bindparam("soon", type_=UtcDateTime())
TRY_SOON = (
    update(Callback)
    .where(Callback.id == bindparam("of"), Callback.state.in_(IN_NO_CALL), ~Callback.needs_person)
    .where(Callback.next_try_at > SOON, or_(Callback.slot_from.is_(None), Callback.slot_from <= SOON))
    .values(next_try_at=SOON)
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a missed call makes us owe. `phone` is the number to ring; None: withheld, there is nothing to ring.

    `promised_by` and `first_try_at` were computed before, once: what is spoken is what is stored. `first_try_at` None
    leaves the call-back to a person. `called_from` is their other number, if they asked to be rung elsewhere; `slot` the
    part of a day that they asked for: begin, end, and the name of the zone it was said in.
    """

    call_sid: str
    phone: str | None
    customer_id: int | None
    team_id: int | None
    reason: str
    missed_at: datetime
    promised_by: datetime
    first_try_at: datetime | None
    kind: str = "missed"
    called_from: str | None = None
    slot: tuple[datetime, datetime, str] | None = None


def promise(session: Session, owed: Owed, *, anew: bool = False) -> int:
    """Open a call-back for a missed call, or join the one that is open for either of its numbers; returns its id.

    The same call twice changes nothing: a call counts once, whatever is reported of it. `anew`: we give our word (again)
    now, so a call-back that was closed since does not answer for the call any more.
    """
    hold_numbers(session, owed.phone, owed.called_from)
    answering = queries.for_call(session, owed.call_sid)
    if answering is not None and not (anew and _is_done(session, answering)):
        return answering
    callback_id = _join_or_open(session, owed)
    if insert_once(session, CallbackCall, call_sid=owed.call_sid, callback_id=callback_id) is None:
        answered = update(CallbackCall).where(CallbackCall.call_sid == owed.call_sid)
        session.execute(answered.values(callback_id=callback_id))
    return callback_id


def hold_numbers(session: Session, *phones: str | None) -> None:
    """Nobody else opens, joins or renumbers a call-back of these numbers until the transaction ends.

    A customer may be known by two numbers, and a unique key watches over one. SQLite has one writer at a time anyhow.
    Always taken in the same order and before any row, so that no two wait for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        for phone in sorted({phone for phone in phones if phone is not None}):
            run(session, HOLD, number=phone)


def _is_done(session: Session, callback_id: int) -> bool:
    """As it stays until the transaction ends."""
    state = select(Callback.state).where(Callback.id == callback_id).with_for_update()
    return session.scalar(state) == State.DONE.value


def _join_or_open(session: Session, owed: Owed) -> int:
    """Whichever the moment allows: the open one may close between our two statements."""
    while True:
        joined = _join(session, owed)
        callback_id = joined or _open(session, owed)
        if callback_id is not None:
            events.note(session, callback_id, "joined" if joined else "opened", owed.missed_at)
            return callback_id


def _join(session: Session, owed: Owed) -> int | None:
    joined: int | None = run(session, JOIN, of=owed.phone, other=owed.called_from, at=owed.missed_at).scalar()
    return joined


def _open(session: Session, owed: Owed) -> int | None:
    slot_from, slot_until, slot_zone = owed.slot or (None, None, None)
    opened = insert_once(
        session,
        Callback,
        phone=owed.phone,
        called_from=owed.called_from,
        customer_id=owed.customer_id,
        team_id=_team_of(session, owed),
        kind=owed.kind,
        reason=owed.reason,
        state=State.WAITING.value,
        missed_at=owed.missed_at,
        promised_by=owed.promised_by,
        next_try_at=owed.first_try_at,
        needs_person=owed.first_try_at is None,
        slot_from=slot_from,
        slot_until=slot_until,
        slot_zone=slot_zone,
        calls_missed=1,
    )
    return opened if isinstance(opened, int) else None


def _team_of(session: Session, owed: Owed) -> int | None:
    """None, for everybody: also when the team was closed while they were on the line."""
    return owed.team_id if owed.team_id is not None and owed.team_id in people.open_teams(session) else None


def customer_is_on_the_line(session: Session, phone: str | None, call_sid: str, until: datetime) -> None:
    """They are in a call with us: nobody rings them back before then, on whichever number. Withheld, the call tells who."""
    run(session, NOT_BEFORE, of=phone, other=None, sid=call_sid, until=until)


def customer_left(session: Session, call_sid: str, first_try_at: datetime) -> None:
    """The missed call is over: they are at their phone, so the next try counts from now, whatever was planned.

    But not before the part of a day that they asked for. Also when the call-back was left to a person: they rang,
    stayed, and were given our word.
    """
    run(session, CUSTOMER_LEFT, sid=call_sid, first_try=first_try_at)


def leave_to_person(session: Session, call_sid: str) -> None:
    """Nothing more happens by itself with the call-back that this call opened; one that it joined goes on as it was."""
    opened = update(Callback).where(queries.FOR_THIS_CALL, Callback.calls_missed == 1, Callback.tries == 0)
    run(session, opened.values(needs_person=True, next_try_at=None), sid=call_sid)


def spoke_elsewhere(
    session: Session, phone: str | None, began: datetime, now: datetime, *, call_sid: str | None = None
) -> bool:
    """The customer was spoken to in another way: their open call-back closes, and a running attempt becomes stale.

    `phone` is either of their numbers, `began` when they began to speak. Whoever rang from that number after it, and was
    missed, is still owed a call; but not for `call_sid`, the call in which they spoke: what closes is linked to that call.
    """
    closed = run(session, SPOKE_ELSEWHERE, of=phone, other=None, sid=call_sid, began=began, now=now).scalars().all()
    for callback_id in closed:
        events.note(session, callback_id, "done", now)
    if closed and call_sid is not None:
        insert_once(session, CallbackCall, call_sid=call_sid, callback_id=min(closed))
    return bool(closed)


def try_at(session: Session, callback_id: int, at: datetime) -> None:
    """The workers try then, not before."""
    waiting = update(Callback).where(Callback.id == callback_id, Callback.state.in_(IN_NO_CALL))
    session.execute(waiting.where(~Callback.needs_person).values(next_try_at=at))


def hurry(session: Session, callback_id: int, by: datetime, soon: datetime | None) -> bool:
    """It is urgent: we aim at `by`, and the promise stands as it was given. False, and nothing changes, when that brings nothing.

    The workers try at `soon` at the latest; None: as was planned. Not before the part of a day that the customer asked
    for, and not what is left to a person.
    """
    hurried = run(session, HURRY, of=callback_id, by=by).rowcount == 1
    if hurried and soon is not None:
        run(session, TRY_SOON, of=callback_id, soon=soon)
    return hurried


def needs_person(session: Session, callback_id: int, now: datetime) -> None:
    """Nothing more happens by itself: the row stays on the list until somebody acts."""
    waiting = update(Callback).where(Callback.id == callback_id, Callback.state.in_(IN_NO_CALL))
    left = waiting.where(~Callback.needs_person).values(needs_person=True, next_try_at=None)
    if changed(session.execute(left)):
        events.note(session, callback_id, "needs-person", now)


def because(session: Session, callback_id: int, reason: str) -> None:
    """The only call that it answers for was missed for another reason than we thought."""
    first = update(Callback).where(Callback.id == callback_id, Callback.calls_missed == 1, queries.OPEN)
    session.execute(first.values(reason=reason))
