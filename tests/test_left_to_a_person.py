"""Whom we do not ring back by ourselves: rules for a number, calls that may be a lure, and what is no missed call at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from callbacks import attempts, sweep
from callbacks.carry_out import carry_out
from callbacks.tables import Callback
from office import contact_rules
from office.contact_rules import BLOCKED, DO_NOT_CALL_BACK, MESSAGE_ONLY
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.people import Person
from voice.tables import Call

JANE = "+447700900123"
FIRST, SECOND, LEG = "CA" + "1" * 32, "CA" + "2" * 32, "CA" + "6" * 32
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing", "Direction": "inbound"}
GONE = {"From": JANE, "CallStatus": "completed"}
SHORT, LONG = {**GONE, "CallDuration": "2"}, {**GONE, "CallDuration": "40"}
FORGED = {"StirVerstat": "TN-Validation-Failed-C"}


def rows(office) -> list[Callback]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def calls(office) -> list[Call]:
    with office.database.reading() as session:
        return list(session.scalars(select(Call).order_by(Call.id)))


@pytest.fixture
def deal(office, clock):
    """Have a rule hold for Jane's number."""

    def with_jane(rule: str) -> None:
        with office.database.transaction() as session:
            contact_rules.set_rule(session, JANE, rule, by="Priya Shah", now=clock.now())

    return with_jane


@pytest.fixture
def jane(office):
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])


def left_to_a_person(row: Callback) -> bool:
    return (row.needs_person, row.next_try_at) == (True, None)


def test_customer_who_is_not_to_be_called_back_is_left_to_a_person(carrier, office, deal, jane):
    """PITFALLS 22: others have that phone too."""
    deal(DO_NOT_CALL_BACK)
    carrier.post("/voice/incoming", **RINGING)
    carrier.post("/voice/status", **LONG)

    (row,) = rows(office)
    assert (row.phone, left_to_a_person(row)) == (JANE, True)


def test_message_of_a_customer_who_may_only_leave_one_is_seen_to_by_a_person(carrier, office, deal, jane):
    """PITFALLS 22."""
    deal(MESSAGE_ONLY)
    answer = carrier.post("/voice/incoming", **RINGING)
    recorded = {"RecordingSid": "RE" + "3" * 32, "RecordingStatus": "completed", "RecordingDuration": "14"}
    for _ in range(2):
        carrier.post("/voice/recording_report", **recorded)
    carrier.post("/voice/status", **LONG)

    assert "<Record" in answer.text
    (row,) = rows(office)
    assert (row.calls_missed, left_to_a_person(row)) == (1, True)


def test_message_that_arrives_after_a_talk_in_the_same_call_owes_nothing(carrier, office):
    withheld = {"From": "anonymous"}
    answer = carrier.post("/voice/incoming", **{**RINGING, **withheld})
    carrier.take(answer)
    talked = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
    carrier.post(carrier.action(answer), **withheld, **talked)
    recorded = {"RecordingSid": "RE" + "3" * 32, "RecordingStatus": "completed", "RecordingDuration": "14"}
    carrier.post("/voice/recording_report", **recorded)

    assert rows(office) == []


@pytest.mark.parametrize("heard_of_before", [True, False])
def test_blocked_caller_is_owed_nothing_also_when_gone_before_we_answered(carrier, office, deal, heard_of_before):
    deal(BLOCKED)
    if heard_of_before:
        carrier.post("/voice/incoming", **RINGING)
    carrier.post("/voice/status", **LONG)

    assert ([call.outcome for call in calls(office)], rows(office)) == (["unwanted"], [])


def test_rule_that_came_after_the_promise_ends_the_tries(carrier, office, deal, clock):
    carrier.post("/voice/incoming", **RINGING)
    carrier.post("/voice/status", **LONG)
    deal(DO_NOT_CALL_BACK)
    carrier.post("/voice/incoming", sid=SECOND, **RINGING)
    carrier.post("/voice/status", sid=SECOND, **LONG)
    planned = rows(office)[0].next_try_at
    clock.go_on(minutes=10)

    assert planned <= clock.now()
    assert sweep.due(office) == [rows(office)[0].id]
    assert not carry_out(office, rows(office)[0].id)
    assert left_to_a_person(rows(office)[0])


def test_two_short_calls_of_a_stranger_are_left_to_a_person(carrier, office, clock):
    """PITFALLS 21: whoever rings twice for a second hopes all the more that we ring back."""
    for sid in (FIRST, SECOND):
        carrier.post("/voice/incoming", sid=sid, **RINGING)
        carrier.post("/voice/status", sid=sid, **SHORT)
        clock.go_on(minutes=1)

    (row,) = rows(office)
    assert (row.calls_missed, left_to_a_person(row)) == (2, True)
    assert [call.missed_because for call in calls(office)] == ["hung up within three seconds"] * 2


def test_short_call_of_a_customer_is_labelled_and_rung_back(carrier, office, jane, clock):
    """PITFALLS 21."""
    carrier.post("/voice/incoming", **RINGING)
    clock.go_on(seconds=2)
    carrier.post("/voice/status", **SHORT)

    assert calls(office)[0].missed_because == "hung up within three seconds"
    assert (rows(office)[0].needs_person, rows(office)[0].next_try_at) == (False, clock.now() + timedelta(minutes=1))


def test_short_call_of_whoever_shows_a_customer_s_number_is_left_to_a_person(carrier, office, jane):
    """PITFALLS 23: caller ID alone proves nothing."""
    carrier.post("/voice/incoming", **RINGING, **FORGED)
    carrier.post("/voice/status", **SHORT)

    assert left_to_a_person(rows(office)[0])


def test_short_call_of_whoever_shows_a_customer_s_number_takes_no_promise_from_them(carrier, office, jane, clock):
    carrier.post("/voice/incoming", **RINGING)
    carrier.post("/voice/status", **LONG)
    carrier.post("/voice/incoming", sid=SECOND, **RINGING, **FORGED)
    carrier.post("/voice/status", sid=SECOND, **SHORT)

    (row,) = rows(office)
    assert not row.needs_person
    assert row.next_try_at is not None


def test_repeat_call_keeps_the_place_of_the_first(carrier, office, clock):
    """PITFALLS 13: in the order of their arrival, and nobody comes earlier by ringing more often."""
    carrier.post("/voice/status", **LONG)
    clock.go_on(minutes=20)
    other = {**LONG, "From": "+447700900124"}
    carrier.post("/voice/status", sid="CA" + "4" * 32, **other)
    clock.go_on(minutes=20)
    for sid in (SECOND, "CA" + "5" * 32):
        carrier.post("/voice/status", sid=sid, **other)
    clock.go_on(minutes=20)

    assert [row.missed_at for row in rows(office)] == sorted(row.missed_at for row in rows(office))
    assert sweep.due(office) == [row.id for row in rows(office)]


def test_attempt_that_reaches_nobody_makes_no_missed_call_of_its_own(carrier, office, clock):
    """PITFALLS 31."""
    carrier.post("/voice/status", **LONG)
    owed = rows(office)[0].id
    clock.go_on(minutes=1)
    with office.database.transaction() as session:
        made = attempts.claim(session, owed, Person(1, "Priya Shah", "+447700900101"), clock.now())
    assert made is not None
    path, staff = f"/callbacks/attempts/{made.attempt_id}/{made.fence}/", {"sid": "CA" + "5" * 32}
    carrier.post(path + "ring_customer", **staff, Digits="1")
    carrier.post(path + "customer_report", sid=LEG, CallStatus="no-answer", CallDuration="0")
    carrier.post(path + "talked", **staff, DialCallStatus="no-answer", DialCallSid=LEG, DialBridged="false")
    carrier.post(path + "report", **staff, CallStatus="completed")

    assert [(row.id, row.calls_missed, row.state) for row in rows(office)] == [(owed, 1, "waiting")]
    assert [(call.direction, call.outcome) for call in calls(office)] == [("inbound", "missed"), ("outbound", None)]


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("ours", ["+447700900101", "+442071838799"])
def test_call_of_one_of_us_owes_nothing(carrier, office, ours, answered):
    """PITFALLS 31: on the staff line, the manager too, and when they hung up before we answered."""
    if answered:
        carrier.post("/voice/incoming", **{**RINGING, "From": ours})
    carrier.post("/voice/status", **{**LONG, "From": ours})

    assert ([call.outcome for call in calls(office)], rows(office)) == ([None], [])


def test_call_of_whoever_shows_one_of_our_numbers_is_missed_like_any_other(carrier, office):
    """PITFALLS 23."""
    carrier.post("/voice/status", **{**LONG, "From": "+447700900101"}, **FORGED)

    assert [row.phone for row in rows(office)] == ["+447700900101"]
