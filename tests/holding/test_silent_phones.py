"""Staff phones that no report ended: the carrier is asked, and their people are not kept for ever."""

import pytest

from reception import phones as ringing
from reception import silent

PRIYA, TOM, MEI = "+447700900101", "+447700900102", "+447700900103"
SALES = 2


@pytest.fixture
def rings(office, in_line, phones):
    """A caller for whom Priya's phone rings; the call's id."""
    call_id = in_line(1, team=SALES, holds=1)
    ringing.ring_for(office, call_id)
    return call_id


def test_phone_that_rings_for_its_time_is_nobody_s_business(office, rings, clock):
    clock.go_on(seconds=64)

    assert silent.look_after_phones(office) == 0


@pytest.mark.parametrize("status", ["completed", "no-answer", "busy"])
def test_phone_that_is_down_at_the_carrier_has_ended_and_was_missed(
    office, rings, phones, clock, legs, staff, free, status
):
    """PITFALLS 8."""
    phones.knows(PRIYA, status)
    clock.go_on(seconds=66)

    assert silent.look_after_phones(office) == 1
    assert legs(rings)[0].ended_at == clock.now()
    assert (staff(PRIYA).misses, free()) == (1, ["Mei", "Priya", "Tom"])
    assert silent.look_after_phones(office) == 0


def test_phone_that_is_live_at_the_carrier_is_asked_about_again_later(office, rings, phones, clock, legs):
    phones.knows(PRIYA, "in-progress")
    clock.go_on(seconds=66)
    assert silent.look_after_phones(office) == 0
    phones.knows(PRIYA, "completed")
    clock.go_on(seconds=44)
    assert silent.look_after_phones(office) == 0
    clock.go_on(seconds=1)

    assert silent.look_after_phones(office) == 1


def test_carrier_that_cannot_be_asked_is_asked_again(office, rings, twilio, phones, clock, legs):
    clock.go_on(seconds=66)  # nothing of the carrier answers: no request for this is registered

    assert silent.look_after_phones(office) == 0
    assert legs(rings)[0].ended_at is None


def test_phone_that_the_carrier_never_heard_of_ends_and_nobody_missed_it(
    office, in_line, phones, clock, legs, staff, free
):
    """Perhaps it was dialled, and no word of it ever came."""
    phones.answers(500)
    call_id = in_line(1, team=SALES, holds=1)
    ringing.ring_for(office, call_id)
    clock.go_on(seconds=66)

    assert silent.look_after_phones(office) == 1
    assert legs(call_id)[0].ended_at is not None
    assert (staff(PRIYA).misses, free()) == (0, ["Mei", "Priya", "Tom"])


def test_phone_that_we_stopped_and_that_no_report_ended_is_soon_asked_about(
    office, rings, phones, carrier, in_line, clock, free, staff
):
    """The carrier sends no report of a call that was canceled before it rang (twilio.md 3.1)."""
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")
    ringing.hang_up_legs(office, rings)
    phones.knows(PRIYA, "canceled")
    clock.go_on(seconds=5)

    assert silent.look_after_phones(office) == 1
    assert (free(), staff(PRIYA).misses) == (["Mei", "Priya", "Tom"], 0)


def test_talk_is_left_alone_until_its_call_is_over(office, rings, phones, handset, carrier, in_line, clock, free):
    handset(PRIYA).takes()
    clock.go_on(minutes=50)
    assert silent.look_after_phones(office) == 0
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="3000")
    phones.knows(PRIYA, "completed")
    clock.go_on(seconds=5)

    assert silent.look_after_phones(office) == 1
    clock.go_on(seconds=21)
    assert free() == ["Mei", "Priya", "Tom"]


def test_call_that_went_silent_in_the_queue_is_closed(office, rings, in_line, twilio, clock, the_call):
    sid = in_line.sid(1)
    twilio.add(
        "GET",
        f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Calls/{sid}.json",
        json={"sid": sid, "status": "completed", "duration": "90"},
    )
    clock.go_on(minutes=6)

    assert silent.close_calls(office) == 1
    assert (the_call(rings).outcome, the_call(rings).waiting_since) == ("missed", None)
