"""The business when there is none yet: what has to be known before the first call can be answered. Pure."""

import re
from typing import Any

from werkzeug.datastructures import MultiDict

from console.settings import countries as settings_countries
from console.settings import kinds
from console.settings.forms import BUSINESS, Setting
from console.settings.kinds import Kind
from console.settings.typed import Typed
from office.merging import Tables

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOURS = Kind(lambda typed, _: [span.strip() for span in re.split(r"[,;]", typed) if span.strip()], ", ".join)
OPTIONAL = frozenset({"business.manager_email"})

FIRST = (
    *(setting for setting in BUSINESS.settings if setting.key not in OPTIONAL),
    Setting("hours", "Open from Monday to Friday", "From and to; with a break: 09:00-12:30, 13:30-17:30. Other days and holidays come next.", HOURS),
    Setting("staff[1].name", "Your name", "You’re the first of the people who take calls. Callers may hear your first name.", kinds.TEXT),
    Setting("staff[1].phone", "Your phone", "It rings when a customer does. A mobile is fine.", kinds.PHONE),
)  # fmt: skip
"""What is asked for, in that order."""

BEGINS_WITH = {"business.timezone": "Europe/London", "business.country": "United Kingdom", "hours": "09:00-17:30"}
EMPTY = Typed({setting.key: BEGINS_WITH.get(setting.key, "") for setting in FIRST}, {})
"""The form before anybody types."""


def read(sent: "MultiDict[str, str]") -> Typed:
    """What was typed, with the faults that show by themselves."""
    typed = Typed({setting.key: sent.get(setting.key, "")[:1000] for setting in FIRST}, {})
    try:
        region = settings_countries.read_home(typed.values["business.country"]).partition("-")[0]
    except ValueError:
        region = "GB"  # told beside the country; numbers with their + are read all the same
    for setting in FIRST:
        try:
            typed.changed[setting.key] = setting.kind.read(typed.values[setting.key], region)
        except ValueError as error:
            typed.faults[setting.key] = str(error)
    return typed


def tables(typed: Typed, email: str | None) -> Tables:
    """The business that was typed, as business.toml has it; `email` is of whoever typed it."""
    person = {"name": typed.changed["staff[1].name"], "phone": typed.changed["staff[1].phone"]}
    return {
        "business": _filled({name: typed.changed.get(f"business.{name}") for name in _names()}),
        "hours": dict.fromkeys(WEEKDAYS, typed.changed["hours"]),
        "staff": [_filled({**person, "role": "manager", "email": email})],
    }


def at_its_field(faults: dict[str, str]) -> dict[str, str]:
    """The faults of the five days are told beside the one field that they come from."""
    return {key.partition(".")[0] if key.startswith("hours") else key: told for key, told in faults.items()}


def _names() -> list[str]:
    return [setting.key.partition(".")[2] for setting in FIRST if setting.key.startswith("business.")]


def _filled(entries: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value is not None}
