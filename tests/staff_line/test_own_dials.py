"""A customer rung as the business from a phone of ours: checked, counted, in the history, and never a missed call."""

from datetime import timedelta

import pytest

from callbacks.tables import Attempt, Callback
from voice.tables import Call

JANE, MANAGER, TOM = "+447700900123", "+442071838799", "+447700900102"
OWN, CHILD, SECOND = "CA" + "1" * 32, "CA" + "7" * 32, "CA" + "2" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallSid": CHILD, "DialCallDuration": "40"}
SHORT = {**TALKED, "DialCallDuration": "8"}
NOT_THERE = {"DialCallStatus": "no-answer", "DialBridged": "false", "DialCallSid": CHILD}
GONE = {"CallStatus": "completed"}


@pytest.fixture
def dials(rings):
    """Priya, or somebody else of ours, rings Jane as the business; their phone when hers begins to ring."""

    def dialled(phone="+447700900101", sid=OWN, number="07700 900123"):
        own = rings(phone, sid)
        own.prove("3")
        own.key(number.replace(" ", ""))
        own.key("1")
        return own

    return dialled


@pytest.fixture
def out(rows):
    """The outbound calls."""
    return lambda: [call for call in rows(Call) if call.direction == "outbound"]


def reports(phone, *statuses: str, **said: str) -> None:
    for status in statuses:
        phone.report("customer_report", CallStatus=status, **said)


def test_customer_is_rung_with_the_business_s_number_and_the_talk_is_in_their_history(dials, out, rows, clock):
    phone = dials()
    assert f">{JANE}</Number>" in phone.text
    assert 'callerId="+442071838750"' in phone.text
    reports(phone, "initiated", "ringing", "in-progress")
    clock.go_on(seconds=40)
    assert "If you spoke, press 1." in phone.dial_ends(**TALKED)
    assert "Thank you!" in phone.key("1")
    reports(phone, "completed", CallDuration="40")
    phone.hang_up()
    (call,) = out()
    assert (call.sid, call.phone, call.outcome, call.answered_by, call.ended_at) == (
        CHILD,
        JANE,
        "spoke",
        1,
        clock.now(),
    )
    assert rows(Callback) == []


@pytest.mark.parametrize(
    ("ends", "key", "spoke"),
    [
        (TALKED, "1", True), (TALKED, "2", False), (TALKED, "", True),
        (SHORT, "1", True), (SHORT, "2", False), (SHORT, "", False),
    ],
)  # fmt: skip
def test_key_says_whether_they_spoke_and_without_one_fifteen_seconds_do(dials, out, ends, key, spoke):
    phone = dials()
    phone.dial_ends(**ends)
    if key:
        phone.key(key)
    else:
        phone.silence()
    phone.hang_up()
    reports(phone, "completed", CallDuration="40")
    assert [(call.outcome, call.answered_by) for call in out()] == [("spoke", 1) if spoke else (None, None)]


def test_machine_that_listened_for_a_minute_is_nobody_spoken_to(dials, out):
    phone = dials()
    reports(phone, "in-progress")
    phone.report("machine_report", AnsweredBy="machine_start")
    phone.dial_ends(**TALKED, **GONE)
    phone.hang_up()
    assert [call.outcome for call in out()] == [None]


@pytest.mark.parametrize("order", ["dial, then end", "end, then dial", "reports, then end", "end, then reports"])
def test_talk_that_ends_with_the_staff_member_hanging_up_counts_in_any_order(dials, out, owe, rows, order):
    owe(needs_person=True)
    phone = dials()
    reports(phone, "in-progress")
    told = {
        "dial": lambda: phone.dial_ends(**TALKED, **GONE),
        "end": phone.hang_up,
        "reports": lambda: reports(phone, "completed", CallDuration="40"),
    }
    for what in order.split(", then "):
        told[what]()
    assert [(call.outcome, call.answered_by) for call in out()] == [("spoke", 1)]
    assert rows(Callback)[0].outcome == "answered-elsewhere"


def test_customer_who_does_not_pick_up_owes_nobody_anything(dials, out, rows):
    """PITFALLS 31."""
    phone = dials()
    reports(phone, "initiated", "ringing")
    assert "They didn't pick up." in phone.dial_ends(**NOT_THERE)
    reports(phone, "no-answer")
    phone.hang_up()
    assert ([call.outcome for call in out()], rows(Callback), rows(Call)[0].outcome) == ([None], [], None)


@pytest.mark.parametrize("number", ["09098790000", "999", "020 7183 8750", "07700 900101", "+1", "00447700"])
def test_number_that_we_may_not_dial_is_not_dialled(rings, number, out):
    phone = rings()
    phone.prove("3")
    assert "can't ring that number" in phone.key(number.replace(" ", ""))
    assert out() == []


def test_customer_who_is_owed_a_call_is_rung_as_the_promise_s_attempt(dials, owe, rows):
    owe()
    phone = dials()
    assert "Call-back for a caller, owed since" in phone.text
    phone.key("1")
    phone.dial_ends(**TALKED)
    phone.key("1")
    assert (rows(Attempt)[0].outcome, rows(Callback)[0].outcome, rows(Callback)[0].owner) == (
        "reached", "reached", "Priya Shah",
    )  # fmt: skip


@pytest.mark.parametrize("values", [{"needs_person": True}, {"slot_from": timedelta(hours=3)}], ids=str)
def test_promise_that_no_attempt_may_be_made_at_is_kept_by_the_talk_all_the_same(dials, owe, rows, clock, values):
    if "slot_from" in values:
        values = {"slot_from": clock.now() + values["slot_from"]}
    owe(**values)
    phone = dials()
    reports(phone, "in-progress")
    phone.dial_ends(**TALKED)
    assert rows(Callback)[0].state == "waiting"
    phone.key("1")
    assert (rows(Callback)[0].state, rows(Callback)[0].outcome) == ("done", "answered-elsewhere")


def test_call_missed_during_the_talk_is_still_owed(dials, owe, rows, clock):
    phone = dials()
    reports(phone, "in-progress")
    clock.go_on(seconds=10)
    owe(needs_person=True)
    clock.go_on(seconds=30)
    phone.dial_ends(**TALKED)
    phone.key("1")
    phone.hang_up()
    assert rows(Callback)[0].state == "waiting"


def test_manager_who_is_not_on_the_list_rings_customers_too(dials, owe, out, rows):
    owe()
    phone = dials(MANAGER)
    phone.dial_ends(**TALKED)
    phone.key("1")
    phone.hang_up()
    assert [(call.outcome, call.answered_by) for call in out()] == [("spoke", None)]
    assert (rows(Attempt), rows(Callback)[0].outcome) == ([], "answered-elsewhere")


def test_one_customer_is_rung_so_often_a_day_whoever_rings(dials, out):
    for number in range(6):
        phone = dials(sid=f"CA{number:032}")
        phone.dial_ends(**{**NOT_THERE, "DialCallSid": f"CB{number:032}"})
        phone.hang_up()
    assert "as often as we may ring" in dials(TOM, SECOND).text
    assert len(out()) == 6


def test_customer_who_rings_us_just_now_is_not_rung(dials, carrier, out):
    carrier.post("/voice/incoming", sid=SECOND, From=JANE, To="+442071838750", CallStatus="ringing")
    assert "on the line with us just now" in dials().text
    assert out() == []


def test_report_that_comes_twice_late_or_for_nobody_changes_nothing(dials, out, clock):
    phone = dials()
    reports(phone, "ringing", "ringing", "in-progress")
    phone.dial_ends(**NOT_THERE)
    clock.go_on(minutes=5)
    reports(phone, "completed", "in-progress", CallDuration="300")
    (call,) = out()
    assert (call.outcome, call.ended_at) == (None, clock.now() - timedelta(minutes=5))


def test_staff_member_is_left_in_peace_after_a_talk(dials, priya, clock):
    phone = dials()
    phone.dial_ends(**TALKED)
    phone.key("1")
    phone.hang_up()
    assert (priya().busy_with, priya().rest_until) == (None, clock.now() + timedelta(seconds=20))
