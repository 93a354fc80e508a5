"""What a customer asked for when they could not be put through: another number, another time. Writes; never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from callbacks import actions, deadlines, events, in_time, queries
from callbacks.promise import Outcome, State
from callbacks.tables import Callback, CallbackCall, Move

ASKED, COMPLAINT = "asked", "complaint"
"""Kinds of a call-back (CONTRACT): its customer asked for it; they complained, and whatever they ask for it stays so."""

CUSTOMER = "customer"
"""Who wrote it down, when it was the customer's own key."""

GOES_ON = "goes on as call-back"
"""How the note of one begins that was closed because another answers for it; nobody wrote it."""

PLAN = ("slot_from", "slot_until", "slot_zone", "next_try_at", "needs_person")
KNOWN_OF_ONE = ("customer_id", "team_id", "name", "owner", "owner_id", "prefer_id")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day as it was offered ("tomorrow morning"); `zone` is the name of the one it was said in."""

    name: str
    begins: datetime
    until: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Where and when. `called_from` None: withheld. `part` None: as soon as possible.

    `first_try_at` is when the workers would try at the soonest; None leaves it to a person. `keeps_plan`: when and by whom
    they are rung stays as it was planned, and `first_try_at` is only for one that had no number to ring.
    """

    phone: str
    called_from: str | None
    part: Part | None
    first_try_at: datetime | None
    keeps_plan: bool = False


def asked_for(session: Session, callback_id: int, wish: Wish, now: datetime, *, by: str = CUSTOMER) -> int:
    """The customer of this open call-back agreed to this; the id of the call-back that answers for them now.

    An attempt that is under way goes on as it was claimed; the next one is as they wished. `by` is who said so for them.
    """
    actions.hold_numbers(session, wish.phone, wish.called_from)
    callback = _held(session, callback_id)
    same = others(session, callback, wish)
    for other in same:
        callback = _made_one(session, callback, other, now, by, keeps_plan=wish.keeps_plan)
    _plan(callback, wish)
    callback.called_from = _rang_from(callback, wish)
    callback.phone = wish.phone
    callback.kind = COMPLAINT if callback.kind == COMPLAINT else ASKED
    session.flush()
    events.note(session, callback.id, "asked", now)
    if wish.part is not None:
        move(session, callback.id, wish.part.until, by=CUSTOMER, note=f"asked for {wish.part.name}", now=now)
    elif same and callback.slot_until is not None:  # taken over, perhaps: nobody may ring them before it
        move(session, callback.id, callback.slot_until, by=by, note="asked for that part of the day before", now=now)
    return callback.id


def move(session: Session, callback_id: int, promised_by: datetime, *, by: str, note: str, now: datetime) -> bool:
    """Promise a later time that the customer agreed to: the only way a promise moves. `note`: who agreed, in what words.

    Rounded up to the whole minute that is spoken. False, and nothing changes, when that is not later or it is over.
    """
    callback = _held(session, callback_id)
    later = deadlines.whole_minute(promised_by)
    if callback.state == State.DONE.value or later <= callback.promised_by:
        return False
    times = {"promised_before": callback.promised_by, "promised_by": later}
    session.add(Move(callback_id=callback_id, at=now, by=by, note=note, **times))
    callback.promised_by, callback.hurry_by = later, None  # they agreed that it has time
    callback.spoke_at = None  # that we spoke kept the word before this one
    session.flush()
    events.note(session, callback_id, "moved", now, by=by, note=note, promised_before=times["promised_before"])
    return True


def offer(session: Session, callback_id: int, parts: Sequence[Part]) -> None:
    """Remember what its customer was offered by text, until they choose."""
    written = [[part.name, part.begins.isoformat(), part.until.isoformat()] for part in parts]
    _held(session, callback_id).offered = written or None
    session.flush()


def offered(callback: Callback, zone: str) -> list[Part]:
    """What its customer was offered by text and has not chosen from; `zone` is the one it was said in."""
    return [
        Part(name, datetime.fromisoformat(begins), datetime.fromisoformat(until), zone)
        for name, begins, until in callback.offered or []
    ]


def cancel(session: Session, callback_id: int, *, note: str, now: datetime) -> bool:
    """Its customer wants no call any more; `note` says how they told us. False when it is over already.

    An attempt that is under way becomes stale: a phone that rings for it hears that it is over.
    """
    callback = _held(session, callback_id)
    if callback.state == State.DONE.value:
        return False
    callback.state, callback.outcome, callback.closed_at = State.DONE.value, Outcome.CANCELLED.value, now
    callback.closed_by, callback.close_note, callback.claimed_until = CUSTOMER, note, None
    callback.fence, callback.next_try_at, callback.needs_person = callback.fence + 1, None, False
    session.flush()
    events.note(session, callback_id, "done", now, by=CUSTOMER, note=note)
    return True


def _held(session: Session, callback_id: int) -> Callback:
    return session.get_one(Callback, callback_id, with_for_update=True, populate_existing=True)


def others(session: Session, callback: Callback, wish: Wish) -> list[Callback]:
    """Further open call-backs of these numbers, held: somebody asks to be rung where we owe a call already."""
    theirs = {"of": wish.phone, "other": wish.called_from}
    found = select(Callback).where(queries.OPEN, queries.THEIRS, Callback.id != callback.id).order_by(Callback.id)
    return list(session.scalars(found.with_for_update(), theirs))


def _made_one(
    session: Session, first: Callback, second: Callback, now: datetime, by: str, *, keeps_plan: bool
) -> Callback:
    """The one that stays is the one promised sooner: whoever was given that word is rung by it. One that was kept before goes.

    It answers for the calls of both. The other is closed, not deleted: its attempts stay told, one that is under way
    becomes stale before it rings anybody, and whoever knows it by its id can read where it went.
    """
    stays, goes = sorted((first, second), key=lambda one: (bool(in_time.kept(one, now)), one.promised_by, one.id))
    session.execute(update(CallbackCall).where(CallbackCall.callback_id == goes.id).values(callback_id=stays.id))
    stays.calls_missed += goes.calls_missed
    stays.missed_at = min(stays.missed_at, goes.missed_at)
    stays.first_rang_at = min(filter(None, (stays.first_rang_at, goes.first_rang_at)), default=None)
    stays.hurry_by = min(filter(None, (stays.hurry_by, goes.hurry_by)), default=None)
    for fact in KNOWN_OF_ONE:
        setattr(stays, fact, getattr(stays, fact) or getattr(goes, fact))
    stays.kind = COMPLAINT if COMPLAINT in {stays.kind, goes.kind} else stays.kind
    if (
        keeps_plan and stays.needs_person and not goes.needs_person
    ):  # only the other was rung by itself: it is from now on
        for column in PLAN:
            setattr(stays, column, getattr(goes, column))
    _end(session, goes, stays, now, by)
    return stays


def _end(session: Session, goes: Callback, stays: Callback, now: datetime, by: str) -> None:
    goes.state, goes.outcome, goes.closed_at = State.DONE.value, Outcome.CANCELLED.value, now
    goes.closed_by, goes.close_note = by, f"{GOES_ON} {stays.id}: they asked to be rung there"
    goes.fence, goes.next_try_at, goes.needs_person = goes.fence + 1, None, False
    session.flush()  # before the other takes its number: one open call-back a number
    events.note(session, goes.id, "done", now, by=by, note=goes.close_note)


def _rang_from(callback: Callback, wish: Wish) -> str | None:
    """Their other number: what they ring from now, else what they rang from before."""
    before = (wish.called_from, callback.called_from)
    return next((phone for phone in before if phone is not None and phone != wish.phone), None)


def _plan(callback: Callback, wish: Wish) -> None:
    """When we try. With a time of their own the plan of tries begins anew."""
    if wish.keeps_plan:
        if callback.phone is None and callback.needs_person:  # nobody could ring it until now
            callback.needs_person = False
            callback.next_try_at = max(filter(None, (wish.first_try_at, callback.slot_from)), default=None)
        return
    part = wish.part
    callback.slot_from, callback.slot_until = (part.begins, part.until) if part else (None, None)
    callback.slot_zone = part.zone if part else None
    if part is not None:
        callback.tries = callback.staff_misses = 0
    if callback.state == State.WAITING.value:
        callback.needs_person = wish.first_try_at is None
        callback.next_try_at = part.begins if part and wish.first_try_at else wish.first_try_at
