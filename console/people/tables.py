"""What a page does to the business's tables: somebody comes, changes, leaves; a team opens, changes, closes. Pure, but that they edit what they are given."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from office.merging import Tables
from office.profile.checks import EVERYONE

Edit = Callable[[Tables], None]


@dataclass(frozen=True, slots=True)
class Written:
    """Somebody as a form writes them. `phone` is E.164, or as it was typed when it is no number; None stands for nothing."""

    name: str
    phone: str
    teams: tuple[str, ...]
    role: str
    email: str | None
    notices: str

    @property
    def entry(self) -> Tables:
        """As a business.toml has it."""
        entry = {"name": self.name, "phone": self.phone, "teams": list(self.teams), "role": self.role}
        return (
            entry | {"email": self.email, "notices": self.notices} if self.email else entry | {"notices": self.notices}
        )


def add_person(written: Written) -> Edit:
    """They come last."""

    def edit(tables: Tables) -> None:
        _write_out_teams(tables)
        tables["staff"] = [*tables.get("staff", []), written.entry]

    return edit


def change_person(phone: str, written: Written, changed: Collection[str]) -> Edit:
    """Whoever has that phone is written so, in what was changed and in the same place: they stay who they are."""

    def edit(tables: Tables) -> None:
        if changed:
            _write_out_teams(tables)
            tables["staff"] = _with(tables["staff"], "phone", phone, written.entry, changed)

    return edit


def remove_person(phone: str) -> Edit:
    """They are written down no more."""

    def edit(tables: Tables) -> None:
        tables["staff"] = [each for each in tables["staff"] if each["phone"] != phone]

    return edit


def add_team(name: str, key: str | None, strategy: str) -> Edit:
    """It comes last, and nobody is in it yet."""

    def edit(tables: Tables) -> None:
        _write_out_teams(tables)
        tables["team"] = [*tables["team"], _team(name, key, strategy)]

    return edit


def change_team(was: str, name: str, key: str | None, strategy: str, changed: Collection[str]) -> Edit:
    """The team is written so, in what was changed and in the same place, and its people are in it by its new name."""

    def edit(tables: Tables) -> None:
        if changed:
            _write_out_teams(tables)
            tables["team"] = _with(tables["team"], "name", was, _team(name, key, strategy), changed)
        if "name" in changed:
            _put(tables, was, name)

    return edit


def close_team(name: str, to: str) -> Edit:
    """There is no such team any more, and its people are in the other one."""

    def edit(tables: Tables) -> None:
        _write_out_teams(tables)
        tables["team"] = [each for each in tables["team"] if each["name"] != name]
        _put(tables, name, to)

    return edit


def _with(entries: Sequence[Tables], key: str, which: str, new: Tables, changed: Collection[str]) -> list[Tables]:
    """The entries, where that one has the changed keys as the new one has them, or has them no more."""

    def written(entry: Tables) -> Tables:
        kept = {name: value for name, value in entry.items() if name not in changed}
        return kept | {name: value for name, value in new.items() if name in changed}

    return [written(each) if each[key] == which else each for each in entries]


def _team(name: str, key: str | None, strategy: str) -> Tables:
    return {"name": name, "key": key, "strategy": strategy} if key else {"name": name, "strategy": strategy}


def _write_out_teams(tables: Tables) -> None:
    """What a small file leaves unsaid: the one team that there is, and that everybody is in it."""
    if not tables.get("team"):
        tables["team"] = [{"name": EVERYONE}]
    if len(tables["team"]) == 1:
        for each in tables.get("staff", []):
            each.setdefault("teams", [tables["team"][0]["name"]])


def _put(tables: Tables, team: str, into: str) -> None:
    """Whoever is in the one team is in the other one instead, once."""
    for each in tables.get("staff", []):
        names: Sequence[str] = each.get("teams", [])
        each["teams"] = list(dict.fromkeys(into if name == team else name for name in names))
