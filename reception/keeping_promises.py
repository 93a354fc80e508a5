"""The news of an attempt: how a promise is being kept."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from callbacks import attempts, claims
from callbacks.claims import Who
from callbacks.promise import Outcome, Stage, Tried
from callbacks.refused import Refused
from callbacks.tables import Attempt, Callback
from office import audit
from reception import texting
from reception.exchange import Exchange
from voice import actions
from voice.conversation import news as told
from voice.conversation.news import News


def keep(at: Exchange, said: News) -> None:
    """One piece of news of the attempt."""
    if not _keep_of_staff(at, said):
        _keep_of_customer(at, said)
    tell(at)


def _keep_of_staff(at: Exchange, said: News) -> bool:
    """The staff phone, before the customer's rings. False when it is about something else."""
    attempt = at.the_attempt
    match said:
        case told.StaffAnswered():
            attempts.adopt_sid(at.session, attempt.id, at.heard.sid)
            attempts.move(at.session, attempt.id, Stage.ANSWERED, at.now)
        case told.MessagePlayed():
            about = f"callback:{attempt.callback_id}"
            audit.write(at.session, by=attempt.by, action="played", about=about, now=at.now)
        case told.StaffPassed() if attempt.stage in attempts.BEFORE_THE_KEY:
            _pass_on(at, attempt)
        case told.StaffSnoozed() if attempt.stage in attempts.BEFORE_THE_KEY:
            if not attempts.snooze(at.session, attempt, at.profile, at.now):
                attempts.end(at.session, attempt, Tried.STAFF_PASSED, at.profile, at.now)
        case _:
            return False
    return True


def _pass_on(at: Exchange, attempt: Attempt) -> None:
    """They leave it to somebody else: also when they had taken it themselves."""
    attempts.end(at.session, attempt, Tried.STAFF_PASSED, at.profile, at.now)
    with suppress(Refused):  # somebody else has it meanwhile, or it is over
        claims.release(at.session, attempt.callback_id, Who(attempt.by, attempt.staff_id), at.now)


def _keep_of_customer(at: Exchange, said: News) -> None:
    """The key was pressed, and what came of it; or the phones are down."""
    attempt = at.the_attempt
    match said:
        case told.StaffTook():
            attempts.move(at.session, attempt.id, Stage.TAKEN, at.now, taken_at=at.now)
        case told.CustomerRingsUs() if attempt.stage in attempts.BEFORE_THE_KEY:
            attempts.end(at.session, attempt, Tried.CUSTOMER_BUSY, at.profile, at.now)
        case told.CustomerLegEnded(status, sid, bridged, seconds):
            attempt.bridged = bridged if attempt.bridged is None else attempt.bridged
            attempts.customer_leg_ended(at.session, attempt, sid, status, seconds)
            attempts.move(at.session, attempt.id, Stage.TALKED, at.now)
        case told.StaffSaid(outcome):
            attempts.conclude(at.session, attempt, at.profile, at.now, said=outcome)
        case told.CallEnded():
            attempts.staff_leg_ended(at.session, attempt, at.profile, at.now)


def tell(at: Exchange) -> None:
    """What became of the attempt goes into the customer's history; and nobody reached them, they are told so."""
    attempt = at.the_attempt
    keep_outbound(at.session, attempt, at.now)
    if attempt.ended_at is not None:
        callback = at.session.get_one(Callback, attempt.callback_id)
        if callback.outcome == Outcome.UNREACHABLE.value and callback.closed_at == attempt.ended_at:
            texting.unreachable_text(at, callback)


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
