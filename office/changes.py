"""Changing the business while it works: from the console, or by importing its file again. Every change is kept, with who and what, and can be undone.

The business is one set of tables, as a business.toml has them. Whoever changes it gets a copy to edit, and what comes of it is checked
as a file would be. An entry that stays in its place with another phone or name is the same person or team. Writes; takes a Session, never commits.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from office import audit, people
from office.merging import ENTRIES, Tables, merged
from office.profile import Problem, Profile, ProfileError
from office.profile.checks import EVERYONE
from office.tables import Business, BusinessChange, Pin, Staff, StaffTeam, Team

EVERYBODY = select(Staff.id).order_by(Staff.id).with_for_update(key_share=True)
MANAGERS_PHONE = "Alerts go to this phone. Write another one as the manager’s first, where the business is set."

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
    business = _held(session)
    tables = deepcopy(business.tables)
    edit(tables)
    return _keep(session, business, tables, by=by, said=said, now=now)


def undo(session: Session, change_id: int, *, by: str, now: datetime) -> BusinessChange | None:
    """Put back what a change changed. Raises UndoError when it was undone, or changed again since; ProfileError when it no longer holds together."""
    business = _held(session)
    row = session.get(BusinessChange, change_id)
    if row is None:
        raise UndoError("There is no such change.")
    if session.scalar(select(BusinessChange.id).where(BusinessChange.undoes_id == change_id)):
        raise UndoError("That was undone already.")
    if any(business.tables.get(name) != table for name, table in row.after.items()):
        raise UndoError("It has been changed again since. Undo that first, or write the value you want.")
    tables = {name: table for name, table in (business.tables | row.before).items() if table is not None}
    _check_undo(session, business.tables, tables)
    return _keep(session, business, tables, by=by, said=f"Undone: {row.said}", now=now, undoes_id=change_id)


def _check_undo(session: Session, now: Tables, then: Tables) -> None:
    """Raises UndoError for what one press must not do: ring more countries, or make a second person of one who left."""
    holds, becomes = (Profile.from_tables(tables).callbacks.allowed_countries for tables in (now, then))
    if becomes - holds:
        raise UndoError("That would ring more countries again. Change it where call-backs are set, please.")
    here = {*_listed(now, "staff"), *_renamed(now, then, "staff").values()}
    back = {each["phone"]: each["name"].casefold() for each in then.get("staff", []) if each["phone"] not in here}
    holders = session.execute(select(Staff.phone, Staff.name).where(Staff.phone.in_(back))).all()
    if {phone for phone, name in holders if name.casefold() == back[phone]} != back.keys():
        raise UndoError("Somebody else has had that number since. Bring them back from the page of people, please.")


def take_in(session: Session, imported: Profile, *, file: str, lines: dict[str, int], by: str, now: datetime) -> bool:
    """A file's business, with what was changed here since the same was last imported; whether anything became different.

    What the file says as it did the last time stays as somebody has changed it meanwhile; what the file says anew holds, but for
    what was taken away here: that stays away. Nobody is removed.
    """
    business = hold(session)
    source = {"file": file, "tables": imported.tables, "lines": lines}
    if business is None:
        people.save_business(session, imported)
        session.flush()
        session.get_one(Business, 1).imported = source
        return True
    version, last = business.version, (business.imported or {"tables": business.tables})["tables"]
    tables = merged(last, deepcopy(business.tables), deepcopy(imported.tables))
    _keep(session, business, tables, by=by, said=f"Imported from {file}", now=now)
    people.save_business(session, Profile.from_tables(tables))
    business.imported = source
    return business.version != version


def history(session: Session, tables: Sequence[str] | None = None, most: int = 20) -> list[BusinessChange]:
    """The newest changes, of any of these tables ("promise"), else of all; newest first."""
    query = select(BusinessChange).order_by(BusinessChange.id.desc()).limit(most)
    if tables is not None:
        sides = (BusinessChange.before, BusinessChange.after)
        query = query.where(or_(*(side[name].as_string().is_not(None) for name in tables for side in sides)))
    return list(session.scalars(query))


def undone(session: Session, rows: Sequence[BusinessChange]) -> frozenset[int]:
    """Which of these were undone."""
    ids = [row.id for row in rows]
    return frozenset(session.scalars(select(BusinessChange.undoes_id).where(BusinessChange.undoes_id.in_(ids))))


def from_file(session: Session, keys: Iterable[str]) -> dict[str, tuple[str, int]]:
    """File and line of each value that holds now ("promise.within") as the file that was last imported says it; without those that it doesn't say."""
    business = session.get(Business, 1)
    if business is None or business.imported is None:
        return {}
    file, said, lines = (business.imported[part] for part in ("file", "tables", "lines"))
    as_said = (key for key in keys if key in lines and _value(said, key) == _value(business.tables, key))
    return {key: (file, lines[key]) for key in as_said}


def _value(tables: Tables, key: str) -> Any:
    table, _, name = key.partition(".")
    return tables.get(table, {}).get(name)


def hold(session: Session) -> Business | None:
    """The business and its people, held until the transaction ends; None before the first import.

    People first: most turns that take somebody off duty, or claim for them, have them before the business and before
    call-backs. Not all: how a customer's phone went down is written into its call-back before whoever rang it is let go.
    """
    session.execute(EVERYBODY)
    return session.get(Business, 1, with_for_update=True, populate_existing=True)


def _held(session: Session) -> Business:
    business = hold(session)
    if business is None:
        raise LookupError("there is no business to change yet")
    return business


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
    phones, teams = _renamed(before, tables, "staff"), _renamed(before, tables, "team")
    people.rename(session, phones, teams)
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
    left = _gone(before, after, "staff")
    if after["business"]["manager_phone"] in left:
        raise ProfileError((Problem("change", None, "name", MANAGERS_PHONE),))
    gone = select(Staff.id).where(Staff.phone.in_(left)).scalar_subquery()
    session.execute(delete(StaffTeam).where(StaffTeam.staff_id.in_(gone)))
    session.execute(update(Staff).where(Staff.phone.in_(left)).values(left_at=now, on_duty=False, away_until=None))
    managers = after["business"]["manager_phone"]
    if managers != before["business"]["manager_phone"]:
        of_leaver = select(Staff.phone).where(Staff.phone == managers, Staff.left_at.is_not(None))
        session.execute(delete(Pin).where(Pin.phone.in_(of_leaver)))
    closed = _gone(before, after, "team")
    session.execute(update(Team).where(Team.name.in_(closed)).values(closed_at=now))


def _gone(before: Tables, after: Tables, table: str) -> set[str]:
    """Who was written down and is no longer, but for those who only go on under something else."""
    return {*_listed(before, table)} - {*_listed(after, table)} - _renamed(before, after, table).keys()


def _renamed(before: Tables, after: Tables, table: str) -> dict[str, str]:
    """What the entries that stay in their places were, and are now."""
    was, became = _listed(before, table), _listed(after, table)
    pairs = zip(was, became, strict=True) if len(was) == len(became) else ()
    return {old: new for old, new in pairs if old not in became and new not in was}


def _listed(tables: Tables, table: str) -> list[str]:
    """What tells the entries of a table apart, in their order; a business that writes down no team has one."""
    listed = [entry[ENTRIES[table]] for entry in tables.get(table) or []]
    return listed or ([EVERYONE] if table == "team" else [])
