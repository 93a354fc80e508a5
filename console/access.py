"""Who is asking, and what they may see: API tokens, console logins, roles.

Roles are deny-by-default: whoever is no manager sees the rows of their own teams and of no team, and a row filter in
the query is what holds it. Only digests of tokens and hashes of passwords are kept. Writes take a Session, never commit.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask import current_app, g
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console import passwords
from console.digests import digest
from console.tables import Token, User
from office import people
from office.database import insert_once
from office.tables import Staff
from office.wiring import Office

MANAGER, STAFF = ROLES = ("manager", "staff")

TOKEN_PREFIX = "rt_"  # noqa: S105 - not a secret: it lets people and scanners see what they found


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks or acts. `name` is the `owner` they act as; `teams` None means that they see every row."""

    name: str
    role: str
    staff_id: int | None
    teams: frozenset[int] | None


def the_office() -> Office:
    """The office of the application that serves this request or command."""
    office: Office = current_app.extensions["office"]
    return office


def the_viewer() -> Viewer:
    """Whom the gate let in. Raises AttributeError where the gate lets anybody in: there is no viewer to ask about."""
    viewer: Viewer = g.viewer
    return viewer


def by_token(session: Session, token: str) -> tuple[Viewer, Token] | None:
    """Whose API token this is; nobody's, when it was revoked or they have left."""
    good = (Token.digest == digest(token), Token.revoked_at.is_(None))
    # The person comes along, and is kept: nobody has to read them again.
    found = session.execute(select(Token, Staff).outerjoin(Staff, Staff.id == Token.staff_id).where(*good)).first()
    if found is None or has_left(session, found[0].staff_id):
        return None
    row: Token = found[0]
    return _viewer(session, row.name, row.role, row.staff_id), row


def note_token_use(session: Session, token_id: int, now: datetime) -> None:
    """It was used now."""
    session.execute(update(Token).where(Token.id == token_id).values(used_at=now))


def by_password(session: Session, email: str, password: str) -> User | None:
    """The login with that pair, of nobody who has left. An unknown email takes as long as a wrong password, so neither tells which it was."""
    user = session.scalars(select(User).where(User.email == email.strip().casefold())).first()
    genuine = passwords.genuine(user.password_hash if user else _nobodys_hash(), password)
    return user if user and genuine and not has_left(session, user.staff_id) else None


def set_password(session: Session, user_id: int, password: str) -> None:
    """Give a login its password, instead of the one before."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=passwords.hashed(password)))


def add_user(session: Session, email: str, password: str, role: str, staff_id: int | None) -> bool:
    """Make a console login; False when that email has one already."""
    values = {"email": email.strip().casefold(), "password_hash": passwords.hashed(password)}
    return insert_once(session, User, **values, role=role, staff_id=staff_id) is not None


def add_token(session: Session, name: str, role: str, staff_id: int | None) -> str:
    """Make an API token and return it: it cannot be read again, for only its digest is kept."""
    return new_token(session, name, role, staff_id)[1]


def new_token(session: Session, name: str, role: str, staff_id: int | None) -> tuple[Token, str]:
    """The same, with its row."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    created_at = the_office().clock.now()
    row = Token(name=name, digest=digest(token), role=role, staff_id=staff_id, created_at=created_at)
    session.add(row)
    session.flush()
    return row, token


def has_left(session: Session, staff_id: int | None) -> bool:
    """Whether the person behind a sign-in or a token works here no more: it opens nothing then."""
    person = session.get(Staff, staff_id) if staff_id else None
    return person is not None and person.left_at is not None


def viewer_of(session: Session, user: User) -> Viewer:
    """Whoever has this login."""
    return _viewer(session, user.email, user.role, user.staff_id)


def _viewer(session: Session, name: str, role: str, staff_id: int | None) -> Viewer:
    person = session.get(Staff, staff_id) if staff_id else None
    teams = people.teams_of(session, person.id) if person and role != MANAGER else frozenset[int]()
    return Viewer(person.name if person else name, role, staff_id, None if role == MANAGER else teams)


@cache
def _nobodys_hash() -> str:
    return passwords.hashed(secrets.token_urlsafe(32))
