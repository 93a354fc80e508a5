"""What is urgent: aimed at sooner, at risk sooner, up the ladder sooner; late and first in line as it was promised."""

from datetime import UTC, datetime, timedelta

import pytest

from callbacks import actions, deadlines, ladder, queries, rungs, sweep, who_rings, wishes
from callbacks.ladder import Step
from callbacks.tables import Callback
from office.profile import Profile

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
JANE, ANN = "+447700900123", "+447700900124"


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


@pytest.fixture
def profile(office) -> Profile:
    with office.database.reading() as session:
        profile: Profile = office.business(session)
    return profile


@pytest.fixture
def hurry(office):
    def do(callback_id: int, by: datetime, soon: datetime | None = None) -> bool:
        with office.database.transaction() as session:
            return actions.hurry(session, callback_id, by, soon)

    return do


def shown(moments) -> list[float]:
    return [(moment - TEN) / timedelta(minutes=1) for moment in moments]


def test_urgent_promise_climbs_to_the_time_it_is_aimed_at_and_is_late_when_it_is(profile):
    half_an_hour = timedelta(minutes=30)
    calm = ladder.moments(TEN, at(120), profile.hours, half_an_hour)
    urgent = ladder.moments(TEN, at(120), profile.hours, half_an_hour, hurry_by=at(60))

    assert shown(calm) == [60, 90, 90, 105, 120]
    assert shown(urgent) == [30, 30, 30, 45, 120]


def test_aim_from_before_the_word_was_given_or_behind_the_promise_counts_for_nothing(profile):
    calm = ladder.moments(TEN, at(120), profile.hours, timedelta(minutes=30))

    for nothing in (at(-5), TEN, at(150)):
        assert ladder.moments(TEN, at(120), profile.hours, timedelta(minutes=30), hurry_by=nothing) == calm


def test_half_of_what_is_left_counts_open_time(profile):
    night = TEN + timedelta(hours=7)  # half an hour before we close

    assert ladder.halfway(TEN, at(120), profile.hours) == at(60)
    assert ladder.halfway(night, TEN + timedelta(hours=24), profile.hours) == TEN.replace(day=25, hour=9, minute=15)


@pytest.mark.parametrize(("hurry_by", "aim"), [(None, 120), (at(60), 60), (at(180), 120)])
def test_earlier_of_the_two_is_aimed_at(hurry_by, aim):
    assert deadlines.aimed_at(at(120), hurry_by) == at(aim)


def test_urgent_promise_is_at_risk_before_its_time_and_keeps_its_place(office, clock, world, hurry):
    soon = {"first_try_at": clock.now()}
    calm = world.missed(JANE, "CA1", promised_by=at(110), **soon)
    urgent = world.missed(ANN, "CA2", promised_by=at(120), **soon)
    with office.database.reading() as session:
        assert queries.at_risk(session, None, TEN, at(45)) == 0
    assert hurry(urgent, at(40))

    with office.database.reading() as session:
        assert queries.at_risk(session, None, TEN, at(45)) == 1
    assert sweep.due(office) == [calm, urgent]
    assert world.row(urgent).promised_by == at(120)


def test_urgent_promise_goes_up_the_ladder_sooner_under_the_same_promised_time(office, world, profile, hurry):
    one = world.missed(JANE, "CA1", promised_by=at(120))
    hurry(one, at(60))

    with office.database.reading() as session:
        found = list(rungs.due(session, profile, at(46)))
    assert [(due.promised_by, due.steps[-1]) for due in found] == [(at(120), Step.MANAGER)]


def test_hurry_never_aims_later_than_before_and_never_behind_the_promise(world, hurry):
    one = world.missed(JANE, "CA1", promised_by=at(120))
    assert not hurry(one, at(120), at(0))
    assert hurry(one, at(60))
    assert not hurry(one, at(90), at(0))
    assert hurry(one, at(50))

    row = world.row(one)
    assert (row.hurry_by, row.next_try_at) == (at(50), at(1))


@pytest.mark.parametrize(
    ("stands", "next_try"),
    [
        ({}, at(0)),
        ({"state": "claimed"}, at(0)),
        ({"state": "calling"}, at(30)),
        ({"needs_person": True, "next_try_at": None}, None),
        ({"slot_from": at(30)}, at(30)),
        ({"next_try_at": at(-1)}, at(-1)),
    ],
)
def test_phones_ring_at_once_where_they_may(office, world, hurry, stands, next_try):
    one = world.missed(JANE, "CA1", promised_by=at(120), first_try_at=at(30))
    with office.database.transaction() as session:
        row = session.get_one(Callback, one)
        for name, value in stands.items():
            setattr(row, name, value)

    assert hurry(one, at(60), at(0))
    assert world.row(one).next_try_at == next_try


def test_call_back_that_is_done_hurries_no_more(office, world, hurry):
    one = world.missed(JANE, "CA1", promised_by=at(120))
    world.spoken_to(JANE)

    assert not hurry(one, at(60), at(0))
    assert world.row(one).hurry_by is None


def test_try_counts_as_planned_in_time_only_before_the_time_that_is_aimed_at():
    row = Callback(promised_by=at(120), hurry_by=None, first_rang_at=TEN, next_try_at=at(80))
    assert rungs.is_tried_in_time(row)
    row.hurry_by = at(60)
    assert not rungs.is_tried_in_time(row)


def test_urgent_promise_takes_the_last_free_person_when_it_is_at_risk(office, world, profile, hurry):
    one = world.missed(JANE, "CA1", promised_by=at(120))
    assert not who_rings.is_at_risk(world.row(one), profile, TEN)
    hurry(one, at(40))

    assert who_rings.is_at_risk(world.row(one), profile, TEN)


def test_promise_that_its_customer_let_us_move_hurries_no_more(office, world, hurry):
    one = world.missed(JANE, "CA1", promised_by=at(120))
    hurry(one, at(60))
    with office.database.transaction() as session:
        assert wishes.move(session, one, at(200), by="Priya Shah", note="she said so", now=at(5))

    assert world.row(one).hurry_by is None


def test_kept_promise_that_is_open_again_is_never_at_risk(office, clock, world, profile):
    one = world.missed(JANE, "CA1", promised_by=at(30), first_try_at=clock.now())
    with office.database.transaction() as session:
        session.get_one(Callback, one).spoke_at = TEN

    assert not who_rings.is_at_risk(world.row(one), profile, TEN)
    with office.database.reading() as session:
        assert queries.at_risk(session, None, TEN, at(45)) == 0
