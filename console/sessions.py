"""Sessions of the console: a row each, so that signing out ends them here and not only in the browser. Writes never commit."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from console.access import Viewer, has_left, viewer_of
from console.digests import digest
from console.tables import SignedInSession, User
from office.tables import Staff

IDLE = timedelta(minutes=30)
"""A session ends this long after the last request. A page that is looked at asks every few seconds, so it stays."""

LONGEST = timedelta(hours=12)

STAYS_IDLE, STAYS_LONGEST = timedelta(days=7), timedelta(days=30)
"""The same for somebody who asked to stay signed in on a device of theirs."""

NOTE_USE_EVERY = timedelta(seconds=60)
"""How often the time of the last request is written down."""

KEPT = timedelta(days=30)
"""How long one that is over can still be looked up."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is good now, as Flask-Login wants it: the four names below are its own.

    `used_at` is when its use was last written down; `codes_by` until when this login may go without codes, None: for ever.
    """

    id: int
    user_id: int
    token: str
    used_at: datetime
    viewer: Viewer
    codes_by: datetime | None = None
    stays: bool = False
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the cookie holds: a random token, good for this session only."""
        return self.token


def begin(session: Session, user: User, now: datetime, *, stays: bool = False, browser: str | None = None) -> SignedIn:
    """A session for whoever proved that this login is theirs; a longer one where they asked to stay. `browser`: its name, for the list."""
    session.execute(
        delete(SignedInSession).where(SignedInSession.user_id == user.id, SignedInSession.began_at < now - KEPT)
    )
    token = secrets.token_urlsafe(32)
    times = {"began_at": now, "used_at": now}
    row = SignedInSession(digest=digest(token), user_id=user.id, **times, stays=stays, browser=browser)
    session.add(row)
    session.flush()
    return _signed_in(session, row, user, token)


def find(session: Session, token: str, now: datetime) -> SignedIn | None:
    """The session with that token, unless it was ended, left alone for too long or is too old, or its person has left."""
    found = session.execute(
        select(SignedInSession, User, Staff)  # the person comes along, and is kept: nobody has to read them again
        .join(User, User.id == SignedInSession.user_id)
        .outerjoin(Staff, Staff.id == User.staff_id)
        .where(SignedInSession.digest == digest(token), SignedInSession.ended_at.is_(None))
    ).first()
    if found is None or _is_over(found[0], now) or has_left(session, found[1].staff_id):
        return None
    return _signed_in(session, found[0], found[1], token)


def good(session: Session, now: datetime, user_id: int | None = None) -> Sequence[SignedInSession]:
    """Every session that is good now, or of one login those; the one that was used last first."""
    usual = and_(SignedInSession.began_at >= now - LONGEST, SignedInSession.used_at >= now - IDLE)
    longer = and_(SignedInSession.began_at >= now - STAYS_LONGEST, SignedInSession.used_at >= now - STAYS_IDLE)
    lasts = or_(usual, and_(SignedInSession.stays, longer))
    query = select(SignedInSession).where(SignedInSession.ended_at.is_(None), lasts)
    if user_id is not None:
        query = query.where(SignedInSession.user_id == user_id)
    return session.scalars(query.order_by(SignedInSession.used_at.desc(), SignedInSession.id.desc())).all()


def note_use(session: Session, session_id: int, now: datetime) -> None:
    """It was used now."""
    session.execute(update(SignedInSession).where(SignedInSession.id == session_id).values(used_at=now))


def end(session: Session, session_id: int, now: datetime) -> None:
    """Sign this one out: a cookie that somebody copied is worth nothing afterwards."""
    session.execute(update(SignedInSession).where(SignedInSession.id == session_id).values(ended_at=now))


def end_all(session: Session, user_id: int, now: datetime, *, but: int | None = None) -> None:
    """Sign a login out everywhere, `but` for one of its sessions."""
    theirs = update(SignedInSession).where(SignedInSession.user_id == user_id, SignedInSession.ended_at.is_(None))
    if but is not None:
        theirs = theirs.where(SignedInSession.id != but)
    session.execute(theirs.values(ended_at=now))


def _is_over(row: SignedInSession, now: datetime) -> bool:
    idle, longest = (STAYS_IDLE, STAYS_LONGEST) if row.stays else (IDLE, LONGEST)
    return now - row.began_at > longest or now - row.used_at > idle


def _signed_in(session: Session, row: SignedInSession, user: User, token: str) -> SignedIn:
    codes_by = None if user.totp_secret else user.codes_by
    return SignedIn(row.id, user.id, token, row.used_at, viewer_of(session, user), codes_by, row.stays)
