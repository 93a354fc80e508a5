"""Links that show the board of what happens now on a screen in the room, without a sign-in. Writes never commit.

Whoever has the link sees the board and nothing else, until it is revoked. Only its digest is kept.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.digests import digest
from console.tables import BoardLink

CLOCK = "clock"
THEMES = {CLOCK: "Light by day, dark from 19:00 to 07:00", "light": "Always light", "dark": "Always dark"}

DAY_BEGINS, DAY_ENDS = 7, 19
"""Hours of the office's clock between which a board that follows it is light."""


def make(session: Session, name: str, theme: str, by: str, now: datetime) -> tuple[BoardLink, str]:
    """A new link and its token, which cannot be read again."""
    token = secrets.token_urlsafe(32)
    link = BoardLink(digest=digest(token), name=name, theme=theme, made_by=by, made_at=now)
    session.add(link)
    session.flush()
    return link, token


def find(session: Session, token: str) -> BoardLink | None:
    """The link with that token, unless it was revoked."""
    good = (BoardLink.digest == digest(token), BoardLink.revoked_at.is_(None))
    return session.scalars(select(BoardLink).where(*good)).first()


def all_made(session: Session) -> Sequence[BoardLink]:
    """Every link, those that still show something first, the newest on top."""
    return session.scalars(select(BoardLink).order_by(BoardLink.revoked_at.is_not(None), BoardLink.id.desc())).all()


def revoke(session: Session, link_id: int, now: datetime | None) -> BoardLink | None:
    """It shows nothing from then on; with None it is good again. None is returned when there is no such link."""
    link = session.get(BoardLink, link_id)
    if link is not None:
        link.revoked_at = now
    return link


def note_seen(session: Session, link_id: int, now: datetime) -> None:
    """A screen showed it now."""
    session.execute(update(BoardLink).where(BoardLink.id == link_id).values(seen_at=now))


def theme_at(theme: str, now: datetime, zone: ZoneInfo) -> str:
    """How the board looks now ("light", "dark"): as the link says, or by the clock on the wall."""
    if theme != CLOCK:
        return theme
    return "light" if DAY_BEGINS <= now.astimezone(zone).hour < DAY_ENDS else "dark"
