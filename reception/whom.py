"""Whose phone rings for a caller, in which order: the rule of who is next for a free person, seen from the caller's side."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.deadlines import is_at_risk_before
from callbacks.tables import Callback
from callbacks.who_rings import Calls
from office import fair_order, people, teams
from office.people import Person
from office.profile import Profile
from office.teams import TeamRow
from reception.exchange import Exchange
from voice import in_queue, queries, ringing
from voice.conversation.facts import Colleague
from voice.conversation.legs import were_connected
from voice.tables import Call

REMEMBERED_FOR = timedelta(days=90)
"""Whoever spoke with a customer since then is rung first: later, neither of them remembers."""

RINGS = frozenset({"greet", "chose_team", "ring_team", "rung", "person", "waited", "staff_key", "colleague_rung"})
"""Steps that may ring a phone. Others hold nobody."""


def to_ring(at: Exchange, team: TeamRow | None) -> tuple[Colleague, ...]:
    """Whom this turn may ring, locked until it is committed, so that who is free when we choose is free when we reserve."""
    if at.heard.hung_up or at.step not in RINGS or has_talked(at):
        return ()
    call = at.the_call
    ahead = in_queue.nobody_rings_for(at.session, call.team_id, at.now, before=call)
    return tuple(map(colleague, free_for_callers(at, call, team, ahead=ahead, hold=not at.rehearsed)))


def has_talked(at: Exchange) -> bool:
    """The phone that this turn is about had the caller: no other one rings after it, so that nobody is locked for nothing."""
    return at.leg is not None and at.leg.accepted_at is not None and were_connected(at.heard)


def free_for_callers(
    at: Exchange, call: Call, team: TeamRow | None, *, ahead: int = 0, hold: bool = True
) -> list[Person]:  # fmt: skip
    """Who is free for a live caller, whoever should be rung first first; with `hold`, locked until the transaction ends.

    As many people as there are promises at risk are left to those (DESIGN 3), and as many as there are callers `ahead`.
    """
    session, now, team_id = at.session, at.now, asked(at.session, team)
    free = in_order(at, call, team, team_id, now, hold=hold)
    if not free:
        return []
    at_risk = promises.at_risk(session, team_id, now, is_at_risk_before(now, at.profile.promise))
    return free[: fair_order.for_callers(len(free), at_risk, ahead)]


def in_order(
    at: Exchange, call: Call, team: TeamRow | None, team_id: int | None, free_at: datetime, *, hold: bool
) -> list[Person]:  # fmt: skip
    """Who of the team that is `asked` is free at that time, in its order, but first whoever tried to ring this caller or spoke with them last."""
    in_turn = team is not None and team.strategy == teams.IN_TURN
    free = people.free(at.session, free_at, team_id, hold=hold, in_turn=in_turn)
    if not free:
        return []
    first = call.returns or spoke_last(at.session, call.phone, at.now)
    return ringing.with_first(free, first)


def spoke_last(session: Session, phone: str | None, now: datetime) -> int | None:
    """Who last spoke with that number, as long as they may remember it."""
    return queries.last_spoken_to(session, phone, now - REMEMBERED_FOR)


CALLS = Calls(in_queue.nobody_rings_for, spoke_last)
"""What those who ring customers back ask of us."""


def asked(session: Session, team: TeamRow | None) -> int | None:
    """The team whose people are rung; None: anybody, for who wants anybody and for a team of which nobody is on duty."""
    return team.id if team and people.on_duty(session, team.id) else None


def team_of(session: Session, call: Call) -> TeamRow | None:
    """Whom the caller wants; None: anybody."""
    return next((team for team in teams.all_teams(session) if team.id == call.team_id), None)


def rounds(profile: Profile, call: Call) -> int:
    """How often one phone may ring in this call: once more for each time that the caller asked us to go on."""
    return profile.ringing.rounds + call.asked_again + call.holds


def who_tried(at: Exchange, owed: Callback | None) -> Colleague | None:
    """Who of us tried to ring this customer for the promise that is still open; the last of them."""
    if owed is None or at.step != "greet":
        return None
    staff = people.at_work(at.session, promises.last_to_try(at.session, owed.id))
    return colleague(staff) if staff else None


def colleague(person: Person) -> Colleague:
    """The person as a conversation knows them."""
    return Colleague(person.id, person.name, person.phone)
