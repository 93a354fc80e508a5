"""Months as an office lives them, at their ends and where clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console import figures, periods

LONDON, LORD_HOWE = ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")
NOW = datetime(2026, 11, 23, 11, 49, tzinfo=UTC)


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("month", "zone", "since", "until"),
    [
        ("2026-02", LONDON, "2026-02-01T00:00", "2026-03-01T00:00"),
        ("2026-03", LONDON, "2026-03-01T00:00", "2026-03-31T23:00"),
        ("2026-10", LONDON, "2026-09-30T23:00", "2026-11-01T00:00"),
        ("2026-10", LORD_HOWE, "2026-09-30T13:30", "2026-10-31T13:00"),
        ("2026-04", LORD_HOWE, "2026-03-31T13:00", "2026-04-30T13:30"),
        ("2025-12", LORD_HOWE, "2025-11-30T13:00", "2025-12-31T13:00"),
    ],
)
def test_month_begins_and_ends_at_the_office_s_midnights(month: str, zone: ZoneInfo, since: str, until: str) -> None:
    period = periods.read(month, NOW, zone)
    assert period is not None
    assert (period.since, period.until, period.running) == (moment(since), moment(until), False)


def test_running_month_ends_now_and_is_held_against_the_same_days() -> None:
    period = periods.read(None, NOW, LONDON)
    assert period is not None
    last, year = periods.back(period, 1, LONDON), periods.back(period, 12, LONDON)
    assert (period.written, period.until, period.days) == ("2026-11", NOW, "1–23 Nov 2026")
    assert (last.held_against, year.name) == ("the same days of October", "November 2025")
    assert (last.since, last.until) == (moment("2026-09-30T23:00"), moment("2026-10-23T10:49"))
    assert (year.until, year.days) == (moment("2025-11-23T11:49"), "1–23 Nov 2025")


def test_day_that_the_other_month_does_not_have_is_its_whole_month() -> None:
    period = periods.read(None, moment("2026-03-31T10:00"), LONDON)
    assert period is not None
    february = periods.back(period, 1, LONDON)
    assert (february.until, february.days) == (moment("2026-03-01T00:00"), "February 2026")


def test_whole_month_is_held_against_whole_months_over_the_year_s_end() -> None:
    period = periods.read("2026-01", NOW, LONDON)
    assert period is not None
    assert [periods.back(period, months, LONDON).written for months in (1, 12, 13)] == ["2025-12", "2025-01", "2024-12"]


@pytest.mark.parametrize("written", ["2026-13", "2026-12", "2027-01", "26-1", "2026-1", "0001-01", "x", "2026-11x"])
def test_month_to_come_and_what_is_none_is_refused(written: str) -> None:
    assert periods.read(written, NOW, LONDON) is None


def test_month_that_begins_at_the_office_while_it_is_still_the_last_in_utc_is_this_one() -> None:
    period = periods.read(None, moment("2026-09-30T13:30"), LORD_HOWE)
    assert period is not None
    assert period.written == "2026-10"


@pytest.mark.parametrize(("zone", "month"), [(LONDON, "2026-10"), (LONDON, "2026-03"), (LORD_HOWE, "2026-10"), (LORD_HOWE, "2026-04")])  # fmt: skip
def test_every_quarter_of_an_hour_lies_in_the_one_cell_that_lists_it(zone: ZoneInfo, month: str) -> None:
    period = periods.read(month, NOW, zone)
    assert period is not None
    quarter = timedelta(minutes=15)
    count = (period.until - period.since) // quarter
    heat = figures.heat([(period.since + quarter * place, 1) for place in range(count)], zone)
    listed = [[len(periods.hours_of(period, day, hour, zone)) for hour in heat.hours] for day in range(7)]
    assert heat.total == count
    assert [list(row) for row in heat.cells] == listed
