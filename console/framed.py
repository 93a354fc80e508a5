"""Pages that must also stand before a business was imported: in the frame, or before the door."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g, render_template

from console import wording
from console.access import the_office, the_viewer
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
