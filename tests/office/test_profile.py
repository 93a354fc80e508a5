"""business.toml: what is read from it, and what holds when it is left out."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from office.profile import (
    AimPolicy,
    GuardPolicy,
    Profile,
    PromisePolicy,
    RingingPolicy,
    StaffProfile,
    TeamProfile,
    read,
)

SAMPLE = Path(__file__).parents[2] / "office" / "sample" / "harbour-bikes.toml"
LEAST = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-17:30"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""
WHOLE = """
[business]
name = "Harbour  Bikes "
phone = "+442071838750"          # the number customers ring
timezone = "Europe/London"
country = "GB-SCT"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-17:30"]
tue = ["09:00-12:30", "13:30-17:30"]
always = false
[promise]
within = "3h"
ceiling = "2d"
[ringing]
patience = "25s"
rounds = 3
rest_after = "30s"
off_after_misses = 0
keep_free = 2
[callbacks]
first_try_after = "2m"
retry_after = ["5m", "1h"]
remind_before = "20m"
allowed_countries = ["GB", "IE"]
[guard]
number_per_day = 5
house_per_hour = 60
house_per_day = 500
[[team]]
name = "Workshop"
key = "1"
strategy = "in-turn"
[[team]]
name = "Sales"
key = "2"
strategy = "all-at-once"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
teams = ["Workshop", "Sales"]
role = "manager"
"""


def test_least_profile_has_the_contracts_defaults() -> None:
    profile = read(LEAST)
    assert profile.promise == PromisePolicy(timedelta(hours=2), timedelta(hours=24))
    assert profile.aims == AimPolicy(95, 80, timedelta(hours=1))
    assert profile.ringing == RingingPolicy(timedelta(seconds=20), 2, timedelta(seconds=20), 3, 1)
    assert profile.guard == GuardPolicy(6, 120, 1000)
    assert profile.callbacks.first_try_after == timedelta(minutes=1)
    assert profile.callbacks.retry_after == (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))
    assert profile.callbacks.remind_before == timedelta(minutes=30)


def test_profile_without_allowed_countries_dials_its_own_country() -> None:
    assert read(LEAST).callbacks.allowed_countries == frozenset({"GB"})


def test_profile_without_teams_has_one_to_which_everyone_belongs() -> None:
    profile = read(LEAST)
    assert profile.teams == (TeamProfile("Everyone", None, "longest-idle"),)
    assert profile.staff == (StaffProfile("Priya Shah", "+447700900101", ("Everyone",), "staff"),)


def test_person_without_teams_belongs_to_the_only_one() -> None:
    assert read(LEAST + '[[team]]\nname = "Workshop"\n').staff[0].teams == ("Workshop",)


def test_whole_profile_is_read_as_written() -> None:
    profile = read(WHOLE)
    assert (profile.name, profile.phone, profile.manager_phone) == ("Harbour Bikes", "+442071838750", "+442071838799")
    assert (profile.zone.key, profile.country, profile.subdivision) == ("Europe/London", "GB", "SCT")
    assert profile.promise == PromisePolicy(timedelta(hours=3), timedelta(days=2))
    assert profile.ringing == RingingPolicy(timedelta(seconds=25), 3, timedelta(seconds=30), 0, 2)
    assert profile.guard == GuardPolicy(5, 60, 500)
    assert profile.callbacks.retry_after == (timedelta(minutes=5), timedelta(hours=1))
    assert profile.callbacks.allowed_countries == frozenset({"GB", "IE"})
    assert profile.teams == (TeamProfile("Workshop", "1", "in-turn"), TeamProfile("Sales", "2", "all-at-once"))
    assert profile.staff == (StaffProfile("Priya Shah", "+447700900101", ("Workshop", "Sales"), "manager"),)


def test_hours_keep_the_profiles_zone_and_its_parts_holidays() -> None:
    hours = read(WHOLE).hours
    assert hours.open_at(datetime(2026, 7, 13, 8, 0, tzinfo=UTC))
    assert hours.holiday_at(datetime(2026, 11, 30, 12, tzinfo=UTC)) == "Saint Andrew's Day"


@pytest.mark.parametrize("text", [LEAST, WHOLE, SAMPLE.read_text(encoding="utf-8")])
def test_profile_stored_as_json_comes_back_the_same(text: str) -> None:
    profile = read(text)
    again = Profile.from_tables(json.loads(json.dumps(profile.tables)))
    assert again == profile
    assert again.tables == profile.tables


def test_tables_do_not_change_with_what_they_came_from() -> None:
    tables = read(LEAST).tables
    profile = Profile.from_tables(tables)
    tables["business"]["name"] = "Changed"
    assert profile.tables["business"]["name"] == "Harbour Bikes"


def test_file_from_a_windows_editor_is_read() -> None:
    assert read("\ufeff" + LEAST.replace("\n", "\r\n")) == read(LEAST)


def test_sample_is_open_always_with_three_people_in_one_workshop() -> None:
    profile = read(SAMPLE.read_text(encoding="utf-8"))
    assert profile.hours.always
    assert [(person.name, person.teams) for person in profile.staff] == [
        ("Priya Shah", ("Workshop",)),
        ("Tom Okafor", ("Workshop",)),
        ("Mei Lin", ("Workshop",)),
    ]
