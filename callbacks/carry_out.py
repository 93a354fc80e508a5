"""Claim, ring, note: the only code that dials a call-back.

No transaction is open while the carrier thinks. If the process dies between two of the steps, the row says how far it
came, the report's address carries the attempt, and the sweep looks the call up: nothing is dialled again blindly.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callbacks import actions, attempts, queries
from callbacks.attempts import Claimed
from callbacks.promise import Stage, Tried
from callbacks.tables import Callback
from office import numbers, people
from office.line import LineRefused, LineUncertain
from office.people import Person
from office.profile import Profile
from office.wiring import Office

log = logging.getLogger(__name__)

AT_RISK = timedelta(minutes=45)
"""With less than this left (or three eighths of `within`, if shorter) a promise goes before live callers (DESIGN 3)."""

HOUSE_LIMIT_PAUSE = timedelta(minutes=5)
"""When the house has dialled all it may this hour or day, look again after this."""


def carry_out(office: Office, callback_id: int) -> bool:
    """Make one attempt at a due call-back, if somebody is free for it. True when a staff phone was asked to ring."""
    now = office.clock.now()
    with office.database.transaction() as session:
        profile = office.business(session)
        claimed = _claim(session, callback_id, profile, now)
    if claimed is None:
        return False
    return _ring(office, profile, claimed)


def _claim(session: Session, callback_id: int, profile: Profile, now: datetime) -> Claimed | None:
    callback = queries.one(session, callback_id)
    if callback is None or callback.next_try_at is None or callback.next_try_at > now:
        return None
    if not _may_try_now(session, callback, profile, now):
        return None
    staff = _who(session, callback, profile, now)
    return attempts.claim(session, callback_id, staff, now) if staff else None


def _may_try_now(session: Session, callback: Callback, profile: Profile, now: datetime) -> bool:
    """Inside opening hours, to a number we may dial, within the guard's limits; else the row says when or who instead."""
    if not profile.hours.open_at(now):
        actions.try_at(session, callback.id, profile.hours.next_span(now).opens)
        return False
    ours = frozenset({profile.phone}) | people.in_a_call(session, now)
    refusal = numbers.may_we_dial(callback.phone or "", allowed=profile.callbacks.allowed_countries, ours=ours)
    if refusal is not None or _number_is_worn_out(session, callback, profile, now):
        log.warning("call-back %d: not dialled: %s", callback.id, refusal or "called often enough today")
        actions.needs_person(session, callback.id)
        return False
    if _house_is_worn_out(session, profile, now):
        log.error("call-back %d waits: the house has dialled all that [guard] allows", callback.id)
        actions.try_at(session, callback.id, now + HOUSE_LIMIT_PAUSE)
        return False
    return True


def _number_is_worn_out(session: Session, callback: Callback, profile: Profile, now: datetime) -> bool:
    tried = queries.tries_since(session, _midnight(profile, now), callback.phone)
    return tried >= profile.guard.number_per_day


def _house_is_worn_out(session: Session, profile: Profile, now: datetime) -> bool:
    in_the_hour = queries.tries_since(session, now - timedelta(hours=1))
    return (
        in_the_hour >= profile.guard.house_per_hour
        or queries.tries_since(session, _midnight(profile, now)) >= profile.guard.house_per_day
    )


def _midnight(profile: Profile, now: datetime) -> datetime:
    return now.astimezone(profile.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _who(session: Session, callback: Callback, profile: Profile, now: datetime) -> Person | None:
    """Whoever was asked least for this promise, longest idle first; one person stays free for live callers."""
    free = people.free(session, now, callback.team_id, hold=True)
    keep = 0 if is_at_risk(callback.promised_by, profile, now) else profile.ringing.keep_free
    if people.on_duty(session, callback.team_id) <= 1:
        keep = 0
    if len(free) <= keep:
        return None
    asked = queries.staff_tried(session, callback.id)
    return min(free, key=lambda person: asked.get(person.id, 0))


def is_at_risk(promised_by: datetime, profile: Profile, now: datetime) -> bool:
    """Whether so little time is left that the promise goes before live callers."""
    return promised_by - now < min(AT_RISK, profile.promise.within * 3 / 8)


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
