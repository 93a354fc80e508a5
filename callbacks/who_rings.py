"""Who rings a customer back: whoever took it, else who should, else who spoke with them last, else the team in its order.

Reads, and holds those who are free until the transaction ends. Nobody is chosen while live callers come first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from callbacks import deadlines, in_time, queries
from callbacks.promise import State
from callbacks.tables import Callback
from office import fair_order, people, teams
from office.people import Person
from office.profile import Profile

CallersWaiting = Callable[[Session, int | None, datetime], int]
"""How many callers wait for a team (None: for anybody) with no phone ringing for them; they come before most promises."""

LastSpokenTo = Callable[[Session, str | None, datetime], int | None]
"""Which of the staff spoke with that number last, and not too long ago to remember it."""


def nobody_waits(session: Session, team_id: int | None, now: datetime) -> int:  # noqa: ARG001 - a CallersWaiting
    """For a house without a queue."""
    return 0


def nobody_spoke(session: Session, phone: str | None, now: datetime) -> int | None:  # noqa: ARG001 - a LastSpokenTo
    """For a house that remembers no calls."""
    return None


@dataclass(frozen=True, slots=True)
class Calls:
    """What the customers' calls have to say about who rings."""

    waiting: CallersWaiting = nobody_waits
    spoke: LastSpokenTo = nobody_spoke


NO_CALLS = Calls()


def who(session: Session, callback: Callback, profile: Profile, calls: Calls, now: datetime) -> Person | None:
    """Whose phone rings for it now, held; None: nobody's yet. Whoever took it is waited for while they are not free."""
    theirs = callback.state == State.CLAIMED.value
    free = people.free(
        session, now, None if theirs else callback.team_id, hold=True, in_turn=_in_turn(session, callback)
    )
    # Those who took it may be of another team, whose people this promise leaves alone.
    team = people.free(session, now, callback.team_id) if theirs else free
    may_have = _may_have(session, callback, profile, calls, len(team), now)
    if theirs:
        owner = next((person for person in free if person.id == callback.owner_id), None)
        return owner if may_have or owner not in team else None
    return _first(session, callback, free, calls, profile, now) if may_have else None


def _may_have(session: Session, callback: Callback, profile: Profile, calls: Calls, free: int, now: datetime) -> int:
    """Live callers come first, unless the promise is at risk (DESIGN 3)."""
    return fair_order.for_promise(
        free,
        at_risk=is_at_risk(callback, profile, now),
        callers_waiting=calls.waiting(session, callback.team_id, now),
        on_duty=people.on_duty(session, callback.team_id),
        keep_free=profile.ringing.keep_free,
    )


def is_at_risk(callback: Callback, profile: Profile, now: datetime) -> bool:
    """Whether so little time is left that the promise goes before live callers (queries.AT_RISK counts the same). Not one that was kept."""
    aim = deadlines.aimed_at(callback.promised_by, callback.hurry_by)
    return not in_time.kept(callback, now) and aim < deadlines.is_at_risk_before(now, profile.promise)


def _first(
    session: Session, callback: Callback, free: list[Person], calls: Calls, profile: Profile, now: datetime
) -> Person | None:
    """Whoever was asked least for this promise: who should ring first before others, then as the team's order is."""
    phone = callback.own_phone
    first = callback.prefer_id or calls.spoke(session, phone, now)
    asked = queries.staff_tried(session, callback.id)
    left = _did_not_pass(session, callback, free, profile, now)
    return min(left, key=lambda person: (asked.get(person.id, 0), person.id != first), default=None)


def _did_not_pass(
    session: Session, callback: Callback, free: list[Person], profile: Profile, now: datetime
) -> list[Person]:
    """Who passed it is not asked again while somebody else on duty may be, unless time is short."""
    passed = queries.staff_passed(session, callback.id)
    left = [person for person in free if person.id not in passed]
    nobody_else = len(passed) >= people.on_duty(session, callback.team_id)
    return left or (free if nobody_else or is_at_risk(callback, profile, now) else [])


def _in_turn(session: Session, callback: Callback) -> bool:
    """Whether the team's phones ring in turn; all at once is for live callers: here one is enough, the longest idle."""
    team = next((team for team in teams.all_teams(session) if team.id == callback.team_id), None)
    return team is not None and team.strategy == teams.IN_TURN
