"""Reading a business.toml's tables against what may stand in them, and noting every problem on the way.

Each table is a list of keys, how to read each, and what holds when it is left out. What needs two keys to be wrong
(a number used twice, a team that nobody wrote down) is checked afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from office.hours import HoursError, OpeningHours, SpecialDay
from office.profile import aims, values, voices, webhooks

REQUIRED: Final = object()
EVERYONE = "Everyone"
"""The team of a business that writes down none."""

Values = dict[str, Any]
Finding = tuple[str, str]
"""Key path and what is wrong."""


@dataclass(frozen=True, slots=True)
class Key:
    """How a key's value is read, and what it is when left out."""

    read: Callable[[object], Any]
    default: Any = REQUIRED


BUSINESS = {
    "name": Key(values.words("Harbour Bikes")),
    "phone": Key(values.phone),
    "timezone": Key(values.zone),
    "country": Key(values.country),
    "manager_phone": Key(values.phone),
    "manager_email": Key(values.email, None),
}
KEPT = values.duration_between(timedelta(days=1), values.LONGEST, "180d")
"""How long something is kept."""

POLICIES = {
    "promise": {
        "within": Key(values.duration, timedelta(hours=2)),
        "ceiling": Key(values.duration, timedelta(hours=24)),
    },
    "aims": {
        "kept": Key(values.count(1, 100, 95), 95),
        "answered": Key(values.count(1, 100, 80), 80),
        "call_back": Key(aims.CALL_BACK, None),
    },
    "ringing": {
        "patience": Key(
            values.duration_between(timedelta(seconds=5), timedelta(seconds=60), "20s"), timedelta(seconds=20)
        ),
        "rounds": Key(values.count(1, 10, 2), 2),
        "rest_after": Key(values.duration, timedelta(seconds=20)),
        "off_after_misses": Key(values.count(0, 100, 3), 3),
        "keep_free": Key(values.count(0, 100, 1), 1),
    },
    "holding": {
        "longest": Key(
            values.duration_between(timedelta(minutes=1), timedelta(minutes=60), "10m"), timedelta(minutes=10)
        ),
        "music": Key(values.audio_file, None),
    },
    "callbacks": {
        "first_try_after": Key(values.duration, timedelta(minutes=1)),
        "retry_after": Key(values.durations, (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))),
        "remind_before": Key(values.duration, timedelta(minutes=30)),
        "claim_for": Key(
            values.duration_between(timedelta(minutes=1), timedelta(hours=24), "30m"), timedelta(minutes=30)
        ),
        "allowed_countries": Key(values.countries, None),
    },
    "guard": {
        "number_per_day": Key(values.count(1, 1000, 6), 6),
        "house_per_hour": Key(values.count(1, 1_000_000, 120), 120),
        "house_per_day": Key(values.count(1, 1_000_000, 1000), 1000),
        "minutes_per_day": Key(values.count(1, 1_000_000, 600), 600),
        "calls_per_second": Key(values.rate(100, 1.0), 1.0),
    },
    "alerts": {"by": Key(values.ways, ("text",))},
    "texts": {"customers": Key(values.yes_or_no, True)},
    "recording": {
        "notice": Key(values.words("This call may be recorded."), None),
        "delete_at_carrier": Key(values.yes_or_no, False),
    },
    "words": {
        "engines": Key(values.some_of("whisper", "carrier", "http"), ("whisper",)),
        "language": Key(values.two_letters("en"), None),
        "urgent": Key(values.names_like("emergency"), None),
        "complaint": Key(values.names_like("not happy"), None),
    },
    "retention": {
        "recordings": Key(KEPT, timedelta(days=180)),
        "words": Key(KEPT, timedelta(days=366)),
        "texts": Key(KEPT, timedelta(days=366)),
        "deliveries": Key(KEPT, timedelta(days=30)),
    },
}
TEAM = {
    "name": Key(values.words("Workshop")),
    "key": Key(values.menu_key, None),
    "strategy": Key(values.choice("longest-idle", "all-at-once", "in-turn"), "longest-idle"),
}
STAFF = {
    "name": Key(values.words("Priya Shah")),
    "phone": Key(values.phone),
    "teams": Key(values.names, ()),
    "role": Key(values.choice("staff", "manager"), "staff"),
    "email": Key(values.email, None),
    "notices": Key(values.choice("text", "mail", "none"), "text"),
}
SPECIAL_DAY = {
    "date": Key(values.calendar_date),
    "name": Key(values.words("Christmas Eve"), None),
    "open": Key(values.day_hours),
}
VOICE = {
    "name": Key(voices.voice_name, None),
    "language": Key(voices.language, None),
    "greeting": Key(values.audio_file, None),
}
WEBHOOK = {
    "url": Key(webhooks.url),
    "events": Key(webhooks.events, frozenset(webhooks.EVENTS)),
}
TABLES = ("business", "voice", "hours", "special_day", *POLICIES, "team", "staff", "webhook")


def check(tables: Mapping[str, Any]) -> tuple[Values, list[Finding]]:
    """The values of all tables, whole when the list of problems is empty.

    The values are "business", "voice", "hours" (OpeningHours), one dict for each policy table, "team", "staff" and "webhook" (lists).
    """
    found = [(key, f"unknown table; {values.nearest(key, TABLES)}") for key in tables if key not in TABLES]
    read: Values = {"business": _table(tables.get("business", {}), BUSINESS, "business", found)}
    read["voice"] = _voice(tables.get("voice", {}), read["business"], found)
    special = _entries(tables.get("special_day", []), SPECIAL_DAY, "special_day", found)
    _check_twice(special, "special_day", "date", "each date stands once", found)
    read["hours"] = _hours(tables.get("hours"), special, read["business"], found)
    read |= {name: _table(tables.get(name, {}), keys, name, found) for name, keys in POLICIES.items()}
    read |= {
        "team": _entries(tables.get("team", []), TEAM, "team", found) or [{"name": EVERYONE} | _defaults(TEAM)],
        "staff": _entries(tables.get("staff", []), STAFF, "staff", found),
        "webhook": _entries(tables.get("webhook", []), WEBHOOK, "webhook", found),
    }
    _check_manager(read["business"], found)
    _check_alerts(read, found)
    _check_teams(read["team"], found)
    _check_staff(read, found)
    _check_notices(read["staff"], found)
    _check_webhooks(read["webhook"], found)
    if not any(key.startswith("team") for key, _ in found):
        _settle_teams(read, found)
    return read, found


def _table(table: object, keys: Mapping[str, Key], where: str, found: list[Finding]) -> Values:
    """The table's values; a key with a problem is left out and its problem noted."""
    if not isinstance(table, dict):
        found.append((where, f"must be a table; write for example [{where.partition('[')[0]}] and its keys below"))
        return {}
    found += [(f"{where}.{key}", f"unknown key; {values.nearest(key, keys)}") for key in table if key not in keys]
    read = _defaults(keys)
    for name, key in keys.items():
        try:
            if name in table or key.default is REQUIRED:
                read[name] = key.read(table.get(name))
        except ValueError as error:
            what = str(error) if name in table else f"is missing: {error}"
            found.append((f"{where}.{name}", what))
            read.pop(name, None)
    return read


def _defaults(keys: Mapping[str, Key]) -> Values:
    return {name: key.default for name, key in keys.items() if key.default is not REQUIRED}


def _entries(
    entries: object,
    keys: Mapping[str, Key],
    where: Literal["team", "staff", "special_day", "webhook"],
    found: list[Finding],
) -> list[Values]:
    if not isinstance(entries, list):
        found.append((where, f"needs two brackets on each side, because there may be several; write [[{where}]]"))
        return []
    return [_table(entry, keys, f"{where}[{number}]", found) for number, entry in enumerate(entries, 1)]


def _voice(table: object, business: Values, found: list[Finding]) -> Values:
    """The voice and its language, settled: left out, the language follows the voice, else the country."""
    read = _table(table, VOICE, "voice", found)
    name, language = read.get("name"), read.get("language")
    if {"name", "language"} <= read.keys() and (wrong := voices.misfit(name, language)):
        found.append((f"voice.{wrong[0]}", wrong[1]))
    own = voices.LANGUAGE_OF[name] if name else voices.spoken_in(business.get("country", ("", None))[0])
    return {"name": name, "language": language or own, "greeting": read.get("greeting")}


def _hours(
    table: object, special: list[Values], business: Values, found: list[Finding]
) -> OpeningHours | None:  # fmt: skip
    if not isinstance(table, dict):
        found.append(("hours", 'is missing: when are you open? Write for example [hours] and mon = ["09:00-17:30"]'))
        return None
    # A wrong zone or country is told where it stands; the days are worth reading all the same.
    country, part = business.get("country", ("GB", None))
    days = [SpecialDay(day["date"], day["open"], day["name"]) for day in special if len(day) == len(SPECIAL_DAY)]
    try:
        return OpeningHours.from_table(table, business.get("timezone", ZoneInfo("UTC")), country, part, days)
    except HoursError as error:
        found += [(f"hours.{key}" if key else "hours", what) for key, what in error.problems]
        return None


def _check_manager(business: Values, found: list[Finding]) -> None:
    if business.get("phone") and business.get("phone") == business.get("manager_phone"):
        what = "is the business's own number, which would ring itself; write the manager's, for example"
        found.append(("business.manager_phone", f'{what} "+447700900101"'))


def _check_alerts(read: Values, found: list[Finding]) -> None:
    """A wrong address is told where it stands."""
    if "mail" in read["alerts"].get("by", ()) and read["business"].get("manager_email", "wrong") is None:
        what = 'mails need business.manager_email; write there for example "manager@example.com"'
        found.append(("alerts.by", what))


def _check_teams(teams: list[Values], found: list[Finding]) -> None:
    for name in ("name", "key"):
        _check_twice(teams, "team", name, "each team needs its own", found)


def _check_notices(staff: list[Values], found: list[Finding]) -> None:
    """Whoever wants mails has an address."""
    for number, person in enumerate(staff, 1):
        if person.get("notices") == "mail" and person.get("email", "wrong") is None:
            what = 'mails need an email of this person; write there for example "priya@example.com"'
            found.append((f"staff[{number}].notices", what))


def _check_staff(read: Values, found: list[Finding]) -> None:
    staff, own = read["staff"], read["business"].get("phone")
    if not staff and not any(key == "staff" for key, _ in found):
        found.append(("staff", 'is missing: nobody to ring; write for example [[staff]] with name = "Priya Shah"'))
    _check_twice(staff, "staff", "phone", "each person needs their own", found)
    for number, person in enumerate(staff, 1):
        if own and person.get("phone") == own:
            what = "is the business's own number, which would ring itself; write the person's, for example"
            found.append((f"staff[{number}].phone", f'{what} "+447700900101"'))


def _check_webhooks(entries: list[Values], found: list[Finding]) -> None:
    _check_twice(entries, "webhook", "url", "each needs its own", found)
    if len(entries) > webhooks.MOST:
        found.append((f"webhook[{webhooks.MOST + 1}]", f"is one too many: {webhooks.MOST} are told at most"))


def _settle_teams(read: Values, found: list[Finding]) -> None:
    """Who names no team belongs to the only one there is."""
    known = [team["name"] for team in read["team"]]
    for number, person in enumerate(read["staff"], 1):
        where, teams = f"staff[{number}].teams", person.get("teams")
        if teams == () and len(known) == 1:
            person["teams"] = tuple(known)
        elif teams == ():
            found.append(
                (where, f'is missing: with several teams each person names theirs, for example ["{known[0]}"]')
            )
        strange = [name for name in teams or () if name not in known]
        found += [(where, f'there is no team "{name}"; {values.nearest(name, known)}') for name in strange]


def _check_twice(entries: list[Values], where: str, name: str, rule: str, found: list[Finding]) -> None:
    """Notes each entry whose `name` an earlier one has; letters large or small are the same."""
    first: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        value = entry.get(name)
        if value is None:
            continue
        earlier = first.setdefault(str(value).casefold(), number)
        if earlier != number:
            found.append((f"{where}[{number}].{name}", f'"{value}" repeats {where}[{earlier}].{name}; {rule}'))
