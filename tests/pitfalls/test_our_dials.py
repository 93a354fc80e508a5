"""What we dial: each call once, for no more promises than people are free, for nobody who is not one of us."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
import responses

from callbacks.tables import Attempt
from office import pins
from office.tables import Staff
from voice.tables import Call

JANE, PRIYA, TOM = "+447700900123", "+447700900101", "+447700900102"
API = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32
CUSTOMER_LEG, STAFF_LEG = "CA" + "6" * 32, "CA" + "5" * 32
NOT_THERE = {"DialCallStatus": "no-answer", "DialBridged": "false", "DialCallSid": CUSTOMER_LEG}
RINGS = {
    "sid": STAFF_LEG,
    "status": "ringing",
    "to": PRIYA,
    "from": "+442071838750",
    "date_created": "Tue, 24 Nov 2026 10:01:00 +0000",
}
FORGED = {"StirVerstat": "TN-Validation-Failed-A"}
PIN = "7294"


@pytest.fixture
def priyas_pin(office) -> None:
    with office.database.transaction() as session:
        pins.set_pin(session, PRIYA, PIN)


@pytest.fixture
def lost_on_the_way(twilio, rows) -> Callable[[], list[str]]:
    """The carrier takes a call that we place, and its answer never comes. What was asked of it since, in order."""

    def take(request):
        assert [(row["stage"], row["call_sid"]) for row in rows(Attempt)][-1] == ("claimed", None), "written down first"
        raise requests.ReadTimeout

    twilio.add_callback(responses.POST, f"{API}/Calls.json", callback=take)
    return lambda: [call.request.method or "" for call in twilio.calls if "/Calls" in (call.request.url or "")]


def test_pitfall_10_call_that_may_have_been_placed_is_looked_up_and_never_dialled_again(
    misses, carries_out, a_round, lost_on_the_way, rows, twilio, clock
):
    callback_id = misses()
    clock.go_on(minutes=1)
    carries_out(callback_id)
    carries_out(callback_id)
    a_round()
    assert lost_on_the_way() == ["POST"]

    twilio.add(responses.GET, re.compile(rf"{API}/Calls.json.*"), json={"calls": [RINGS], "page": 0, "page_size": 50})
    clock.go_on(seconds=31)
    a_round()

    assert lost_on_the_way() == ["POST", "GET"]
    assert [(row["call_sid"], row["ended_at"]) for row in rows(Attempt)] == [(STAFF_LEG, None)]


def test_pitfall_10_call_that_was_never_placed_is_dialled_once_more_when_the_carrier_is_sure(
    misses, carries_out, a_round, lost_on_the_way, twilio, clock
):
    callback_id = misses()
    clock.go_on(minutes=1)
    carries_out(callback_id)
    twilio.add(responses.GET, re.compile(rf"{API}/Calls.json.*"), json={"calls": [], "page": 0, "page_size": 50})
    for _ in range(8):
        clock.go_on(seconds=31)
        a_round()

    assert lost_on_the_way()[:5] == ["POST", "GET", "GET", "GET", "POST"]


def test_pitfall_11_call_back_that_rings_is_not_started_again_by_any_job_or_round(
    misses, carries_out, a_round, placed, clock
):
    """Its promise is at risk, so that Tom, who is free, might be rung for it."""
    callback_id = misses()
    clock.go_on(minutes=80)
    a_round()
    for _ in range(3):
        clock.go_on(seconds=15)
        carries_out(callback_id)
        a_round()

    assert [call["To"] for call in placed] == [PRIYA]


@pytest.mark.parametrize(("minutes", "rung"), [(1, [PRIYA]), (80, [PRIYA, TOM])])
def test_pitfall_12_no_more_call_backs_are_started_than_people_are_free_for_them(
    misses, a_round, placed, rows, clock, minutes, rung
):
    """One person is kept for those who ring us until a promise is at risk; then everybody rings, and nobody twice."""
    for number in range(5):
        misses(f"+44770090013{number}", f"CA{number:032}")
    clock.go_on(minutes=minutes)
    a_round()
    a_round()

    assert sorted(call["To"] for call in placed) == rung
    assert len({row["busy_with"] for row in rows(Staff)} - {None}) == len(rung)


@pytest.mark.parametrize(
    ("phone", "said", "keys", "hears"),
    [
        (JANE, {}, "3", "<Record"),
        (PRIYA, FORGED, "3", "<Record"),
        (TOM, {}, "3", "ask your manager for a PIN"),
        (PRIYA, {}, "3 8642 8642 8642", "that was not it"),
    ],
    ids=["stranger", "forged", "no PIN", "wrong PIN"],
)
def test_pitfall_23_nobody_rings_a_number_through_us_who_does_not_prove_who_they_are(
    caller, priyas_pin, all_busy, rows, caplog, phone, said, keys, hears
):
    """Whoever is none of us leaves a message with that key."""
    heard = caller(phone, **said).keys(*keys.split())

    assert (hears in heard, "key their number" in heard, "<Dial" in heard) == (True, False, False)
    assert [row["proven"] for row in rows(Call)] == [False]
    assert caplog.text.count("wrong PIN from …0101") == keys.count("8642")
    assert "8642" not in caplog.text


def test_pitfall_23_address_that_dials_does_nothing_for_whoever_asks_for_it_without_the_pin(
    caller, carrier, priyas_pin, rows
):
    caller(PRIYA)
    for number, step in enumerate(("customers_number", "customer_confirmed", "ring_them"), 1):
        heard = carrier.post(
            f"/voice/calls/1/{number}/{step}", From=PRIYA, Digits="07700900123" if number == 1 else "1"
        )
        assert "<Dial" not in heard.text

    assert [row["keyed"] for row in rows(Call)] == [None]


def test_pitfall_23_whoever_keys_their_pin_rings_a_customer(caller, priyas_pin):
    assert f">{JANE}</Number>" in caller(PRIYA).keys("3", PIN, "07700900123", "1")


@pytest.mark.parametrize("keyed", ["07700900123", "00447700900123", "447700900123"])
def test_pitfall_31_number_is_dialled_in_its_one_form_and_an_attempt_in_vain_leaves_nothing_owed(
    caller, priyas_pin, carrier, owed, rows, keyed
):
    priya = caller(PRIYA)
    ringing = priya.keys("3", PIN, keyed, "1")
    assert re.findall(r">(\+\d+)</Number>", ringing) == [JANE]
    report = re.findall(r' statusCallback="([^"]+)"', ringing)[0]
    for status in ("initiated", "ringing", "no-answer"):
        carrier.post(report, CUSTOMER_LEG, From="+442071838750", To=JANE, CallStatus=status, Direction="outbound-dial")
    priya.dial_ends(**NOT_THERE)
    priya.leaves()

    assert owed() == []
    assert [(row["direction"], row["outcome"]) for row in rows(Call)] == [("inbound", None), ("outbound", None)]


def test_pitfall_31_attempt_in_vain_is_no_missed_call_of_its_own(misses, carries_out, placed, carrier, owed, clock):
    callback_id = misses()
    clock.go_on(minutes=1)
    carries_out(callback_id)
    address, sid = placed[0]["Url"], placed[0]["sid"]
    carrier.post(address.replace("ask_staff", "ring_customer"), sid, Digits="1")
    carrier.post(address.replace("ask_staff", "talked"), sid, **NOT_THERE)
    carrier.post(placed[0]["StatusCallback"], sid, CallStatus="completed")
    stray = {"From": "+442071838750", "To": JANE, "Direction": "outbound-api"}
    carrier.post("/voice/status", "CA" + "9" * 32, CallStatus="completed", CallDuration="20", **stray)

    assert [(row.id, row.calls_missed, row.tries) for row in owed()] == [(callback_id, 1, 1)]


def test_pitfall_32_hours_in_a_backlog_use_up_no_try_and_move_no_promise(
    misses, carries_out, a_round, all_busy, placed, owed, rows, clock
):
    callback_id = misses()
    promised = owed()[0].promised_by
    for _ in range(6):
        clock.go_on(minutes=10)
        carries_out(callback_id)
        a_round()

    assert (placed, rows(Attempt)) == ([], [])
    assert [(row.tries, row.staff_misses, row.promised_by) for row in owed()] == [(0, 0, promised)]


def test_pitfall_32_call_that_the_carrier_did_not_take_is_no_try_and_the_next_wait_counts_from_the_one_it_took(
    misses, carries_out, twilio, carrier, owed, clock, request
):
    refusal = twilio.add(responses.POST, f"{API}/Calls.json", status=429, headers={"Retry-After": "300"})
    callback_id = misses()
    promised = owed()[0].promised_by
    clock.go_on(minutes=1)
    for _ in range(3):
        carries_out(callback_id)
        clock.go_on(minutes=5)
    assert refusal.call_count == 3
    assert [(row.tries, row.promised_by) for row in owed()] == [(0, promised)]

    twilio.remove(refusal)
    placed = request.getfixturevalue("placed")
    assert carries_out(callback_id)
    carrier.post(placed[0]["Url"].replace("ask_staff", "ring_customer"), placed[0]["sid"], Digits="1")
    clock.go_on(seconds=30)
    carrier.post(placed[0]["Url"].replace("ask_staff", "talked"), placed[0]["sid"], **NOT_THERE, CallStatus="completed")

    assert [(row.tries, row.promised_by) for row in owed()] == [(1, promised)]
    assert owed()[0].next_try_at == clock.now() + timedelta(minutes=10)
