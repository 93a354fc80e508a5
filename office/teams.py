"""The teams as a caller may ask for them. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.database import run
from office.tables import Team

TEAMS = select(Team.id, Team.name, Team.key, Team.strategy).where(Team.closed_at.is_(None)).order_by(Team.id)
LONGEST_IDLE, IN_TURN, ALL_AT_ONCE = "longest-idle", "in-turn", "all-at-once"
"""In what order, or all together, the phones of a team ring."""

KEYS = "123456789"
"""Menu keys: 0 is for anybody, everywhere."""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team; `key` None: the business's file gives it none, or there are more teams than keys."""

    id: int
    name: str
    key: str | None
    strategy: str


def all_teams(session: Session) -> tuple[TeamRow, ...]:
    """Every team in the order of the business's file; those without a key of their own get the free ones in that order."""
    return with_keys([TeamRow(*row) for row in run(session, TEAMS).all()])


def with_keys(teams: Sequence[TeamRow]) -> tuple[TeamRow, ...]:
    """The same teams; who has no key takes the lowest that nobody has."""
    left = iter(key for key in KEYS if key not in {team.key for team in teams})
    return tuple(team if team.key else replace(team, key=next(left, None)) for team in teams)
