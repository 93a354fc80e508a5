"""Staff phones for callers who wait: who is rung, reserved, and stopped again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from office import people
from office.tables import Staff
from reception import phones as ringing
from voice import actions, our_legs
from voice.tables import Call

PRIYA, TOM, MEI = "+447700900101", "+447700900102", "+447700900103"
WORKSHOP, SALES = 1, 2


def test_all_phones_of_the_team_ring_at_once_with_the_business_number(office, in_line, phones, legs):
    call_id = in_line(1)

    assert ringing.ring_for(office, call_id)
    assert phones.rung() == {PRIYA, TOM}
    assert {asked["From"] for asked in phones.placed} == {"+442071838750"}
    assert {asked["Timeout"] for asked in phones.placed} == {"20"}
    assert {asked["Url"] for asked in phones.placed} == {
        f"https://ringtrue.test/voice/legs/{call_id}/{number}/whisper" for number in (1, 2)
    }
    assert [leg.sid is not None and leg.placed_by_us for leg in legs(call_id)] == [True, True]


def test_phones_of_another_team_ring_one_after_the_other(office, in_line, phones, handset):
    call_id = in_line(1, team=SALES, holds=1)
    ringing.ring_for(office, call_id)
    assert phones.rung() == {PRIYA}
    ringing.ring_for(office, call_id)
    assert phones.rung() == {PRIYA}

    handset(PRIYA).reports("no-answer")
    ringing.ring_for(office, call_id)
    assert phones.rung() == {PRIYA, MEI}


def test_person_is_reserved_before_their_phone_rings_and_gets_no_second_call(office, in_line, phones, free):
    """PITFALLS 12 and 29."""
    first, second = in_line(1), in_line(2)
    ringing.ring_for(office, first)
    assert free() == ["Mei"]
    ringing.ring_for(office, second)
    assert len(phones.placed) == 2


def test_two_rounds_at_once_ring_each_phone_once(office, in_line, phones, legs):
    call_id = in_line(1)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: ringing.ring_for(office, call_id), range(4)))

    assert sorted(asked["To"] for asked in phones.placed) == [PRIYA, TOM]
    assert [leg.staff_id for leg in legs(call_id)] == [1, 2]


def test_who_rang_first_is_served_first_whoever_asked_last(office, in_line, phones, clock, legs):
    """PITFALLS 13: the later caller has been on hold for longer, and it is they who ask."""
    later = in_line(2, team=SALES, holds=1)
    earlier = in_line(1, team=SALES, holds=1, at=clock.now() - timedelta(minutes=1))
    with office.database.transaction() as session:
        people.reserve(session, 3, "attempt:1", clock.now(), clock.now() + timedelta(hours=1))
    ringing.ring_for(office, later)

    assert (len(legs(earlier)), len(legs(later))) == (1, 0)


def test_caller_for_whom_a_phone_rings_leaves_the_next_person_to_the_next_caller(office, in_line, phones, legs):
    first, second = in_line(1, team=SALES), in_line(2, team=SALES)
    ringing.ring_for(office, first)

    assert [leg.staff_id for leg in legs(first)] == [1]
    assert [leg.staff_id for leg in legs(second)] == [3]


def test_new_caller_does_not_take_the_person_whom_one_in_line_waits_for(carrier, in_line, office, clock, phones):
    """PITFALLS 13: Mei is free, and the one who waits has not had her phone rung yet."""
    in_line(1, team=SALES, holds=1)
    with office.database.transaction() as session:
        people.reserve(session, 1, "attempt:1", clock.now(), clock.now() + timedelta(hours=1))
        session.get_one(Staff, 2).on_duty = False
    carrier.post("/voice/incoming", sid=in_line.sid(2), From="+447700900122", CallStatus="ringing")
    answer = carrier.post("/voice/calls/1/chose_team", sid=in_line.sid(2), From="+447700900122", Digits="2")

    assert carrier.rung(carrier.post("/voice/calls/2/ring_team", sid=in_line.sid(2), From="+447700900122")) is None
    assert "ring_team" in answer.text


def test_nobody_is_rung_more_often_than_the_rounds_allow(office, in_line, phones, handset):
    call_id = in_line(1)
    ringing.ring_for(office, call_id)
    for phone in (PRIYA, TOM):
        handset(phone).reports("no-answer")

    assert not ringing.ring_for(office, call_id)
    assert len(phones.placed) == 2


def test_caller_who_chose_to_hold_has_everybody_rung_once_more(office, in_line, phones, handset):
    call_id = in_line(1, holds=1)
    for rounds in (1, 2):
        ringing.ring_for(office, call_id)
        assert len(phones.placed) == 2 * rounds
        for phone in (PRIYA, TOM):
            handset(phone).reports("no-answer")

    assert not ringing.ring_for(office, call_id)


def test_who_passed_is_left_in_peace_while_the_others_still_ring(office, in_line, phones, handset):
    call_id = in_line(1, holds=1)
    ringing.ring_for(office, call_id)
    handset(PRIYA).hears("take", Digits="2")
    ringing.ring_for(office, call_id)
    assert len(phones.placed) == 2

    handset(TOM).reports("busy")
    ringing.ring_for(office, call_id)
    assert len(phones.placed) == 4


@pytest.mark.parametrize("left", ["ended_at", "waiting_since"])
def test_nobody_is_rung_for_a_caller_who_has_left(office, in_line, phones, clock, left):
    call_id = in_line(1)
    with office.database.transaction() as session:
        setattr(session.get_one(Call, call_id), left, clock.now() if left == "ended_at" else None)

    assert not ringing.ring_for(office, call_id)
    assert phones.placed == []


def test_promise_at_risk_goes_before_a_caller_who_waits(office, in_line, phones, carrier, clock):
    """DESIGN 3: of two people free, one is left for the promise."""
    carrier.post("/voice/status", sid="CA" + "8" * 32, From="+447700900128", CallStatus="completed", CallDuration="20")
    clock.go_on(minutes=90)
    ringing.ring_for(office, in_line(1))

    assert phones.rung() == {PRIYA}


def test_nobody_of_the_team_on_duty_rings_anybody(office, in_line, phones):
    with office.database.transaction() as session:
        for staff_id in (1, 2):
            session.get_one(Staff, staff_id).on_duty = False
    ringing.ring_for(office, in_line(1))

    assert phones.rung() == {MEI}


def test_refused_request_frees_the_person_and_counts_as_nobody_s_miss(office, in_line, phones, legs, free, staff):
    phones.answers(400)
    call_id = in_line(1)

    assert not ringing.ring_for(office, call_id)
    assert {leg.outcome for leg in legs(call_id)} == {"failed"}
    assert free() == ["Mei", "Priya", "Tom"]
    assert (staff(PRIYA).misses, staff(TOM).misses) == (0, 0)


@pytest.mark.parametrize("trouble", [500, requests.ReadTimeout()])
def test_doubtful_phone_is_never_dialled_again(office, in_line, phones, legs, clock, trouble):
    """PITFALLS 10: it may be ringing. It has its say when it does, and another phone rings when it does not."""
    phones.answers(trouble)
    call_id = in_line(1, team=SALES, holds=1)

    assert ringing.ring_for(office, call_id)
    assert not ringing.ring_for(office, call_id)
    clock.go_on(seconds=16)
    ringing.ring_for(office, call_id)
    assert [(leg.staff_id, leg.ended_at) for leg in legs(call_id)] == [(1, None), (3, None)]


def test_doubtful_phone_that_rings_after_all_takes_the_caller(office, in_line, phones, carrier, legs):
    phones.answers(500)
    call_id = in_line(1)
    ringing.ring_for(office, call_id)
    heard = carrier.post(f"/voice/legs/{call_id}/1/take", sid="CA" + "7" * 32, Digits="1")

    assert f"<Queue>call-{call_id}</Queue>" in heard.text
    assert legs(call_id)[0].sid == "CA" + "7" * 32


def test_phones_stop_when_the_caller_hangs_up(office, in_line, phones, carrier):
    call_id = in_line(1)
    ringing.ring_for(office, call_id)
    assert not ringing.hang_up_legs(office, call_id)
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")

    assert ringing.hang_up_legs(office, call_id)
    assert sorted(phones.stopped) == sorted(phones.sid(phone) for phone in (PRIYA, TOM))
    assert not ringing.hang_up_legs(office, call_id)


def test_caller_who_holds_again_need_not_wait_for_a_phone_that_was_stopped(office, in_line, phones, clock):
    call_id = in_line(1, team=SALES, holds=1)
    ringing.ring_for(office, call_id)
    with office.database.transaction() as session:
        actions.waits_no_longer(session.get_one(Call, call_id), "2")
    ringing.hang_up_legs(office, call_id)
    with office.database.transaction() as session:
        actions.waits(session.get_one(Call, call_id), clock.now(), chosen=True)
    ringing.ring_for(office, call_id)

    assert phones.rung() == {PRIYA, MEI}


def test_other_phones_stop_when_one_takes_the_caller(office, in_line, phones, handset):
    call_id = in_line(1)
    ringing.ring_for(office, call_id)
    handset(TOM).takes()
    ringing.hang_up_legs(office, call_id)

    assert phones.stopped == [phones.sid(PRIYA)]


def test_phone_that_cannot_be_stopped_is_tried_again(office, in_line, phones, carrier):
    call_id = in_line(1, team=SALES)
    ringing.ring_for(office, call_id)
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")
    phones.can_stop = False
    assert not ringing.hang_up_legs(office, call_id)
    phones.can_stop = True

    assert ringing.hang_up_legs(office, call_id)
    assert phones.stopped == [phones.sid(PRIYA)] * 2


def test_phones_that_ring_for_nobody_and_callers_for_whom_none_rings_are_due(office, in_line, phones, clock, carrier):
    def due():
        with office.database.reading() as session:
            return ringing.due(session, clock.now())

    assert due() == []
    first = in_line(1)
    in_line(2, team=SALES)
    assert due() == [("worker.ring_waiting", first)]
    ringing.ring_for(office, first)
    assert due() == []
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")
    assert due() == [("worker.hang_up_legs", first)]
    ringing.hang_up_legs(office, first)
    assert due() == []


def test_last_phone_of_many_has_as_long_as_the_first(office, in_line, phones, legs):
    """The carrier places one call a second and keeps the others back."""
    call_id = in_line(1)
    ringing.ring_for(office, call_id)

    first, second = (leg.ring_until for leg in legs(call_id))
    assert second - first == timedelta(seconds=1)
    assert timedelta(seconds=20) > our_legs.HEARS_US
