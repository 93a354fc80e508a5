"""What somebody chose for themselves: how pages look, where they begin, and whether single keys do anything."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import g
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from console.access import the_office
from console.tables import User
from office.database import DatabaseBusyError

THEMES = {"system": "As my device has it", "light": "Light", "dark": "Dark"}
HOMES = {"callbacks": "Call-backs", "mine": "Mine"}


def mine() -> Mapping[str, Any]:
    """Of whoever is signed in: {} for anybody else, and while the database is away, for a page that says so must stand."""
    if "user_id" in g:
        with suppress(DatabaseBusyError, SQLAlchemyError), the_office().database.reading() as session:
            return session.get_one(User, g.user_id).likes or {}
    return {}


def chosen(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form of them says; what it could not say is left as it is for everybody."""
    likes: dict[str, Any] = {"keys": "keys" in form}
    if form.get("theme") in THEMES:
        likes["theme"] = form["theme"]
    if form.get("home") in HOMES:
        likes["home"] = form["home"]
    return likes


def keep(session: Session, user_id: int, likes: Mapping[str, Any]) -> None:
    """From their next page on; what else they chose elsewhere stays."""
    user = session.get_one(User, user_id)
    user.likes = {**(user.likes or {}), **likes}
