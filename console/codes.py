"""Signing in with a code as well as a password: who must, setting it up, and using each code once. Writes never commit.

With the stand-in carrier nobody must: no real phone can be rung. With a carrier account managers must, and have some days to begin.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from console import totp
from console.access import MANAGER, the_office
from console.sessions import SignedIn
from console.tables import User
from office.database import changed

GRACE = timedelta(days=7)
"""From a manager's first sign-in with a carrier account."""


def must_have(role: str) -> bool:
    """Whether people of that role need codes here."""
    return role == MANAGER and not the_office().settings.standin


def are_overdue(signed_in: SignedIn, now: datetime) -> bool:
    """Whether this login may do nothing any more but set its codes up."""
    is_late = signed_in.codes_by is not None and signed_in.codes_by <= now
    return is_late and must_have(signed_in.viewer.role)


def ask_for(session: Session, user: User, now: datetime) -> datetime | None:
    """Until when this login must have codes: told at each sign-in. None when it has them, or need not."""
    if user.totp_secret or not must_have(user.role):
        return None
    begin = update(User).where(User.id == user.id, User.codes_by.is_(None)).values(codes_by=now + GRACE)
    session.execute(begin)
    return session.scalar(select(User.codes_by).where(User.id == user.id))


def turn_on(session: Session, user_id: int, secret: str, typed: str, now: datetime) -> bool:
    """Take the key for this login once a code proves that the app has it; False when the code is not right."""
    step = totp.step_of(secret, typed, now, after=None)
    if step is None:
        return False
    values = {"totp_secret": secret, "totp_last_step": step, "codes_by": None}
    fresh = update(User).where(User.id == user_id, User.totp_secret.is_(None)).values(values)
    return changed(session.execute(fresh)) == 1


def turn_off(session: Session, user_id: int, now: datetime) -> None:
    """No codes for this login: its phone is lost or another one is to have them. Whoever must have them has no days to begin again."""
    values = {"totp_secret": None, "totp_last_step": None, "codes_by": now}
    session.execute(update(User).where(User.id == user_id).values(values))


def use(session: Session, user: User, typed: str, now: datetime) -> bool:
    """Whether that is this login's code, used for the first time: of two who type it at once, one gets in."""
    if user.totp_secret is None:
        return False
    step = totp.step_of(user.totp_secret, typed, now, after=user.totp_last_step)
    if step is None:
        return False
    unused = or_(User.totp_last_step.is_(None), User.totp_last_step < step)
    mark = update(User).where(User.id == user.id, User.totp_secret == user.totp_secret, unused)
    return changed(session.execute(mark.values(totp_last_step=step))) == 1
