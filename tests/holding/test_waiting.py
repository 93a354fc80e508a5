"""What callers in the queue may be told: their place, how long it takes, and whether waiting makes sense."""

from datetime import timedelta

import pytest

from office import people
from office.tables import Staff
from reception import phones as ringing
from reception import waiting
from reception.exchange import Exchange
from voice.conversation.turns import Heard
from voice.tables import Call, Leg

PRIYA, TOM, MEI = "+447700900101", "+447700900102", "+447700900103"
WORKSHOP, SALES = 1, 2
MINUTE = timedelta(minutes=1)


@pytest.fixture
def facts(office):
    """Reads how a caller waits."""

    def read(call_id: int):
        with office.database.transaction() as session:
            call = session.get_one(Call, call_id)
            at = Exchange(session, office.business(session), office.clock.now(), Heard(call.sid), call, step="waiting")
            return waiting.facts(at)

    return read


@pytest.fixture
def nobody_free(office, clock):
    """Everybody is in a call, for an hour."""
    with office.database.transaction() as session:
        for staff_id in (1, 2, 3):
            people.reserve(session, staff_id, "attempt:1", clock.now(), clock.now() + timedelta(hours=1))


def test_place_in_line_goes_by_when_the_call_began(in_line, clock, facts):
    """PITFALLS 13."""
    third = in_line(1)
    second = in_line(2, at=clock.now() - MINUTE)
    first = in_line(3, at=clock.now() - 2 * MINUTE)

    assert [facts(call).position for call in (first, second, third)] == [1, 2, 3]


def test_callers_for_another_team_do_not_stand_before_anybody(in_line, facts):
    in_line(1, team=SALES)
    workshop, anybody = in_line(2, team=WORKSHOP), in_line(3, team=None)

    assert (facts(workshop).position, facts(anybody).position) == (1, 3)


def test_callers_for_anybody_stand_in_every_line(in_line, facts):
    in_line(1, team=None)

    assert facts(in_line(2, team=SALES)).position == 2


def test_caller_who_is_taken_or_gone_makes_room(office, in_line, phones, handset, facts, carrier):
    first, second, third = in_line(1), in_line(2), in_line(3)
    assert facts(third).position == 3
    ringing.ring_for(office, first)
    handset(PRIYA).takes()
    assert facts(third).position == 2
    carrier.post("/voice/status", sid=in_line.sid(2), CallStatus="completed", CallDuration="9")

    assert (facts(third).position, second) == (1, 2)


def test_wait_is_over_when_it_is_the_longest_that_the_business_wants(in_line, clock, facts):
    call_id = in_line(1, holds=1)
    clock.go_on(minutes=9, seconds=59)
    assert (facts(call_id).over, facts(call_id).waited) == (False, timedelta(minutes=9, seconds=59))
    clock.go_on(seconds=1)

    assert facts(call_id).over


def test_first_phones_have_a_moment_to_ring(office, nobody_free, in_line, clock, facts):
    call_id = in_line(1)
    clock.go_on(seconds=4)
    assert facts(call_id).hope
    clock.go_on(seconds=1)

    assert not facts(call_id).hope


def test_caller_has_hope_while_a_phone_rings(office, in_line, phones, handset, clock, facts):
    call_id = in_line(1)
    ringing.ring_for(office, call_id)
    clock.go_on(seconds=10)
    assert facts(call_id).hope
    handset(PRIYA).reports("no-answer")
    assert facts(call_id).hope
    handset(TOM).reports("no-answer")

    assert not facts(call_id).hope


def test_caller_has_hope_between_two_rounds_but_not_when_nobody_begins_the_second(
    office, in_line, phones, handset, clock, facts
):
    call_id = in_line(1)
    with office.database.transaction() as session:
        session.get_one(Call, call_id).asked_again = 1
    ringing.ring_for(office, call_id)
    handset(TOM).reports("busy")
    clock.go_on(seconds=20)
    handset(PRIYA).reports("no-answer")
    clock.go_on(seconds=4)
    assert facts(call_id).hope
    clock.go_on(seconds=1)

    assert not facts(call_id).hope


def test_caller_for_whom_nobody_rings_phones_though_people_are_free_does_not_wait_for_that(in_line, clock, facts):
    """The work process is down: phones ring from inside the call then."""
    call_id = in_line(1)
    clock.go_on(seconds=5)

    assert not facts(call_id).hope


def test_who_holds_waits_for_people_in_a_call(nobody_free, in_line, clock, facts):
    call_id = in_line(1, holds=1)
    clock.go_on(minutes=2)

    assert facts(call_id).hope


def test_who_holds_has_no_hope_when_everybody_is_off_duty(office, in_line, clock, facts):
    call_id = in_line(1, holds=1)
    with office.database.transaction() as session:
        for staff_id in (1, 2, 3):
            session.get_one(Staff, staff_id).on_duty = False
    clock.go_on(minutes=2)

    assert not facts(call_id).hope


def test_who_holds_has_no_hope_when_everybody_was_rung_often_enough(office, in_line, phones, handset, clock, facts):
    call_id = in_line(1, holds=1)
    for _ in range(2):
        ringing.ring_for(office, call_id)
        for phone in (PRIYA, TOM):
            handset(phone).reports("no-answer")
    clock.go_on(seconds=10)

    assert not facts(call_id).hope


def test_process_that_died_before_it_dialled_leaves_nobody_hanging(office, in_line, phones, clock, legs, facts):
    """The phone was written down, and whoever was to dial it is gone: not dialled by anybody else, and not waited for."""
    call_id = in_line(1, team=SALES)
    with office.database.transaction() as session:
        ringing._choose_for_all(session, office.business(session), clock.now())
    assert not ringing.ring_for(office, call_id)
    clock.go_on(seconds=16)
    ringing.ring_for(office, call_id)

    assert phones.rung() == {MEI}
    assert [leg.staff_id for leg in legs(call_id)] == [1, 3]


@pytest.fixture
def held(office, in_line, clock):
    """Somebody rang so many minutes ago for that team, chose to hold, and was taken after so many seconds; None: gave up then."""

    def add(caller: int, *, ago: float, taken: float | None, left: float = 60, team: int = WORKSHOP, holds: int = 1):
        began = clock.now() - timedelta(minutes=ago)
        call_id = in_line(caller, team=team, holds=holds, at=began)
        with office.database.transaction() as session:
            call = session.get_one(Call, call_id)
            call.waiting_since, call.ended_at = None, began + timedelta(seconds=taken or left)
            if taken is not None:
                accepted = began + timedelta(seconds=taken)
                session.add(Leg(call_id=call_id, number=1, staff_id=1, rang_at=began, accepted_at=accepted))

    return add


def test_ten_recent_calls_of_the_team_make_an_estimate(in_line, held, facts):
    """PITFALLS 33."""
    for caller in range(10, 19):
        held(caller, ago=60, taken=150)
    call_id = in_line(1, holds=1)
    assert facts(call_id).estimate is None
    held(19, ago=119, taken=150)

    assert facts(call_id).estimate == 3 * MINUTE


@pytest.mark.parametrize("other", [{"team": SALES}, {"ago": 121}, {"holds": 0}])
def test_calls_of_others_or_long_ago_or_that_did_not_hold_make_none(in_line, held, facts, other):
    for caller in range(10, 30):
        held(caller, **{"ago": 60, "taken": 150} | other)

    assert facts(in_line(1, holds=1)).estimate is None


def test_those_who_gave_up_waiting_make_the_estimate_honest(in_line, held, facts):
    for caller in range(10, 20):
        held(caller, ago=60, taken=100)
    call_id = in_line(1, holds=1)
    assert facts(call_id).estimate == 2 * MINUTE
    for caller in range(20, 30):
        held(caller, ago=60, taken=None, left=500)

    assert facts(call_id).estimate is None


def test_who_did_not_choose_to_hold_hears_no_estimate(in_line, held, facts):
    for caller in range(10, 20):
        held(caller, ago=60, taken=100)

    assert facts(in_line(1)).estimate is None
