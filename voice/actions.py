"""What becomes of a call: opened, taken through its turns, ended. Writes; takes a Session, never commits."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from office import people
from office.database import insert_once, run
from voice import calls, queries
from voice.conversation.turns import Colleague, Heard
from voice.tables import Call, Leg, Turn

LONGEST_CALL = timedelta(hours=4)
"""The carrier ends a connected call after four hours (twilio.md 2.6, timeLimit); so does the reservation."""

MARGIN = timedelta(seconds=45)
"""How much longer than its ringing a staff phone stays reserved while we wait for the carrier's word: the carrier's
own buffer of 5 s, the whisper, and one slow request of 15 s."""


BEGIN_TURN = (
    update(Call)
    .where(Call.id == bindparam("of"), Call.turn < bindparam("to"))
    .values(turn=bindparam("to"), step=bindparam("at_step"), seen_at=bindparam("at"))
)


def open_call(session: Session, heard: Heard, now: datetime) -> Call:
    """Write a call down that we most likely have not heard of yet, before anybody answers it; its row, held."""
    customers = people.customers_at(session, heard.phone)
    teams = people.team_names(session)
    insert_once(
        session,
        Call,
        sid=heard.sid,
        direction="inbound",
        phone=heard.phone,
        customer_id=customers[0].id if len(customers) == 1 else None,
        known=bool(customers) or (heard.phone is not None and queries.seen_before(session, heard.phone)),
        team_id=next(iter(teams)) if len(teams) == 1 else None,
        started_at=now,
        seen_at=now,
        step="greet",
    )
    return queries.the(session, heard.sid)


def call_of(session: Session, heard: Heard, now: datetime) -> Call:
    """The call's row, held; written now if this is the first that we hear of it."""
    return queries.by_sid(session, heard.sid) or open_call(session, heard, now)


def begin_turn(session: Session, call: Call, number: int, step: str, now: datetime) -> bool:
    """Take the turn with that number; False when it was taken: then the answer given stands."""
    return run(session, BEGIN_TURN, of=call.id, to=number, at_step=step, at=now).rowcount == 1


def note_answer(session: Session, call: Call, number: int, answer: str) -> None:
    """Keep what we answered, for when the same is asked again."""
    insert_once(session, Turn, call_id=call.id, number=number, answer=answer)


def holder(call_id: int) -> str:
    """Under which name a call reserves a person."""
    return f"call:{call_id}"


def rang(session: Session, call: Call, number: int, staff: Colleague, patience: timedelta, now: datetime) -> None:
    """A staff phone is about to ring: the person is reserved before it does."""
    people.reserve(session, staff.id, holder(call.id), now, now + patience + MARGIN)
    insert_once(session, Leg, call_id=call.id, turn=number, staff_id=staff.id, rang_at=now)


def accepted(session: Session, call: Call, leg: Leg, sid: str, now: datetime) -> None:
    """The key was pressed while the caller was there."""
    if leg.accepted_at is None:
        leg.accepted_at, leg.sid = now, sid
        people.keep_reserved(session, holder(call.id), now + LONGEST_CALL)


def leg_ended(
    session: Session, call: Call, leg: Leg | None, outcome: str, *, bridged: bool | None, rest: timedelta, now: datetime
) -> None:  # fmt: skip
    """A staff phone is done; its person is free, after a rest when they talked."""
    if leg is None:
        return
    if leg.ended_at is None:
        leg.ended_at, leg.outcome = now, outcome
        people.release(session, holder(call.id), now, rest if leg.accepted_at else None)
    leg.bridged = bridged if bridged is not None else leg.bridged
    session.flush()


def spoke(call: Call, leg: Leg | None) -> None:
    """A person and the caller spoke."""
    call.outcome, call.missed_because = calls.SPOKE, None
    call.answered_by = leg.staff_id if leg else call.answered_by


def missed(call: Call, because: str) -> None:
    """Nobody spoke with the caller in this call, as far as we know; the first reason stands."""
    call.outcome = calls.MISSED
    call.missed_because = call.missed_because or because
    call.answered_by = None


def asked_again(call: Call) -> None:
    """The caller had all phones rung once more."""
    call.asked_again += 1


def end_call(session: Session, call: Call, *, rest: timedelta, now: datetime) -> bool:
    """The caller is gone: work out whether they spoke with a person. False when that was worked out before.

    Their last staff leg ends with them.
    """
    if call.ended_at is not None:
        return False
    call.ended_at = call.seen_at = now
    leg = queries.last_leg(session, call.id)
    if leg is not None and leg.ended_at is None:
        went_on_for = now - leg.accepted_at if leg.accepted_at else None
        spoken = calls.spoke(accepted=leg.accepted_at is not None, bridged=leg.bridged, went_on_for=went_on_for)
        leg_ended(session, call, leg, "spoke" if spoken else "no-answer", bridged=leg.bridged, rest=rest, now=now)
        if spoken:
            spoke(call, leg)
    if call.outcome != calls.SPOKE:
        missed(call, calls.GAVE_UP)
    session.flush()
    return True


def outbound(
    session: Session, *, sid: str, phone: str, customer_id: int | None, team_id: int | None, now: datetime
) -> None:
    """We rang a customer: their history has it. It never becomes a missed call."""
    values = {"sid": sid, "direction": "outbound", "phone": phone, "customer_id": customer_id, "team_id": team_id}
    insert_once(session, Call, **values, known=True, started_at=now, seen_at=now, step="outbound")


def outbound_ended(session: Session, sid: str, now: datetime, *, spoken_by: int | None) -> None:
    """Our call to a customer is over."""
    values = {"ended_at": now, "seen_at": now}
    said = {"outcome": calls.SPOKE, "answered_by": spoken_by} if spoken_by is not None else {}
    session.execute(update(Call).where(Call.sid == sid, Call.direction == "outbound").values({**values, **said}))
