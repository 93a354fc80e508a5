"""A customer is forgotten: what we owed them and how it went stays for the figures, and nothing in it tells who they were. Never commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, or_, select, update
from sqlalchemy.orm import Session

from callbacks import actions, events
from callbacks.promise import Outcome, State
from callbacks.queries import OPEN
from callbacks.refused import NotPossible, Underway
from callbacks.requested import OUR_REASON, OUTREACH, USUAL_REASON
from callbacks.tables import WAITING, Attempt, Callback, Delivery, Move, RequestKey
from office.tables import Customer

FORGOTTEN = ""
"""What was written when it was closed, once its customer is forgotten: nobody writes that, and it is opened no more."""

ANOTHERS = "Somebody who rang from another number has asked to be rung at this one. See to that call-back first."


def theirs(session: Session, phone: str) -> list[int]:
    """The call-backs of whoever has that number, by their ids; nobody opens another until the transaction ends.

    Raises Underway while a phone rings for one of them, NotPossible while another customer is to be rung at that number.
    """
    actions.hold_numbers(session, phone)
    if session.scalar(select(Callback.id).where(OPEN, _of_another(phone))) is not None:
        raise NotPossible(None, ANOTHERS)
    ids = list(session.scalars(select(Callback.id).where(_of(phone)).order_by(Callback.id).with_for_update()))
    under_way = session.scalars(select(Attempt.by).where(Attempt.callback_id.in_(ids), Attempt.ended_at.is_(None)))
    if holder := under_way.first():
        raise Underway(holder)
    return ids


def forget(session: Session, phone: str, ids: Sequence[int], *, by: str, now: datetime) -> None:
    """Close what is open of these, told as cancelled, and take out of all of them who it was and what was written.

    No call-back of another customer names them any more; what other software is yet to be told of those is left to be told.
    """
    open_ones = list(session.scalars(select(Callback.id).where(Callback.id.in_(ids), OPEN)))
    ours = (Callback.kind == OUTREACH, OUR_REASON)
    reason = case((Callback.kind == "missed", Callback.reason), ours, else_=USUAL_REASON)
    nobody = {
        "phone": None,
        "called_from": None,
        "customer_id": None,
        "name": None,
        "close_note": FORGOTTEN,
        "reason": reason,
    }
    named = Callback.customer_id.in_(select(Customer.id).where(Customer.phone == phone))
    told = ~WAITING & Delivery.body.contains(phone, autoescape=True)
    rung = or_(Attempt.callback_id.in_(ids), Attempt.customer_phone == phone)
    for statement in (
        update(Callback).where(Callback.id.in_(open_ones)).values(_closed(by, now)),
        update(Callback).where(Callback.id.in_(ids)).values(nobody),
        update(Callback).where(named).values(customer_id=None),
        update(Callback).where(_of_another(phone)).values(phone=Callback.called_from, called_from=None),
        update(Move).where(Move.callback_id.in_(ids)).values(note=""),
        update(Attempt).where(rung).values(customer_phone=""),
        delete(Delivery).where(or_(Delivery.callback_id.in_(ids), told)),
        delete(RequestKey).where(RequestKey.callback_id.in_(ids)),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    for callback_id in open_ones:
        events.note(session, callback_id, "done", now, by=by)


def _of(phone: str) -> ColumnElement[bool]:
    """They rang from it, or it was all that we had of them."""
    return or_(Callback.called_from == phone, (Callback.phone == phone) & Callback.called_from.is_(None))


def _of_another(phone: str) -> ColumnElement[bool]:
    """Another customer's, who asked to be rung there."""
    return (Callback.phone == phone) & (Callback.called_from != phone)


def _closed(by: str, now: datetime) -> dict[str, object]:
    return {
        "state": State.DONE.value,
        "outcome": Outcome.CANCELLED.value,
        "closed_at": now,
        "closed_by": by,
        "claimed_until": None,
        "next_try_at": None,
        "needs_person": False,
        "fence": Callback.fence + 1,
    }
