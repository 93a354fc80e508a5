"""What becomes of a call: opened, taken through its turns, ended. Writes; takes a Session, never commits."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from office import people
from office.database import insert_once, run
from voice import calls, queries
from voice.conversation.facts import Colleague
from voice.conversation.turns import Heard
from voice.tables import Call, Leg, Turn

LONGEST_CALL = timedelta(hours=4)
"""The carrier ends a connected call after four hours (twilio.md 2.6, timeLimit); so does the reservation."""

MARGIN = timedelta(seconds=45)
"""How much longer than its ringing a staff phone stays reserved while we wait for the carrier's word: the carrier's
own buffer of 5 s, the whisper, and one slow request of 15 s."""

HEARD_EVERY = timedelta(minutes=1)

FORGED = "TN-Validation-Failed"
"""How the carrier's word begins when somebody shows a number that is not theirs (twilio.md 6.3). No word, or a good one, proves nothing."""

BEGIN_TURN = (
    update(Call)
    .where(Call.id == bindparam("of"), Call.turn < bindparam("to"))
    .values(turn=bindparam("to"), step=bindparam("at_step"), seen_at=bindparam("at"))
)


def open_call(session: Session, heard: Heard, now: datetime, *, is_open: bool = False) -> Call:
    """Write a call down that we most likely have not heard of yet, before anybody answers it; its row, held."""
    insert_once(session, Call, **_as_it_begins(session, heard, now, is_open=is_open))
    return queries.the(session, heard.sid)


def rehearsed_call(session: Session, heard: Heard, now: datetime, *, is_open: bool) -> Call:
    """The same row for a call that nobody makes; it must not be added to any session."""
    counts = dict.fromkeys(("menus", "asked_again", "holds", "keyings", "recordings"), 0)
    return Call(**_as_it_begins(session, heard, now, is_open=is_open), own=False, proven=False, **counts)


def _as_it_begins(session: Session, heard: Heard, now: datetime, *, is_open: bool) -> dict[str, Any]:
    customers = people.customers_at(session, heard.phone)
    teams = people.open_teams(session)
    return {
        "sid": heard.sid,
        "direction": "inbound",
        "phone": heard.phone,
        "customer_id": customers[0].id if len(customers) == 1 else None,
        "trusted": not heard.attestation.startswith(FORGED),
        "came_open": is_open,
        "known": bool(customers) or (heard.phone is not None and queries.seen_before(session, heard.phone)),
        "team_id": next(iter(teams)) if len(teams) == 1 else None,
        "started_at": now,
        "seen_at": now,
        "step": "greet",
    }


def call_of(session: Session, heard: Heard, now: datetime) -> Call:
    """The call's row, held; written now if this is the first that we hear of it."""
    return queries.by_sid(session, heard.sid) or open_call(session, heard, now)


def begin_turn(session: Session, call: Call, number: int, step: str, now: datetime) -> bool:
    """Take the turn with that number; False when it was taken: then the answer given stands."""
    return run(session, BEGIN_TURN, of=call.id, to=number, at_step=step, at=now).rowcount == 1


def still_there(call: Call, now: datetime) -> None:
    """The caller on hold was heard of; written down once a minute, so that nobody asks the carrier where they are."""
    if now - call.seen_at >= HEARD_EVERY:
        call.seen_at = now


def note_answer(session: Session, call: Call, number: int, answer: str) -> None:
    """Keep what we answered, for when the same is asked again."""
    insert_once(session, Turn, call_id=call.id, number=number, answer=answer)


def holder(call_id: int) -> str:
    """Under which name a call reserves a person."""
    return f"call:{call_id}"


def rang(session: Session, call: Call, staff: Colleague, patience: timedelta, now: datetime) -> None:
    """A staff phone is about to ring inside the caller's dial: the person is reserved before it does."""
    people.reserve(session, staff.id, holder(call.id), now, now + patience + MARGIN)
    add_leg(session, call.id, staff.id, now)


def add_leg(session: Session, call_id: int, staff_id: int, now: datetime, **more: object) -> int:
    """Write down a staff phone that is about to ring; its number in the call. The call's row is held, so no other leg gets it too."""
    last = queries.last_leg(session, call_id)
    number = last.number + 1 if last else 1
    insert_once(session, Leg, call_id=call_id, number=number, staff_id=staff_id, rang_at=now, **more)
    return number


def waits(call: Call, now: datetime, *, chosen: bool) -> None:
    """The caller is in the queue, because they asked to be or while the first phones ring."""
    call.waiting_since, call.wants = now, None
    call.holds += chosen


def waits_no_longer(call: Call, key: str | None) -> None:
    """The caller leaves the queue; `key` is what they pressed, None when nobody asked them."""
    call.waiting_since, call.wants = None, key


def keyed(call: Call, phone: str | None) -> None:
    """The caller keyed a number to be rung on; None: one that we may not dial."""
    call.keyings += 1
    call.keyed = phone


def accepted(session: Session, call: Call, leg: Leg, sid: str, now: datetime) -> None:
    """The key was pressed while the caller was there. Their person stays reserved; whoever else was rung for them is let go as their phones end."""
    if leg.accepted_at is None:
        leg.accepted_at, leg.sid = now, sid
        call.waiting_since = None
        people.keep_reserved(session, holder(call.id), now + LONGEST_CALL, leg.staff_id)


def leg_ended(
    session: Session, call: Call, leg: Leg | None, outcome: str, *, bridged: bool | None, rest: timedelta, now: datetime
) -> None:  # fmt: skip
    """A staff phone is done; its person is free, after a rest when they talked."""
    if leg is None:
        return
    if leg.ended_at is None:
        leg.ended_at, leg.outcome = now, outcome
        people.release(session, holder(call.id), now, rest if leg.accepted_at else None, leg.staff_id)
    leg.bridged = bridged if bridged is not None else leg.bridged
    session.flush()


def spoke(call: Call, leg: Leg | None) -> None:
    """A person and the caller spoke."""
    call.outcome, call.missed_because = calls.SPOKE, None
    call.answered_by = leg.staff_id if leg else call.answered_by


def missed(call: Call, because: str) -> None:
    """Nobody spoke with the caller in this call, as far as we know; the first reason stands. A call of one of us is never missed."""
    call.outcome = None if call.own else calls.MISSED
    call.missed_because = None if call.own else call.missed_because or because
    call.answered_by = None


def asked_again(call: Call) -> None:
    """The caller had all phones rung once more."""
    call.asked_again += 1


def end_call(session: Session, call: Call, *, rest: timedelta, now: datetime, short: bool) -> bool:
    """The caller is gone: work out whether they spoke with a person. False when that was worked out before.

    A leg inside their dial ends with them; one that we placed is told of by the carrier, or hung up. `short`: they were there for under three seconds.
    """
    if call.ended_at is not None:
        return False
    call.ended_at = call.seen_at = now
    last = queries.last_leg(session, call.id)
    leg = queries.taken_leg(session, call.id) or last
    spoken = leg is not None and _talked(leg, now)
    if last is not None and last.ended_at is None and not last.placed_by_us:
        # Not always the one that was taken: when that failed to connect, the next phone rings.
        how = "spoke" if spoken and last is leg else "no-answer"
        leg_ended(session, call, last, how, bridged=last.bridged, rest=rest, now=now)
    if spoken:
        spoke(call, leg)
    if call.outcome is None and not call.own:
        missed(call, calls.VERY_SHORT if short else _gave_up(call, leg))
    elif call.outcome == calls.MISSED and _gave_up(call, leg) == calls.ON_HOLD:
        call.missed_because = calls.ON_HOLD  # the offer before the hold gave another reason
    call.waiting_since = None
    session.flush()
    return True


def _talked(leg: Leg, now: datetime) -> bool:
    """Whether the caller who is gone spoke on this phone. One that we placed may be down before the caller's end is told."""
    if leg.ended_at is not None:
        return leg.placed_by_us and leg.outcome == calls.SPOKE and leg.bridged is not False
    went_on_for = now - leg.accepted_at if leg.accepted_at else None
    return calls.spoke(accepted=leg.accepted_at is not None, bridged=leg.bridged, went_on_for=went_on_for)


def _gave_up(call: Call, leg: Leg | None) -> str:
    """Where the caller was when they hung up."""
    if call.waiting_since is not None and call.holds:
        return calls.ON_HOLD
    return calls.IN_THE_MENU if call.menus and leg is None and call.waiting_since is None else calls.GAVE_UP


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
