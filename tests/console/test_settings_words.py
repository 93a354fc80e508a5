"""Settings in people's words: lengths of time and countries as they are typed, and what a fault is called."""

from datetime import timedelta

import pytest

from console.settings import countries as settings_countries
from console.settings import durations as settings_durations
from console.settings import effect as settings_effect
from console.settings import kinds
from console.settings.faults import plain
from office.profile import Profile, read
from tests.conftest import BUSINESS, TUESDAY_TEN


@pytest.mark.parametrize(
    ("typed", "written", "filed"),
    [
        ("2h", "2 hours", "2h"),
        ("90 minutes", "90 minutes", "90m"),
        ("1 h 30 min", "90 minutes", "90m"),
        ("1h30m", "90 minutes", "90m"),
        ("1½ hours", "90 minutes", "90m"),
        ("1,5 hours", "90 minutes", "90m"),
        ("half an hour", "30 minutes", "30m"),
        ("An hour", "1 hour", "1h"),
        ("24 hrs.", "1 day", "1d"),
        ("two weeks", "14 days", "14d"),
        ("6 months", "180 days", "180d"),
        ("20 sec", "20 seconds", "20s"),
    ],
)
def test_length_is_read_as_people_write_it(typed: str, written: str, filed: str) -> None:
    length = settings_durations.read(typed)
    assert (settings_durations.written(length), settings_durations.filed(length)) == (written, filed)
    assert settings_durations.read(written) == length


@pytest.mark.parametrize(
    "typed", ["", "2", "soon", "0m", "-5m", "367 days", "999999999 years", "2 parsecs", "2h x", "1h30", "9" * 5000]
)
def test_length_that_says_nothing_certain_is_asked_for_again(typed: str) -> None:
    with pytest.raises(ValueError, match="Write for example"):
        settings_durations.read(typed)


def test_countries_are_read_by_name_or_letters_and_told_by_name() -> None:
    codes = settings_countries.read_several("uk, ireland\nJM")
    assert codes == {"GB", "IE", "JM"}
    assert settings_countries.listed(codes) == "Ireland, Jamaica, United Kingdom"
    everywhere = settings_countries.listed(settings_countries.names())
    assert settings_countries.read_several(everywhere) == set(settings_countries.names())


@pytest.mark.parametrize(
    ("typed", "value", "written"),
    [("northern ireland", "GB-NIR", "Northern Ireland"), ("de-by", "DE-BY", "DE-BY"), ("uk", "GB", "United Kingdom")],
)
def test_home_is_read_by_name_of_its_part_too_and_written_back(typed: str, value: str, written: str) -> None:
    assert kinds.COUNTRY.read(typed, "GB") == value
    assert kinds.COUNTRY.written(value) == written


def test_promise_across_a_weekend_and_round_the_clock_is_told_by_its_day() -> None:
    known = read(BUSINESS + '[promise]\nceiling = "5d"\n')
    friday = TUESDAY_TEN + timedelta(days=3, hours=6, minutes=40)
    told = settings_effect.sentences(known.hours, known.promise, friday)
    assert told[0] == "Miss a call now, at 16:40 on Friday, and we promise Monday by 10:10."
    with_lunch = Profile.from_tables(known.tables | {"hours": {"fri": ["09:00-12:30", "13:00-17:30"]}})
    told = settings_effect.sentences(with_lunch.hours, known.promise, friday - timedelta(hours=5))
    assert told[1].startswith("Miss one shortly before closing, at 17:20 on Friday,")
    always = Profile.from_tables(known.tables | {"hours": {"always": True}})
    assert settings_effect.sentences(always.hours, always.promise, friday) == [
        "Miss a call now, at 16:40 on Friday, and we promise the same day by 18:40."
    ]


def test_fault_that_has_no_words_of_its_own_is_left_to_whoever_asks() -> None:
    assert plain("webhook[1].url", "is no address") is None
    assert plain("staff[12].phone", '"+447700900101" repeats staff[1].phone; each person needs their own')
