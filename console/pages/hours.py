"""Hours and holidays: a promise only ever falls when somebody is in. Managers change them; everybody reads what comes of them."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from callbacks.refused import NotPossible
from console import changing, form, viewed, wording
from console.access import MANAGER, the_office, the_viewer
from console.framed import framed, local
from console.hours import changes as hours_changes
from console.hours import coverage as hours_coverage
from console.hours import days as hours_days
from console.hours import owed as hours_owed
from console.hours import said as hours_said
from console.hours import shown as hours_shown
from console.hours import tryout, written
from console.hours.days import Faults, Typed
from console.hours.shown import OwnDays
from console.hours.tryout import Tried, UnfitError
from console.settings import countries as settings_countries
from office import changes, public_holidays
from office.database import DatabaseBusyError
from office.merging import Tables
from office.profile import Profile
from office.written_hours import DAYS

LONGEST = 200
"""Characters of a field."""

TABLES = ("hours", "special_day")
SAVED = "Saved. It holds from the next call on."
REMOVED = "Removed. Those days go by the week again."
ROOM = 120
"""Characters of what was changed that a toast tells."""


def add_to(pages: Blueprint) -> None:
    """Give the pages the hours, and what changes them."""
    pages.add_url_rule("/hours", view_func=hours)
    pages.add_url_rule("/hours/week", view_func=hours_week, methods=["POST"])
    pages.add_url_rule("/hours/holidays", view_func=hours_holidays, methods=["POST"])
    pages.add_url_rule("/hours/days", view_func=hours_days_saved, methods=["POST"])
    pages.add_url_rule("/hours/days/remove", view_func=hours_days_removed, methods=["POST"])


def hours() -> Response:
    """The page; with `at`, what happens then; with `day`, the form that changes that special day."""
    return _page()


def hours_week() -> Response:
    """The week as it was typed: the days that somebody changed, whatever another manager made of the others meanwhile."""
    typed, faults = _texts((*DAYS, *(f"was-{day}" for day in DAYS)))
    is_always, was_always = "always" in request.form, request.form.get("was-always") == "1"
    days = {day: new for day in DAYS if (new := written.spans(typed[day])) != written.spans(typed[f"was-{day}"])}
    always = is_always if is_always != was_always else None
    holiday_on = _profile().hours.holiday_on
    if not faults:
        said = hours_said.week(days, {day: typed[f"was-{day}"] for day in days}, always)
        found = changing.attempt(
            lambda tables: hours_changes.set_week(tables, days, always=always, is_holiday=holiday_on),
            said=said,
            done=partial(_saved, said),
        )
        faults = hours_said.week_faults(found)
    if faults:
        return _page(faults, "week", week=typed, always=is_always, was_always=was_always)
    return _back("week")


def hours_holidays() -> Response:
    """The ticks that somebody changed."""
    profile, today = _profile(), _today()
    ticked, was = set(request.form.getlist("closed")), set(request.form.getlist("was-closed"))
    listed = [
        each for year in hours_shown.holidays(profile.hours, profile.tables, today).values() for each in year
        if not each.instead and each.day.isoformat() in request.form.getlist("listed")
    ]  # fmt: skip
    changed = [each for each in listed if (each.day.isoformat() in ticked) != (each.day.isoformat() in was)]
    closed = {each.day: each.day.isoformat() in ticked for each in changed}
    said = hours_said.holidays(changed, closed, today)
    found = changing.attempt(
        lambda tables: hours_changes.set_holidays(tables, closed), said=said, done=partial(_saved, said)
    )
    return _page({"holidays": " ".join(found.values())}, "holidays") if found else _back("holidays")


def hours_days_saved() -> Response:
    """New special days, or others instead of some that are there."""
    profile, today = _profile(), _today()
    texts, faults = _texts(("first", "last", "name", "how", "half", "own", "was_first", "was_last", "shown"))
    typed = Typed(**texts)
    faults = faults or _save_days(typed, profile, today)
    return _page(faults, "days", days=typed) if faults else _back("special")


def hours_days_removed() -> Response:
    """Special days in a row go; the week holds for them again."""
    profile, today = _profile(), _today()
    gone = hours_days.range_of(request.form.get("first", ""), request.form.get("last", ""))
    entries = [entry for day, entry in hours_changes.special(profile.tables).items() if day in gone]
    found = changing.attempt(
        lambda tables: hours_changes.set_days(tables, [], gone, (), shown=request.form.get("shown", "")),
        said=f"Removed: {hours_said.days(entries, today)}",
        done=lambda: _told_of_owed("Removed") or REMOVED,
    )
    if found:
        flash(" ".join(found.values()), "bad")
    return _back("special")


def _save_days(typed: Typed, profile: Profile, today: date) -> Faults:
    entries, faults = hours_days.read(typed, profile.tables, today)
    instead_of = hours_days.range_of(typed.was_first, typed.was_last)
    holidays = [day for day in hours_days.range_of(typed.first, typed.last) if profile.hours.holiday_on(day)]

    def edit(tables: Tables) -> None:
        hours_changes.set_days(tables, entries, instead_of, holidays, shown=typed.shown)

    said = hours_said.days(entries, today)
    return faults or hours_said.day_faults(changing.attempt(edit, said=said, done=partial(_saved, said)), typed)


def _saved(said: str) -> str:
    """The toast: the promises that fall in closed time, else what was changed when that is brief."""
    return _told_of_owed("Saved") or (f"Saved. {said}." if len(said) <= ROOM else SAVED)


def _told_of_owed(what: str) -> str | None:
    """That promises fall in closed time now, to which the answer then leads; None: none does, or the database is away.

    What was changed is kept already, so nobody is told to try again for this.
    """
    many, now = 0, the_office().clock.now()
    with suppress(DatabaseBusyError, SQLAlchemyError), the_office().database.reading() as session:
        many = hours_owed.outside_hours(session, the_office().business(session), the_viewer().teams, now)[0]
    g.told_of_owed = many > 0
    fall, they_are = ("promise falls", "it’s") if many == 1 else ("promises fall", "they’re")
    return f"{what}. {wording.small(many)} {fall} when we’re closed; {they_are} listed on top." if many else None


def _page(faults: Faults | None = None, refused: str | None = None, **typed: Any) -> Response:
    """The whole page. `refused` is the form that could not be saved, `typed` what it held: `week`, `always`, `was_always`, `days`."""
    now = the_office().clock.now()
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        tried, unfit = _tried(session, profile, now)
        facts = _facts(session, profile, now)
    if tried and tried.named:
        viewed.write_down(f"customer:{tried.named}")
    shown = {
        "week": hours_shown.week_fields(profile.tables),
        "always": profile.hours.always,
        "was_always": profile.hours.always,
        "days": _days_asked_for(facts["own_days"]),
        "at": request.args.get("at") or f"{now.astimezone(profile.zone):%Y-%m-%dT%H:%M}",
    } | typed
    told = {"tried": tried, "unfit": unfit, "problems": faults or {}, "refused": refused, "names": written.NAMES}
    body = framed("hours.html", local=local, clock=written.clock_of(profile.zone), **facts, **shown, **told)
    return make_response(body, 422 if faults or unfit else 200)


def _facts(session: Session, profile: Profile, now: datetime) -> dict[str, Any]:
    """What the page tells, whatever was typed."""
    hours, tables, today = profile.hours, profile.tables, now.astimezone(profile.zone).date()
    many, owed = hours_owed.outside_hours(session, profile, the_viewer().teams, now)
    return {
        "standing": hours_shown.standing(hours, now),
        "promised_now": tryout.promised_now(profile, now),
        "next_change": hours_shown.next_change(hours, tables, today),
        "bars": dict(zip(DAYS, hours_shown.week_bars(hours), strict=True)),
        "saved_week": hours_shown.week_words(tables),
        "holidays": hours_shown.holidays(hours, tables, today),
        "own_days": hours_shown.own_days(hours, tables, today),
        "clock_changes": hours_shown.clock_changes(hours, now),
        "coverage": hours_coverage.week(session, profile, now),
        "owed": owed,
        "owed_in_all": many,
        "changes": changing.shown(session, TABLES) if _may_change() else (),
        "from_file": _from_file(session),
        "country": settings_countries.with_article(settings_countries.home(profile.country, profile.subdivision)),
        "has_parts": public_holidays.has_parts(profile.country) and not profile.subdivision,
    }


def _tried(session: Session, profile: Profile, now: datetime) -> tuple[Tried | None, UnfitError | None]:
    """What happens at the time that the address names; a caller's number is for managers to name, and a look at that customer."""
    if "at" not in request.args:
        return None, None
    at, phone = request.args["at"].strip(), request.args.get("phone", "").strip() if _may_change() else ""
    try:
        return tryout.tried(session, profile, phone, at, now), None
    except UnfitError as error:
        return None, error


def _days_asked_for(own_days: Iterable[OwnDays]) -> Typed:
    """The form of special days: empty, or with those that begin on the date that the address names."""
    wanted = request.args.get("day")
    for each in own_days:
        if each.first.isoformat() == wanted:
            return hours_days.typed_from(each.first, each.last, each.entry, each.shown)
    return Typed()


def _from_file(session: Session) -> tuple[str, list[int]] | None:
    """The file that the week stands in, and the lines of the days that are as it says."""
    found = [*changes.from_file(session, [f"hours.{day}" for day in (*DAYS, "always")]).values()]
    return (found[0][0], [line for _, line in found]) if found else None


def _texts(names: Iterable[str]) -> tuple[dict[str, str], Faults]:
    """Fields as they were typed, and what is wrong with those that cannot even be looked at."""
    texts, faults = {}, {}
    for name in names:
        try:
            texts[name] = form.text(name, LONGEST) or ""
        except NotPossible as no:
            texts[name], faults[name.removeprefix("was-")] = request.form.get(name, "")[:LONGEST], str(no)
    return texts, faults


def _may_change() -> bool:
    return the_viewer().role == MANAGER


def _profile() -> Profile:
    with the_office().database.reading() as session:
        return the_office().business(session)


def _today() -> date:
    return local(the_office().clock.now()).date()


def _back(where: str) -> Response:
    """To what was changed, or to the promises that were told to fall in closed time. Without a place, browsers would keep the one of the form's address."""
    return redirect(url_for("pages.hours", _anchor="owed" if g.get("told_of_owed") else where), 303)
