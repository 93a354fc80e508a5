"""Special days and the voice in business.toml: what is read, what holds when left out, and what is wrong on which line."""

import json
from datetime import UTC, date, datetime

import pytest

from office.hours import SpecialDay
from office.profile import Profile, ProfileError, VoiceProfile, read
from office.profile.voices import LANGUAGE_OF

LEAST = """[business]
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
DAYS = """[[special_day]]
date = 2026-12-24
name = "Christmas Eve"
open = ["09:00-12:00"]
[[special_day]]
date = 2026-11-30
open = []
"""


def voice(lines: str = "", country: str = "GB") -> VoiceProfile:
    return read(LEAST.replace('"GB"', f'"{country}"') + lines).voice


def problem(lines: str) -> str:
    """The only thing wrong with what stands below line 11."""
    with pytest.raises(ProfileError) as refused:
        read(LEAST + lines)
    (told,) = str(refused.value).splitlines()
    return told.removeprefix("business.toml:")


def test_special_days_are_read_as_written() -> None:
    assert read(LEAST + DAYS).hours.special == {
        date(2026, 12, 24): SpecialDay(date(2026, 12, 24), ((540, 720),), "Christmas Eve"),
        date(2026, 11, 30): SpecialDay(date(2026, 11, 30), (), None),
    }


def test_special_days_rule_the_hours() -> None:
    hours = read(LEAST + DAYS).hours
    assert hours.open_at(datetime(2026, 12, 24, 10, tzinfo=UTC))
    assert not hours.open_at(datetime(2026, 11, 30, 10, tzinfo=UTC))


def test_date_gone_by_is_allowed() -> None:
    assert date(2001, 1, 1) in read(LEAST + "[[special_day]]\ndate = 2001-01-01\nopen = []\n").hours.special


def test_profile_with_special_days_and_voice_stored_as_json_comes_back_the_same() -> None:
    profile = read(LEAST + DAYS + '[voice]\nname = "Polly.Amy-Neural"\n')
    again = Profile.from_tables(json.loads(json.dumps(profile.tables)))
    assert again == profile
    assert again.tables == profile.tables


@pytest.mark.parametrize(
    ("lines", "place", "wrong"),
    [
        ("date = 2026-12-24\nopen = []\n[[special_day]]\ndate = 2026-12-24\nopen = []\n", "16: special_day[2].date",
         '"2026-12-24" repeats special_day[1].date'),
        ("date = 2026-12-24\n", "12: special_day[1].open", "or [] for a day that is closed"),
        ("open = []\n", "12: special_day[1].date", "is missing: must be a date"),
        ("date = 2026-12-24T10:00:00\nopen = []\n", "13: special_day[1].date", "without a time"),
        ('date = "24 December"\nopen = []\n', "13: special_day[1].date", "write for example 2026-12-24"),
        ('date = "2026-02-30"\nopen = []\n', "13: special_day[1].date", "on no calendar"),
        ("date = 20261224\nopen = []\n", "13: special_day[1].date", "must be a date"),
        ('date = 2026-12-24\nopen = ["9-12"]\n', "14: special_day[1].open", '"9-12" is no span'),
        ('date = 2026-12-24\nopen = ["09:00-12:00", "11:00-13:00"]\n', "14: special_day[1].open", "overlaps"),
        ('date = 2026-12-24\nopen = "09:00-12:00"\n', "14: special_day[1].open", "list of spans"),
        ('date = 2026-12-24\nname = ""\nopen = []\n', "14: special_day[1].name", "text in quotes"),
        ("date = 2026-12-24\nopens = []\nopen = []\n", "14: special_day[1].opens", 'did you mean "open"?'),
    ],
)  # fmt: skip
def test_wrong_special_day_is_told_with_its_line_and_key(lines: str, place: str, wrong: str) -> None:
    told = problem("[[special_day]]\n" + lines)
    assert told.startswith(f"{place}: ")
    assert wrong in told


def test_single_bracket_before_a_special_day_is_explained() -> None:
    assert "[[special_day]]" in problem("[special_day]\ndate = 2026-12-24\nopen = []\n")


@pytest.mark.parametrize(
    ("country", "language"),
    [("GB", "en-GB"), ("GB-SCT", "en-GB"), ("US", "en-US"), ("CA", "en-CA"), ("AU", None), ("IE", None), ("DE", None)],
)
def test_voice_left_out_is_the_carriers_own_in_the_countrys_english(country: str, language: str | None) -> None:
    assert voice(country=country) == VoiceProfile(None, language)


def test_named_voice_brings_its_language() -> None:
    assert voice('[voice]\nname = "Polly.Niamh-Neural"\n') == VoiceProfile("Polly.Niamh-Neural", "en-IE")


def test_language_of_the_carriers_own_voice_may_be_chosen() -> None:
    assert voice('[voice]\nlanguage = "en-US"\n') == VoiceProfile(None, "en-US")


@pytest.mark.parametrize(("name", "language"), [*LANGUAGE_OF.items()])
def test_every_pair_of_the_table_is_accepted(name: str, language: str) -> None:
    assert voice(f'[voice]\nname = "{name}"\nlanguage = "{language}"\n') == VoiceProfile(name, language)


@pytest.mark.parametrize(
    ("lines", "place", "wrong"),
    [
        ('name = "Polly.Amy-Nueral"', "13: voice.name", 'the nearest is "Polly.Amy-Neural"'),
        ('name = "amy"', "13: voice.name", 'the nearest is "Polly.Amy"'),
        ("name = 7", "13: voice.name", "text in quotes"),
        ('name = "Polly.Amy"\nlanguage = "en-US"', "14: voice.language", '"Polly.Amy" speaks en-GB only'),
        ('language = "en-UK"', "13: voice.language", "known are: en-AU, en-CA, en-GB"),
        (
            'language = "en-IE"',
            "12: voice.name",
            'is missing: en-IE needs a voice that speaks it; write for example "Pol',
        ),
        ('lang = "en-GB"', "13: voice.lang", 'did you mean "language"?'),
    ],
)
def test_wrong_voice_is_told_with_its_line_and_the_way_out(lines: str, place: str, wrong: str) -> None:
    told = problem(f"[voice]\n{lines}\n")
    assert told.startswith(f"{place}: ")
    assert wrong in told
