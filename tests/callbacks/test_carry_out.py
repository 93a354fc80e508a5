"""Claim, ring, note: what is dialled, for whom, and what stands in the database at each step."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from callbacks import actions
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from office import contact_rules, people
from office.tables import Staff


def test_due_promise_rings_a_staff_phone_with_the_business_number(office, due, calls, row, tried):
    calls.takes()

    assert carry_out(office, due)
    (asked,) = calls.created
    assert (asked["To"], asked["From"]) == ("+447700900101", "+442071838750")
    (attempt,) = tried()
    assert asked["Url"] == f"https://ringtrue.test/callbacks/attempts/{attempt.id}/{attempt.fence}/ask_staff"
    assert asked["StatusCallback"].endswith(f"/callbacks/attempts/{attempt.id}/{attempt.fence}/report")
    assert (row().state, attempt.stage, attempt.by) == ("calling", "placed", "Priya Shah")


def test_person_is_reserved_before_the_phone_rings(office, due, calls, clock):
    """PITFALLS 29."""
    calls.takes()
    carry_out(office, due)

    with office.database.reading() as session:
        assert [person.name for person in people.free(session, clock.now())] == ["Tom Okafor"]


def test_promise_under_way_is_not_tried_again(office, due, calls):
    """PITFALLS 11."""
    calls.takes()
    carry_out(office, due)

    assert not carry_out(office, due)
    assert len(calls.created) == 1


def test_promise_not_due_yet_is_left_alone(office, due, calls, clock):
    calls.takes()
    with office.database.transaction() as session:
        actions.try_at(session, due, clock.now().replace(hour=11))

    assert not carry_out(office, due)
    assert calls.created == []


def test_last_free_person_is_kept_for_live_callers(office, due, calls, clock):
    with office.database.transaction() as session:
        people.reserve(session, 1, "call:9", clock.now(), clock.now().replace(hour=11))

    assert not carry_out(office, due)


def test_promise_at_risk_takes_the_last_free_person(office, due, calls, clock):
    calls.takes()
    clock.go_on(minutes=80)
    with office.database.transaction() as session:
        people.reserve(session, 1, "call:9", clock.now(), clock.now().replace(hour=12))

    assert carry_out(office, due)


def test_only_person_on_duty_is_enough(office, due, calls):
    calls.takes()
    with office.database.transaction() as session:
        session.get_one(Staff, 1).on_duty = False

    assert carry_out(office, due)
    assert calls.created[0]["To"] == "+447700900102"


def test_closed_hours_move_the_try_to_the_next_opening(office, due, row, clock):
    clock.set(clock.now().replace(hour=20))

    assert not carry_out(office, due)
    assert row().next_try_at.isoformat() == "2026-11-25T09:00:00+00:00"


def test_number_worn_out_for_today_is_left_to_a_person(office, due, row, clock):
    with office.database.transaction() as session:
        session.add_all(
            Attempt(
                callback_id=due, fence=0, staff_id=1, by="Priya Shah", stage="ended", at=clock.now(),
                customer_phone="+447700900123", customer_rang_at=clock.now(), ended_at=clock.now(),
            )
            for _ in range(6)
        )  # fmt: skip

    assert not carry_out(office, due)
    assert (row().needs_person, row().next_try_at) == (True, None)


@pytest.mark.parametrize("of", ["+447700900123", "+447700900199"])
@pytest.mark.parametrize("rule", contact_rules.RULES)
def test_customer_with_a_rule_is_never_rung_by_itself(office, due, calls, row, clock, of, rule):
    """PITFALLS 22: on whichever of their numbers, also when the rule came after the promise."""
    with office.database.transaction() as session:
        session.get_one(Callback, due).called_from = "+447700900199"
        contact_rules.set_rule(session, of, rule, by="Priya Shah", now=clock.now())

    assert not carry_out(office, due)
    assert (calls.created, row().state) == ([], "waiting")
    assert (row().needs_person, row().next_try_at) == (True, None)


def test_person_who_should_ring_first_is_asked_before_the_longest_idle(office, due, calls):
    calls.takes()
    with office.database.transaction() as session:
        session.get_one(Callback, due).prefer_id = 2

    assert carry_out(office, due)
    assert calls.created[0]["To"] == "+447700900102"


def test_person_who_should_ring_first_and_was_asked_already_is_not_asked_again_before_others(
    office, due, calls, carrier, clock
):
    calls.takes()
    with office.database.transaction() as session:
        session.get_one(Callback, due).prefer_id = 2
    carry_out(office, due)
    carrier.post(calls.created[0]["StatusCallback"], sid="CA" + "5" * 32, CallStatus="no-answer")
    clock.go_on(minutes=1)

    assert carry_out(office, due)
    assert calls.created[1]["To"] == "+447700900101"


def test_person_who_should_ring_first_and_is_busy_holds_up_nobody(office, due, calls, clock):
    calls.takes()
    clock.go_on(minutes=80)
    with office.database.transaction() as session:
        session.get_one(Callback, due).prefer_id = 2
        people.reserve(session, 2, "call:9", clock.now(), clock.now().replace(hour=12))

    assert carry_out(office, due)
    assert calls.created[0]["To"] == "+447700900101"


@pytest.mark.parametrize("status", [400, 401, 404, 429])
def test_refused_request_frees_the_person_and_is_tried_again(office, due, calls, row, tried, clock, status):
    calls.answers(status, '{"code": 20001, "message": "no"}')

    assert not carry_out(office, due)
    assert [attempt.outcome for attempt in tried()] == ["refused"]
    assert (row().state, row().tries) == ("waiting", 0)
    assert row().next_try_at > clock.now()
    with office.database.reading() as session:
        assert len(people.free(session, clock.now())) == 2


def test_retry_after_is_honoured(office, due, calls, row, clock):
    calls.answers(429, headers={"Retry-After": "90"})
    carry_out(office, due)

    assert (row().next_try_at - clock.now()).total_seconds() == 90


@pytest.mark.parametrize("trouble", [500, requests.ReadTimeout()])
def test_doubtful_request_is_never_dialled_again_at_once(office, due, twilio, calls, row, tried, trouble):
    """PITFALLS 10."""
    if isinstance(trouble, int):
        calls.answers(trouble)
    else:
        twilio.add("POST", "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32 + "/Calls.json", body=trouble)

    assert carry_out(office, due)
    assert not carry_out(office, due)
    assert [(attempt.stage, attempt.outcome) for attempt in tried()] == [("claimed", None)]
    assert row().state == "calling"


def test_two_workers_at_once_dial_once(office, due, calls):
    calls.takes()
    with ThreadPoolExecutor(4) as workers:
        done = list(workers.map(lambda _: carry_out(office, due), range(4)))

    assert sorted(done) == [False, False, False, True]
    assert len(calls.created) == 1


def test_no_more_attempts_are_under_way_than_people_are_free(office, due, calls, clock):
    """PITFALLS 12."""
    calls.takes()
    with office.database.transaction() as session:
        others = [
            Callback(
                phone=f"+44770090013{n}", kind="missed", reason="closed", state="waiting", missed_at=clock.now(),
                promised_by=clock.now(), next_try_at=clock.now(),
            )
            for n in range(3)
        ]  # fmt: skip
        session.add_all(others)
        session.flush()
        ids = [due, *(other.id for other in others)]
    for callback_id in ids:
        carry_out(office, callback_id)

    assert len(calls.created) == 2
