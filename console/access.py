"""Who is asking, and what they may see: API tokens, console logins, roles.

Roles are deny-by-default: whoever is no manager sees the rows of their own teams and of no team, and a row filter in
the query is what holds it. Only digests of tokens and hashes of passwords are kept. Writes take a Session, never commit.
"""

import secrets
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from flask import current_app, g
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from office import people
from office.database import insert_once
from office.tables import Staff, Token, User
from office.wiring import Office

MANAGER, STAFF = ROLES = ("manager", "staff")

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1000
"""Characters. The upper bound keeps a sign-in from costing more than the hash itself."""

TOKEN_PREFIX = "rt_"  # noqa: S105 - not a secret: it lets people and scanners see what they found


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks or acts. `name` is the `owner` they act as; `teams` None means that they see every row."""

    name: str
    role: str
    staff_id: int | None
    teams: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A console login as Flask-Login wants it: the four names below are its own."""

    user_id: int
    session_key: str
    viewer: Viewer
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the cookie holds. The key in it can be changed, which ends every session of this login."""
        return f"{self.user_id}:{self.session_key}"


def the_office() -> Office:
    """The office of the application that serves this request or command."""
    office: Office = current_app.extensions["office"]
    return office


def the_viewer() -> Viewer:
    """Whom the gate let in. Raises AttributeError where the gate lets anybody in: there is no viewer to ask about."""
    viewer: Viewer = g.viewer
    return viewer


def by_token(session: Session, token: str) -> Viewer | None:
    """Whose API token this is."""
    found = session.scalars(select(Token).where(Token.digest == _digest(token))).first()
    return _viewer(session, found.name, found.role, found.staff_id) if found else None


def by_password(session: Session, email: str, password: str) -> SignedIn | None:
    """The login with that pair. An unknown email takes as long as a wrong password, so neither tells which it was."""
    user = session.scalars(select(User).where(User.email == email.strip().casefold())).first()
    genuine = check_password_hash(user.password_hash if user else _nobodys_hash(), password[:LONGEST_PASSWORD])
    return _signed_in(session, user) if user and genuine else None


def by_cookie(session: Session, cookie_id: str) -> SignedIn | None:
    """The login that a cookie names, unless its sessions were ended."""
    user_id, _, key = cookie_id.partition(":")
    user = session.get(User, int(user_id)) if user_id.isascii() and user_id.isdigit() else None
    genuine = user is not None and secrets.compare_digest(user.session_key.encode(), key.encode())
    return _signed_in(session, user) if user and genuine else None


def end_sessions(session: Session, user_id: int) -> None:
    """Sign a login out everywhere: no cookie handed out before is good any more."""
    session.execute(update(User).where(User.id == user_id).values(session_key=secrets.token_urlsafe(32)))


def add_user(session: Session, email: str, password: str, role: str, staff_id: int | None) -> bool:
    """Make a console login; False when that email has one already."""
    hashed = generate_password_hash(password)
    key = secrets.token_urlsafe(32)
    values = {"email": email.strip().casefold(), "password_hash": hashed, "role": role, "staff_id": staff_id}
    return insert_once(session, User, **values, session_key=key) is not None


def add_token(session: Session, name: str, role: str, staff_id: int | None) -> str:
    """Make an API token and return it: it cannot be read again, for only its digest is kept."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    created_at = the_office().clock.now()
    session.add(Token(name=name, digest=_digest(token), role=role, staff_id=staff_id, created_at=created_at))
    return token


def _signed_in(session: Session, user: User) -> SignedIn:
    return SignedIn(user.id, user.session_key, _viewer(session, user.email, user.role, user.staff_id))


def _viewer(session: Session, name: str, role: str, staff_id: int | None) -> Viewer:
    person = session.get(Staff, staff_id) if staff_id else None
    teams = people.teams_of(session, person.id) if person else frozenset[int]()
    return Viewer(person.name if person else name, role, staff_id, None if role == MANAGER else teams)


def _digest(token: str) -> str:
    """A token has 256 bits of chance, so no salt and no slow hash is needed: nobody can try them all."""
    return sha256(token.encode()).hexdigest()


@cache
def _nobodys_hash() -> str:
    return generate_password_hash(secrets.token_urlsafe(32))
