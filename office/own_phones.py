"""Phones of our own people that ring the business: whose they are, and that nobody hands them a call meanwhile."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from office.database import run
from office.people import AT_WORK, Person
from office.tables import Staff

WHOSE = select(Staff.id, Staff.name, Staff.phone, Staff.on_duty, Staff.role).where(
    Staff.phone == bindparam("phone"), Staff.left_at.is_(None)
)
TAKE_OVER = (
    update(Staff).where(Staff.id == bindparam("who")).values(busy_with=bindparam("by"), busy_until=bindparam("until"))
)


def whose(session: Session, phone: str | None) -> tuple[Person, bool, bool] | None:
    """Who on the staff has that phone, whether they are on duty, and whether they manage; None for everybody else."""
    found = run(session, WHOSE, phone=phone).first() if phone is not None else None
    return (Person(found.id, found.name, found.phone), found.on_duty, found.role == "manager") if found else None


def everybody(session: Session) -> list[Person]:
    """Everybody who works here, on duty or not."""
    return [Person(*row) for row in run(session, AT_WORK).all()]


def take_over(session: Session, staff_id: int, by: str, until: datetime) -> None:
    """Reserve a person for `by`, whatever reserved them before: their phone is up with us, so nothing else has them."""
    run(session, TAKE_OVER, who=staff_id, by=by, until=until)
