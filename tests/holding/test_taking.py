"""Phones that ring for a caller in the queue: one takes them, the others hear so, and who missed what is counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from callbacks.tables import Callback
from office.tables import Text
from reception import phones as ringing
from voice import sounds

PRIYA, TOM, MEI = "+447700900101", "+447700900102", "+447700900103"
SALES = 2


@pytest.fixture
def rings(office, in_line, phones):
    """A caller for whom Priya's and Tom's phones ring; the call's id."""
    call_id = in_line(1)
    ringing.ring_for(office, call_id)
    return call_id


def test_key_takes_the_caller_out_of_their_queue(rings, handset, the_call, legs):
    heard = handset(PRIYA).takes()

    assert f"<Queue>call-{rings}</Queue>" in heard.text
    assert f"/voice/legs/{rings}/1/talked" in heard.text
    assert (the_call(rings).waiting_since, legs(rings)[0].accepted_at is not None) == (None, True)


def test_second_to_accept_hears_that_the_caller_is_taken(rings, handset):
    handset(PRIYA).takes()
    heard = handset(TOM).takes()

    assert "A colleague has this call." in heard.text
    assert "<Queue>" not in heard.text


def test_two_who_accept_at_the_same_instant_get_the_caller_once(rings, handset):
    both = [handset(PRIYA), handset(TOM)]
    for phone in both:
        phone.hears()
    with ThreadPoolExecutor(2) as hands:
        heard = list(hands.map(lambda phone: phone.hears("take", Digits="1").text, both))

    assert sorted("<Queue>" in text for text in heard) == [False, True]


def test_who_picks_up_after_the_caller_has_gone_hears_so(rings, handset, carrier, in_line):
    """PITFALLS 4."""
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")
    heard = handset(PRIYA).hears()

    assert "hung up" in heard.text
    assert "<Queue>" not in handset(PRIYA).hears("take", Digits="1").text


def test_person_who_took_the_caller_stays_reserved_through_the_talk(rings, handset, free, clock):
    handset(PRIYA).takes()
    handset(TOM).reports("canceled")
    clock.go_on(minutes=30)

    assert free() == ["Mei", "Tom"]


def test_claim_of_a_phone_that_nobody_tells_of_ends_by_itself(rings, free, clock):
    """PITFALLS 28."""
    assert free() == ["Mei"]
    clock.go_on(minutes=2)

    assert free() == ["Mei", "Priya", "Tom"]


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "completed"])
def test_phone_without_a_key_is_a_call_missed(rings, handset, legs, staff, status):
    """PITFALLS 1: `completed` is a mailbox that picked up."""
    handset(PRIYA).reports(status)

    assert staff(PRIYA).misses == 1
    assert legs(rings)[0].outcome == ("no-answer" if status == "completed" else status)


def test_person_who_passes_by_key_has_missed_nothing(rings, handset, staff, free):
    handset(PRIYA).hears()
    handset(PRIYA).hears("take", Digits="2")
    handset(PRIYA).reports("completed")

    assert (staff(PRIYA).misses, free()) == (0, ["Mei", "Priya"])


@pytest.mark.parametrize("status", ["no-answer", "completed", "canceled"])
def test_phones_that_rang_in_vain_beside_the_one_that_took_it_missed_nothing(rings, handset, staff, free, status):
    """PITFALLS 20."""
    handset(PRIYA).takes()
    handset(TOM).reports(status)

    assert staff(TOM).misses == 0
    assert free() == ["Mei", "Tom"]


def test_nobody_misses_the_call_of_who_hung_up_while_it_rang(rings, handset, staff, carrier, in_line):
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")
    for phone in (PRIYA, TOM):
        handset(phone).reports("canceled" if phone == PRIYA else "no-answer")

    assert (staff(PRIYA).misses, staff(TOM).misses) == (0, 0)


def test_report_told_twice_and_late_counts_once(rings, handset, staff, legs):
    """PITFALLS 7 and 9."""
    for status in ("completed", "completed", "ringing", "no-answer"):
        assert handset(PRIYA).reports(status) == 204

    assert (staff(PRIYA).misses, legs(rings)[0].outcome) == (1, "no-answer")


def test_third_miss_in_a_row_is_off_duty_and_told_so(office, in_line, phones, handset, staff):
    for caller in range(3):
        ringing.ring_for(office, in_line(caller + 1))
        handset(PRIYA).reports("no-answer")
        handset(TOM).takes()
        handset(TOM).reports("completed")
        office.clock.go_on(minutes=5)

    assert (staff(PRIYA).on_duty, staff(TOM).on_duty) == (False, True)
    with office.database.reading() as session:
        (told,) = session.scalars(select(Text))
    assert told.to == PRIYA


def test_reports_bring_the_sid_that_no_answer_brought(office, in_line, phones, carrier, legs):
    phones.answers(500)
    call_id = in_line(1, team=SALES)
    ringing.ring_for(office, call_id)
    carrier.post(f"/voice/legs/{call_id}/1/report", sid="CA" + "7" * 32, CallStatus="ringing")

    assert legs(call_id)[0].sid == "CA" + "7" * 32


def test_person_is_free_after_a_rest_when_the_talk_is_over(rings, handset, free, clock, legs):
    handset(PRIYA).takes()
    clock.go_on(minutes=3)
    handset(PRIYA).hears("talked", DialCallStatus="completed", DialBridged="true")
    handset(PRIYA).reports("completed")
    handset(TOM).reports("canceled")
    assert (free(), legs(rings)[0].outcome) == (["Mei", "Tom"], "spoke")
    clock.go_on(seconds=21)

    assert free() == ["Mei", "Priya", "Tom"]


def test_talk_whose_end_only_the_staff_phone_told_us_of_was_one(rings, handset, the_call, clock, carrier, in_line):
    """The caller's own turn after it never reached us."""
    handset(PRIYA).takes()
    clock.go_on(minutes=3)
    handset(PRIYA).reports("completed")
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="190")

    assert (the_call(rings).outcome, the_call(rings).answered_by) == ("spoke", 1)


def test_talk_of_a_second_that_the_carrier_confirms_was_one(rings, handset, the_call, clock, carrier, in_line, office):
    """The caller's end was told first, and guessed to be a call missed."""
    handset(PRIYA).takes()
    clock.go_on(seconds=1)
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")
    assert the_call(rings).outcome == "missed"
    handset(PRIYA).hears("talked", DialCallStatus="completed", DialBridged="true", DialCallDuration="1")
    handset(PRIYA).reports("completed")

    assert (the_call(rings).outcome, the_call(rings).answered_by) == ("spoke", 1)
    with office.database.reading() as session:
        assert [callback.outcome for callback in session.scalars(select(Callback))] == ["answered-elsewhere"]


def waits_again(carrier, in_line, call_id):
    return carrier.post(f"/voice/holding/{call_id}/0/waiting", sid=in_line.sid(1)).text


def test_caller_who_asks_for_more_music_while_they_are_being_taken_stays_for_it(
    rings, handset, carrier, in_line, clock
):
    """The key was pressed, and the talk begins in a moment: they must not leave the queue just now."""
    handset(PRIYA).takes()
    clock.go_on(seconds=1)
    heard = waits_again(carrier, in_line, rings)
    assert sounds.RINGING in heard
    assert "<Leave" not in heard
    clock.go_on(seconds=15)

    assert "<Leave />" in waits_again(carrier, in_line, rings)


def test_caller_whose_taker_was_cut_off_is_led_on(rings, handset, carrier, in_line):
    handset(PRIYA).takes()
    handset(PRIYA).hears("talked", DialCallStatus="failed", DialBridged="false")

    assert "<Leave />" in waits_again(carrier, in_line, rings)


def test_caller_on_hold_is_heard_of_though_nothing_changes(office, in_line, carrier, clock, the_call):
    call_id = in_line(1, team=SALES, holds=1)
    clock.go_on(seconds=30)
    waits_again(carrier, in_line, call_id)
    assert the_call(call_id).seen_at == clock.now() - timedelta(seconds=30)
    clock.go_on(seconds=31)
    waits_again(carrier, in_line, call_id)

    assert the_call(call_id).seen_at == clock.now()
