"""Who has a console login, and when it was last used: what the page of access shows. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.tables import SignedInSession, User
from office.tables import Staff


@dataclass(frozen=True, slots=True)
class Login:
    """A console login; `name` is the person on the staff whose it is."""

    id: int
    email: str
    role: str
    name: str | None
    has_codes: bool
    used_at: datetime | None


def everybody(session: Session) -> list[Login]:
    """Every login, by email."""
    last = select(SignedInSession.user_id, func.max(SignedInSession.used_at).label("at")).group_by(
        SignedInSession.user_id
    )
    used = last.subquery()
    query = (
        select(User.id, User.email, User.role, Staff.name, User.totp_secret, used.c.at)
        .outerjoin(Staff, Staff.id == User.staff_id)
        .outerjoin(used, used.c.user_id == User.id)
        .order_by(User.email)
    )
    return [
        Login(row.id, row.email, row.role, row.name, row.totp_secret is not None, row.at)
        for row in session.execute(query)
    ]
