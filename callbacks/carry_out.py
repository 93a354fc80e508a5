"""Claim, ring, note: the only code that dials a call-back.

No transaction is open while the carrier thinks. If the process dies between two of the steps, the row says how far it
came, the report's address carries the attempt, and the sweep looks the call up: nothing is dialled again blindly.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callbacks import actions, attempts, guard, queries, ring_me, who_rings
from callbacks.attempts import Claimed
from callbacks.promise import Stage, Tried
from callbacks.tables import Callback
from callbacks.who_rings import NO_CALLS, Calls
from office import contact_rules, numbers, pace, people
from office.line import LineRefused, LineUncertain
from office.profile import Profile
from office.wiring import Office

log = logging.getLogger(__name__)

HOUSE_LIMIT_PAUSE = timedelta(minutes=5)
"""When the house has dialled all it may this hour or day, look again after this."""

AHEAD = timedelta(seconds=2)
"""So long the carrier may hold a call-back in its queue: waiting for our turn to the moment would leave turns unused."""


def carry_out(
    office: Office,
    callback_id: int,
    calls: Calls = NO_CALLS,
    elsewhere: guard.Elsewhere | None = None,
) -> bool:
    """Make one attempt at a due call-back, if somebody is free for it. True when a staff phone was asked to ring."""
    now = office.clock.now()
    with office.database.transaction() as session:
        profile = office.business(session)
        claimed = ring_me.to_ring(session, callback_id, now)
        if claimed is None and _is_time(session, callback_id, profile, now, elsewhere):
            claimed = _claim(session, callback_id, profile, calls, now)
        if claimed is not None:
            pace.take_turn(session, pace.CALLS, now, profile.guard.calls_per_second)
    if claimed is None:
        return False
    return _ring(office, profile, claimed)


def _is_time(
    session: Session, callback_id: int, profile: Profile, now: datetime, elsewhere: guard.Elsewhere | None
) -> bool:
    callback = queries.one(session, callback_id)
    if callback is None or callback.next_try_at is None or callback.next_try_at > now:
        return False
    turn = pace.next_turn(session, pace.CALLS, now, profile.guard.calls_per_second)
    if turn > now + AHEAD:
        actions.try_at(session, callback_id, turn - AHEAD)
        return False
    return may_try_now(session, callback, profile, now, elsewhere)


def _claim(session: Session, callback_id: int, profile: Profile, calls: Calls, now: datetime) -> Claimed | None:
    staff = who_rings.who(session, session.get_one(Callback, callback_id), profile, calls, now)
    return attempts.claim(session, callback_id, staff, now) if staff else None


def may_try_now(
    session: Session, callback: Callback, profile: Profile, now: datetime, elsewhere: guard.Elsewhere | None = None
) -> bool:
    """Inside opening hours and the part of a day that was asked for, to a customer with whom we deal like with everybody,
    on a number we may dial, within the guard's limits; else the row says when or who instead.
    """
    guard.hold(session)
    if callback.slot is not None and now < callback.slot[0]:
        actions.try_at(session, callback.id, callback.slot[0])
        return False
    if not profile.hours.open_at(now):
        actions.try_at(session, callback.id, profile.hours.next_span(now).opens)
        return False
    never = _why_never(session, callback, profile, now)
    if never is not None:
        log.warning("call-back %d: not dialled: %s", callback.id, never)
        actions.needs_person(session, callback.id, now)
        return False
    cap = guard.reached(session, profile, callback.phone, now, elsewhere)
    if cap is not None:
        _hold_back(session, callback.id, cap, now)
    return cap is None


def _hold_back(session: Session, callback_id: int, cap: guard.Cap, now: datetime) -> None:
    """Whoever was rung often enough is for a person to decide about; the limits of the house pass by themselves."""
    log.error("call-back %d: not dialled: [guard] %s is reached", callback_id, cap)
    if cap is guard.Cap.NUMBER:
        actions.needs_person(session, callback_id, now)
    else:
        actions.try_at(session, callback_id, now + HOUSE_LIMIT_PAUSE)


def _why_never(session: Session, callback: Callback, profile: Profile, now: datetime) -> str | None:
    """Why only a person may decide to ring that customer: their number, or a rule for one of the two that are theirs."""
    ours = frozenset({profile.phone}) | people.in_a_call(session, now)
    refusal = numbers.may_we_dial(callback.phone or "", allowed=profile.callbacks.allowed_countries, ours=ours)
    rule = contact_rules.rule_for(session, callback.phone) or contact_rules.rule_for(session, callback.called_from)
    return refusal or rule


def _ring(office: Office, profile: Profile, claimed: Claimed) -> bool:
    try:
        sid = office.line.ring(
            claimed.staff.phone,
            caller_id=profile.phone,
            answer_at=office.address(attempts.address(claimed.attempt_id, claimed.fence, "ask_staff")),
            report_to=office.address(attempts.address(claimed.attempt_id, claimed.fence, "report")),
            ring_for=profile.ringing.patience,
        )
    except LineRefused as refusal:
        _note_refusal(office, claimed, refusal)
        return False
    except LineUncertain as doubt:
        # It may be ringing. Its report carries the attempt; if none comes, the sweep looks the call up.
        log.warning("attempt %d: perhaps dialled, perhaps not: %s", claimed.attempt_id, doubt)
        return True
    with office.database.transaction() as session:
        attempts.adopt_sid(session, claimed.attempt_id, sid)
        attempts.move(session, claimed.attempt_id, Stage.PLACED, office.clock.now())
    return True


def _note_refusal(office: Office, claimed: Claimed, refusal: LineRefused) -> None:
    """Certainly not dialled. Being asked to slow down is no try; the person is free at once."""
    log.warning("attempt %d: the carrier did not dial: %s", claimed.attempt_id, refusal)
    now = office.clock.now()
    with office.database.transaction() as session:
        attempt = queries.attempt(session, claimed.attempt_id, claimed.fence)
        if attempt is None or not attempts.end(session, attempt, Tried.REFUSED, office.business(session), now):
            return
        if refusal.retry_after is not None:
            actions.try_at(session, attempt.callback_id, now + refusal.retry_after)
