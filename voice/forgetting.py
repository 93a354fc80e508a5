"""A customer is forgotten: that somebody rang, when, and what came of it stays, as of a caller who hid their number. Never commits."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from office.tables import Customer
from voice.tables import Call, Turn


def calls(session: Session, phone: str, led: Collection[str] = ()) -> dict[int, str]:
    """The sids of all calls with whoever has that number, by the calls' ids.

    `led`: the sids of calls that led to what we owe them. Those of them from a withheld number were theirs, too.
    """
    withheld = Call.phone.is_(None) & Call.sid.in_(led)
    return dict(session.execute(select(Call.id, Call.sid).where(or_(_theirs(phone), withheld))).all())


def is_on_the_line(session: Session, phone: str) -> bool:
    """Whether a call with that number goes on."""
    live = select(Call.id).where(or_(_theirs(phone), Call.keyed == phone), Call.ended_at.is_(None))
    return session.scalar(live.limit(1)) is not None


def forget(session: Session, phone: str, ids: Sequence[int]) -> None:
    """Take out of these calls who it was, and what they heard from us: it may name them. So may whoever keyed that number have heard it."""
    keyed = select(Call.id).where(Call.keyed == phone)
    session.execute(delete(Turn).where(or_(Turn.call_id.in_(ids), Turn.call_id.in_(keyed))))
    session.execute(update(Call).where(Call.id.in_(ids)).values(phone=None, customer_id=None))
    session.execute(update(Call).where(Call.keyed == phone).values(keyed=None))


def _theirs(phone: str) -> ColumnElement[bool]:
    """With that number, or with somebody who has it: we may have rung them at another."""
    return or_(Call.phone == phone, Call.customer_id.in_(select(Customer.id).where(Customer.phone == phone)))
