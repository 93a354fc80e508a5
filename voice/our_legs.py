"""Staff phones that we place by REST while their caller waits in the queue, read and written. Takes a Session, never commits.

A leg is written down, with its person reserved, before anybody dials it, and whoever wrote it dials it once: no other
process ever dials it again, whatever becomes of the first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from office import people
from office.database import run
from office.people import Person
from office.tables import Staff
from voice.actions import MARGIN, add_leg, holder
from voice.tables import Call, Leg

DIALLED_WITHIN = timedelta(seconds=15)
"""A request to the carrier takes 13 s at most: a phone of which there is no sid after this is not waited for."""

HEARS_US = timedelta(seconds=15)
"""For so long after its ringing the next phone waits for this one: the carrier's own buffer of 5 s, the whisper, the key."""

SETTLES = timedelta(seconds=5)
"""By then we have heard from the carrier that a phone stopped which we had stopped; else we ask."""

CANCELED = "canceled"
"""How a phone ended that was stopped while it rang: nobody missed that call."""

OURS = and_(Leg.placed_by_us, Leg.ended_at.is_(None))
RINGS = and_(
    OURS,
    Leg.accepted_at.is_(None),
    Leg.outcome.is_(None),
    Leg.ring_until > bindparam("ringing_since"),
    or_(Leg.sid.is_not(None), Leg.claimed_at > bindparam("claimed_since")),
)
"""A phone that may still bring the caller a person."""

IN_VAIN = and_(
    OURS, Leg.accepted_at.is_(None), Leg.outcome.is_(None), Leg.sid.is_not(None), Call.waiting_since.is_(None)
)
"""A phone that rings for a caller who waits no longer."""

SILENT = and_(
    OURS,
    or_(
        Leg.ring_until <= bindparam("unheard_since"),
        and_(Leg.outcome.is_not(None), Leg.ring_until <= bindparam("stopped_before")),
    ),
    or_(Leg.accepted_at.is_(None), Call.ended_at <= bindparam("stopped_before")),
)
"""A phone of which the carrier should have told us more. One that took its caller is asked about when the call is over."""

NOTE_SID = (
    update(Leg)
    .where(Leg.call_id == bindparam("call"), Leg.number == bindparam("leg"), Leg.sid.is_(None))
    .values(sid=bindparam("told"))
)
LIVE = update(Leg).where(Leg.call_id == bindparam("call"), Leg.number == bindparam("leg"), Leg.ended_at.is_(None))
ASKED = LIVE.values(ring_until=bindparam("at"))
STOPPED = LIVE.values(ring_until=bindparam("at"), outcome=CANCELED)
WHICH = select(Leg.call_id, Leg.number, Leg.sid).join(Call, Call.id == Leg.call_id).order_by(Leg.call_id, Leg.number)
RUNG_OUT = (
    select(Leg.staff_id)
    .join(Staff, Staff.id == Leg.staff_id)
    .where(Leg.call_id == bindparam("call"), Staff.on_duty)
    .group_by(Leg.staff_id)
    .having(func.count() >= bindparam("rounds"))
)


@dataclass(frozen=True, slots=True)
class OurLeg:
    """A phone that we placed, by its call and its number in it; `sid` is the carrier's, None while nobody told us."""

    call_id: int
    number: int
    sid: str | None = None

    def __str__(self) -> str:
        return f"phone {self.number} of call {self.call_id}"


def claim(session: Session, call: Call, person: Person, now: datetime, ring_until: datetime) -> OurLeg | None:
    """Reserve this person and write their phone down, to be dialled now, once; None when somebody else was quicker."""
    if not people.reserve(session, person.id, holder(call.id), now, ring_until + MARGIN):
        return None
    number = add_leg(session, call.id, person.id, now, placed_by_us=True, claimed_at=now, ring_until=ring_until)
    return OurLeg(call.id, number)


def note_sid(session: Session, leg: OurLeg, sid: str) -> None:
    """The carrier's word for it, from whichever of its messages came first."""
    run(session, NOTE_SID, call=leg.call_id, leg=leg.number, told=sid)


def ringing_since(now: datetime) -> dict[str, datetime]:
    """What RINGS is bound to."""
    return {"ringing_since": now - HEARS_US, "claimed_since": now - DIALLED_WITHIN}


def ring(session: Session, call_id: int, now: datetime) -> bool:
    """Whether a phone rings for this caller that may still bring them a person."""
    return bool(session.scalar(select(exists().where(RINGS, Leg.call_id == call_id)), ringing_since(now)))


def last_rang(session: Session, call_id: int) -> datetime | None:
    """When the last of the phones of this call stopped, or began to ring if nobody told us more; None: none has rung."""
    moments = select(Leg.rang_at, Leg.ended_at).where(Leg.call_id == call_id)
    return max((ended or began for began, ended in session.execute(moments)), default=None)


def rung_out(session: Session, call_id: int, rounds: int) -> int:
    """How many people on duty were rung so often in this call that they are not rung again."""
    return len(run(session, RUNG_OUT, call=call_id, rounds=rounds).all())


def calls_in_vain(session: Session) -> list[int]:
    """The calls that phones still ring for though nobody waits in them any more."""
    return sorted({row.call_id for row in session.execute(WHICH.where(IN_VAIN))})


def in_vain(session: Session, call_id: int) -> list[OurLeg]:
    """The phones of a call that ring for nobody."""
    query = WHICH.where(IN_VAIN, Leg.call_id == call_id)
    return [OurLeg(*row) for row in session.execute(query)]


def stopped(session: Session, leg: OurLeg, now: datetime) -> None:
    """The carrier was told to let it ring no longer; how it ended it tells us yet."""
    run(session, STOPPED, call=leg.call_id, leg=leg.number, at=now)


def silent(session: Session, now: datetime, limit: int = 50) -> list[OurLeg]:
    """Phones that we must ask the carrier about."""
    bounds = {"unheard_since": now - MARGIN, "stopped_before": now - SETTLES}
    return [OurLeg(*row) for row in session.execute(WHICH.where(SILENT).limit(limit), bounds)]


def asked_about(session: Session, leg: OurLeg, now: datetime) -> None:
    """The carrier could not tell, or it goes on: asked again after as long a silence."""
    run(session, ASKED, call=leg.call_id, leg=leg.number, at=now)
