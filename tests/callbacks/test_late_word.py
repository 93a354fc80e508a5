"""What we learn of a talk after the attempt was given up or overtaken: a customer who was spoken to is owed nothing."""

import pytest
from sqlalchemy import select

from callbacks import actions, queries, sweep
from callbacks.tables import Callback
from office import people

JANE = "+447700900123"
CUSTOMER_LEG = "CA" + "6" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60", "DialCallSid": CUSTOMER_LEG}


def missed_again(office, clock) -> int:
    """Jane rings once more and is missed; the call-back's id."""
    with office.database.transaction() as session:
        return actions.promise(
            session,
            actions.Owed(
                "CA" + "2" * 32, JANE, None, None, "closed", clock.now(), clock.now().replace(hour=15), clock.now()
            ),
        )


@pytest.fixture
def given_up(office, phone, calls, clock):
    """The staff member rang the customer, and then neither reports nor the carrier told us of it."""
    phone("ring_customer", Digits="1")
    calls.is_down()
    clock.go_on(minutes=71)
    sweep.look_after_silent(office)
    return phone


def test_talk_told_after_we_gave_up_keeps_the_promise(given_up, row, tried):
    assert row().needs_person
    given_up("talked", **TALKED)
    given_up("said", Digits="1")

    assert [attempt.outcome for attempt in tried()] == ["reached"]
    assert (row().state, row().outcome, row().needs_person) == ("done", "reached", False)


def test_end_without_a_talk_told_after_we_gave_up_changes_nothing(given_up, row, tried):
    given_up("talked", DialCallStatus="no-answer", DialBridged="false", DialCallSid=CUSTOMER_LEG)

    assert [attempt.outcome for attempt in tried()] == ["unknown"]
    assert (row().state, row().needs_person) == ("waiting", True)


def test_key_of_a_phone_that_was_not_there_is_not_changed_by_a_later_one(phone, row, tried):
    phone("ring_customer", Digits="1")
    phone("talked", **TALKED)
    phone("said", Digits="3")
    phone("said", Digits="1")

    assert [attempt.outcome for attempt in tried()] == ["customer-no-answer"]
    assert row().state == "waiting"


def test_talk_of_an_overtaken_attempt_closes_what_is_owed_since(office, phone, row, clock):
    """They got through elsewhere, rang again and were missed, and then our first attempt reached them after all."""
    phone("ring_customer", Digits="1")
    with office.database.transaction() as session:
        actions.spoke_elsewhere(session, JANE, clock.now(), clock.now())
    clock.go_on(minutes=1)
    again = missed_again(office, clock)
    clock.go_on(minutes=2)
    phone("talked", **TALKED)
    phone("said", Digits="1")

    assert row().outcome == "answered-elsewhere"
    with office.database.reading() as session:
        assert session.get_one(Callback, again).outcome == "answered-elsewhere"


def test_late_word_of_a_talk_leaves_what_was_missed_after_it(office, phone, clock):
    phone("ring_customer", Digits="1")
    phone("customer_report", sid=CUSTOMER_LEG, CallStatus="in-progress")
    with office.database.transaction() as session:
        actions.spoke_elsewhere(session, JANE, clock.now(), clock.now())
    clock.go_on(minutes=20)
    again = missed_again(office, clock)
    phone("talked", **TALKED)
    phone("said", Digits="1")

    with office.database.reading() as session:
        assert session.scalars(select(Callback.id).where(queries.OPEN)).all() == [again]


def test_talk_counts_from_when_it_began_though_no_report_told_of_it(phone, row, clock):
    """A talk over the promised time was in time."""
    phone("ring_customer", Digits="1")
    clock.go_on(minutes=130)
    phone("talked", **{**TALKED, "DialCallDuration": "3000"})
    phone("said", Digits="1")

    assert (clock.now() - row().spoke_at).total_seconds() == 3000


def test_second_key_after_the_first_does_not_pass_the_call_on(phone, tried):
    phone("ring_customer", Digits="1")
    phone("ring_customer", Digits="2")

    assert tried()[0].outcome is None


def test_person_of_a_given_up_attempt_is_free(office, given_up, clock):
    with office.database.reading() as session:
        assert "Priya Shah" in [person.name for person in people.free(session, clock.now().replace(minute=59))]
