"""An attempt at our addresses, as the carrier posts it: staff first, a key, then the customer, then how it went."""

import re

import pytest
from sqlalchemy import select

from callbacks import actions
from callbacks.carry_out import carry_out
from office import people
from voice.tables import Call

CUSTOMER_LEG = "CA" + "6" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60", "DialCallSid": CUSTOMER_LEG}
NOT_THERE = {"DialCallStatus": "no-answer", "DialBridged": "false", "DialCallSid": CUSTOMER_LEG}


def test_promise_is_kept_when_they_spoke(phone, row, tried, office, clock):
    asked = phone("ask_staff")
    ringing = phone("ring_customer", Digits="1")
    phone("customer_report", sid=CUSTOMER_LEG, CallStatus="ringing")
    clock.go_on(seconds=5)
    phone("customer_report", sid=CUSTOMER_LEG, CallStatus="in-progress")
    clock.go_on(seconds=60)
    how = phone("talked", **TALKED)
    phone("said", Digits="1")
    phone("report", CallStatus="completed", CallDuration="80")

    assert "Press 1 to ring them" in asked.text
    assert ">+447700900123</Number>" in ringing.text
    assert "If you spoke, press 1" in how.text
    assert (row().state, row().outcome, row().owner) == ("done", "reached", "Priya Shah")
    assert row().spoke_at < row().promised_by
    assert [(attempt.outcome, attempt.customer_sid) for attempt in tried()] == [("reached", CUSTOMER_LEG)]
    with office.database.reading() as session:
        call = session.scalars(select(Call).where(Call.sid == CUSTOMER_LEG)).one()
    assert (call.direction, call.outcome, call.answered_by) == ("outbound", "spoke", 1)


def test_customer_is_not_rung_before_the_key(phone):
    asked = phone("ask_staff")

    assert "+447700900123" not in asked.text
    assert asked.text.endswith("<Hangup /></Response>")


def test_mailbox_on_the_staff_phone_is_nobodys_answer(phone, row, tried, clock):
    phone("ask_staff")
    phone("report", CallStatus="completed", CallDuration="9")

    assert [attempt.outcome for attempt in tried()] == ["staff-no-answer"]
    assert (row().state, row().tries) == ("waiting", 0)
    assert row().next_try_at > clock.now()


@pytest.mark.parametrize("status", ["busy", "no-answer", "canceled"])
def test_staff_phone_that_is_not_picked_up_lets_another_ring(phone, row, office, calls, status, clock):
    phone("report", CallStatus=status)
    clock.go_on(seconds=25)
    carry_out(office, row().id)

    assert [asked["To"] for asked in calls.created] == ["+447700900101", "+447700900102"]


def test_staff_member_who_passes_leaves_it_to_a_colleague(phone, tried):
    phone("ask_staff")
    passed = phone("ring_customer", Digits="2")

    assert "Dial" not in passed.text
    assert [attempt.outcome for attempt in tried()] == ["staff-passed"]


def test_stale_attempt_hears_so_and_no_customer_is_rung(phone, office, row, clock):
    """The fence at answer: the customer got through meanwhile."""
    phone("ask_staff")
    with office.database.transaction() as session:
        actions.spoke_elsewhere(session, "+447700900123", clock.now(), clock.now())
    stale = phone("ring_customer", Digits="1")

    assert "Dial" not in stale.text
    assert row().outcome == "answered-elsewhere"


def test_wrong_fence_is_no_address_of_ours(phone, carrier, tried):
    (attempt,) = tried()

    assert carrier.post(f"/callbacks/attempts/{attempt.id}/{attempt.fence + 1}/ask_staff").status_code == 404


@pytest.mark.parametrize(
    ("said", "outcome", "state"),
    [("1", "reached", "done"), ("2", "customer-machine", "waiting"), ("3", "customer-no-answer", "waiting")],
)
def test_staff_member_says_how_it_went(phone, row, tried, said, outcome, state):
    phone("ring_customer", Digits="1")
    phone("talked", **TALKED)
    phone("said", Digits=said)

    assert ([attempt.outcome for attempt in tried()], row().state) == ([outcome], state)


def test_fifteen_seconds_with_a_person_count_when_nobody_says_otherwise(phone, row):
    phone("ring_customer", Digits="1")
    phone("talked", **{**TALKED, "CallStatus": "completed", "DialCallDuration": "15"})

    assert row().outcome == "reached"


def test_machine_is_an_attempt_however_long_it_talked(phone, row, tried):
    phone("ring_customer", Digits="1")
    phone("machine_report", sid=CUSTOMER_LEG, AnsweredBy="machine_start")
    phone("talked", **{**TALKED, "CallStatus": "completed"})

    assert [attempt.outcome for attempt in tried()] == ["customer-machine"]
    assert row().state == "waiting"


@pytest.mark.parametrize(
    ("status", "outcome"), [("no-answer", "customer-no-answer"), ("busy", "customer-busy"), ("failed", "refused")]
)
def test_customer_who_does_not_pick_up_is_tried_again(phone, row, tried, status, outcome, clock):
    phone("ring_customer", Digits="1")
    told = phone("talked", **{**NOT_THERE, "DialCallStatus": status})
    phone("report", CallStatus="completed")

    assert "They didn't pick up" in told.text
    assert [attempt.outcome for attempt in tried()] == [outcome]
    if status == "failed":
        assert row().needs_person
    else:
        assert (row().tries, (row().next_try_at - clock.now()).total_seconds()) == (1, 600)


def test_phone_that_rang_in_vain_rang_in_time(phone, row, clock):
    phone("ring_customer", Digits="1")
    clock.go_on(seconds=25)
    phone("talked", **NOT_THERE)

    assert row().first_rang_at == clock.now().replace(second=0)


def test_reports_twice_and_out_of_order_change_nothing(phone, row, tried):
    """PITFALLS 7 and 9."""
    phone("ring_customer", Digits="1")
    phone("talked", **TALKED)
    phone("said", Digits="1")
    before = (row().state, row().outcome, row().tries, row().spoke_at)
    for step, said in [
        ("report", {"CallStatus": "completed"}), ("report", {"CallStatus": "ringing"}), ("said", {"Digits": "3"}),
        ("talked", NOT_THERE), ("customer_report", {"CallStatus": "no-answer"}), ("ring_customer", {"Digits": "2"}),
        ("report", {"CallStatus": "busy"}), ("machine_report", {"AnsweredBy": "machine_start"}),
    ]:  # fmt: skip
        phone(step, **said)

    assert (row().state, row().outcome, row().tries, row().spoke_at) == before
    assert [attempt.outcome for attempt in tried()] == ["reached"]


def test_end_of_the_staff_leg_before_word_of_the_customers_waits_for_it(phone, row, tried):
    """Reports of one event come in any order: the first must not decide alone."""
    phone("ring_customer", Digits="1")
    phone("report", CallStatus="completed", CallDuration="70")
    assert row().state == "calling"
    phone("customer_report", sid=CUSTOMER_LEG, CallStatus="completed", CallDuration="60")
    phone("talked", **{**TALKED, "CallStatus": "completed"})

    assert [attempt.outcome for attempt in tried()] == ["reached"]


def test_person_is_free_again_after_a_rest(phone, office, clock):
    phone("ring_customer", Digits="1")
    phone("talked", **TALKED)
    phone("said", Digits="1")

    with office.database.reading() as session:
        assert [person.name for person in people.free(session, clock.now())] == ["Tom Okafor"]
        clock.go_on(seconds=20)
        assert len(people.free(session, clock.now())) == 2


def test_tries_used_up_leave_it_to_a_person(office, due, calls, carrier, row, clock):
    calls.takes()
    for number in range(4):
        carry_out(office, due)
        base = calls.created[number]["Url"].removesuffix("ask_staff")
        carrier.post(base + "ring_customer", Digits="1")
        carrier.post(base + "talked", **NOT_THERE)
        clock.set(max(row().next_try_at or clock.now(), clock.now()))

    assert (row().tries, row().needs_person, row().state) == (4, True, "waiting")
    assert re.search("attempts/4/", base)
