"""A file that is imported again, and what was changed here since it was last: which of the two holds, key by key. Pure."""

from typing import Any

from office.profile.checks import EVERYONE

Tables = dict[str, Any]
"""What a business.toml says, as JSON can hold it: {"promise": {"within": "2h"}, "staff": [{"name": …}], …}; what is left out is left out here too."""

ENTRIES = {"team": "name", "staff": "phone", "special_day": "date", "webhook": "url"}
"""The tables that there are several of, and what tells one from another."""

NOBODY_REMOVED = frozenset({"team", "staff"})
"""What a file says no more stays here: an import removes nobody."""


def merged(last: Tables, now: Tables, new: Tables) -> Tables:
    """The tables of a file that said `last` and says `new`, where `now` holds."""
    merged = {name: _table(name, last.get(name), now.get(name), new.get(name)) for name in {**new, **now}}
    _settle(merged, now, new)
    return {name: table for name, table in merged.items() if table is not None}


def _settle(merged: Tables, now: Tables, new: Tables) -> None:
    """Whom the file no longer names stays in the teams that they are in; a menu key is the team's that the file gives it to."""
    mine = [team["name"] for team in now.get("team", [])] or [EVERYONE]
    stays = [each for each in merged.get("staff") or [] if each["phone"] not in _named(new, "staff", "phone")]
    teams = merged.get("team") or []
    if stays and [team["name"] for team in teams] != mine:
        for each in stays:
            each.setdefault("teams", list(mine))
        if mine == [EVERYONE] and EVERYONE not in _named(merged, "team", "name"):
            merged["team"] = [*teams, {"name": EVERYONE}]
    given = {team["key"]: team["name"] for team in new.get("team", []) if "key" in team}
    for team in teams:
        if given.get(team.get("key", ""), team["name"]) != team["name"]:
            del team["key"]


def _table(name: str, last: Any, now: Any, new: Any) -> Any:
    if name not in ENTRIES:
        return _keys(last or {}, now or {}, new or {}) or None
    key = ENTRIES[name]
    was, holds, said = ({entry[key]: entry for entry in table or []} for table in (last, now, new))
    stays = {each: entry for each, entry in holds.items() if name in NOBODY_REMOVED or each not in was}
    gone = was.keys() - holds.keys()  # taken away here: nobody comes back because a line about them was mended
    kept = {each: _entry(was.get(each), holds.get(each), entry) for each, entry in said.items() if each not in gone}
    return [entry for entry in (stays | kept).values() if entry is not None] or None


def _entry(last: Any, now: Any, new: Any) -> Any:
    """An entry that the file has: as it says, but for what was changed here and stands in the file as before."""
    return new if last is None or now is None else _keys(last, now, new)


def _keys(last: Tables, now: Tables, new: Tables) -> Tables:
    kept = {key: now.get(key) if new.get(key) == last.get(key) else new.get(key) for key in {**new, **now}}
    return {key: value for key, value in kept.items() if value is not None}


def _named(tables: Tables, table: str, key: str) -> set[str]:
    return {entry[key] for entry in tables.get(table) or []}
