"""What becomes of a promise: made, joined, closed. Every function takes a Session and never commits.

How an attempt goes is in `attempts.py`; both move a call-back only by conditional updates that name what they expect.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from callbacks import queries
from callbacks.promise import Outcome, State
from callbacks.tables import Callback, CallbackCall
from office.database import changed, insert_once, run

NOT_BEFORE = (
    update(Callback)
    .where(Callback.phone == bindparam("of"), Callback.state == State.WAITING.value)
    .where(Callback.next_try_at < bindparam("until"))
    .values(next_try_at=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a missed call makes us owe. `phone` None: withheld, there is nothing to ring.

    `promised_by` and `first_try_at` were computed before, once: what is spoken is what is stored. `first_try_at` None
    leaves the call-back to a person.
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


def promise(session: Session, owed: Owed, *, anew: bool = False) -> int:
    """Open a call-back for a missed call, or join the one that is open for this number; returns its id.

    The same call twice changes nothing: a call counts once, whatever is reported of it. `anew`: we give our word (again)
    now, so a call-back that was closed since does not answer for the call any more.
    """
    answering = queries.for_call(session, owed.call_sid)
    if answering is not None and not (anew and _is_done(session, answering)):
        return answering
    callback_id = _open_or_join(session, owed)
    if insert_once(session, CallbackCall, call_sid=owed.call_sid, callback_id=callback_id) is None:
        answered = update(CallbackCall).where(CallbackCall.call_sid == owed.call_sid)
        session.execute(answered.values(callback_id=callback_id))
    return callback_id


def _is_done(session: Session, callback_id: int) -> bool:
    return session.scalar(select(Callback.state).where(Callback.id == callback_id)) == State.DONE.value


def _open_or_join(session: Session, owed: Owed) -> int:
    """Whichever the moment allows: the open one may be closed, or another opened, between our two statements."""
    while True:
        callback_id = _open(session, owed) or _join(session, owed.phone)
        if callback_id is not None:
            return callback_id


def _join(session: Session, phone: str | None) -> int | None:
    open_one = update(Callback).where(Callback.phone == phone, queries.OPEN)
    return session.scalar(open_one.values(calls_missed=Callback.calls_missed + 1).returning(Callback.id))


def _open(session: Session, owed: Owed) -> int | None:
    opened = insert_once(
        session,
        Callback,
        phone=owed.phone,
        customer_id=owed.customer_id,
        team_id=owed.team_id,
        kind=owed.kind,
        reason=owed.reason,
        state=State.WAITING.value,
        missed_at=owed.missed_at,
        promised_by=owed.promised_by,
        next_try_at=owed.first_try_at,
        needs_person=owed.first_try_at is None,
        calls_missed=1,
    )
    return opened if isinstance(opened, int) else None


def customer_is_on_the_line(session: Session, phone: str | None, until: datetime) -> None:
    """They are in a call with us: nobody rings them back before then."""
    if phone is None:
        return
    run(session, NOT_BEFORE, of=phone, until=until)


def customer_left(session: Session, call_sid: str, first_try_at: datetime) -> None:
    """The missed call is over: they are at their phone, so the next try counts from now, whatever was planned.

    Also when the call-back was left to a person: they rang, stayed, and were given our word.
    """
    found = Callback.id == queries.for_call(session, call_sid)
    waiting = update(Callback).where(found, Callback.state == State.WAITING.value)
    session.execute(waiting.values(next_try_at=first_try_at, needs_person=False))


def leave_to_person(session: Session, call_sid: str) -> None:
    """Nothing more happens by itself with the call-back of this call, unless it was tried before."""
    found = Callback.id == queries.for_call(session, call_sid)
    session.execute(update(Callback).where(found, Callback.tries == 0).values(needs_person=True, next_try_at=None))


def spoke_elsewhere(
    session: Session, phone: str | None, began: datetime, now: datetime, *, call_sid: str | None = None
) -> bool:
    """The customer was spoken to in another way: their open call-back closes, and a running attempt becomes stale.

    `began` is when they began to speak. Whoever rang from that number after it, and was missed, is still owed a call;
    but not for `call_sid`, the call in which they spoke.
    """
    if phone is None:
        return False
    for_this_call = queries.for_call(session, call_sid) if call_sid else None
    closed = session.execute(
        update(Callback)
        .where(Callback.phone == phone, queries.OPEN)
        .where(or_(Callback.missed_at <= began, Callback.id == for_this_call))
        .values(
            state=State.DONE.value,
            outcome=Outcome.ANSWERED_ELSEWHERE.value,
            spoke_at=began,
            closed_at=now,
            fence=Callback.fence + 1,
            next_try_at=None,
            needs_person=False,
        )
    )
    return changed(closed) > 0


def try_at(session: Session, callback_id: int, at: datetime) -> None:
    """The workers try then, not before."""
    waiting = update(Callback).where(Callback.id == callback_id, Callback.state == State.WAITING.value)
    session.execute(waiting.where(~Callback.needs_person).values(next_try_at=at))


def needs_person(session: Session, callback_id: int) -> None:
    """Nothing more happens by itself: the row stays on the list until somebody acts."""
    waiting = update(Callback).where(Callback.id == callback_id, Callback.state == State.WAITING.value)
    session.execute(waiting.values(needs_person=True, next_try_at=None))
