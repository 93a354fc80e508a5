"""What the carrier reports: late, twice, in any order, or never. Every state is heard, and what is over stays over."""

from datetime import timedelta

import pytest
import responses
from sqlalchemy import select

from callbacks.tables import Attempt, Callback
from office.tables import Staff
from voice.tables import Call, Leg

JANE, CALL = "+447700900123", "CA" + "1" * 32
CUSTOMER_LEG, STAFF_LEG = "CA" + "6" * 32, "CA" + "9" * 32
API = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32
CONNECTED = {"From": JANE, "DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
NOT_THERE = {"From": JANE, "DialCallStatus": "no-answer", "DialBridged": "false"}
GONE = {"From": JANE, "CallStatus": "completed", "CallDuration": "50"}


@pytest.fixture
def attempt(misses, carries_out, placed, carrier, clock):
    """Jane is rung back: posts to the attempt's addresses."""
    callback_id = misses()
    clock.go_on(minutes=1)
    assert carries_out(callback_id)

    def post(step, sid=placed[0]["sid"], **said):
        answer = carrier.post(placed[0]["Url"].replace("ask_staff", step), sid, **said)
        assert answer.status_code in {200, 204}

    return post


@pytest.mark.parametrize("taken", [True, False])
def test_pitfall_7_notice_that_comes_late_or_twice_changes_nothing_of_a_call_that_is_over(
    carrier, rings, rows, clock, taken
):
    """Also the key that a staff member presses after the caller hung up."""
    answer = rings()
    key = carrier.key(carrier.post(carrier.whisper(answer), STAFF_LEG))
    ends = CONNECTED if taken else NOT_THERE
    if taken:
        carrier.post(key, STAFF_LEG, Digits="1")
        clock.go_on(seconds=40)
        carrier.post(carrier.action(answer), **ends)
    carrier.post("/voice/status", **GONE)
    before = rows(Call, Callback, Staff)

    clock.go_on(minutes=5)
    carrier.post(key, STAFF_LEG, Digits="1")
    carrier.post(carrier.action(answer), **ends)
    for status in ("ringing", "in-progress", "no-answer", "completed"):
        carrier.post("/voice/status", From=JANE, CallStatus=status, CallDuration="1")
    rings()

    assert rows(Call, Callback, Staff) == before


def test_pitfall_7_attempt_that_is_over_stays_as_it_ended_whatever_is_told_of_it_afterwards(attempt, rows, clock):
    attempt("ask_staff")
    attempt("ring_customer", Digits="1")
    for status in ("ringing", "in-progress"):
        attempt("customer_report", CUSTOMER_LEG, CallStatus=status)
    clock.go_on(seconds=40)
    attempt("talked", **CONNECTED, DialCallSid=CUSTOMER_LEG)
    attempt("said", Digits="1")
    before = rows(Attempt, Callback, Call, Staff)

    clock.go_on(minutes=5)
    for status in ("ringing", "in-progress", "busy", "no-answer", "completed"):
        attempt("customer_report", CUSTOMER_LEG, CallStatus=status, CallDuration="0")
        attempt("report", CallStatus=status, CallDuration="0")
    attempt("talked", **NOT_THERE, DialCallSid=CUSTOMER_LEG)
    attempt("said", Digits="2")

    assert rows(Attempt, Callback, Call, Staff) == before


@pytest.mark.parametrize(
    ("carrier_says", "after"),
    [
        ({"json": {"sid": CALL, "status": "completed", "duration": "44"}}, timedelta(minutes=6)),
        ({"status": 404, "json": {"code": 20404}}, timedelta(minutes=6)),
        ({"status": 503}, timedelta(minutes=31)),
    ],
    ids=["over", "unknown", "silent"],
)
def test_pitfall_8_call_whose_end_nobody_tells_is_closed_by_the_sweep_and_owed(
    rings, a_round, the_call, owed, clock, twilio, carrier_says, after
):
    rings()
    twilio.add(responses.GET, f"{API}/Calls/{CALL}.json", **carrier_says)
    clock.go_on(seconds=after.total_seconds())
    a_round()

    assert (the_call().outcome, the_call().ended_at) == ("missed", clock.now())
    assert [row.phone for row in owed()] == [JANE]


def test_pitfall_8_attempt_whose_end_nobody_tells_holds_up_neither_the_promise_nor_the_person(
    attempt, a_round, placed, owed, rows, clock, twilio
):
    ended = {"sid": placed[0]["sid"], "status": "no-answer", "to": "+447700900101", "from": "+442071838750"}
    twilio.add(responses.GET, f"{API}/Calls/{placed[0]['sid']}.json", json=ended)
    clock.go_on(seconds=61)
    a_round()

    assert [row["outcome"] for row in rows(Attempt)] == ["staff-no-answer"]
    assert [(row.state, row.next_try_at - clock.now()) for row in owed()] == [("waiting", timedelta(seconds=5))]
    assert {row["busy_with"] for row in rows(Staff)} == {None}


def test_pitfall_9_every_state_of_one_call_is_heard_though_each_report_names_the_same_call(
    carrier, the_call, attempt, rows, clock, office
):
    began = clock.now()
    for status in ("ringing", "in-progress", "completed"):
        clock.go_on(seconds=10)
        carrier.post("/voice/status", From="+447700900124", CallStatus=status, CallDuration="10")
    attempt("ring_customer", Digits="1")
    for status in ("initiated", "ringing", "in-progress", "completed"):
        clock.go_on(seconds=10)
        attempt("customer_report", CUSTOMER_LEG, CallStatus=status, CallDuration="10")

    with office.database.reading() as session:
        call = session.scalars(select(Call).where(Call.sid == CALL)).one()
    assert (call.outcome, call.ended_at) == ("missed", began + timedelta(seconds=30))
    (tried,) = rows(Attempt)
    assert tried["customer_rang_at"] == began + timedelta(seconds=50)
    assert tried["customer_answered_at"] == began + timedelta(seconds=60)
    assert (tried["customer_status"], tried["talked_s"]) == ("completed", 10)


def test_pitfall_9_each_phone_that_rings_in_one_call_has_its_own_end(carrier, rings, rows):
    """All of it is told of the caller's call."""
    answer = rings()
    for status in ("no-answer", "busy"):
        answer = carrier.post(carrier.action(answer), **{**NOT_THERE, "DialCallStatus": status})

    assert [row["outcome"] for row in rows(Leg)] == ["no-answer", "busy"]
