"""What becomes of a promise: made, joined, closed. Every function takes a Session and never commits.

How an attempt goes is in `attempts.py`; both move a call-back only by conditional updates that name what they expect.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
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


def promise(session: Session, owed: Owed) -> int:
    """Open a call-back for a missed call, or join the one that is open for this number; returns its id.

    The same call twice changes nothing: a call counts once, whatever is reported of it.
    """
    answering = queries.for_call(session, owed.call_sid)
    if answering is not None:
        return answering
    callback_id = _open_or_join(session, owed)
    insert_once(session, CallbackCall, call_sid=owed.call_sid, callback_id=callback_id)
    return callback_id


def _open_or_join(session: Session, owed: Owed) -> int:
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
    if isinstance(opened, int):
        return opened
    joined = session.scalars(select(Callback.id).where(Callback.phone == owed.phone, queries.OPEN)).one()
    session.execute(update(Callback).where(Callback.id == joined).values(calls_missed=Callback.calls_missed + 1))
    return joined


def customer_is_on_the_line(session: Session, phone: str | None, until: datetime) -> None:
    """They are in a call with us: nobody rings them back before then."""
    if phone is None:
        return
    run(session, NOT_BEFORE, of=phone, until=until)


def customer_left(session: Session, call_sid: str, first_try_at: datetime) -> None:
    """The missed call is over: the first try counts from now."""
    waiting = update(Callback).where(
        Callback.id == queries.for_call(session, call_sid), Callback.state == State.WAITING.value
    )
    session.execute(waiting.where(Callback.tries == 0, ~Callback.needs_person).values(next_try_at=first_try_at))


def leave_to_person(session: Session, call_sid: str) -> None:
    """Nothing more happens by itself with the call-back of this call, unless it was tried before."""
    found = Callback.id == queries.for_call(session, call_sid)
    session.execute(update(Callback).where(found, Callback.tries == 0).values(needs_person=True, next_try_at=None))


def spoke_elsewhere(session: Session, phone: str | None, now: datetime) -> bool:
    """The customer was spoken to in another way: their open call-back closes, and a running attempt becomes stale."""
    if phone is None:
        return False
    closed = session.execute(
        update(Callback)
        .where(Callback.phone == phone, queries.OPEN)
        .values(
            state=State.DONE.value,
            outcome=Outcome.ANSWERED_ELSEWHERE.value,
            spoke_at=now,
            closed_at=now,
            fence=Callback.fence + 1,
            lease_until=None,
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
