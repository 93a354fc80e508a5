"""Special days: one date's own hours, whatever the week, a holiday, "always" or a clock change say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from office.hours import OpeningHours, Span, SpecialDay
from office.written_hours import read_day

LONDON = ZoneInfo("Europe/London")
OFFICE = ["09:00-17:30"]
WEEK: dict[str, object] = {"mon": OFFICE, "tue": OFFICE, "wed": OFFICE, "thu": OFFICE, "fri": OFFICE}
ALWAYS: dict[str, object] = {"always": True}


def special(day: str, *spans: str, name: str | None = None) -> SpecialDay:
    return SpecialDay(date.fromisoformat(day), read_day(list(spans)), name)


def hours(table: dict[str, object], *days: SpecialDay, zone: ZoneInfo = LONDON) -> OpeningHours:
    return OpeningHours.from_table(table, zone, "GB", "ENG", days)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


EVE = special("2026-12-24", "09:00-12:00", name="Christmas Eve")


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-12-24T08:59", False),
        ("2026-12-24T09:00", True),
        ("2026-12-24T11:59:59", True),
        ("2026-12-24T12:00", False),
        ("2026-12-23T16:00", True),
        ("2025-12-24T16:00", True),
    ],
)
@pytest.mark.parametrize("table", [WEEK, ALWAYS | {"wed": OFFICE}], ids=["week", "always"])
def test_special_day_replaces_that_dates_hours_only(table: dict[str, object], moment: str, *, is_open: bool) -> None:
    assert hours(table, EVE).open_at(london(moment)) is is_open


def test_special_day_opens_a_public_holiday() -> None:
    christmas = hours(WEEK, special("2026-12-25", "10:00-11:00"))
    assert christmas.open_at(london("2026-12-25T10:30"))
    assert christmas.next_span(london("2026-12-24T18:00")).opens == london("2026-12-25T10:00")
    assert christmas.holiday_at(london("2026-12-25T10:30")) == "Christmas Day"


def test_special_day_opens_a_day_that_the_week_leaves_out() -> None:
    assert hours(WEEK, special("2026-11-28", "10:00-14:00")).open_at(london("2026-11-28T12:00"))


def test_next_span_skips_a_special_day_that_is_closed() -> None:
    stocktaking = hours(WEEK, special("2026-11-25", name="Stocktaking"))
    assert stocktaking.next_span(london("2026-11-24T17:30")).opens == london("2026-11-26T09:00")


def test_always_ends_where_a_closed_special_day_begins_and_begins_again_after_it() -> None:
    closed = hours(ALWAYS, special("2026-12-25"))
    now = london("2026-12-20T03:00")
    assert closed.next_span(now) == Span(now, london("2026-12-25T00:00"))
    assert closed.next_span(london("2026-12-25T12:00")).opens == london("2026-12-26T00:00")


def test_always_with_special_days_gone_by_lasts_as_long_as_without() -> None:
    now = london("2026-12-28T03:00")
    assert hours(ALWAYS, EVE).next_span(now) == Span(now, now + timedelta(days=366))


def test_special_night_belongs_to_the_date_on_which_it_begins() -> None:
    night = hours(WEEK, special("2026-12-31", "22:00-02:00", name="New Year"))
    assert night.open_at(london("2027-01-01T01:59"))
    assert not night.open_at(london("2027-01-01T02:00"))
    assert not night.open_at(london("2026-12-31T01:00"))


def test_night_before_a_closed_special_day_is_worked_to_its_end() -> None:
    assert hours({"thu": ["22:00-06:00"]}, special("2026-11-27")).open_at(london("2026-11-27T05:00"))


def test_night_that_ends_after_a_special_days_first_span_is_one_span_with_it() -> None:
    both = hours({"thu": ["22:00-06:00"]}, special("2026-11-27", "04:00-05:00"))
    assert both.next_span(london("2026-11-26T12:00")).closes == london("2026-11-27T06:00")


@pytest.mark.parametrize(
    ("zone", "day", "spans", "opens", "closes"),
    [
        # London: 29 March 2026 01:00 GMT becomes 02:00 BST; 25 October 2026 02:00 BST becomes 01:00 GMT.
        ("Europe/London", "2026-03-29", ["01:30-06:00"], "2026-03-29T01:00", "2026-03-29T05:00"),
        ("Europe/London", "2026-10-25", ["01:30-06:00"], "2026-10-25T00:30", "2026-10-25T06:00"),
        ("Europe/London", "2026-03-28", ["22:00-06:00"], "2026-03-28T22:00", "2026-03-29T05:00"),
        ("America/New_York", "2026-11-01", ["00:00-03:00"], "2026-11-01T04:00", "2026-11-01T08:00"),
        ("Pacific/Auckland", "2026-12-25", ["09:00-12:00"], "2026-12-24T20:00", "2026-12-24T23:00"),
    ],
)
def test_special_day_is_kept_by_the_offices_own_clock(
    zone: str, day: str, spans: list[str], opens: str, closes: str
) -> None:
    before = datetime.fromisoformat(opens).replace(tzinfo=UTC) - timedelta(hours=6)
    span = hours({"tue": OFFICE}, special(day, *spans), zone=ZoneInfo(zone)).next_span(before)
    assert span == Span(datetime.fromisoformat(opens + "Z"), datetime.fromisoformat(closes + "Z"))


def test_special_day_whose_only_span_a_clock_change_swallows_is_closed() -> None:
    swallowed = hours(ALWAYS, special("2026-03-29", "01:15-01:45"))
    assert swallowed.spans_on(date(2026, 3, 29)) == []
    assert not swallowed.open_at(london("2026-03-29T01:30"))


@pytest.mark.parametrize(
    ("day", "moment", "reason"),
    [
        (EVE, "2026-12-24T13:00", "Christmas Eve"),
        (EVE, "2026-12-24T08:00", "Christmas Eve"),
        (EVE, "2026-12-24T10:00", None),
        (EVE, "2026-12-23T20:00", "closed"),
        (special("2026-12-24"), "2026-12-24T10:00", "closed"),
        (special("2026-12-25", name="Our day off"), "2026-12-25T10:00", "Our day off"),
        (special("2026-12-25"), "2026-12-25T10:00", "holiday"),
        (special("2026-12-25", "09:00-10:00"), "2026-12-25T11:00", "closed"),
        (special("2026-12-24", "09:00-12:00", "13:00-17:00", name="Eve"), "2026-12-24T12:30", "lunch"),
    ],
)
def test_reason_closed_is_the_special_days_name(day: SpecialDay, moment: str, reason: str | None) -> None:
    assert hours(WEEK, day).reason_closed(london(moment)) == reason


def test_office_that_is_always_open_says_which_special_day_closes_it() -> None:
    assert hours(ALWAYS, EVE).reason_closed(london("2026-12-24T13:00")) == "Christmas Eve"


def test_special_day_is_found_by_the_offices_own_date() -> None:
    auckland = hours(WEEK, EVE, zone=ZoneInfo("Pacific/Auckland"))
    assert auckland.special_at(datetime(2026, 12, 23, 11, 30, tzinfo=UTC)) == EVE
    assert auckland.special_at(datetime(2026, 12, 23, 10, 30, tzinfo=UTC)) is None
