"""Open promises that fall when we are closed: they stand as they were given, and somebody has to see to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callbacks import queries
from callbacks.tables import Callback
from console import known, wording
from console.hours.written import day_words
from office.hours import OpeningHours
from office.profile import Profile

MOST_READ = 1000
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Owed:
    """A call-back by its id, for whom it is, and by when, in words."""

    id: int
    who: str
    by: str


def outside_hours(
    session: Session, profile: Profile, teams: frozenset[int] | None, now: datetime
) -> tuple[int, list[Owed]]:
    """How many promises to come fall in closed time, and the first of them; `teams` as a viewer has them."""
    open_rows = queries.still_open(session, MOST_READ, teams)
    rows = [row for row in open_rows if row.promised_by > now and not _is_open(profile.hours, row.promised_by)]
    return len(rows), _told(session, rows[:MOST_NAMED], profile, now) if rows else []


def _is_open(hours: OpeningHours, by: datetime) -> bool:
    """Closing time itself is a good time to have rung by."""
    return hours.open_at(by) or hours.open_at(by - timedelta(seconds=1))


def _told(session: Session, rows: Sequence[Callback], profile: Profile, now: datetime) -> list[Owed]:
    names = known.names(session, rows)
    return [Owed(row.id, _who(row, known.called(row, names), profile), _by(row, profile, now)) for row in rows]


def _who(row: Callback, name: str | None, profile: Profile) -> str:
    if name:
        return wording.brief(wording.legible(name))
    return wording.number(row.phone, profile.country) if row.phone else wording.WITHHELD


def _by(row: Callback, profile: Profile, now: datetime) -> str:
    local = row.promised_by.astimezone(profile.zone)
    return f"{day_words(local.date(), now.astimezone(profile.zone).date())}, {local:%H:%M}"
