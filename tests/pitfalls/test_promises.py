"""What we owe: in the order in which people came, until somebody ends it, for the number that they agreed to."""

import pytest
from sqlalchemy import select

from console import access
from office import people
from office.tables import Alert, Staff

JANE, AMIR, AT_WORK = "+447700900123", "+447700900124", "+447700900199"
FIRST, SECOND = "CA" + "1" * 32, "CA" + "2" * 32


@pytest.fixture
def listed(office, client):
    """The call-backs as the API lists them, most urgent first."""
    with client.application.app_context(), office.database.transaction() as session:
        token = access.add_token(session, "wallboard", "manager", None)
    return lambda: client.get("/api/callbacks", headers={"Authorization": f"Bearer {token}"}).json["callbacks"]


@pytest.fixture
def off_duty(office):
    with office.database.transaction() as session:
        for staff in session.scalars(select(Staff)):
            staff.on_duty = False


def everybody_is_free(office) -> None:
    with office.database.transaction() as session:
        people.release(session, "attempt:99", office.clock.now())


def test_pitfall_13_caller_who_waits_is_rung_for_before_a_call_back_that_is_older(
    office, misses, caller, carries_out, a_round, all_busy, placed, clock
):
    """Two people are free: one is kept for those who ring us next, and the other is the caller's."""
    older = misses()
    clock.go_on(minutes=10)
    caller(AMIR).keys("1")
    everybody_is_free(office)
    assert not carries_out(older)
    a_round()

    assert ["/voice/legs/" in call["Url"] for call in placed] == [True]


def test_pitfall_13_call_back_keeps_the_place_of_its_first_call_however_often_they_ring_and_we_try(
    misses, a_round, all_busy, placed, listed, carrier, carries_out, office, clock
):
    first = misses()
    clock.go_on(minutes=20)
    for number in range(3):
        second = misses(AMIR, f"CA{number:032}")
    misses(JANE, "CA" + "8" * 32)
    clock.go_on(minutes=10)
    assert [row["id"] for row in listed()] == [first, second]

    with office.database.transaction() as session:
        people.release(session, "attempt:99", clock.now(), staff_id=1)
    clock.go_on(minutes=80)
    a_round()
    carrier.post(placed[0]["StatusCallback"], placed[0]["sid"], CallStatus="no-answer")

    assert len(placed) == 1
    assert [(row["id"], len(row["attempts"])) for row in listed()] == [(first, 1), (second, 0)]


def test_pitfall_14_promise_that_nobody_keeps_is_told_of_and_stays_on_top_for_days(
    misses, a_round, off_duty, listed, rows, clock
):
    callback_id = misses()
    for _ in range(4 * 3):
        clock.go_on(hours=6)
        a_round()
    misses(AMIR, "CA" + "3" * 32)

    assert next((row["id"], row["state"], row["kept"]) for row in listed()) == (callback_id, "waiting", False)
    assert f"late:{callback_id}:2026-11-24T12:00" in [row["reason"] for row in rows(Alert)]


@pytest.mark.parametrize("keyed", ["07700900199", "00447700900199"])
@pytest.mark.parametrize("calls_again_from", [JANE, AT_WORK])
def test_pitfall_15_other_number_is_read_back_and_rung_in_full_and_both_numbers_are_known(
    caller, off_duty, misses, owed, clock, keyed, calls_again_from
):
    first = caller()
    assert "0 7 7 0 0, 9 0 0, 1 9 9" in first.keys("2", keyed)
    first.keys("1", "1")
    first.leaves()
    clock.go_on(minutes=1)
    caller(calls_again_from, SECOND).leaves()

    assert [(row.phone, row.called_from, row.calls_missed) for row in owed()] == [(AT_WORK, JANE, 2)]


def test_pitfall_15_other_number_is_the_one_that_is_dialled(
    caller, all_busy, office, carrier, owed, placed, a_round, clock
):
    asks = caller()
    asks.keys("2", "07700900199", "1", "1")
    asks.leaves()
    clock.go_on(minutes=1)
    everybody_is_free(office)
    a_round()
    ringing = carrier.post(placed[0]["Url"].replace("ask_staff", "ring_customer"), placed[0]["sid"], Digits="1")

    assert f">{AT_WORK}</Number>" in ringing.text
