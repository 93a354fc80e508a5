"""The rows behind a figure of the report: which calls or call-backs it counts, as a plain table. Reads names by lists, never row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from callbacks import figures as owed
from callbacks.tables import Callback
from console import known, wording
from console.promises_sums import MOST_BEHIND
from office import people
from office.profile import Profile
from voice import figures as called
from voice.calls import SPOKE
from voice.tables import Call

TITLES = {
    owed.DUE: "Promises whose time came",
    owed.KEPT: "Promises kept",
    owed.LATE: "Promises not kept in time",
    owed.SPOKEN: "Customers we spoke with",
    owed.CALLED: "Customers reached by a call-back",
    called.OPEN: "Calls in open hours",
    called.ANSWERED: "Calls that a person answered",
    called.LOST: "Calls missed in open hours",
    called.SHUT: "Calls missed while we were closed",
    called.TAKEN: "Calls that were taken",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A call or a call-back; `callback_id` where its page is, None for a call that led to none. `by` is a person on the staff."""

    at: datetime
    who: str
    number: str | None
    team: str
    what: str
    by: str
    callback_id: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """A table: what its times are, what one of its rows is, its rows, and whether there are more than it has room for."""

    times: str
    one: str
    rows: tuple[Row, ...]
    more: bool
    with_people: bool

    @property
    def counted(self) -> str:
        """How many there are, as a sentence begins: "Eleven promises"."""
        many = len(self.rows)
        return f"{f'The first {many}' if self.more else wording.small(many)} {self.one}{'' if many == 1 else 's'}"


def of_promises(session: Session, rows: Sequence[Callback], profile: Profile, *, with_people: bool) -> Behind:
    """Call-backs by their promised time."""
    shown = rows[:MOST_BEHIND]
    names, teams = known.names(session, shown), people.team_names(session)
    told = (_promise(row, names, teams, profile, with_people=with_people) for row in shown)
    return Behind("Promised by", "promise", tuple(told), len(rows) > MOST_BEHIND, with_people)


def of_calls(session: Session, rows: Sequence[Call], profile: Profile, *, with_people: bool) -> Behind:
    """Calls by when they began."""
    shown = rows[:MOST_BEHIND]
    about, teams = known.about_calls(session, shown), people.team_names(session)
    told = (_call(row, about, teams, profile, with_people=with_people) for row in shown)
    return Behind("Rang at", "call", tuple(told), len(rows) > MOST_BEHIND, with_people)


def _promise(
    row: Callback, names: Mapping[str, str], teams: Mapping[int, str], profile: Profile, *, with_people: bool
) -> Row:  # fmt: skip
    in_time = row.spoke_at is not None and row.spoke_at <= row.promised_by
    waited = "" if row.spoke_at is None else f", {wording.length(row.spoke_at - row.missed_at)} after they rang"
    who, number = _who(known.called(row, names), row.phone, profile)
    by = wording.legible(row.owner or "") if with_people else ""
    team = teams.get(row.team_id, "") if row.team_id else ""
    return Row(row.promised_by, who, number, team, wording.kept(row, in_time=in_time) + waited, by, row.id)


def _call(
    row: Call, about: known.AboutCalls, teams: Mapping[int, str], profile: Profile, *, with_people: bool
) -> Row:  # fmt: skip
    who, number = _who(about.names.get(row.phone) if row.phone else None, row.phone, profile)
    by = about.staff.get(row.answered_by, "") if row.answered_by and with_people else ""
    what = "Answered by a person" if row.outcome == SPOKE else f"Missed: {row.missed_because or 'nobody answered'}"
    team = teams.get(row.team_id, "") if row.team_id else ""
    return Row(row.started_at, who, number, team, what, by, about.callbacks.get(row.sid))


def _who(name: str | None, phone: str | None, profile: Profile) -> tuple[str, str | None]:
    number = wording.number(phone, profile.country) if phone else wording.WITHHELD
    return (wording.legible(name), number) if name else (number, None)
