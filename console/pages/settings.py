"""Settings: an overview in plain sentences, and a page for each form of them. For managers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import changing
from console.access import the_office
from console.framed import framed, local, profile
from console.settings import countries as settings_countries
from console.settings import effect as settings_effect
from console.settings import kept as settings_kept
from console.settings import kinds as settings_kinds
from console.settings import refused as settings_refused
from console.settings import said as settings_said
from console.settings import typed as settings_typed
from console.settings.forms import BUSINESS, FORMS, Form, Setting
from console.settings.typed import Typed
from office import changes
from office.profile import Profile, PromisePolicy

OTHERS = ", ".join(name for name in FORMS if name != BUSINESS.name)


@dataclass(frozen=True, slots=True)
class Field:
    """A setting as its form shows it; `was` is what it held at first, `file` where its value stands."""

    setting: Setting
    value: str
    was: str | None = None
    fault: str | None = None
    file: tuple[str, int] | None = None


def add_to(pages: Blueprint) -> None:
    """Give the pages the settings. The business has a module of its own: it may be made there."""
    pages.add_url_rule("/settings", view_func=settings)
    pages.add_url_rule(f"/settings/<any({OTHERS}):name>", view_func=one_setting)
    pages.add_url_rule(f"/settings/<any({OTHERS}):name>", view_func=save_setting, methods=["POST"])


def settings() -> str:
    """Every form with what holds, in a sentence."""
    known = profile()
    cards = [(form, settings_said.sentence(form, known)) for form in FORMS.values()] if known else []
    return framed("settings.html", cards=cards, address=address)


def one_setting(name: str) -> Response:
    """The page of one form."""
    return page(FORMS[name])


def save_setting(name: str) -> Response:
    """Keep what was typed."""
    return save(FORMS[name])


def address(form: Form) -> str:
    """The address of a form."""
    return url_for("pages.settings_business") if form is BUSINESS else url_for("pages.one_setting", name=form.name)


def page(form: Form) -> Response:
    """A form as things stand; without a business, the way to make one."""
    known = profile()
    return _shown(form, settings_typed.as_it_is(form, known)) if known else _to_the_business()


def save(form: Form) -> Response:
    """Keep what was typed, unless it is only tried out, or something is wrong: then the same page says what."""
    known = profile()
    if known is None:
        return _to_the_business()
    typed = settings_typed.read(form, request.form, known)
    if "try" in request.form or typed.faults:
        return _shown(form, typed, 422 if typed.faults and "try" not in request.form else 200)
    new = settings_typed.newly_dialled(form, typed, known)
    if new and not _is_sure(new):
        return _shown(form, typed, 422, asks=settings_countries.listed(new))
    said, done = settings_typed.said(form, typed, known), settings_typed.done(form, typed)
    faults = changing.attempt(settings_typed.edit(form, typed), said=said, done=done)
    return _shown(form, replace(typed, faults=faults), 422) if faults else redirect(address(form), 303)


def _is_sure(new: frozenset[str]) -> bool:
    """Whether the names of just these countries were typed once more."""
    try:
        return settings_countries.read_several(request.form.get("sure", "")) == new
    except ValueError:
        return False


def _to_the_business() -> Response:
    return redirect(url_for("pages.settings_business"), 303)


def _shown(form: Form, typed: Typed, status: int = 200, asks: str | None = None) -> Response:
    office = the_office()
    with office.database.reading() as session:
        known = office.business(session)
        more = BESIDE.get(form.name, _nothing)(session, known, typed, office.clock.now())
        history = changing.shown(session, form.tables)
        lines = changes.from_file(session, [setting.key for setting in form.settings])
    fields = [_field(setting, typed, lines) for setting in form.settings]
    lead, others = settings_said.sentence(form, known), others_of(form.settings, typed)
    values = {"form": form, "fields": fields, "lead": lead, "others": others, "asks": asks, "history": history, **more}
    body = framed(
        "settings_form.html", address=address, local=local, faults=typed.faults, zones=settings_kinds.zones(), **values
    )
    return make_response(body, status)


def _field(setting: Setting, typed: Typed, lines: Mapping[str, tuple[str, int]]) -> Field:
    key = setting.key
    return Field(setting, typed.values[key], typed.was[key], typed.faults.get(key), lines.get(key))


def others_of(fields: Iterable[Setting], typed: Typed) -> list[str]:
    """What is wrong, but with none of the fields of a page that has these."""
    here = {setting.key for setting in fields}
    return [fault for key, fault in typed.faults.items() if key not in here]


def _nothing(_: Session, __: Profile, ___: Typed, ____: datetime) -> dict[str, Any]:
    return {}


def _effect(_: Session, known: Profile, typed: Typed, now: datetime) -> dict[str, Any]:
    within = typed.changed.get("promise.within", known.promise.within)
    policy = PromisePolicy(within, typed.changed.get("promise.ceiling", known.promise.ceiling))
    return {"effect": settings_effect.sentences(known.hours, policy, now)}


def _kept(session: Session, known: Profile, _: Typed, now: datetime) -> dict[str, Any]:
    return {"kept": settings_kept.kept(session, known.retention, now)}


def _refused(session: Session, known: Profile, _: Typed, now: datetime) -> dict[str, Any]:
    allowed = settings_countries.listed(known.callbacks.allowed_countries)
    return {"lately": settings_refused.lately(session, known, now), "allowed": allowed}


BESIDE: dict[str, Callable[[Session, Profile, Typed, datetime], dict[str, Any]]] = {
    "promise": _effect,
    "retention": _kept,
    "fraud": _refused,
}
"""What else stands on the page of a form, by its name."""
