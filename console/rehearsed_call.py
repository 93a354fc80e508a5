"""A call that nobody makes: its turns, as a caller would have them to whom nobody comes. Only reads.

The conversation's own steps are asked, as the carrier would ask them, with the facts that a real call would have. Each
phone rings in vain, and each question is met with silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from office.people import Person
from office.profile import Profile
from reception import whom
from reception.exchange import Exchange
from reception.gathering import gather
from voice import actions
from voice.conversation import news as told
from voice.conversation.facts import Situation
from voice.conversation.news import News
from voice.conversation.steps import CALL_STEPS, next_turn
from voice.conversation.turns import GoTo, Heard, Hold, Ring, Turn
from voice.tables import Call

SID = "rehearsal"
MOST_TURNS = 200
"""No conversation comes near it: a rehearsal of one that would never end still ends."""

EVERYBODY_IS_FREE = datetime.max.replace(tzinfo=UTC)
"""When every call, rest and reservation of today is over."""


@dataclass(slots=True)
class Rehearsed:
    """The call so far. `is_now`: who is in a call just now is not rung; at any other time all on duty are taken to be free.

    `rang` counts the rings by staff id; `promised_by` is what they were told, `promised_at` when it was worked out.
    """

    session: Session
    profile: Profile
    call: Call
    now: datetime
    is_now: bool
    rang: dict[int, int] = field(default_factory=dict)
    promised_by: datetime | None = None
    promised_at: datetime | None = None


def begin(session: Session, profile: Profile, phone: str | None, now: datetime, *, is_now: bool) -> Rehearsed:
    """A call from `phone` (E.164; None: withheld) at `now` (UTC)."""
    call = actions.rehearsed_call(session, Heard(SID, phone), now, is_open=profile.hours.open_at(now))
    return Rehearsed(session, profile, call, now, is_now)


def turns(of: Rehearsed) -> Iterator[tuple[Situation, Turn]]:
    """Each turn with what was known in it, from the greeting to the end."""
    onward: tuple[str, Heard] | None = ("greet", Heard(SID, of.call.phone))
    for _ in range(MOST_TURNS):
        if onward is None:
            break
        situation = _situation(of, *onward)
        turn = next_turn(CALL_STEPS, *onward, situation)
        yield situation, turn
        for said in turn.news:
            _keep(of, said)
        onward = _happens(of, situation, turn)


def _situation(of: Rehearsed, step: str, heard: Heard) -> Situation:
    """The facts of a real call; whose phones rang in it is written down nowhere else."""
    at = Exchange(of.session, of.profile, of.now, heard, of.call, step=step, rehearsed=True)
    facts = replace(gather(at), rang=dict(of.rang))
    if of.is_now or step not in whom.RINGS:
        return facts
    return replace(facts, free=tuple(map(whom.colleague, _everybody(at))))


def _everybody(at: Exchange) -> list[Person]:
    team = whom.team_of(at.session, at.the_call)
    return whom.in_order(at, at.the_call, team, whom.asked(at.session, team), EVERYBODY_IS_FREE, hold=False)


def _keep(of: Rehearsed, said: News) -> None:
    """What the next turn has to know of this one, as reception.keeping writes it down."""
    match said:
        case told.MenuAsked():
            of.call.menus += 1
        case told.Rang(staff):
            of.rang[staff.id] = of.rang.get(staff.id, 0) + 1
        case told.Promised(_, by):
            of.promised_by, of.promised_at = by, of.now
        case told.Records():
            of.call.recordings += 1
        case told.OwnCall():
            of.call.own = True


def _happens(of: Rehearsed, situation: Situation, turn: Turn) -> tuple[str, Heard] | None:
    """Nobody picks up, nobody presses a key: the step that follows, and what is heard in it. None: the call is over."""
    silence = Heard(SID, of.call.phone)
    match turn.acts[-1]:
        case Ring() as ring:
            of.now += ring.ring_for
            return ring.then, replace(silence, dial_status="no-answer", bridged=False)
        case Hold() as hold:
            _all_ring(of, situation)
            return hold.then, replace(silence, queue_result="leave")
        case GoTo(step):
            return step, silence
    return None


def _all_ring(of: Rehearsed, situation: Situation) -> None:
    """The team's phones ring together while the caller waits, for as often as one by one."""
    times = whom.rounds(of.profile, of.call)
    of.now += situation.patience * times
    of.rang |= {staff.id: times for staff in situation.free}
