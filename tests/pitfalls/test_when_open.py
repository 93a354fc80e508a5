"""When a person can answer, and how long others waited: asked of the right clock, and told only when it can be known."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from office.hours import OpeningHours
from voice.estimates import Wait, time_left
from voice.wording import spoken_time, usual_wait

NINE_TO_FIVE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
LONDON, NEW_YORK, AUCKLAND = (ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Pacific/Auckland"))
SITES = {
    zone: OpeningHours.from_table(NINE_TO_FIVE, zone, country)
    for zone, country in ((LONDON, "GB"), (NEW_YORK, "US"), (AUCKLAND, "NZ"))
}
CLOCK_CHANGES = [
    (LONDON, date(2026, 3, 29), 8), (LONDON, date(2026, 10, 25), 9),
    (NEW_YORK, date(2026, 3, 8), 13), (NEW_YORK, date(2026, 11, 1), 14),
    (AUCKLAND, date(2026, 4, 5), -3), (AUCKLAND, date(2026, 9, 27), -4),
]  # fmt: skip
"""The days on which clocks change there, and when nine o'clock is on them: hours from midnight UTC."""


@pytest.fixture(params=["Pacific/Honolulu", "Asia/Kolkata"])
def server_elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """The machine's own clock shows the time of a place where no site is."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.usefixtures("server_elsewhere")
def test_pitfall_18_each_site_opens_at_nine_on_its_own_clock_on_both_days_when_clocks_change():
    """Site after site in one run: no zone is left over from the one before, nor taken from the machine."""
    for zone, day, hour in CLOCK_CHANGES:
        nine = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)
        opens = [SITES[zone].open_at(nine + timedelta(seconds=seconds)) for seconds in (-1, 0)]

        assert (zone.key, day, opens) == (zone.key, day, [False, True])
        assert SITES[zone].next_span(nine - timedelta(hours=2)).opens == nine
        assert spoken_time(nine, nine - timedelta(hours=1), zone) == "nine o'clock this morning"


@pytest.mark.parametrize(
    ("zone", "eve", "the_day", "name"),
    [
        (NEW_YORK, datetime(2026, 11, 25, 21, 30, tzinfo=UTC), datetime(2026, 11, 26, 21, 30, tzinfo=UTC), "Thanksgiving"),
        (AUCKLAND, datetime(2026, 2, 5, 3, 30, tzinfo=UTC), datetime(2026, 2, 5, 20, 30, tzinfo=UTC), "Waitangi Day"),
    ],
)  # fmt: skip
def test_pitfall_19_holiday_closes_the_day_that_it_is_there_and_no_hour_of_another(zone, eve, the_day, name):
    """In Auckland the holiday begins while it is still the day before in London, and so does the working day after it."""
    hours = SITES[zone]

    assert (hours.open_at(eve), hours.holiday_at(eve)) == (True, None)
    assert (hours.open_at(the_day), name in (hours.holiday_at(the_day) or "")) == (False, True)
    assert hours.open_at(the_day + timedelta(days=1))


def test_pitfall_19_day_that_is_a_holiday_by_utc_only_is_an_open_one():
    half_past_seven_in_the_evening = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
    late_shop = OpeningHours.from_table({"wed": ["12:00-20:00"]}, NEW_YORK, "US")

    assert late_shop.open_at(half_past_seven_in_the_evening)
    assert late_shop.holiday_at(half_past_seven_in_the_evening) is None


def test_pitfall_33_nothing_is_said_of_the_wait_without_enough_recent_calls():
    few = [Wait(timedelta(minutes=2), taken=True)] * 9

    assert usual_wait(time_left(few, timedelta())) == ""
    assert usual_wait(time_left([*few, few[0]], timedelta())) == "It's usually under two minutes."


def test_pitfall_33_wait_is_told_so_that_few_wait_longer_and_not_as_a_mean():
    """Seven of ten are taken in a minute and three after ten: the mean is under four, and three of ten wait far longer."""
    skewed = [Wait(timedelta(minutes=minutes), taken=True) for minutes in [1] * 7 + [10] * 3]
    told = time_left(skewed, timedelta())

    assert told == timedelta(minutes=10)
    assert sum(wait.length > told for wait in skewed) <= len(skewed) / 5
