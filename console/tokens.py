"""API tokens as managers see them: who acts by which, when it was last used, and taking one back. Writes never commit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.tables import Token
from office.tables import Staff


@dataclass(frozen=True, slots=True)
class Given:
    """A token that was made; `acts_as` is the person on the staff as whom it acts, None: it goes by its own name."""

    id: int
    name: str
    role: str
    acts_as: str | None
    made_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def all_given(session: Session) -> list[Given]:
    """Every token, those that still open something first, the newest on top."""
    query = (
        select(Token, Staff.name)
        .outerjoin(Staff, Staff.id == Token.staff_id)
        .order_by(Token.revoked_at.is_not(None), Token.id.desc())
    )
    return [
        Given(row.id, row.name, row.role, name, row.created_at, row.used_at, row.revoked_at)
        for row, name in session.execute(query)
    ]


def revoke(session: Session, token_id: int, now: datetime | None) -> Token | None:
    """It opens nothing from then on; with None it is good again. None is returned when there is no such token."""
    token = session.get(Token, token_id)
    if token is not None:
        token.revoked_at = now
    return token
