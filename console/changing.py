"""A manager's change of the business by a form: tried, kept and told with a way back; or what is wrong, by key, to be shown beside the fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from callbacks import handing_on
from console import logins, toasts
from console.access import the_office, the_viewer
from console.settings import faults as settings_faults
from office import changes
from office.merging import Tables
from office.profile import ProfileError

NOTHING_CHANGED = "Nothing to change: it’s like that already."


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as the history of a page shows it; `may_undo`: it is no undoing itself and was not undone."""

    id: int
    at: datetime
    by: str
    said: str
    was_undone: bool
    may_undo: bool


def attempt(
    edit: Callable[[Tables], None],
    *,
    said: str,
    done: str | Callable[[], str],
    first: Callable[[Session], None] | None = None,
) -> dict[str, str]:
    """Change the business as `edit` does; {} when that holds, else what is wrong by key ("promise.within", "staff[2].phone"), and nothing was changed.

    `said` tells the change in words for the history ("within: 1h, was 2h"), `done` for the person who made it (asked for
    once it holds and something changed, where that depends on it); a toast says that, with Undo.
    `first` is done before it in the same transaction, and not at all when the change does not hold.
    """
    office = the_office()
    try:
        with office.database.transaction() as session:
            now = office.clock.now()
            changes.hold(session)
            with logins.still_managed(session):
                if first is not None:
                    first(session)
                row = changes.change(session, edit, by=the_viewer().name, said=said, now=now)
            handing_on.settle(session, now)
            undo = url_for("pages.undo_change", change_id=row.id) if row else None
    except ProfileError as error:
        return faults(error)
    toasts.told(NOTHING_CHANGED if undo is None else done if isinstance(done, str) else done(), undo)
    return {}


def faults(error: ProfileError) -> dict[str, str]:
    """What is wrong, by key, in sentences for people at a form."""
    return {
        problem.key: settings_faults.plain(problem.key, problem.what) or sentence(problem.what)
        for problem in error.problems
    }


def sentence(what: str) -> str:
    """What is wrong with a value that no form has words of its own for: "must be …" becomes a sentence about it."""
    words = f"It {what}" if what.startswith(("must", "is ", "needs", "lacks")) else what[:1].upper() + what[1:]
    return words if words.endswith((".", "?", "!")) else f"{words}."


def shown(session: Session, tables: Sequence[str]) -> list[Shown]:
    """The newest changes of these tables ("promise", "staff") for the history of a page, newest first."""
    rows = changes.history(session, tables)
    gone = changes.undone(session, rows)
    return [
        Shown(row.id, row.at, row.by, row.said, row.id in gone, row.undoes_id is None and row.id not in gone)
        for row in rows
    ]
