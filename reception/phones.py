"""Staff phones for callers who wait: chosen, rung and stopped. The only code that dials for a live caller.

Whoever is chosen is reserved and written down in one transaction; then, with none open, their phones ring. If the
process dies in between, the phone is not dialled by anybody else: it is given up after a while and another one rings.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from office import pace, people, teams
from office.line import LineError, LineRefused, LineUncertain
from office.people import Person
from office.profile import Profile
from office.wiring import Office
from reception import whom
from reception.exchange import Exchange
from reception.keeping import HANG_UP_LEGS, RING_WAITING
from voice import actions, addresses, in_queue, our_legs, queries, ringing
from voice.conversation.turns import Heard
from voice.our_legs import OurLeg
from voice.tables import Call

log = logging.getLogger(__name__)

What = TypeVar("What")

AT_ONCE = 8
"""How many requests to the carrier we make at the same time; a big team's other phones follow as these are answered."""

PACE = timedelta(seconds=1)
"""The carrier places one call a second for us and lets the others wait (twilio.md 3.1, limits): the last phone rings later."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody's phone that is ours to dial, once."""

    leg: OurLeg
    person: Person


def due(session: Session, now: datetime) -> list[tuple[str, int]]:
    """What there is to do now, as jobs: phones to ring for whoever waits, phones to stop that ring for nobody."""
    to_stop = [(HANG_UP_LEGS, call_id) for call_id in our_legs.calls_in_vain(session)]
    first = in_queue.first(session)
    to_ring = first is not None and people.free(session, now)
    return [(RING_WAITING, first), *to_stop] if first is not None and to_ring else to_stop


def ring_for(office: Office, call_id: int) -> bool:  # noqa: ARG001 - a job is rung with a row; see below
    """Choose whose phones ring for everybody in line, and ring them. True when a phone was asked to ring.

    For all, in the order of the line, whichever call it was that asked: the last to ask must not be served first (PITFALLS 13).
    """
    with office.database.transaction() as session:
        profile = office.business(session)
        chosen = _choose_for_all(session, profile, office.clock.now())
    return _each(chosen, partial(_ring, office, profile))


def _choose_for_all(session: Session, profile: Profile, now: datetime) -> list[Chosen]:
    in_line = in_queue.callers(session)
    # All at once and by id, as everybody locks them: two who lock the same people team by team could wait for each other.
    people.free(session, now, hold=True)
    exchanges = (Exchange(session, profile, now, Heard(call.sid), call) for call in in_line)
    return [chosen for at in exchanges for chosen in _choose(at)]


def _choose(at: Exchange) -> list[Chosen]:
    """Whose phones ring for this caller now: one after the other, or all of a team that wants it so."""
    call, session = at.the_call, at.session
    team = whom.team_of(session, call)
    all_at_once = team is not None and team.strategy == teams.ALL_AT_ONCE
    rings = our_legs.ring(session, call.id, at.now)
    if rings and not all_at_once:
        return []
    free, rang = whom.free_for_callers(at, call, team), queries.rang(session, call.id)
    rounds = whom.rounds(at.profile, call)
    if all_at_once:
        people_to_ring = ringing.together(free, rang, rounds, ringing=rings)
    else:
        people_to_ring = [person for person in [ringing.next_to_ring(free, rang, rounds)] if person]
    return _claim(at, call, people_to_ring)


def _claim(at: Exchange, call: Call, to_ring: Sequence[Person]) -> list[Chosen]:
    patience = at.profile.ringing.patience
    claimed = [
        (person, our_legs.claim(at.session, call, person, at.now, at.now + patience + place * PACE))
        for place, person in enumerate(to_ring)
    ]
    return [Chosen(leg, person) for person, leg in claimed if leg is not None]


def _ring(office: Office, profile: Profile, chosen: Chosen) -> bool:
    leg = chosen.leg
    try:
        sid = office.line.ring(
            chosen.person.phone,
            caller_id=profile.phone,
            answer_at=office.address(addresses.of_leg(leg.call_id, leg.number, "whisper")),
            report_to=office.address(addresses.of_leg(leg.call_id, leg.number, "report")),
            ring_for=profile.ringing.patience,
        )
    except LineRefused as refusal:
        log.warning("%s: the carrier did not dial: %s", leg, refusal)
        _note_refusal(office, leg)
        return False
    except LineUncertain as doubt:
        # It may be ringing: its report says so, or who picks it up asks what they hear. Nobody dials it again.
        log.warning("%s: perhaps dialled, perhaps not: %s", leg, doubt)
        return True
    with office.database.transaction() as session:
        our_legs.note_sid(session, leg, sid)
        # A live caller does not wait for a turn; call-backs wait for theirs.
        pace.take_turn(session, pace.CALLS, office.clock.now(), profile.guard.calls_per_second)
    return True


def _note_refusal(office: Office, leg: OurLeg) -> None:
    """Certainly not dialled: that person missed nothing and is free at once."""
    now = office.clock.now()
    with office.database.transaction() as session:
        call, row = (
            session.get_one(Call, leg.call_id, with_for_update=True),
            queries.leg(session, leg.call_id, leg.number),
        )
        actions.leg_ended(session, call, row, "failed", bridged=None, rest=timedelta(), now=now)


def hang_up_legs(office: Office, call_id: int) -> bool:
    """Stop the phones that ring for a caller who waits no longer. True when there were any.

    A phone that was picked up goes on: it hears that the caller has gone, or that a colleague has them.
    """
    with office.database.reading() as session:
        in_vain = our_legs.in_vain(session, call_id)
    return _each(in_vain, partial(_stop, office))


def _stop(office: Office, leg: OurLeg) -> bool:
    try:
        office.line.cancel(leg.sid or "")
    except LineError as trouble:
        log.warning("%s: rings for nobody and cannot be stopped: %s", leg, trouble)
        return False
    with office.database.transaction() as session:
        our_legs.stopped(session, leg, office.clock.now())
    return True


def _each(what: Sequence[What], do: Callable[[What], bool]) -> bool:
    """Do it for all of them side by side, as phones ring together; True when any went well."""
    if not what:
        return False
    with ThreadPoolExecutor(min(len(what), AT_ONCE), "phones") as hands:
        return any(list(hands.map(do, what)))
