"""[guard] in business.toml: minutes of talk and calls a second."""

import pytest

from office.profile import GuardPolicy, ProfileError, read
from tests.conftest import BUSINESS


def guard(lines: str) -> GuardPolicy:
    return read(f"{BUSINESS}[guard]\n{lines}\n").guard


def test_guard_left_out_allows_ten_hours_of_talk_and_the_carrier_s_one_call_a_second() -> None:
    assert (guard("").minutes_per_day, guard("").calls_per_second) == (600, 1.0)


@pytest.mark.parametrize(("written", "rate"), [("0", 0.0), ("0.01", 0.01), ("2.5", 2.5), ("100", 100.0)])
def test_calls_per_second_are_whole_or_not(written: str, rate: float) -> None:
    assert guard(f"calls_per_second = {written}").calls_per_second == rate


@pytest.mark.parametrize("written", ["-1", "0.001", "101", "nan", "inf", "true", '"1"'])
def test_calls_per_second_that_cannot_be_are_refused(written: str) -> None:
    with pytest.raises(ProfileError, match="calls_per_second: must be 0 or a number"):
        guard(f"calls_per_second = {written}")


def test_minutes_per_day_are_counted_whole() -> None:
    assert guard("minutes_per_day = 90").minutes_per_day == 90
    with pytest.raises(ProfileError, match="minutes_per_day"):
        guard("minutes_per_day = 0")
