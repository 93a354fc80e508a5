"""What somebody typed into a page of settings: what it changes, or what is wrong with it, field by field."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from console.settings.forms import Form, Setting
from office.merging import Tables
from office.profile import Profile

WAS = "was-"
"""Before the name of what a field held when the page was shown: who didn't touch it doesn't change it, whoever else did."""

LONGEST = 4000
"""Characters of one field; the words of messages are the longest."""


@dataclass(frozen=True, slots=True)
class Typed:
    """`values` is what stands in each field, `faults` what is wrong by key, `changed` the new value by key (None: left out)."""

    values: dict[str, str]
    was: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)


def as_it_is(form: Form, profile: Profile) -> Typed:
    """The page as it is before anybody types."""
    values = {setting.key: setting.kind.written(setting.now(profile)) for setting in form.settings}
    return Typed(values, values)


def read(form: Form, sent: "MultiDict[str, str]", profile: Profile) -> Typed:
    """What was sent from that page. A field that was not sent stays as it is."""
    now = as_it_is(form, profile)
    typed = Typed(dict(now.values), dict(now.values))
    for setting in form.settings:
        if setting.key in sent or f"{WAS}{setting.key}" in sent:
            _read(setting, sent, profile, typed)
    return typed


def _read(setting: Setting, sent: "MultiDict[str, str]", profile: Profile, typed: Typed) -> None:
    written = " ".join(filter(None, sent.getlist(setting.key))) if setting.options else sent.get(setting.key, "")
    typed.values[setting.key] = written
    typed.was[setting.key] = sent.get(f"{WAS}{setting.key}", typed.was[setting.key])
    if written == sent.get(f"{WAS}{setting.key}"):
        return  # nobody touched it, and a file may hold what no form could read
    try:
        value = _value(setting, written, profile)
    except ValueError as error:
        typed.faults[setting.key] = str(error)
        return
    if value not in (setting.now(profile), _was(setting, typed, profile)):
        typed.changed[setting.key] = value


def _value(setting: Setting, written: str, profile: Profile) -> Any:
    if len(written) > LONGEST:
        raise ValueError(f"That’s too long: {LONGEST} characters have room.")
    return setting.kind.read(written, profile.country)


def _was(setting: Setting, typed: Typed, profile: Profile) -> Any:
    """What the page showed; with nothing readable there, what holds."""
    try:
        return _value(setting, typed.was[setting.key], profile)
    except ValueError:
        return setting.now(profile)


def edit(form: Form, typed: Typed) -> Callable[[Tables], None]:
    """Changes the tables of a business as it was typed."""

    def edited(tables: Tables) -> None:
        for setting in _changed(form, typed):
            _put(tables, setting, typed.changed[setting.key])

    return edited


def _put(tables: Tables, setting: Setting, value: Any) -> None:
    table, _, name = setting.key.partition(".")
    entries = tables.setdefault(table, {})
    filed = None if value is None else setting.kind.filed(value)
    if filed is None:
        entries.pop(name, None)
    else:
        entries[name] = filed
    if not entries:
        del tables[table]


def said(form: Form, typed: Typed, profile: Profile) -> str:
    """The change in words, for the history: "We ring back within: 1 hour, was 2 hours"."""
    return "; ".join(f"{_new(each, typed)}, was {_told(each, each.now(profile))}" for each in _changed(form, typed))


def done(form: Form, typed: Typed) -> str:
    """What is so now, for whoever saved it."""
    changed = _changed(form, typed)
    return f"Saved. {_new(changed[0], typed)}." if len(changed) == 1 else f"Saved: {len(changed)} settings are new."


def _changed(form: Form, typed: Typed) -> list[Setting]:
    return [setting for setting in form.settings if setting.key in typed.changed]


def _new(setting: Setting, typed: Typed) -> str:
    return f"{setting.label}: {_told(setting, typed.changed[setting.key])}"


def _told(setting: Setting, value: Any) -> str:
    if value is None:
        return "left out"
    words = setting.kind.written(value)
    if setting.options:
        called = dict(setting.options)
        words = ", ".join(called.get(word, word).partition(" (")[0].lower() for word in words.split())
    return f"{words[:77]}…" if len(words) > 80 else words or "nothing"


def newly_dialled(form: Form, typed: Typed, profile: Profile) -> frozenset[str]:
    """The countries that we'd ring from now on and don't yet: the business's own, where it names none."""
    tables = deepcopy(profile.tables)
    edit(form, typed)(tables)
    named = tables.get("callbacks", {}).get("allowed_countries")
    return (
        frozenset(named or [str(tables["business"].get("country", profile.country))[:2]])
        - profile.callbacks.allowed_countries
    )
