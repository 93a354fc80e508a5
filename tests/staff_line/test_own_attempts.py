"""A promise kept from a phone that is up already: claimed for whoever wants it, and given back when they hang up."""

from datetime import timedelta
from typing import Any

import pytest

from callbacks.tables import Attempt, Callback
from office import people
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from voice.tables import Call

JANE, AMIR = "+447700900123", "+447700900124"
PRIYA, TOM = "+447700900101", "+447700900102"
OWN, CHILD, SECOND = "CA" + "1" * 32, "CA" + "7" * 32, "CA" + "2" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallSid": CHILD, "DialCallDuration": "40"}
NOTHING = "There is no call-back for you to ring just now."


@pytest.fixture
def jane(office):
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])


def test_next_call_back_is_an_attempt_whose_staff_leg_is_this_very_call(rows, rings, owe, jane, clock, priya):
    owe(AMIR, promised_by=clock.now().replace(hour=15), next_try_at=clock.now())
    first = owe()
    phone = rings()
    assert "Jane" not in phone.text
    assert "Call-back for Jane Smith, owed since ten o'clock this morning" in phone.prove("2")
    (attempt,) = rows(Attempt)
    assert (attempt.callback_id, attempt.staff_id, attempt.call_sid, attempt.stage) == (first, 1, OWN, "answered")
    assert priya().busy_with == f"attempt:{attempt.id}"
    assert f">{JANE}</Number>" in phone.key("1")
    assert 'callerId="+442071838750"' in phone.text
    phone.dial_ends(**TALKED)
    phone.key("1")
    phone.hang_up()
    kept = rows(Callback)[1]
    assert (kept.state, kept.outcome, kept.owner) == ("done", "reached", "Priya Shah")
    assert [(call.direction, call.outcome, call.answered_by) for call in rows(Call)] == [
        ("inbound", None, None),
        ("outbound", "spoke", 1),
    ]
    assert (priya().busy_with, len(rows(Attempt))) == (None, 1)


@pytest.mark.parametrize("when", ["asked", "ringing", "ringing, told late", "talking"])
def test_staff_who_hang_up_leave_no_attempt_behind_and_are_free(rows, rings, owe, priya, clock, when):
    owe()
    phone = rings()
    phone.prove("2")
    if when != "asked":
        phone.key("1")
    if when == "ringing":
        phone.dial_ends(CallStatus="completed", DialCallStatus="canceled", DialBridged="false")
    if when == "talking":
        phone.dial_ends(**{**TALKED, "CallStatus": "completed", "DialCallDuration": "8"})
    phone.hang_up()
    if when == "ringing, told late":
        phone.dial_ends(CallStatus="completed", DialCallStatus="canceled", DialBridged="false")
    (callback,), (attempt,) = rows(Callback), rows(Attempt)
    assert (callback.state, attempt.ended_at) == ("waiting", clock.now())
    assert (priya().busy_with, rows(Call)[0].outcome) == (None, None)


def test_call_back_that_is_passed_waits_for_somebody_else(rows, rings, owe, priya):
    owe()
    phone = rings()
    phone.prove("2")
    phone.key("2")
    phone.hang_up()
    assert (rows(Attempt)[0].outcome, rows(Callback)[0].state) == ("staff-passed", "waiting")
    assert priya().busy_with is None


@pytest.mark.parametrize(
    "why", ["a colleague has it", "left to a person", "later today", "a busy phone of ours", "closed"]
)
def test_call_back_that_may_not_be_rung_now_is_passed_over(office, rows, rings, owe, clock, why):
    different: dict[str, dict[str, Any]] = {
        "a colleague has it": {"state": "calling"},
        "left to a person": {"needs_person": True},
        "later today": {"slot_from": clock.now() + timedelta(hours=1)},
        "a busy phone of ours": {"phone": TOM},
    }
    with office.database.transaction() as session:
        people.reserve(session, 2, "call:99", clock.now(), clock.now() + timedelta(days=1))
    if why == "closed":
        clock.set(clock.now().replace(hour=22))
    owe(**different.get(why, {}))
    owe(AMIR, promised_by=clock.now() + timedelta(hours=5))
    heard = rings().prove("2")
    assert ([attempt.customer_phone for attempt in rows(Attempt)], NOTHING in heard) == (
        ([], True) if why == "closed" else ([AMIR], False)
    )


def test_call_back_whose_part_of_the_day_has_begun_is_rung(rows, rings, owe, clock):
    owe(slot_from=clock.now(), slot_until=clock.now() + timedelta(hours=2))
    rings().prove("2")
    assert [attempt.customer_phone for attempt in rows(Attempt)] == [JANE]


@pytest.mark.parametrize(
    ("owner_id", "due_in", "rung"), [(1, 0, [JANE]), (1, 15, [AMIR]), (2, 0, [AMIR])], ids=["hers", "put off", "Tom's"]
)
def test_call_back_that_she_took_is_the_next_once_it_is_due(rows, rings, owe, clock, owner_id, due_in, rung):
    due = clock.now() + timedelta(minutes=due_in)
    owe(state="claimed", owner_id=owner_id, claimed_until=clock.now() + timedelta(hours=1), next_try_at=due)
    owe(AMIR, promised_by=clock.now() + timedelta(hours=5))
    rings().prove("2")
    assert [attempt.customer_phone for attempt in rows(Attempt)] == rung


@pytest.mark.parametrize("number", ["phone", "called_from"])
def test_customer_who_is_in_a_call_to_us_is_left_to_that_call(rows, rings, owe, carrier, number):
    owe(**({"phone": JANE} if number == "phone" else {"phone": AMIR, "called_from": JANE}))
    carrier.post("/voice/incoming", sid=SECOND, From=JANE, To="+442071838750", CallStatus="ringing")
    assert NOTHING in rings().prove("2")
    assert rows(Attempt) == []


def test_call_back_that_two_want_is_claimed_by_one(rows, rings, owe):
    owe()
    first, second = rings(), rings(TOM, SECOND)
    assert "Call-back for" in first.prove("2")
    assert NOTHING in second.key("2") or NOTHING in second.prove("2")
    assert [attempt.staff_id for attempt in rows(Attempt)] == [1]


def test_guard_s_limit_of_the_house_holds_for_the_staff_line_too(office, rows, rings, owe, clock):
    owe()
    owe(AMIR)
    with office.database.transaction() as session:
        for number in range(120):
            session.add(
                Attempt(
                    callback_id=1, fence=0, staff_id=2, by="Tom Okafor", stage="ended", at=clock.now(),
                    ended_at=clock.now(), customer_phone=f"+4477009{number:05}",
                )
            )  # fmt: skip
    assert NOTHING in rings().prove("2")
    assert len(rows(Attempt)) == 120


def test_person_whom_a_worker_had_reserved_is_the_attempt_s(office, rows, rings, owe, clock, priya):
    """PITFALLS 29: their phone is up with us, so that whatever rang it has lost them."""
    owe()
    with office.database.transaction() as session:
        people.reserve(session, 1, "attempt:77", clock.now(), clock.now() + timedelta(hours=1))
    rings().prove("2")
    assert priya().busy_with == f"attempt:{rows(Attempt)[0].id}"
