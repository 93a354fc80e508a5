"""When a promise goes up each rung: on a plain day, over lunch, nights and clock changes, short ones and odd ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import ladder
from callbacks.ladder import STEPS, Step
from office.profile import read

ALL_WEEK = "\n".join(f'{day} = ["09:00-12:30", "13:30-17:30"]' for day in ("mon", "tue", "wed", "thu", "fri"))
NIGHTS = 'sat = ["22:00-06:00"]\nsun = ["22:00-06:00"]'
HALF_AN_HOUR = timedelta(minutes=30)


def hours(days: str = ALL_WEEK, zone: str = "Europe/London"):
    return read(
        f"""[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "{zone}"
country = "GB"
manager_phone = "+442071838799"
[hours]
{days}
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""
    ).hours


def at(written: str) -> datetime:
    """A moment of November 2026, in UTC, which London's clocks show too: "24 09:30"."""
    return datetime.strptime(f"2026-11-{written}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "promised_by", "rungs"),
    [
        # Two hours: three quarters and half an hour before the end are one moment.
        ("24 09:30", "24 11:30", ["24 10:30", "24 11:00", "24 11:00", "24 11:15"]),
        ("24 09:00", "24 12:20", ["24 10:40", "24 11:30", "24 11:50", "24 12:05"]),
        # Lunch is nobody's time: half an hour before the end, there are thirty minutes of people left.
        ("24 11:30", "24 14:30", ["24 12:30", "24 14:00", "24 14:00", "24 14:15"]),
        ("24 12:00", "24 13:45", ["24 12:22:30", "24 12:22:30", "24 12:22:30", "24 13:33:45"]),
        # A promise made at night is not half over before anybody is there.
        ("23 22:00", "24 11:00", ["24 10:00", "24 10:30", "24 10:30", "24 10:45"]),
        ("24 16:30", "25 10:00", ["24 17:30", "25 09:30", "25 09:30", "25 09:45"]),
        # Over a weekend.
        ("27 17:00", "30 10:30", ["30 09:30", "30 10:00", "30 10:00", "30 10:15"]),
        # Short: what is left for the team is half of it at most.
        ("24 10:00", "24 10:20", ["24 10:10", "24 10:10", "24 10:10", "24 10:15"]),
        ("24 10:00", "24 11:00", ["24 10:30", "24 10:30", "24 10:30", "24 10:45"]),
        # Promised for a time at which we are closed: somebody gave their word, so the wall clock counts.
        ("24 20:00", "24 22:00", ["24 21:00", "24 21:30", "24 21:30", "24 21:45"]),
    ],
)
def test_rungs_are_due_by_open_time(since, promised_by, rungs):
    found = ladder.moments(at(since), at(promised_by), hours(), HALF_AN_HOUR)

    shown = [f"{moment:%d %H:%M:%S}".removesuffix(":00") for moment in found]
    assert shown == [*rungs, promised_by]


def test_hour_that_the_clocks_go_back_counts_as_open_time():
    """The night to Sunday 25 October 2026 has nine hours from 22:00 to 06:00 in London."""
    since = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)  # 22:00, summer time
    until = datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    half, *_ = ladder.moments(since, until, hours(NIGHTS), HALF_AN_HOUR)

    assert half == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_longer_notice_for_the_team_comes_before_three_quarters():
    whole = ladder.moments(at("24 09:00"), at("24 12:00"), hours(), timedelta(minutes=80))

    assert [f"{moment:%H:%M}" for moment in whole] == ["10:30", "10:40", "10:40", "11:20", "12:00"]


def test_promise_given_for_no_time_at_all_is_due_at_once_on_every_rung():
    now = at("24 10:00")

    assert ladder.due(0, ladder.moments(now, now, hours(), HALF_AN_HOUR), now) == STEPS


@given(
    since=st.integers(0, 60 * 24 * 21), length=st.integers(0, 60 * 24 * 7), notice=st.integers(1, 60 * 24),
)  # fmt: skip
def test_no_rung_comes_before_a_lower_one_nor_after_the_promise(since, length, notice):
    begin = at("02 00:00") + timedelta(minutes=since)
    end = begin + timedelta(minutes=length)
    found = ladder.moments(begin, end, hours(), timedelta(minutes=notice))

    assert len(found) == len(STEPS)
    assert list(found) == sorted(found)
    assert begin <= found[0]
    assert found[-1] == end


MOMENTS = tuple(at(f"24 10:{minute}0") for minute in range(5))


@pytest.mark.parametrize(
    ("climbed", "now", "steps"),
    [
        (0, "24 09:59", ()),
        (0, "24 10:00", (Step.REMINDER,)),
        (1, "24 10:09", ()),
        (1, "24 10:35", (Step.SECOND_PERSON, Step.TEAM, Step.MANAGER)),
        (0, "25 10:00", STEPS),
        (4, "24 10:39", ()),
        (4, "24 10:40", (Step.LATE,)),
        (5, "25 10:40", ()),
    ],
)
def test_steps_that_are_due_are_those_above_the_climbed_ones(climbed, now, steps):
    assert ladder.due(climbed, MOMENTS, at(now)) == steps
