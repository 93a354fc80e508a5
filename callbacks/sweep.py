"""What is due, and what has gone silent, whatever Redis and the carrier's reports remember.

Runs every few seconds in every worker process and is safe to run twice at once: it only finds rows; the claim decides.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from callbacks import attempts, claims, queries, ring_me
from callbacks.promise import Stage, Tried
from callbacks.tables import Attempt
from office import people
from office.line import CarrierCall, LineError
from office.profile import Profile
from office.wiring import Office

log = logging.getLogger(__name__)

SURE_AFTER = timedelta(seconds=90)
"""The carrier's lists are eventually consistent: a call they still do not show after this was never placed."""

GIVE_UP_AFTER = timedelta(minutes=10)
"""So long we ask a carrier that does not answer about a call; then nobody can tell, and a person decides. A talk that
nobody told us the end of may go on for an hour before that (ringing_back.LONGEST_TALK in voice)."""

LONGEST_TALK = timedelta(hours=1)

LOOK_SOON = timedelta(seconds=20)
"""Between two looks at a carrier that could not say."""

CLOCKS_DIFFER = timedelta(seconds=5)
"""By how much the carrier's clock may be behind ours when we look for a call that we placed."""


def due(office: Office) -> list[int]:
    """The call-backs to try now: those that somebody took who is free; else as many as people are free, most urgent first."""
    now = office.clock.now()
    with office.database.reading() as session:
        # Team by team, so that no team's promises wait behind those of a team that has nobody free.
        free = people.free_by_team(session, now)
        theirs = queries.due_for(session, now, [person.id for person in people.free(session, now)])
        found = [row for team_id, count in free.items() for row in queries.due(session, now, team_id, limit=count)]
        anybodys = queries.due(session, now, None, limit=max(free.values(), default=0))
        asked = ring_me.asked(session)
    return list(dict.fromkeys([*asked, *theirs, *found, *anybodys]))


def free_lapsed(office: Office) -> int:
    """Give back what somebody has had for long enough; returns how many call-backs are everybody's again."""
    now = office.clock.now()
    with office.database.reading() as session:
        if not claims.lapsed(session, now):
            return 0
    with office.database.transaction() as session:
        return len(claims.free_lapsed(session, now)) + ring_me.give_up(session, office.business(session), now)


Tell = Callable[[Session, Attempt, datetime], None]
"""Whom an attempt concerns besides us: told of what was found out, in the same transaction."""


def look_after_silent(office: Office, tell: Tell = lambda *_: None) -> int:
    """Find out about each attempt that should have been heard of; returns how many were looked at."""
    with office.database.reading() as session:
        silent = queries.silent_attempts(session, office.clock.now())
    for attempt_id in silent:
        try:
            _find_out(office, attempt_id, tell)
        except Exception:  # one that cannot be dealt with must not keep us from the others
            log.exception("attempt %d cannot be looked after", attempt_id)
    return len(silent)


def _find_out(office: Office, attempt_id: int, tell: Tell) -> None:
    with office.database.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        staff = people.person(session, attempt.staff_id)
        caller_id = office.business(session).phone
    try:
        found = _at_the_carrier(office, attempt, staff.phone if staff else "", caller_id)
    except LineError as trouble:
        log.warning("attempt %d: the carrier cannot be asked: %s", attempt_id, trouble)
        _write(office, attempt_id, _nobody_can_tell, tell)
        return
    _write(office, attempt_id, partial(_believe, found), tell)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the carrier knows of an attempt's two legs; None: it knows of no such call."""

    staff_leg: CarrierCall | None
    customer_leg: CarrierCall | None


def _at_the_carrier(office: Office, attempt: Attempt, staff_phone: str, caller_id: str) -> _Found:
    """Legs by their sids; else the one call to that phone since then that no attempt knows, and the leg it dialled."""
    since = attempt.at - CLOCKS_DIFFER
    if attempt.call_sid:
        staff_leg = office.line.look_up(attempt.call_sid)
    else:
        # A call with a parent is that person's part in a customer's call, not one that we placed.
        rung = office.line.calls_to(staff_phone, since=since)
        placed = [call for call in rung if call.caller_id == caller_id and call.parent_sid is None]
        staff_leg = _unknown_to_us(office, placed)
    if attempt.customer_sid:
        return _Found(staff_leg, office.line.look_up(attempt.customer_sid))
    if staff_leg is None or attempt.stage not in attempts.AFTER_THE_KEY:
        return _Found(staff_leg, None)
    dialled = office.line.calls_to(attempt.customer_phone, since=since)
    return _Found(staff_leg, next((call for call in dialled if call.parent_sid == staff_leg.sid), None))


def _unknown_to_us(office: Office, placed: list[CarrierCall]) -> CarrierCall | None:
    with office.database.reading() as session:
        known = queries.known_sids(session, [call.sid for call in placed])
    return next((call for call in placed if call.sid not in known), None)


Verdict = Callable[[Session, Attempt, Profile, datetime], None]


def _write(office: Office, attempt_id: int, verdict: Verdict, tell: Tell) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id, with_for_update=True)
        if attempt.ended_at is None and attempt.look_at is not None and attempt.look_at <= now:
            verdict(session, attempt, office.business(session), now)
            tell(session, attempt, now)


def _nobody_can_tell(session: Session, attempt: Attempt, profile: Profile, now: datetime) -> None:
    """What the customer's phone came to we may have been told; else there is nothing to do but to wait, and give up."""
    if attempt.customer_status is not None:
        attempts.conclude(session, attempt, profile, now)
    elif now < _given_up_at(attempt):
        attempts.look_again(session, attempt.id, now + LOOK_SOON)
    else:
        attempts.end(session, attempt, Tried.UNKNOWN, profile, now)


def _given_up_at(attempt: Attempt) -> datetime:
    return GIVE_UP_AFTER + (attempt.at if attempt.taken_at is None else attempt.taken_at + LONGEST_TALK)


def _believe(found: _Found, session: Session, attempt: Attempt, profile: Profile, now: datetime) -> None:
    """The carrier's word, where its reports did not reach us."""
    leg, customer = found.staff_leg, found.customer_leg
    if customer is not None and not customer.is_live:
        attempts.customer_leg_ended(session, attempt, customer.sid, customer.status, customer.seconds)
    if leg is not None:
        attempts.adopt_sid(session, attempt.id, leg.sid)
    if leg is not None and leg.is_live and now < _given_up_at(attempt):
        attempts.move(session, attempt.id, Stage.PLACED, now)
        attempts.look_again(session, attempt.id, now + attempts.LOOK_AGAIN)
    elif _may_tell_more(attempt, found, now):
        attempts.look_again(session, attempt.id, now + LOOK_SOON)
    elif attempt.customer_status is not None:
        attempts.conclude(session, attempt, profile, now)
    elif attempt.customer_rang_at is not None or (leg is not None and leg.is_live):
        attempts.end(session, attempt, Tried.UNKNOWN, profile, now)
    elif leg is None or attempt.stage in attempts.AFTER_THE_KEY:
        attempts.end(session, attempt, Tried.FAILED, profile, now)
    else:
        attempts.staff_leg_ended(session, attempt, profile, now)


def _may_tell_more(attempt: Attempt, found: _Found, now: datetime) -> bool:
    """The customer's leg still looks live, or a leg is not in the carrier's lists yet, and it is too early to give up."""
    if found.customer_leg is not None and found.customer_leg.is_live:
        return now < _given_up_at(attempt)
    if found.staff_leg is None:
        return now - attempt.at < SURE_AFTER
    looking_for_customer = attempt.stage in attempts.AFTER_THE_KEY and attempt.customer_status is None
    return looking_for_customer and now - (attempt.taken_at or attempt.at) < SURE_AFTER
