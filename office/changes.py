"""Changing the business while it works: from the console, or by importing its file again. Every change is kept, with who and what, and can be undone.

The business is one set of tables, as a business.toml has them. Whoever changes it gets a copy to edit, and what comes of it is checked
as a file would be. Writes; takes a Session, never commits.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office import audit, people
from office.profile import Profile
from office.profile.checks import EVERYONE
from office.tables import Business, BusinessChange, Staff, StaffTeam, Team

Tables = dict[str, Any]
"""What a business.toml says, as JSON can hold it: {"promise": {"within": "2h"}, "staff": [{"name": …}], …}; what is left out is left out here too."""

LONGEST_SAID = 500
"""Characters."""


class UndoError(Exception):
    """The change cannot be undone; the text says why, as a sentence for whoever asked."""


def change(
    session: Session, edit: Callable[[Tables], None], *, by: str, said: str, now: datetime
) -> BusinessChange | None:
    """The business as `edit` leaves its tables, kept for everybody from the next turn on. `said` tells it in words ("within: 2h, was 1h").

    Raises ProfileError, with problems by key ("promise.within", "staff[2].phone"), when it does not hold together: let the transaction go then.
    None when that changes nothing: it leaves no trace. Two at once go one after the other.
    """
    business = _locked(session)
    tables = deepcopy(business.tables)
    edit(tables)
    return _keep(session, business, tables, by=by, said=said, now=now)


def undo(session: Session, change_id: int, *, by: str, now: datetime) -> BusinessChange | None:
    """Put back what a change changed. Raises UndoError when it was undone, or changed again since; ProfileError when it no longer holds together."""
    business = _locked(session)
    row = session.get(BusinessChange, change_id)
    if row is None:
        raise UndoError("There is no such change.")
    if session.scalar(select(BusinessChange.id).where(BusinessChange.undoes_id == change_id)):
        raise UndoError("That was undone already.")
    if any(business.tables.get(name) != table for name, table in row.after.items()):
        raise UndoError("It has been changed again since. Undo that first, or write the value you want.")
    tables = {name: table for name, table in (business.tables | row.before).items() if table is not None}
    return _keep(session, business, tables, by=by, said=f"Undone: {row.said}", now=now, undoes_id=change_id)


def take_in(session: Session, imported: Profile, *, file: str, lines: dict[str, int], by: str, now: datetime) -> bool:
    """A file's business, with what was changed here since the same was last imported; whether anything became different.

    What the file says as it did the last time stays as somebody has changed it meanwhile; what the file says anew holds. Nobody is removed.
    """
    business = session.get(Business, 1, with_for_update=True)
    source = {"file": file, "tables": imported.tables, "lines": lines}
    if business is None:
        people.save_business(session, imported)
        session.flush()
        session.get_one(Business, 1).imported = source
        return True
    version, last = business.version, (business.imported or {"tables": business.tables})["tables"]
    tables = _merged(last, deepcopy(business.tables), deepcopy(imported.tables))
    _keep(session, business, tables, by=by, said=f"Imported from {file}", now=now)
    people.save_business(session, Profile.from_tables(tables))
    business.imported = source
    return business.version != version


def history(session: Session, tables: Sequence[str] | None = None, most: int = 20) -> list[BusinessChange]:
    """The newest changes, of any of these tables ("promise"), else of all; newest first."""
    newest = session.scalars(select(BusinessChange).order_by(BusinessChange.id.desc()).limit(500))
    return [row for row in newest if tables is None or not row.after.keys().isdisjoint(tables)][:most]


def undone(session: Session, rows: Sequence[BusinessChange]) -> frozenset[int]:
    """Which of these were undone."""
    ids = [row.id for row in rows]
    return frozenset(session.scalars(select(BusinessChange.undoes_id).where(BusinessChange.undoes_id.in_(ids))))


def from_file(session: Session, key: str) -> tuple[str, int] | None:
    """File and line of the value that holds now ("promise.within"); None: it is not what the last imported file says, or it says nothing about it."""
    business = session.get(Business, 1)
    if business is None or business.imported is None:
        return None
    table, _, name = key.partition(".")
    said, holds = business.imported["tables"].get(table, {}), business.tables.get(table, {})
    line = business.imported["lines"].get(key)
    if line is None or not isinstance(said, dict) or said.get(name) != holds.get(name):
        return None
    return business.imported["file"], line


def _locked(session: Session) -> Business:
    return session.get_one(Business, 1, with_for_update=True, populate_existing=True)


def _keep(
    session: Session,
    business: Business,
    tables: Tables,
    *,
    by: str,
    said: str,
    now: datetime,
    undoes_id: int | None = None,
) -> BusinessChange | None:
    before, profile = business.tables, Profile.from_tables(tables)
    changed = [name for name in {**before, **tables} if before.get(name) != tables.get(name)]
    if not changed:
        return None
    people.save_business(session, profile)
    _let_go(session, before, tables, now)
    was, became = ({name: source.get(name) for name in changed} for source in (before, tables))
    row = BusinessChange(at=now, by=by, said=said[:LONGEST_SAID], before=was, after=became, undoes_id=undoes_id)
    session.add(row)
    audit.write(session, by=by, action="changed", about="business", now=now, detail=row.said)
    session.flush()
    return row


def _let_go(session: Session, before: Tables, after: Tables, now: datetime) -> None:
    """Who is no longer written down has left, and is rung for nothing more; a team no longer written down is closed."""
    left = _named(before, "staff", "phone") - _named(after, "staff", "phone")
    gone = select(Staff.id).where(Staff.phone.in_(left)).scalar_subquery()
    session.execute(update(Staff).where(Staff.phone.in_(left)).values(left_at=now, on_duty=False, away_until=None))
    for row in session.scalars(select(StaffTeam).where(StaffTeam.staff_id.in_(gone))):
        session.delete(row)
    closed = _named(before, "team", "name") - _named(after, "team", "name")
    session.execute(update(Team).where(Team.name.in_(closed)).values(closed_at=now))


def _named(tables: Tables, table: str, key: str) -> set[str]:
    return {entry[key] for entry in tables.get(table) or []}


ENTRIES = {"team": "name", "staff": "phone", "special_day": "date", "webhook": "url"}
"""The tables that there are several of, and what tells one from another."""

NOBODY_REMOVED = frozenset({"team", "staff"})
"""What a file says no more stays here: an import removes nobody."""


def _merged(last: Tables, now: Tables, new: Tables) -> Tables:
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
    taken = {team.get("key") for team in new.get("team", [])} - {None}
    for team in teams:
        if team["name"] not in _named(new, "team", "name") and team.get("key") in taken:
            del team["key"]


def _table(name: str, last: Any, now: Any, new: Any) -> Any:
    if name not in ENTRIES:
        return _keys(last or {}, now or {}, new or {}) or None
    key = ENTRIES[name]
    was, holds, said = ({entry[key]: entry for entry in table or []} for table in (last, now, new))
    stays = {each: entry for each, entry in holds.items() if name in NOBODY_REMOVED or each not in was}
    kept = {each: _entry(was.get(each), holds.get(each), entry) for each, entry in said.items()}
    return [entry for entry in (stays | kept).values() if entry is not None] or None


def _entry(last: Any, now: Any, new: Any) -> Any:
    """An entry that the file has: as it says, but for what was changed here and stands in the file as before."""
    if last is None or now is None:
        return now if new == last else new
    return _keys(last, now, new)


def _keys(last: Tables, now: Tables, new: Tables) -> Tables:
    kept = {key: now.get(key) if new.get(key) == last.get(key) else new.get(key) for key in {**new, **now}}
    return {key: value for key, value in kept.items() if value is not None}
