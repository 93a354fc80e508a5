"""Callers who wait in the queue: what they may be told, and what becomes of the staff phones that ring for them."""

from dataclasses import replace
from datetime import datetime, timedelta

from office import people
from reception import whom
from reception.exchange import Exchange
from reception.keeping import RING_WAITING, keep
from voice import calls, estimates, in_queue, our_legs, queries, sounds
from voice.conversation import news as told
from voice.conversation.facts import HoldFacts
from voice.conversation.turns import Heard, LeaveHold, Play, Turn
from voice.tables import Leg

FIRST_PHONES = timedelta(seconds=5)
"""Within this the first phones are chosen for whoever begins to wait, and the next ones when those have rung in vain.

When they are not, nobody does it: whoever should is down, and the caller must not wait for that.
"""

RECENT = timedelta(hours=2)
"""How long others waited before that says nothing about now."""

BEING_TAKEN = timedelta(seconds=15)
"""From the key that takes a caller until the two hear each other; who still waits after this was not taken after all."""


def facts(at: Exchange) -> HoldFacts:
    """How this caller waits."""
    call = at.the_call
    waited = at.now - (call.waiting_since or at.now)
    return HoldFacts(
        position=1 + in_queue.ahead_of(at.session, call),
        estimate=_estimate(at) if call.holds else None,
        waited=waited,
        hope=_hope(at, waited),
        over=waited >= at.profile.holding.longest,
    )


def _estimate(at: Exchange) -> timedelta | None:
    waits = in_queue.waits(at.session, at.the_call, at.now - RECENT, at.now)
    return estimates.time_left(waits, so_far=at.now - at.the_call.started_at)


def _hope(at: Exchange, waited: timedelta) -> bool:
    """A phone rings for them, or will; for who chose to hold, also the phone of somebody who is in a call now."""
    session, call = at.session, at.the_call
    if waited < FIRST_PHONES or our_legs.ring(session, call.id, at.now):
        return True
    team, rounds = whom.team_of(session, call), whom.rounds(at.profile, call)
    if call.holds:
        return people.on_duty(session, whom.asked(session, team)) > our_legs.rung_out(session, call.id, rounds)
    last_rang = our_legs.last_rang(session, call.id)
    if last_rang is None or at.now - last_rang >= FIRST_PHONES:
        return False
    rang = queries.rang(session, call.id)
    return any(rang.get(person.id, 0) < rounds for person in whom.free_for_callers(at, call, team, hold=False))


def led_on(at: Exchange) -> Turn:
    """What somebody hears in the queue who is not in line: a moment more when a person is about to have them, else the way out."""
    leg = queries.taken_leg(at.session, at.the_call.id)
    if leg is not None and _takes_now(leg, at.now):
        return Turn((Play(sounds.RINGING),))
    return Turn((LeaveHold(),))


def _takes_now(leg: Leg, now: datetime) -> bool:
    just_now = leg.accepted_at is not None and now - leg.accepted_at < BEING_TAKEN
    return just_now and leg.placed_by_us and leg.ended_at is None


def leg_reported(at: Exchange) -> None:
    """The carrier tells how a staff phone that we placed fares. Told twice, late or in any order, it ends once."""
    leg, status = at.leg, at.heard.call_status
    if leg is None:
        return
    leg.sid = leg.sid or at.heard.sid or None
    if at.heard.hung_up:
        # However short the talk was, and whichever of the two ends was told first: the carrier says that it was one.
        spoke = (told.Spoke(),) if leg.bridged and at.the_call.outcome != calls.SPOKE else ()
        ended = told.LegEnded(_outcome(leg, status, at.now))
        keep(_missed_by(at) if _is_missed(at, leg) else at, (ended, *spoke))
        at.ring(RING_WAITING, at.the_call.id)


def _outcome(leg: Leg, status: str, now: datetime) -> str:
    """Picked up without a key is nobody's answer: a mailbox does that. Whether a talk was one, the caller's own turn tells."""
    if leg.accepted_at is not None:
        spoke = calls.spoke(accepted=True, bridged=leg.bridged, went_on_for=now - leg.accepted_at)
        return "spoke" if spoke else "failed"
    return "no-answer" if status == "completed" else status


def _is_missed(at: Exchange, leg: Leg) -> bool:
    """Nobody misses a call whose caller has gone or was taken by a colleague, nor one that we stopped."""
    in_line = at.the_call.waiting_since is not None and at.the_call.ended_at is None
    return in_line and leg.accepted_at is None and leg.outcome is None and at.heard.call_status != our_legs.CANCELED


def _missed_by(at: Exchange) -> Exchange:
    """The same, but that the staff phone is down does not mean that the caller hung up."""
    return replace(at, heard=Heard(at.heard.sid))
