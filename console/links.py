"""Links that are good once: to choose a new password, and to make the first manager. Writes never commit.

Opening one changes nothing, for mail programs and chats open links by themselves: it is used up by the form that it shows.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from console.digests import digest
from console.tables import Link, User
from office.database import changed

RESET, WELCOME = "reset", "welcome"

GOOD_FOR = timedelta(hours=24)


def make(session: Session, kind: str, user_id: int | None, by: str, now: datetime) -> str:
    """A new link's token: it cannot be read again. Those made before for the same are good no more."""
    session.execute(delete(Link).where(Link.kind == kind, Link.user_id == user_id, Link.used_at.is_(None)))
    session.execute(delete(Link).where(Link.expires_at < now))
    token = secrets.token_urlsafe(32)
    session.add(Link(digest=digest(token), kind=kind, user_id=user_id, made_by=by, expires_at=now + GOOD_FOR))
    return token


def find(session: Session, kind: str, token: str, now: datetime) -> Link | None:
    """The link of that kind, while it is good."""
    good = (Link.digest == digest(token), Link.kind == kind, Link.used_at.is_(None), Link.expires_at > now)
    return session.scalars(select(Link).where(*good)).first()


def use(session: Session, link: Link, now: datetime) -> bool:
    """Use it up; False when somebody else just did."""
    once = update(Link).where(Link.digest == link.digest, Link.used_at.is_(None)).values(used_at=now)
    return changed(session.execute(once)) == 1


def is_first_time(session: Session) -> bool:
    """Whether nobody can sign in yet."""
    return not session.scalar(select(func.count()).select_from(User))
