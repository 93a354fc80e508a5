"""What a caller on hold may be told about their wait, from how long others waited."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.estimates import ENOUGH, LONGEST_TOLD, MINUTE, Wait, time_left

NOW = timedelta()


def taken(*minutes: float) -> list[Wait]:
    return [Wait(timedelta(minutes=each), taken=True) for each in minutes]


def gave_up(*minutes: float) -> list[Wait]:
    return [Wait(timedelta(minutes=each), taken=False) for each in minutes]


def test_few_recent_calls_say_nothing():
    """PITFALLS 33."""
    assert time_left(taken(*[2] * (ENOUGH - 1)), so_far=NOW) is None
    assert time_left(taken(*[2] * ENOUGH), so_far=NOW) is not None


def test_estimate_is_what_four_in_five_kept_to_and_not_the_mean():
    """PITFALLS 33: the mean of these is five and a half minutes; every second caller would wait longer."""
    assert time_left(taken(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), so_far=NOW) == timedelta(minutes=8)


def test_one_endless_wait_does_not_spoil_the_estimate():
    assert time_left(taken(1, 1, 1, 1, 1, 1, 1, 1, 1, 90), so_far=NOW) == timedelta(minutes=1)


def test_seconds_are_rounded_up_to_whole_minutes():
    assert time_left(taken(*[2.1] * 10), so_far=NOW) == timedelta(minutes=3)
    assert time_left(taken(*[0.1] * 10), so_far=NOW) == MINUTE


def test_more_than_a_quarter_of_an_hour_is_not_told():
    assert time_left(taken(*[15] * 10), so_far=NOW) == LONGEST_TOLD
    assert time_left(taken(*[15.1] * 10), so_far=NOW) is None


def test_time_already_waited_is_taken_off():
    assert time_left(taken(*[5] * 10), so_far=timedelta(minutes=3)) == timedelta(minutes=2)


def test_only_those_who_waited_as_long_tell_how_much_longer_it_takes():
    """Twenty were taken within a minute, but this caller was not one of them."""
    waits = taken(*[1] * 20, *[8] * 10)
    assert time_left(waits, so_far=timedelta(minutes=2)) == timedelta(minutes=6)
    assert time_left(taken(*[1] * 20, *[8] * 9), so_far=timedelta(minutes=2)) is None


def test_those_who_gave_up_are_not_left_out():
    """Half of them hung up after ten minutes unheard: it would be a lie to say two minutes."""
    assert time_left(taken(*[2] * 10) + gave_up(*[10] * 10), so_far=NOW) is None


def test_those_who_gave_up_early_say_nothing_of_later():
    assert time_left(taken(*[4] * 10) + gave_up(*[1] * 30), so_far=NOW) == timedelta(minutes=4)


lengths = st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=40))


@given(st.lists(st.builds(Wait, lengths, taken=st.booleans()), max_size=60), lengths)
def test_estimate_is_whole_minutes_within_bounds_or_nothing(waits, so_far):
    left = time_left(waits, so_far)
    assert left is None or (MINUTE <= left <= LONGEST_TOLD and left % MINUTE == timedelta())


@given(st.lists(lengths, min_size=ENOUGH, max_size=60))
def test_four_in_five_of_those_taken_waited_no_longer_than_we_say(waited):
    left = time_left([Wait(length, taken=True) for length in waited], so_far=timedelta(-1))
    if left is not None:
        assert sum(length <= left for length in waited) >= len(waited) * 4 / 5


@pytest.mark.parametrize("waits", [[], gave_up(*[3] * 50)])
def test_nobody_taken_is_no_estimate(waits):
    assert time_left(waits, so_far=NOW) is None
