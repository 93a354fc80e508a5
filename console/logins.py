"""Who has a console login, when it was last used and where it is signed in; and taking a login away. Writes never commit."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, union
from sqlalchemy.orm import Session

from console import sessions
from console.access import MANAGER
from console.tables import Link, SignedInSession, User
from console.wording import legible
from office.profile import Problem, ProfileError
from office.tables import Staff

LAST_MANAGER = "Nobody else could manage Ringtrue then. Let another manager in first."


@dataclass(frozen=True, slots=True)
class Login:
    """A console login; `name` is the person on the staff whose it is, `sessions` where it is signed in now."""

    id: int
    email: str
    role: str
    name: str | None
    has_codes: bool
    used_at: datetime | None
    sessions: tuple[SignedInSession, ...]


def everybody(session: Session, now: datetime) -> list[Login]:
    """Every login, by email."""
    good = defaultdict[int, list[SignedInSession]](list)
    for each in sessions.good(session, now):
        good[each.user_id].append(each)
    used = (
        select(SignedInSession.user_id, func.max(SignedInSession.used_at).label("at"))
        .group_by(SignedInSession.user_id)
        .subquery()
    )
    query = (
        select(User.id, User.email, User.role, Staff.name, User.totp_secret, used.c.at)
        .outerjoin(Staff, Staff.id == User.staff_id)
        .outerjoin(used, used.c.user_id == User.id)
        .order_by(User.email)
    )
    return [
        Login(row.id, row.email, row.role, row.name, row.totp_secret is not None, row.at, tuple(good[row.id]))
        for row in session.execute(query)
    ]


def managers(session: Session) -> list[str]:
    """What the managers are called who work here, by name, else by email."""
    at_work = or_(User.staff_id.is_(None), Staff.left_at.is_(None))
    query = select(func.coalesce(Staff.name, User.email)).select_from(User).outerjoin(Staff, Staff.id == User.staff_id)
    return [legible(name) for name in session.scalars(query.where(User.role == MANAGER, at_work).order_by(User.id))]


def is_last_manager(session: Session, user: User, now: datetime) -> bool:
    """Whether nobody else could manage without that login. Holds the managers' logins until the transaction ends.

    Whoever was made a login but never came in by it is nobody, once the link to choose a password is good no more.
    """
    return user.role == MANAGER and not (_who_manage(session) & _who_get_in(session, now)) - {user.id}


@contextmanager
def still_managed(session: Session) -> Iterator[None]:
    """Whatever is done meanwhile, whoever could manage before does not all leave by it: raises ProfileError then. Not where nobody had a login."""
    before = _who_manage(session)
    yield
    if before and not _who_manage(session):
        raise ProfileError((Problem("change", None, "name", LAST_MANAGER),))


def _who_manage(session: Session) -> set[int]:
    """The managers' logins, held, but those of people who left: that is asked after a wait for the first."""
    managers = select(User).where(User.role == MANAGER).order_by(User.id).with_for_update(of=User, key_share=True)
    held = {one.id: one.staff_id for one in session.scalars(managers)}
    left = set(session.scalars(select(Staff.id).where(Staff.left_at.is_not(None))))
    return {user_id for user_id, staff_id in held.items() if staff_id not in left}


def _who_get_in(session: Session, now: datetime) -> set[int | None]:
    """The logins that were signed in once, or have a link that is good or was used."""
    been = select(SignedInSession.user_id)
    asked_in = select(Link.user_id).where(or_(Link.used_at.is_not(None), Link.expires_at > now))
    return set(session.scalars(union(been, asked_in)))


def remove(session: Session, user_id: int) -> None:
    """Take a login away, with its sessions and links: whoever had it is out at once. The audit goes on naming them."""
    for table in (SignedInSession, Link):
        session.execute(delete(table).where(table.user_id == user_id))
    session.execute(delete(User).where(User.id == user_id))
