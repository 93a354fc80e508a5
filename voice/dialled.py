"""Customers whom one of us rings as the business, from a call of their own to us: rows of outbound calls.

Such a call never becomes a missed one. Reads and writes; takes a Session, never commits.
"""

import math
from datetime import datetime, timedelta

from sqlalchemy import Update, func, or_, select, update
from sqlalchemy.orm import Session

from office import people
from office.database import insert_once
from voice.calls import SPOKE
from voice.tables import Call

DIALLED, MACHINE = "dialled", "dialled-machine"
"""The step of such a call's row; the second: the carrier thinks that a machine picked up."""

MINUTE = timedelta(minutes=1)
OURS = Call.step.in_((DIALLED, MACHINE))


def began(session: Session, own: Call, sid: str, now: datetime) -> None:
    """The carrier rings, in the call with that sid, the customer whose number was keyed in our own call. Told twice: once."""
    customer = people.certain_customer(session, own.keyed)
    insert_once(
        session,
        Call,
        sid=sid,
        direction="outbound",
        phone=own.keyed,
        customer_id=customer.id if customer else None,
        staff_id=own.staff_id,
        known=True,
        started_at=now,
        seen_at=now,
        step=DIALLED,
    )


def heard_of(session: Session, sid: str, now: datetime) -> None:
    """It goes on: ringing, or picked up just now."""
    session.execute(_one(sid).where(Call.ended_at.is_(None)).values(seen_at=now))


def picked_up_by_machine(session: Session, sid: str) -> None:
    """The carrier's opinion of who picked up."""
    session.execute(_one(sid).values(step=MACHINE))


def ended(session: Session, sid: str, now: datetime) -> None:
    """The customer's phone is down. The first word stands."""
    session.execute(_one(sid).where(Call.ended_at.is_(None)).values(ended_at=now))


def spoke(session: Session, call: Call, staff_id: int | None, *, spoken: bool) -> None:
    """Whether they spoke; whoever is not on the staff list is nobody's name in the history."""
    call.outcome, call.answered_by = (SPOKE, staff_id) if spoken else (None, None)
    session.flush()


def last_of(session: Session, own: Call) -> Call | None:
    """The last customer whom somebody rang from this call of theirs."""
    rung = select(Call).where(OURS, Call.phone == own.keyed, Call.started_at >= own.started_at)
    theirs = rung.where(Call.staff_id.is_not_distinct_from(own.staff_id))
    return session.scalars(theirs.order_by(Call.started_at.desc(), Call.id.desc()).limit(1)).first()


def since(session: Session, moment: datetime, phone: str | None = None) -> int:
    """How many customers were rung so since then, or how often one: what the guard's limits count."""
    query = select(func.count()).select_from(Call).where(OURS, Call.started_at >= moment)
    return session.scalar(query if phone is None else query.where(Call.phone == phone)) or 0


def minutes_since(session: Session, moment: datetime, now: datetime) -> int:
    """How many minutes, begun ones counted, we talked in such calls since then; one that goes on counts until now."""
    picked_up = or_(Call.ended_at.is_(None), Call.outcome == SPOKE, Call.step == MACHINE)
    talks = select(Call.seen_at, Call.ended_at).where(OURS, Call.started_at >= moment, picked_up)
    return sum(math.ceil(((ended or now) - began) / MINUTE) for began, ended in session.execute(talks))


def _one(sid: str) -> Update:
    return update(Call).where(Call.sid == sid, OURS)
