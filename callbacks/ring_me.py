"""A person wants to ring a customer now: their own phone rings first. The attempt is written down, and a worker dials.

What was asked for stands as a row of its own stage, so that it is dialled once, by whoever is quicker: the job that the
bell is rung for, or the sweep when the bell is not heard.
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, select, update
from sqlalchemy.orm import Session

from callbacks import attempts, claims
from callbacks.attempts import LONGEST, LOOK_AFTER_CLAIM, Claimed
from callbacks.claims import Who
from callbacks.promise import Stage, State, Tried
from callbacks.refused import Busy
from callbacks.tables import Attempt, Callback
from office import own_phones, people
from office.database import changed, run
from office.people import Person
from office.profile import Profile
from office.tables import Staff

NO_LONGER_THAN = timedelta(seconds=10)
"""After a phone has rung for as long as phones do: then whatever was to ring it never did, and anybody may take over."""

# The person is held before the call-back, as the workers do: nobody waits for one of the two with the other in hand.
STANDING = select(Staff.busy_with, Staff.busy_until).where(Staff.id == bindparam("who")).with_for_update(key_share=True)
HOLDS = and_(Callback.id == Attempt.callback_id, Callback.fence == Attempt.fence, Callback.state == State.CALLING.value)
ASKED = select(Attempt.id, Attempt.callback_id, Attempt.fence, Attempt.staff_id).where(
    Attempt.ended_at.is_(None), Attempt.stage == Stage.ASKED.value
)


def ask(session: Session, callback_id: int, staff: Person, profile: Profile, now: datetime) -> None:
    """Have this person's phone ring for it, whoever would have been next and whenever. Raises Held, Over, Underway, Busy.

    What they had before they have again when it comes to nothing; else it is everybody's, in seconds if their phone never
    comes up. While it rings for them already nothing is done.
    """
    who = Who(staff.name, staff.id)
    standing = run(session, STANDING, who=staff.id).one()
    if session.scalar(select(Callback.id).where(Callback.id == callback_id, claims.rings_for(who))) is not None:
        return
    _make_due(session, callback_id, who, now + profile.ringing.patience + NO_LONGER_THAN, now)
    if standing.busy_until is not None and standing.busy_until > now:
        what = "with a caller" if str(standing.busy_with).startswith("call:") else "for a call-back"
        raise Busy(f"{staff.name} is on the phone {what} just now.")
    claimed = attempts.claim(session, callback_id, staff, now)
    if claimed is None:
        raise claims.why_not(session, callback_id)
    own_phones.take_over(session, staff.id, attempts.holder(claimed.attempt_id), now + LONGEST)  # also when off duty
    session.execute(update(Attempt).where(Attempt.id == claimed.attempt_id).values(stage=Stage.ASKED.value))


def _make_due(session: Session, callback_id: int, who: Who, until: datetime, now: datetime) -> None:
    """Theirs, and to be tried now: what a plan, a claim of theirs or our own doubts said before does not count."""
    longer = and_(claims.is_held_by(who), Callback.claimed_until > until)
    theirs = update(Callback).where(Callback.id == callback_id, claims.may_be_taken_by(who, now))
    held = {"owner": who.name, "owner_id": who.staff_id}
    lease = case((longer, Callback.claimed_until), else_=until)
    due = theirs.values(state=State.WAITING.value, needs_person=False, next_try_at=now, claimed_until=lease, **held)
    if not changed(session.execute(due)):
        raise claims.why_not(session, callback_id)


def asked(session: Session) -> list[int]:
    """The call-backs for which somebody's phone is to ring now."""
    return [row.callback_id for row in run(session, ASKED).all()]


def to_ring(session: Session, callback_id: int, now: datetime) -> Claimed | None:
    """The attempt that somebody asked for, for whoever rings their phone now, once; None: there is none (any more)."""
    waiting = ASKED.join(Callback, HOLDS).where(Attempt.callback_id == callback_id)
    row = session.execute(waiting).first()
    staff = people.at_work(session, row.staff_id) if row else None
    if row is None or staff is None:
        return None
    mine = attempts.move(session, row.id, Stage.CLAIMED, now, look_at=now + LOOK_AFTER_CLAIM)
    return Claimed(row.id, row.fence, staff) if mine else None


def give_up(session: Session, profile: Profile, now: datetime) -> int:
    """End what somebody asked for and nobody rang in time: their phone is free for the next thing. Returns how many."""
    lost = select(Attempt).where(Attempt.stage == Stage.ASKED.value, Attempt.ended_at.is_(None))
    stale = session.scalars(lost.outerjoin(Callback, HOLDS).where(Callback.id.is_(None)).with_for_update(of=Attempt))
    return sum(attempts.end(session, attempt, Tried.FAILED, profile, now) for attempt in stale)
