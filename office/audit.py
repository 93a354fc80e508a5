"""Who did what to a call-back, a customer or a recording: written in the transaction of the deed. Never commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from office.database import run
from office.tables import Audit

LONGEST_DETAIL = 2000
"""Characters."""

WRITE = insert(Audit)
OF = select(Audit).where(Audit.about == bindparam("about")).order_by(Audit.id)


def write(session: Session, *, by: str, action: str, about: str, now: datetime, detail: str | None = None) -> None:
    """Write down that `by` did this; `action` is one word ("claimed"), `about` names the row ("callback:7")."""
    run(session, WRITE, at=now, by=by, action=action, about=about, detail=detail and detail[:LONGEST_DETAIL])


def of(session: Session, about: str) -> Sequence[Audit]:
    """What was done to a row, in the order in which it was."""
    return session.scalars(OF, {"about": about}).all()
