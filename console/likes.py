"""What somebody chose for themselves: how pages look, where they begin, whether single keys do anything, and what may be heard or felt."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import g
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from console.access import the_office
from console.tables import User
from office.database import DatabaseBusyError

SWITCHES = ("keys", "sound", "vibration")
"""On or off. Single keys are on until somebody says otherwise; a bell and a buzz are off until somebody asks for them."""

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
    likes: dict[str, Any] = {switch: switch in form for switch in SWITCHES}
    if form.get("theme") in THEMES:
        likes["theme"] = form["theme"]
    if form.get("home") in HOMES:
        likes["home"] = form["home"]
    return likes


def keep(session: Session, user_id: int, likes: Mapping[str, Any]) -> None:
    """From their next page on; what else they chose elsewhere stays."""
    user = session.get_one(User, user_id)
    user.likes = {**(user.likes or {}), **likes}
