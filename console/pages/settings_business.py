"""The page of the business: its settings, or making it when there is none yet."""

from contextlib import suppress

from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import changing
from console.access import the_office, the_viewer
from console.framed import framed, profile
from console.pages import settings
from console.pages.settings import Field
from console.settings import first as settings_first
from console.settings import kinds as settings_kinds
from console.settings.forms import BUSINESS
from console.settings.typed import Typed
from console.tables import User
from office import audit, people, smtp
from office.profile import Profile, ProfileError
from office.tables import Business, Staff

PLACE = "/settings/business"


def add_to(pages: Blueprint) -> None:
    """Give the pages the business's own."""
    pages.add_url_rule(PLACE, view_func=settings_business)
    pages.add_url_rule(PLACE, view_func=save_business, methods=["POST"])


def settings_business() -> Response:
    """The business's settings, or what has to be known to make it."""
    return settings.page(BUSINESS) if profile() else _first(settings_first.EMPTY)


def save_business() -> Response:
    """Keep what was typed, or make the business of it."""
    if profile():
        return settings.save(BUSINESS)
    typed = settings_first.read(request.form)
    if typed.faults:
        return _first(typed)
    try:
        made = Profile.from_tables(settings_first.tables(typed, _email()))
    except ProfileError as error:
        typed.faults.update(settings_first.at_its_field(changing.faults(error)))
        return _first(typed)
    _make(made)
    flash(f"{made.name} is there. Here’s what comes next.", "good")
    return redirect(url_for("pages.welcome"), 303)


def _make(made: Profile) -> None:
    """The one business; two who make it at once have made the first's."""
    now = the_office().clock.now()
    with suppress(IntegrityError), the_office().database.transaction() as writing:
        if writing.get(Business, 1) is None:
            people.save_business(writing, made)
            writing.flush()
            writing.get_one(Business, 1).imported = {
                "file": "",
                "tables": {},
                "lines": {},
            }  # by no file yet: its first takes nothing away
            _become_staff(writing, made.staff[0].phone)
            audit.write(writing, by=the_viewer().name, action="made", about="business", now=now, detail=made.name)


def _become_staff(writing: Session, phone: str) -> None:
    """Whoever made it is the person with that phone."""
    user = writing.get_one(User, g.user_id)
    user.staff_id = user.staff_id or writing.scalar(select(Staff.id).where(Staff.phone == phone))


def _email() -> str | None:
    """Theirs, where mails go to it."""
    with the_office().database.reading() as reading:
        email = reading.get_one(User, g.user_id).email
    return email if smtp.is_address(email) else None


def _first(typed: Typed) -> Response:
    fields = [Field(each, typed.values[each.key], fault=typed.faults.get(each.key)) for each in settings_first.FIRST]
    others = settings.others_of(settings_first.FIRST, typed)
    zones = settings_kinds.zones()
    body = framed("settings_first.html", fields=fields, faults=typed.faults, others=others, zones=zones)
    return make_response(body, 422 if typed.faults else 200)
