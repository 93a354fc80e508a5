"""How an attempt goes: claimed, placed, answered, taken, talked, ended. Writes; takes a Session, never commits.

Every write names the fence it belongs to, and a stage is only ever left forwards: a report that comes late, twice or
from an attempt that lost its claim changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from callbacks import deadlines, events, settling
from callbacks.promise import Stage, State, Tried, earlier_than, how_it_went
from callbacks.tables import Attempt, Callback
from office import own_phones, people
from office.database import changed
from office.people import Person
from office.profile import Profile
from office.tables import Staff

LOOK_AFTER_CLAIM = timedelta(seconds=30)
"""The request to the carrier takes ten seconds at most; after thirty without a word, look."""

LOOK_AGAIN = timedelta(seconds=60)
"""How often a live call is looked at while no report comes."""

LONGEST = timedelta(hours=2)
"""An attempt's reservation of a person ends here at the latest; the talk itself is limited to an hour."""

GRACE = timedelta(seconds=5)
"""Reports of one event come within a few seconds of each other, in any order."""

RANG = frozenset({"completed", "answered", "no-answer"})
"""Ends of a customer's leg that mean that the phone rang (busy and failed did not, canceled may not have)."""

GIVEN_UP = (Tried.UNKNOWN.value, Tried.FAILED.value)
"""Outcomes by which the sweep ends what it cannot find out: silence, not knowledge."""

BEFORE_THE_KEY = frozenset({Stage.ASKED.value, Stage.CLAIMED.value, Stage.PLACED.value, Stage.ANSWERED.value})
AFTER_THE_KEY = frozenset({Stage.TAKEN.value, Stage.TALKED.value})


@dataclass(frozen=True, slots=True)
class Claimed:
    """An attempt that is written down and may now be dialled, once."""

    attempt_id: int
    fence: int
    staff: Person


def claim(session: Session, callback_id: int, staff: Person, now: datetime) -> Claimed | None:
    """Take a due call-back for this person; None when it was taken, closed or moved meanwhile."""
    callback = _take(session, callback_id, staff, Callback.next_try_at <= now)
    if callback is None:
        return None
    claimed = _write_down(session, callback, staff, now, stage=Stage.CLAIMED.value, look_at=now + LOOK_AFTER_CLAIM)
    people.reserve(session, staff.id, holder(claimed.attempt_id), now, now + LONGEST)
    return claimed


def claim_on_the_phone(
    session: Session, callback_id: int, staff: Person, call_sid: str, now: datetime
) -> Claimed | None:  # fmt: skip
    """Take a call-back for this person who is on the phone with us already, in the call with that sid: no phone of theirs has to ring.

    Also before its next try is due, but not before the part of a day that the customer asked for. Whatever reserved the
    person before, the attempt has them now. None when it was taken, closed or left to a person meanwhile.
    """
    session.execute(
        select(Staff.id).where(Staff.id == staff.id).with_for_update(key_share=True)
    )  # before the call-back
    callback = _take(session, callback_id, staff, or_(Callback.slot_from.is_(None), Callback.slot_from <= now))
    if callback is None:
        return None
    up = {"stage": Stage.ANSWERED.value, "call_sid": call_sid, "look_at": now + LOOK_AGAIN}
    claimed = _write_down(session, callback, staff, now, **up)
    own_phones.take_over(session, staff.id, holder(claimed.attempt_id), now + LONGEST)
    return claimed


def _take(session: Session, callback_id: int, staff: Person, may_be_tried: ColumnElement[bool]) -> Callback | None:
    """The one conditional update that makes a call-back somebody's: its row, or None when they are too late, or another took it."""
    theirs = and_(Callback.state == State.CLAIMED.value, Callback.owner_id == staff.id)
    nobodys = Callback.state == State.WAITING.value
    taken = session.execute(
        update(Callback)
        .where(Callback.id == callback_id, or_(nobodys, theirs), ~Callback.needs_person, may_be_tried)
        .values(state=State.CALLING.value, fence=Callback.fence + 1)
    )
    if changed(taken) != 1:
        return None
    return session.get_one(Callback, callback_id, populate_existing=True)


def _write_down(session: Session, callback: Callback, staff: Person, now: datetime, **how: object) -> Claimed:
    attempt = Attempt(
        callback_id=callback.id,
        fence=callback.fence,
        staff_id=staff.id,
        by=staff.name,
        at=now,
        customer_phone=callback.phone,
        **how,
    )
    session.add(attempt)
    session.flush()
    events.note(session, callback.id, "calling", now, by=staff.name)
    return Claimed(attempt.id, attempt.fence, staff)


def of_phone(session: Session, call_sid: str) -> Attempt | None:
    """The attempt under way on the staff phone in that call, held until the transaction ends."""
    live = select(Attempt).where(Attempt.ended_at.is_(None), Attempt.call_sid == call_sid)
    return session.scalars(live.order_by(Attempt.id.desc()).limit(1).with_for_update()).first()


def address(attempt_id: int, fence: int, step: str) -> str:
    """The path at which the carrier asks or reports about an attempt: which one, and by which claim. One with a slash is whole."""
    return step if step.startswith("/") else f"/callbacks/attempts/{attempt_id}/{fence}/{step}"


def holder(attempt_id: int) -> str:
    """Under which name an attempt reserves a person."""
    return f"attempt:{attempt_id}"


def move(session: Session, attempt_id: int, to: Stage, now: datetime, **also: object) -> bool:
    """Bring an attempt forward to a stage; False when it is there or beyond already. We look again in a minute."""
    values = {"stage": to.value, "look_at": now + LOOK_AGAIN, **also}
    moved = update(Attempt).where(Attempt.id == attempt_id, Attempt.stage.in_(earlier_than(to)))
    return changed(session.execute(moved.values(values))) == 1


def adopt_sid(session: Session, attempt_id: int, sid: str) -> None:
    """The carrier's word for the staff leg, from whichever of its messages came first."""
    session.execute(update(Attempt).where(Attempt.id == attempt_id, Attempt.call_sid.is_(None)).values(call_sid=sid))


def look_again(session: Session, attempt_id: int, at: datetime) -> None:
    """Still under way, or not to be told yet."""
    session.execute(update(Attempt).where(Attempt.id == attempt_id, Attempt.ended_at.is_(None)).values(look_at=at))


def customer_rang(session: Session, attempt: Attempt, sid: str | None, now: datetime) -> None:
    """The customer's phone rings."""
    attempt.customer_sid = attempt.customer_sid or sid
    if attempt.customer_rang_at is None:
        attempt.customer_rang_at = now
        first = update(Callback).where(Callback.id == attempt.callback_id, Callback.first_rang_at.is_(None))
        session.execute(first.values(first_rang_at=now))


def customer_answered(session: Session, attempt: Attempt, sid: str | None, now: datetime) -> None:
    """Somebody or something picked up the customer's phone."""
    customer_rang(session, attempt, sid, now)
    attempt.customer_answered_at = attempt.customer_answered_at or now
    session.flush()


def customer_leg_ended(session: Session, attempt: Attempt, sid: str | None, status: str, seconds: int | None) -> None:
    """The customer's phone is down: how it ended, and for how many seconds it was up. The first word stands.

    A phone that was not picked up did ring, from the moment the staff member took it, whether or not we were told.
    """
    attempt.customer_sid = attempt.customer_sid or sid
    attempt.customer_status = attempt.customer_status or status
    attempt.talked_s = seconds if attempt.talked_s is None else attempt.talked_s
    if status in RANG and attempt.taken_at is not None:
        customer_rang(session, attempt, sid, attempt.taken_at)
    session.flush()


def conclude(session: Session, attempt: Attempt, profile: Profile, now: datetime, said: str | None = None) -> None:
    """The staff member took it, and the phones are down: work out what it came to, and end the attempt."""
    tried = how_it_went(
        said=said,
        dial_status=attempt.customer_status or "",
        bridged=attempt.bridged,
        seconds=attempt.talked_s,
        machine=attempt.machine,
    )
    end(session, attempt, tried, profile, now, assumed=tried is Tried.REACHED and not said)


def staff_leg_ended(
    session: Session, attempt: Attempt, profile: Profile, now: datetime, *, refused: bool = False
) -> None:
    """The staff phone is down. Before the key that is nobody's answer; after it, what the customer's leg came to.

    Reports come in any order: while the customer's leg has not been heard of, the sweep looks after a moment's grace.
    """
    if attempt.stage in BEFORE_THE_KEY:
        end(session, attempt, Tried.REFUSED if refused else Tried.STAFF_NO_ANSWER, profile, now)
    elif attempt.customer_status is not None:
        conclude(session, attempt, profile, now)
    else:
        look_again(session, attempt.id, now + GRACE)


def end(
    session: Session, attempt: Attempt, tried: Tried, profile: Profile, now: datetime, *, assumed: bool = False
) -> bool:
    """An attempt is over: the person is free, and the promise is kept, waits for its next try or for a person, or nothing helped.

    `assumed`: nobody said so, they were connected for long enough.
    """
    session.flush()
    ended = update(Attempt).where(Attempt.id == attempt.id, _may_end_as(tried))
    values = {"stage": Stage.ENDED.value, "outcome": tried.value, "ended_at": now, "look_at": None, "assumed": assumed}
    if changed(session.execute(ended.values(values))) != 1:
        return False
    if tried is Tried.REACHED:
        customer_rang(session, attempt, None, attempt.taken_at or now)  # nobody speaks on a phone that never rang
        session.flush()
    people.release(session, holder(attempt.id), now, profile.ringing.rest_after if attempt.taken_at else None)
    events.note(session, attempt.callback_id, "attempt-ended", now, by=attempt.by, outcome=tried.value)
    settling.settle(session, attempt, tried, profile, now)
    session.refresh(attempt)
    return True


def _may_end_as(tried: Tried) -> ColumnElement[bool]:
    """Once. But what we gave up on, unheard, may turn out to have been a talk."""
    under_way = Attempt.ended_at.is_(None)
    return or_(under_way, Attempt.outcome.in_(GIVEN_UP)) if tried is Tried.REACHED else under_way


def snooze(session: Session, attempt: Attempt, profile: Profile, now: datetime) -> bool:
    """The staff member who was asked rings them in a quarter of an hour: it is theirs until then, and for as long as a claim is.

    False when the attempt is over, too little time is left before the promise, or they have left: then it is everybody's.
    """
    callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
    until = deadlines.after_snooze(now, callback.promised_by, profile.hours)
    if until is None or not end(session, attempt, Tried.STAFF_PASSED, profile, now):
        return False
    if people.at_work(session, attempt.staff_id) is None:
        return False
    mine = update(Callback).where(Callback.id == callback.id, Callback.fence == attempt.fence)
    theirs = {"owner": attempt.by, "owner_id": attempt.staff_id, "claimed_until": until + profile.callbacks.claim_for}
    put_off = mine.where(Callback.state != State.DONE.value).values(
        state=State.CLAIMED.value, next_try_at=until, staff_misses=0, fence=Callback.fence + 1, **theirs
    )
    if changed(session.execute(put_off)):
        events.note(session, callback.id, "snoozed", now, by=attempt.by, until=until)
    return True
