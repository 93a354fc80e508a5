"""Pages that must also stand before a business was imported: in the frame, or before the door."""

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g, render_template
from sqlalchemy.exc import SQLAlchemyError

from callbacks import queries as promises
from console import wording
from console.access import the_office, the_viewer
from office.database import DatabaseBusyError
from office.profile import Profile
from office.wiring import NoBusinessError


def profile() -> Profile | None:
    """The business, once one was imported."""
    try:
        with the_office().database.reading() as reading:
            return the_office().business(reading)
    except NoBusinessError:
        return None


def framed(template: str, **values: object) -> str:
    """A page behind the gate, with what its frame needs."""
    return render_template(template, profile=profile(), viewer=the_viewer(), wording=wording, **values)


def open_callbacks() -> int | None:
    """How many call-backs are owed that whoever is signed in sees, for the menu; counted once for a page. None while the database is away."""
    if "open_callbacks" not in g:
        g.open_callbacks = None
        with suppress(DatabaseBusyError, SQLAlchemyError), the_office().database.reading() as session:
            g.open_callbacks = promises.how_many_open(session, the_viewer().teams)
    count: int | None = g.open_callbacks
    return count


def at_the_door(template: str, **values: object) -> str:
    """A page for somebody who is not in yet: it tells the business's name and nothing else of ours."""
    known = profile()
    return render_template(template, business=known and known.name, **values)


def local(moment: datetime) -> datetime:
    """A moment by the office's clock on the wall; UTC while there is no business. However many are asked for, the zone is read once."""
    if "zone" not in g:
        known = profile()
        g.zone = known.zone if known else ZoneInfo("UTC")
    return moment.astimezone(g.zone)
