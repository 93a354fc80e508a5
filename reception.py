"""Where the rooms meet: `gather` asks each for its facts, `keep` hands each piece of news to the room it concerns.

Used by webhooks.py (a request of the carrier) and worker.py (a call that went silent). Works inside an open
transaction; everything here is committed with the answer that it belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

import callbacks.actions as promising
from callbacks import attempts, deadlines
from callbacks import queries as promises
from callbacks.promise import Stage, Tried
from callbacks.tables import Attempt, Callback
from office import numbers, people
from office.people import Person
from office.profile import Profile
from office.tables import Customer
from voice import actions, calls, queries
from voice.conversation import turns
from voice.conversation.turns import AttemptFacts, Colleague, Heard, LegFacts, News, Situation
from voice.tables import Call, Leg
from voicemail_greetings.actions import received
from voicemail_greetings.queries import for_call as message_for_call

ON_THE_LINE = timedelta(minutes=2)
"""How long after a turn we take it that the caller is still with us, and nobody rings them back meanwhile."""


@dataclass(frozen=True)
class Exchange:
    """One request of the carrier about a call or an attempt, with what is at hand while its transaction is open.

    `number` is the turn; `leg` the staff phone it is about; `attempt` is there instead of a call when a promise is
    being kept.
    """

    session: Session
    profile: Profile
    now: datetime
    heard: Heard
    call: Call | None = None
    number: int = 0
    leg: Leg | None = None
    attempt: Attempt | None = None
    on_staff_phone: bool = False

    @property
    def the_call(self) -> Call:
        if self.call is None:
            raise LookupError("this exchange is not about a call")
        return self.call

    @property
    def the_attempt(self) -> Attempt:
        if self.attempt is None:
            raise LookupError("this exchange is not about an attempt")
        return self.attempt


def gather(at: Exchange) -> Situation:
    """All that a step may know about this call."""
    call, profile = at.the_call, at.profile
    owed = promises.open_for(at.session, call.phone)
    customer = at.session.get(Customer, call.customer_id) if call.customer_id else None
    return Situation(
        now=at.now,
        zone=profile.zone,
        business=profile.name,
        is_open=profile.hours.open_at(at.now),
        promised_by=owed.promised_by if owed else deadlines.promised_by(at.now, profile.hours, profile.promise),
        patience=profile.ringing.patience,
        rounds=profile.ringing.rounds,
        phone=call.phone,
        customer=customer.name if customer else None,
        since=customer.customer_since.year if customer and customer.customer_since else None,
        owed=owed is not None,
        free=_free(at),
        rang=queries.rang(at.session, call.id) if at.number else {},
        asked_again=call.asked_again,
        leg=_leg_facts(at),
    )


def _free(at: Exchange) -> tuple[Colleague, ...]:
    """Whom this turn may ring. A turn on a staff phone rings nobody, so it holds nobody either."""
    if at.on_staff_phone or at.heard.hung_up:
        return ()
    return tuple(map(_colleague, people.free(at.session, at.now, at.the_call.team_id, hold=True)))


def _leg_facts(at: Exchange) -> LegFacts | None:
    staff = people.person(at.session, at.leg.staff_id) if at.leg else None
    if at.leg is None or staff is None:
        return None
    return LegFacts(
        staff=_colleague(staff),
        accepted=at.leg.accepted_at is not None,
        caller_waits=at.the_call.ended_at is None,
        ended=at.leg.ended_at is not None,
    )


def gather_attempt(at: Exchange) -> Situation:
    """All that a step may know when a promise is being kept."""
    attempt, profile = at.the_attempt, at.profile
    callback = at.session.get_one(Callback, attempt.callback_id)
    customer = people.certain_customer(at.session, callback.phone)
    return Situation(
        now=at.now,
        zone=profile.zone,
        business=profile.name,
        is_open=True,
        promised_by=callback.promised_by,
        patience=profile.ringing.patience,
        rounds=profile.ringing.rounds,
        phone=callback.phone,
        customer=customer.name if customer else callback.name,
        owed=True,
        attempt=AttemptFacts(
            phone=attempt.customer_phone,
            current=promises.is_current(at.session, attempt),
            next_try=attempts.after_next_failure(at.session, attempt, profile, at.now),
            customer_rings_us=queries.on_the_line(at.session, attempt.customer_phone),
        ),
    )


def keep(at: Exchange, news: tuple[News, ...]) -> None:
    """Hand each piece of news to the room that it concerns; each is safe to be told twice."""
    for said in news:
        if at.attempt is None:
            _keep_of_call(at, said)
        else:
            _keep_of_attempt(at, said)


def _keep_of_call(at: Exchange, said: News) -> None:
    call, rest = at.the_call, at.profile.ringing.rest_after
    match said:
        case turns.Rang(staff):
            actions.rang(at.session, call, at.number, staff, at.profile.ringing.patience, at.now)
            promising.customer_is_on_the_line(at.session, call.phone, at.now + ON_THE_LINE)
        case turns.Accepted() if at.leg is not None:
            actions.accepted(at.session, call, at.leg, at.heard.sid, at.now)
            promising.customer_is_on_the_line(at.session, call.phone, at.now + actions.LONGEST_CALL)
        case turns.LegEnded(outcome, bridged):
            actions.leg_ended(at.session, call, at.leg, outcome, bridged=bridged, rest=rest, now=at.now)
            _correct_a_guess(at, bridged)
        case turns.Spoke():
            actions.spoke(call, at.leg)
            _nothing_is_owed(at)
        case turns.AskedAgain():
            actions.asked_again(call)
        case turns.Promised(reason, by):
            actions.missed(call, reason)
            _promise(at, reason, by, anew=True)
            promising.customer_is_on_the_line(at.session, call.phone, at.now + ON_THE_LINE)
        case turns.CallEnded():
            _end_call(at)


def _correct_a_guess(at: Exchange, bridged: bool | None) -> None:  # noqa: FBT001 - the carrier's own three-valued word
    """The call's end was reported before its staff leg's, so we guessed that they spoke; the carrier knows better.

    A promise that the guess closed goes on with the time that the customer was told.
    """
    call = at.the_call
    if bridged is False and call.ended_at is not None and call.outcome == calls.SPOKE:
        actions.missed(call, calls.GAVE_UP)
        closed = promises.closed_elsewhere_at(at.session, call.phone, call.ended_at)
        _promise(at, calls.GAVE_UP, closed.promised_by if closed else None, anew=True)


def _nothing_is_owed(at: Exchange) -> None:
    """They spoke, from when the key was pressed: that keeps what we promised before, and closes what this call opened."""
    call = at.the_call
    leg = queries.last_leg(at.session, call.id)
    began = leg.accepted_at if leg and leg.accepted_at else at.now
    promising.spoke_elsewhere(at.session, call.phone, began, at.now, call_sid=call.sid)


def _end_call(at: Exchange) -> None:
    """Whatever step the caller hung up at: they spoke with a person, or one open call-back answers for the call."""
    call = at.the_call
    if not actions.end_call(at.session, call, rest=at.profile.ringing.rest_after, now=at.now):
        return
    if call.outcome == calls.SPOKE:
        _nothing_is_owed(at)
        return
    _promise(at, call.missed_because or calls.GAVE_UP)
    if _is_a_lure(at, call):
        promising.leave_to_person(at.session, call.sid)
    elif _may_ring_back(at):
        promising.customer_left(at.session, call.sid, _first_try(at))


def _is_a_lure(at: Exchange, call: Call) -> bool:
    """Rings once from a number never seen: perhaps hoping that we ring a costly number back (DESIGN 5)."""
    lasted = timedelta(seconds=at.heard.seconds) if at.heard.seconds is not None else at.now - call.started_at
    return not call.known and lasted < calls.SHORT


def _promise(at: Exchange, reason: str, by: datetime | None = None, *, anew: bool = False) -> None:
    """One open call-back answers for the call. A withheld caller has one only when they left a message."""
    call, profile = at.the_call, at.profile
    if call.phone is None and not message_for_call(at.session, call.sid):
        return
    promising.promise(
        at.session,
        promising.Owed(
            call_sid=call.sid,
            phone=call.phone,
            customer_id=call.customer_id,
            team_id=call.team_id,
            reason=reason,
            missed_at=at.now,
            promised_by=by or deadlines.promised_by(at.now, profile.hours, profile.promise),
            first_try_at=_first_try(at) if _may_ring_back(at) else None,
        ),
        anew=anew,
    )


def _first_try(at: Exchange) -> datetime:
    return deadlines.first_try(at.now, at.profile.hours, at.profile.callbacks)


def _may_ring_back(at: Exchange) -> bool:
    phone = at.the_call.phone
    allowed = at.profile.callbacks.allowed_countries
    return phone is not None and numbers.may_we_dial(phone, allowed=allowed, ours=frozenset({at.profile.phone})) is None


def _keep_of_attempt(at: Exchange, said: News) -> None:
    attempt = at.the_attempt
    match said:
        case turns.StaffAnswered():
            attempts.adopt_sid(at.session, attempt.id, at.heard.sid)
            attempts.move(at.session, attempt.id, Stage.ANSWERED, at.now)
        case turns.StaffTook():
            attempts.move(at.session, attempt.id, Stage.TAKEN, at.now, taken_at=at.now)
        case turns.StaffPassed() if attempt.stage in attempts.BEFORE_THE_KEY:
            attempts.end(at.session, attempt, Tried.STAFF_PASSED, at.profile, at.now)
        case turns.CustomerRingsUs() if attempt.stage in attempts.BEFORE_THE_KEY:
            attempts.end(at.session, attempt, Tried.CUSTOMER_BUSY, at.profile, at.now)
        case turns.CustomerLegEnded(status, sid, bridged, seconds):
            attempt.bridged = bridged if attempt.bridged is None else attempt.bridged
            attempts.customer_leg_ended(at.session, attempt, sid, status, seconds)
            attempts.move(at.session, attempt.id, Stage.TALKED, at.now)
        case turns.StaffSaid(outcome):
            attempts.conclude(at.session, attempt, at.profile, at.now, said=outcome)
        case turns.CallEnded():
            attempts.staff_leg_ended(at.session, attempt, at.profile, at.now)
    keep_outbound(at.session, attempt, at.now)


def keep_message(session: Session, profile: Profile, said: Mapping[str, str], now: datetime) -> int | None:
    """A message was left: it hangs on its call, and its call has a call-back. Its id when it is new."""
    message_id = received(session, said, now)
    call = queries.by_sid(session, said["CallSid"])
    if call is not None and message_id is not None:
        _promise(Exchange(session, profile, now, Heard(call.sid), call), calls.LEFT_MESSAGE)
    return message_id


def keep_outbound(session: Session, attempt: Attempt, now: datetime) -> None:
    """Our ringing a customer is part of their history, with who spoke to them."""
    if attempt.customer_sid is None:
        return
    callback = session.get_one(Callback, attempt.callback_id)
    actions.outbound(
        session,
        sid=attempt.customer_sid,
        phone=attempt.customer_phone,
        customer_id=callback.customer_id,
        team_id=callback.team_id,
        now=attempt.customer_rang_at or now,
    )
    if attempt.ended_at is not None:
        spoken_by = attempt.staff_id if attempt.outcome == Tried.REACHED.value else None
        actions.outbound_ended(session, attempt.customer_sid, attempt.ended_at, spoken_by=spoken_by)


def _colleague(person: Person) -> Colleague:
    return Colleague(person.id, person.name, person.phone)
