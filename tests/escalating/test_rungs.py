"""A promise climbs the ladder: what each rung says to whom, and what it does to the row."""

from datetime import timedelta

import pytest

from callbacks import rungs, wishes
from callbacks.ladder import Step
from callbacks.rungs import Due
from callbacks.tables import Attempt

JANE, ANN = "+447700900123", "+447700900124"
PRIYA, TOM, MANAGER = "+447700900101", "+447700900102", "+442071838799"
SAL = "+447700900103"
TWO_TEAMS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
tue = ["09:00-17:30"]
[[team]]
name = "Workshop"
[[team]]
name = "Sales"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
teams = ["Workshop"]
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
teams = ["Workshop"]
[[staff]]
name = "Sal Reyes"
phone = "+447700900103"
teams = ["Sales"]
"""


def test_half_over_without_an_owner_everybody_on_duty_is_reminded_once(house, owe):
    one = owe()
    house.set_staff("Tom Okafor", busy_with="call:1", busy_until=house.clock.now() + timedelta(hours=3))
    assert house.at(59) == 0
    assert house.texts() == []
    assert house.at(60) == 1
    assert house.at(61) == 0

    assert house.texts(PRIYA) == house.texts(TOM) == ["Jane Smith waits for a call by 12:00."]
    assert len(house.texts()) == 2
    assert house.rungs(one) == ["11:00 reminder"]
    assert house.row(one).state == "waiting"


def test_half_over_with_an_owner_only_they_are_reminded(house, owe):
    one = owe()
    house.change(one, state="claimed", owner="Tom Okafor", owner_id=2)
    house.at(60)

    assert house.texts(TOM) == ["Jane Smith is yours to ring by 12:00."]
    assert len(house.texts()) == 1
    assert (house.row(one).state, house.row(one).owner) == ("claimed", "Tom Okafor")


def test_person_off_duty_and_of_another_team_is_not_reminded(house, owe, set_up):
    set_up(TWO_TEAMS)
    house.set_staff("Tom Okafor", on_duty=False)
    owe()
    house.at(60)

    assert [len(house.texts(phone)) for phone in (PRIYA, TOM, SAL)] == [1, 0, 0]


def test_promise_of_no_team_reminds_everybody_on_duty(house, owe, set_up):
    set_up(TWO_TEAMS)
    owe(team_id=None)
    house.at(60)

    assert [len(house.texts(phone)) for phone in (PRIYA, TOM, SAL)] == [1, 1, 1]


def test_shortly_before_the_end_everybody_free_is_told_and_phones_ring(house, owe):
    one = owe(promised_by=house.clock.now() + timedelta(hours=4))
    house.set_staff("Tom Okafor", busy_with="call:1", busy_until=house.clock.now() + timedelta(hours=5))
    house.at(180)
    house.change(one, next_try_at=house.clock.now() + timedelta(minutes=50))
    before = len(house.texts(PRIYA))
    house.at(210)

    assert house.texts(PRIYA)[before:] == ["Jane Smith must be rung by 14:00."]
    assert house.row(one).next_try_at == house.clock.now()


def test_nobody_free_shortly_before_the_end_those_on_duty_are_told(house, owe):
    owe(promised_by=house.clock.now() + timedelta(hours=4))
    house.set_staff("Priya Shah", on_duty=False)
    house.set_staff("Tom Okafor", busy_with="call:1", busy_until=house.clock.now() + timedelta(hours=5))
    house.at(210)

    assert house.texts(TOM) == ["Jane Smith must be rung by 14:00."]


def test_customer_who_was_rung_and_is_rung_again_in_time_is_not_rung_sooner(house, owe, clock):
    one = owe()
    again = clock.now() + timedelta(minutes=110)
    house.change(one, first_rang_at=clock.now(), next_try_at=again)
    house.at(95)

    assert house.row(one).next_try_at == again


def test_phones_never_ring_for_what_is_left_to_a_person(house, owe):
    one = owe()
    house.change(one, needs_person=True, next_try_at=None)
    house.at(119)

    assert "11:59 team" in house.rungs(one)
    assert house.row(one).next_try_at is None


def test_phones_never_ring_before_the_part_of_a_day_that_was_asked_for(house, owe, clock):
    one = owe()
    begins, until = clock.now() + timedelta(minutes=115), clock.now() + timedelta(minutes=120)
    house.change(one, slot_from=begins, slot_until=until, next_try_at=until)
    house.at(119)

    assert "11:59 team" in house.rungs(one)
    assert house.row(one).next_try_at == house.clock.now()
    two = owe(phone=ANN, name="Ann Poe", promised_by=house.clock.now() + timedelta(minutes=2))
    later = house.clock.now() + timedelta(hours=1)
    house.change(two, slot_from=later, slot_until=later, next_try_at=later)
    house.at(125)

    assert "12:05 late" in house.rungs(two)
    assert house.row(two).next_try_at == later


def test_slot_that_was_asked_for_is_half_over_when_half_of_it_is(house, owe, clock):
    one = owe()
    times = clock.now() + timedelta(minutes=100), clock.now() + timedelta(minutes=120)
    house.change(one, slot_from=times[0], slot_until=times[1])
    house.at(109)
    assert house.rungs(one) == []
    house.at(110)

    assert "11:50 reminder" in house.rungs(one)


def test_promise_for_which_only_a_staff_phone_rings_climbs_and_stays_with_its_attempt(house, owe, office, clock):
    one = owe()
    house.change(one, state="calling", fence=3)
    tried = {"by": "Priya Shah", "at": clock.now(), "customer_phone": JANE, "stage": "placed"}
    with office.database.transaction() as session:
        session.add(Attempt(callback_id=one, fence=3, staff_id=1, **tried))
    house.at(90)

    assert house.texts(TOM) == ["Jane Smith must be rung by 12:00."]
    assert (house.row(one).state, house.row(one).fence, house.row(one).prefer_id) == ("calling", 3, 2)


@pytest.mark.parametrize("stage", ["taken", "talked"])
def test_promise_that_somebody_keeps_right_now_waits_for_how_it_goes(house, owe, office, clock, stage):
    one = owe()
    house.change(one, state="calling")
    tried = {"by": "Priya Shah", "at": clock.now(), "customer_phone": JANE}
    with office.database.transaction() as session:
        session.add(Attempt(id=9, callback_id=one, fence=1, staff_id=1, stage=stage, **tried))
    assert house.at(125) == 0
    assert house.rungs(one) == []
    assert house.texts() == []
    with office.database.transaction() as session:
        session.get_one(Attempt, 9).ended_at = house.clock.now()
    house.at(126)

    assert house.rungs(one)[0] == "12:06 late"


def test_promise_that_is_over_climbs_no_further(house, owe):
    one = owe()
    house.at(60)
    house.change(one, state="done", outcome="reached")
    house.at(130)

    assert house.rungs(one) == ["11:00 reminder"]


def test_promise_that_was_moved_climbs_anew_from_when_it_was(house, owe, office):
    one = owe()
    house.at(115)
    assert len(house.rungs(one)) == 4
    with office.database.transaction() as session:
        later = house.clock.now() + timedelta(hours=2)
        assert wishes.move(session, one, later, by="Tom Okafor", note="she agreed", now=house.clock.now())
    house.at(174)
    assert len(house.rungs(one)) == 4
    house.at(175)

    assert house.rungs(one)[-1] == "12:55 reminder"
    assert house.texts(PRIYA)[-1] == "Jane Smith waits for a call by 13:55."


def test_promises_that_climb_together_are_one_text_to_each(house, owe):
    owe()
    owe(phone=ANN, name="Ann Poe")
    owe(phone="+447700900199", name=None)
    owe(phone=None, name=None)
    house.at(60)

    (told,) = house.texts(PRIYA)
    assert told == (
        "Jane Smith waits for a call by 12:00. Ann Poe waits for a call by 12:00. "
        "Caller ...0199 waits for a call by 12:00. Caller without a number waits for a call by 12:00."
    )
    assert len(house.texts()) == 2


def test_nobody_on_duty_is_told_to_the_manager_at_half_the_time(house, owe):
    for name in ("Priya Shah", "Tom Okafor"):
        house.set_staff(name, on_duty=False)
    owe()
    house.at(60)

    assert house.texts() == []
    assert house.alerts() == ["Nobody is on duty to ring: Jane Smith by 12:00"]


def test_rung_is_written_by_whoever_is_first_and_not_of_a_promise_that_changed(house, owe, office, clock):
    one = owe()
    steps = (Step.REMINDER, Step.SECOND_PERSON)
    due = Due(one, house.row(one).promised_by, steps)
    with office.database.transaction() as session:
        climbed = rungs.climb(session, due, clock.now())
        assert climbed is not None
        assert climbed[1] == steps
    with office.database.transaction() as session:
        assert rungs.climb(session, due, clock.now()) is None
        moved = Due(one, due.promised_by + timedelta(hours=1), steps)
        assert rungs.climb(session, moved, clock.now()) is None
    house.change(one, state="done")
    with office.database.transaction() as session:
        over = Due(one, due.promised_by, (Step.TEAM,))
        assert rungs.climb(session, over, clock.now()) is None
    assert len(house.rungs(one)) == 2
