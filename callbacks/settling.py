"""What an attempt that is over means for its call-back: kept, tried again and when, left to a person, or nothing helped.

Writes; takes a Session, never commits. Only the attempt whose fence still holds says what comes next; that people spoke
counts from whichever it was.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from callbacks import actions, claims, deadlines, events, queries
from callbacks.promise import REACHED_CUSTOMER, Outcome, State, Tried, how_it_went
from callbacks.tables import Attempt, Callback
from office.database import changed
from office.profile import Profile


def settle(session: Session, attempt: Attempt, tried: Tried, profile: Profile, now: datetime) -> None:
    """The attempt ended so."""
    if tried is Tried.REACHED:
        _close(session, attempt, now)
        return
    callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
    mine = update(Callback).where(
        Callback.id == callback.id, Callback.fence == attempt.fence, Callback.state == State.CALLING.value
    )
    values = {**claims.after_attempt(now), **_next(callback, attempt, tried, profile, now)}
    if changed(session.execute(mine.values(values))) and values.get("outcome"):
        events.note(session, callback.id, "done", now)


def _close(session: Session, attempt: Attempt, now: datetime) -> None:
    """They spoke, so nothing is owed any more, even if the claim was lost meanwhile or another call-back opened."""
    over = now - timedelta(seconds=attempt.talked_s or 0)
    began = min(attempt.customer_answered_at or over, over)
    open_still = update(Callback).where(Callback.id == attempt.callback_id, queries.OPEN)
    if changed(session.execute(open_still.values(_done(attempt, began, now)))):
        events.note(session, attempt.callback_id, "done", now, by=attempt.by)
    else:
        actions.spoke_elsewhere(session, attempt.customer_phone, began, now, call_sid=attempt.customer_sid)


def _done(attempt: Attempt, began: datetime, now: datetime) -> dict[str, object]:
    return {
        "state": State.DONE.value,
        "outcome": Outcome.REACHED.value,
        "owner": attempt.by,
        "owner_id": attempt.staff_id,
        "claimed_until": None,
        "spoke_at": func.coalesce(Callback.spoke_at, began),
        "closed_at": now,
        "next_try_at": None,
        "needs_person": False,
        "tries": Callback.tries + 1,
    }


def _next(callback: Callback, attempt: Attempt, tried: Tried, profile: Profile, now: datetime) -> dict[str, object]:
    """When to try again. What nobody can tell, and a number the carrier will not dial, is for a person to decide."""
    rings_us = tried is Tried.CUSTOMER_BUSY and attempt.taken_at is None
    customer_tried = (tried in REACHED_CUSTOMER and not rings_us) or attempt.customer_rang_at is not None
    tries = callback.tries + (1 if customer_tried else 0)
    misses = 0 if customer_tried else callback.staff_misses + 1
    counts = {"tries": tries, "staff_misses": misses}
    if _is_for_a_person(attempt, tried):
        return {**counts, "next_try_at": None, "needs_person": True}
    if customer_tried:
        again = _after(callback, tries, tried, profile, now)
        return {**counts, "next_try_at": again} if again else {**counts, **_unreachable(now)}
    if rings_us:  # their phone was not rung, and nobody on the staff missed anything: no try of any kind
        return {"next_try_at": profile.hours.next_span(now + deadlines.BUSY_AGAIN).opens}
    return {**counts, "next_try_at": deadlines.staff_again(now, misses)}


def _is_for_a_person(attempt: Attempt, tried: Tried) -> bool:
    return tried is Tried.UNKNOWN or (tried is Tried.REFUSED and attempt.taken_at is not None)


def _after(callback: Callback, tries: int, tried: Tried, profile: Profile, now: datetime) -> datetime | None:
    by, slot = callback.promised_by, callback.slot
    return deadlines.next_try(now, tries, by, profile.hours, profile.callbacks, slot, tried)


def _unreachable(now: datetime) -> dict[str, object]:
    """Every try was made, and the customer did not pick up: it is over, for everybody to see."""
    return {
        "state": State.DONE.value,
        "outcome": Outcome.UNREACHABLE.value,
        "claimed_until": None,
        "closed_at": now,
        "next_try_at": None,
        "needs_person": False,
    }


def after_next_failure(
    session: Session, attempt: Attempt, profile: Profile, now: datetime, dial_status: str = ""
) -> datetime | None:
    """When the next try would be if the customer was not reached this time: what the staff member is told.

    `dial_status` is the carrier's word for how their phone ended; "" when it has not rung yet.
    """
    tried = Tried.CUSTOMER_NO_ANSWER if not dial_status else _without_a_talk(dial_status)
    if tried is Tried.REFUSED:
        return None
    callback = session.get_one(Callback, attempt.callback_id)
    return _after(callback, callback.tries + 1, tried, profile, now)


def _without_a_talk(dial_status: str) -> Tried:
    return how_it_went(said=None, dial_status=dial_status, bridged=False, seconds=None, machine=None)
