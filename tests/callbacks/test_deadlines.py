"""By when we promise: exact moments, over lunches, nights, holidays and both clock changes; and when we first try."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import deadlines
from office.hours import DAYS, OpeningHours
from office.profile import CallbackPolicy, PromisePolicy

WORKDAYS, WEEK = DAYS[:5], DAYS
COUNTRIES = {"Europe/London": ("GB", "ENG"), "America/New_York": ("US", None), "Australia/Lord_Howe": ("AU", None)}
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
USUAL = PromisePolicy(within=2 * HOUR, ceiling=24 * HOUR)
POLICY = CallbackPolicy(MINUTE, (10 * MINUTE, 30 * MINUTE, 2 * HOUR), 30 * MINUTE, frozenset({"GB"}))


def hours(days: tuple[str, ...], *spans: str, zone: str = "Europe/London", always: bool = False) -> OpeningHours:
    table = {"always": always} | {day: list(spans) for day in days}
    return OpeningHours.from_table(table, ZoneInfo(zone), *COUNTRIES[zone])


OFFICE = hours(WORKDAYS, "09:00-17:30")
LUNCH = hours(WORKDAYS, "09:00-12:30", "13:30-17:30")
BAR = hours(("fri", "sat"), "22:00-06:00")
MARKET = hours(("sat",), "10:00-10:30")
SHOP = hours(WEEK, "09:00-17:00")
ALWAYS = hours((), always=True)
NEW_YORK_SHOP = hours(WEEK, "09:00-17:00", zone="America/New_York")
NEW_YORK_BAR = hours(("sat",), "22:00-06:00", zone="America/New_York")
LORD_HOWE_BAR = hours(("sat",), "22:00-06:00", zone="Australia/Lord_Howe")


def at(text: str, zone: str = "Europe/London") -> datetime:
    """A moment as the office's wall clock shows it; with an offset where that could be two moments."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def promised(missed: str, open_hours: OpeningHours, policy: PromisePolicy = USUAL) -> datetime:
    return deadlines.promised_by(at(missed, str(open_hours.zone)), open_hours, policy)


# 23 November 2026 is a Monday.
OPEN_TIME = [
    (OFFICE, "2026-11-24T10:00", "2026-11-24T12:00"),
    (OFFICE, "2026-11-27T10:00", "2026-11-27T12:00"),
    (OFFICE, "2026-11-24T10:04:11", "2026-11-24T12:05"),
    (OFFICE, "2026-11-24T10:00:00.000001", "2026-11-24T12:01"),
    (OFFICE, "2026-11-24T10:00:59.999999", "2026-11-24T12:01"),
    (OFFICE, "2026-11-24T15:30", "2026-11-24T17:30"),  # as the office closes
    (OFFICE, "2026-11-24T15:31", "2026-11-25T09:01"),
    (OFFICE, "2026-11-24T17:00", "2026-11-25T10:30"),
    (OFFICE, "2026-11-24T17:29:59", "2026-11-25T11:00"),
    (OFFICE, "2026-11-24T17:30", "2026-11-25T11:00"),
    (OFFICE, "2026-11-24T20:00", "2026-11-25T11:00"),
    (OFFICE, "2026-11-24T03:00", "2026-11-24T11:00"),
    (OFFICE, "2026-11-24T08:59:30", "2026-11-24T11:00"),
    (LUNCH, "2026-11-24T10:00", "2026-11-24T12:00"),
    (LUNCH, "2026-11-24T10:30", "2026-11-24T12:30"),
    (LUNCH, "2026-11-24T11:30", "2026-11-24T14:30"),
    (LUNCH, "2026-11-24T12:29:30", "2026-11-24T15:30"),
    (LUNCH, "2026-11-24T13:00", "2026-11-24T15:30"),
    (LUNCH, "2026-11-24T17:00", "2026-11-25T10:30"),
    (BAR, "2026-11-27T23:00", "2026-11-28T01:00"),
    (BAR, "2026-11-28T05:00", "2026-11-28T23:00"),
    (ALWAYS, "2026-11-29T03:00", "2026-11-29T05:00"),
    (ALWAYS, "2026-12-25T23:30", "2026-12-26T01:30"),
    (ALWAYS, "2026-11-24T10:00:30", "2026-11-24T12:01"),
]
CEILING = [
    (OFFICE, "2026-11-27T15:31", "2026-11-27T17:30"),  # Friday: a weekend is longer than the ceiling
    (OFFICE, "2026-11-27T17:00", "2026-11-27T17:30"),
    (OFFICE, "2026-11-27T17:20", "2026-11-27T17:30"),
    (OFFICE, "2026-11-27T17:28", "2026-11-30T10:00"),  # too little of Friday is left: Monday's first hour
    (OFFICE, "2026-11-28T12:00", "2026-11-30T10:00"),
    (OFFICE, "2026-11-29T08:00", "2026-11-30T10:00"),
    (OFFICE, "2026-11-29T09:02", "2026-11-30T10:00"),  # two minutes of Monday are no room to try
    (OFFICE, "2026-11-29T09:05", "2026-11-30T09:05"),
    (OFFICE, "2026-11-27T17:21", "2026-11-27T17:30"),
    (OFFICE, "2026-11-29T09:10", "2026-11-30T09:10"),
    (OFFICE, "2026-11-29T10:30:15", "2026-11-30T10:31"),
    (OFFICE, "2026-11-29T11:00", "2026-11-30T11:00"),
    (OFFICE, "2026-11-29T13:00", "2026-11-30T11:00"),
    (BAR, "2026-11-29T05:30", "2026-11-29T06:00"),
    (MARKET, "2026-11-29T12:00", "2026-12-05T10:30"),  # the first hour of opening, which lasts half of one
]
HOLIDAYS = [
    (OFFICE, "2026-12-24T10:00", "2026-12-24T12:00"),
    (OFFICE, "2026-12-24T17:00", "2026-12-24T17:30"),
    (OFFICE, "2026-12-25T11:00", "2026-12-29T10:00"),  # Monday is Boxing Day's substitute
    (OFFICE, "2026-12-28T10:30", "2026-12-29T10:30"),
    (OFFICE, "2026-04-02T16:30", "2026-04-02T17:30"),  # before Good Friday
    (OFFICE, "2026-05-25T20:00", "2026-05-26T11:00"),  # after the spring bank holiday
    (LUNCH, "2026-08-31T09:30", "2026-09-01T09:30"),  # the summer bank holiday itself: the ceiling is first
    (LUNCH, "2026-08-31T11:30", "2026-09-01T11:00"),
]
CLOCK_CHANGES = [
    # London: 29 March 2026, 01:00 GMT becomes 02:00 BST; 25 October, 02:00 BST becomes 01:00 GMT.
    (ALWAYS, "2026-03-29T00:30+00:00", "2026-03-29T03:30+01:00"),
    (ALWAYS, "2026-10-25T01:30+01:00", "2026-10-25T02:30+00:00"),
    (ALWAYS, "2026-10-25T01:30+00:00", "2026-10-25T03:30+00:00"),
    (BAR, "2026-03-28T23:30+00:00", "2026-03-29T02:30+01:00"),
    (BAR, "2026-03-29T05:00+01:00", "2026-03-29T06:00+01:00"),
    (BAR, "2026-10-24T23:30+01:00", "2026-10-25T01:30+01:00"),
    (BAR, "2026-10-25T01:30+01:00", "2026-10-25T02:30+00:00"),
    (SHOP, "2026-03-28T16:30+00:00", "2026-03-29T10:30+01:00"),
    (SHOP, "2026-10-24T16:30+01:00", "2026-10-25T10:30+00:00"),
    (OFFICE, "2026-03-28T10:30+00:00", "2026-03-30T10:00+01:00"),
    (OFFICE, "2026-03-29T10:00+01:00", "2026-03-30T10:00+01:00"),
    (OFFICE, "2026-10-25T00:30+01:00", "2026-10-26T10:00+00:00"),  # 24 hours later it is half past eleven at night
    # New York: 8 March and 1 November 2026, at 02:00.
    (NEW_YORK_SHOP, "2026-03-07T16:00-05:00", "2026-03-08T10:00-04:00"),
    (NEW_YORK_SHOP, "2026-10-31T16:00-04:00", "2026-11-01T10:00-05:00"),
    (NEW_YORK_BAR, "2026-03-08T01:30-05:00", "2026-03-08T04:30-04:00"),
    (NEW_YORK_BAR, "2026-11-01T00:30-04:00", "2026-11-01T01:30-05:00"),
    # Lord Howe moves by half an hour: 5 April 02:00 becomes 01:30, 4 October 02:00 becomes 02:30.
    (LORD_HOWE_BAR, "2026-04-05T01:45+11:00", "2026-04-05T03:15+10:30"),
    (LORD_HOWE_BAR, "2026-04-05T01:45+10:30", "2026-04-05T03:45+10:30"),
    (LORD_HOWE_BAR, "2026-10-04T01:30+10:30", "2026-10-04T04:00+11:00"),
]


@pytest.mark.parametrize(("open_hours", "missed", "expected"), OPEN_TIME + CEILING + HOLIDAYS + CLOCK_CHANGES)
def test_promise_is_two_open_hours_off_and_at_most_a_day(open_hours: OpeningHours, missed: str, expected: str) -> None:
    assert promised(missed, open_hours) == at(expected, str(open_hours.zone))


@pytest.mark.parametrize(
    ("open_hours", "within", "ceiling", "missed", "expected"),
    [
        (OFFICE, 8 * HOUR, 4 * HOUR, "2026-11-24T10:00", "2026-11-24T14:00"),
        (OFFICE, 8 * HOUR, 4 * HOUR, "2026-11-24T15:00", "2026-11-24T17:30"),
        (OFFICE, 2 * HOUR, 5 * MINUTE, "2026-11-24T10:00", "2026-11-24T10:05"),  # shorter than the room to try
        (OFFICE, 2 * HOUR, 5 * MINUTE, "2026-11-24T20:00", "2026-11-25T10:00"),
        (OFFICE, 2 * HOUR, 16 * HOUR, "2026-11-23T17:30", "2026-11-24T09:30"),
        (OFFICE, 2 * HOUR, 15 * HOUR + 32 * MINUTE, "2026-11-23T17:30", "2026-11-24T10:00"),
        (OFFICE, 2 * HOUR, 15 * HOUR + 40 * MINUTE, "2026-11-23T17:25", "2026-11-24T09:05"),  # five minutes, twice
        (LUNCH, 2 * HOUR, 90 * MINUTE, "2026-11-24T12:10", "2026-11-24T13:40"),
        (LUNCH, 2 * HOUR, 70 * MINUTE, "2026-11-24T12:10", "2026-11-24T12:30"),
        (OFFICE, 30 * MINUTE, DAY, "2026-11-28T12:00", "2026-11-30T09:30"),  # less than the first hour
        (OFFICE, 5 * MINUTE, DAY, "2026-11-27T17:26", "2026-11-27T17:30"),
        (OFFICE, 40 * HOUR, 7 * DAY, "2026-11-23T09:00", "2026-11-27T15:00"),
        (ALWAYS, 30 * HOUR, DAY, "2026-11-24T10:00", "2026-11-25T10:00"),
        (ALWAYS, 366 * DAY, 366 * DAY, "2026-11-24T10:00", "2027-11-25T10:00"),
        (SHOP, 2 * HOUR, 17 * HOUR, "2026-03-28T16:30+00:00", "2026-03-29T10:30+01:00"),
        (SHOP, 2 * HOUR, 17 * HOUR, "2026-10-24T16:30+01:00", "2026-10-24T17:00+01:00"),  # it ends at 08:30
    ],
)
def test_promise_follows_the_business_s_own_policy(
    open_hours: OpeningHours, within: timedelta, ceiling: timedelta, missed: str, expected: str
) -> None:
    assert promised(missed, open_hours, PromisePolicy(within, ceiling)) == at(expected)


@pytest.fixture(params=["Pacific/Auckland", "America/Los_Angeles"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own zone is another."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_machine_s_own_zone_moves_no_promise() -> None:
    cases = OPEN_TIME + CEILING + HOLIDAYS + CLOCK_CHANGES
    assert datetime.now().astimezone().utcoffset() != timedelta()
    assert [promised(missed, each) for each, missed, _ in cases] == [
        at(expected, str(each.zone)) for each, _, expected in cases
    ]


@given(
    missed=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive; the zone is the strategy's own argument
    open_hours=st.sampled_from([OFFICE, LUNCH, BAR, SHOP, ALWAYS, NEW_YORK_BAR, LORD_HOWE_BAR]),
    within=st.timedeltas(MINUTE, 12 * HOUR),
    ceiling=st.timedeltas(MINUTE, 4 * DAY),
)
def test_promise_is_a_whole_minute_ahead_while_somebody_is_there(
    missed: datetime, open_hours: OpeningHours, within: timedelta, ceiling: timedelta
) -> None:
    by = deadlines.promised_by(missed, open_hours, PromisePolicy(within, ceiling))
    assert by > missed
    assert (by.second, by.microsecond, by.utcoffset()) == (0, 0, timedelta())
    assert open_hours.open_at(by - MINUTE)
    assert by <= deadlines.promised_by(missed, open_hours, PromisePolicy(within, 400 * DAY))


@pytest.mark.parametrize(
    ("open_hours", "missed", "after", "expected"),
    [
        (OFFICE, "2026-11-24T10:00", MINUTE, "2026-11-24T10:01"),
        (OFFICE, "2026-11-24T10:00:07", 10 * SECOND, "2026-11-24T10:00:17"),
        (OFFICE, "2026-11-24T17:28:59", MINUTE, "2026-11-24T17:29:59"),
        (OFFICE, "2026-11-24T17:29", MINUTE, "2026-11-25T09:00"),
        (OFFICE, "2026-11-24T08:59:30", MINUTE, "2026-11-24T09:00:30"),
        (OFFICE, "2026-11-24T03:00", MINUTE, "2026-11-24T09:00"),
        (OFFICE, "2026-11-27T20:00", MINUTE, "2026-11-30T09:00"),
        (OFFICE, "2026-12-24T17:30", MINUTE, "2026-12-29T09:00"),
        (LUNCH, "2026-11-24T12:29:30", MINUTE, "2026-11-24T13:30"),
        (BAR, "2026-11-28T05:59:30", MINUTE, "2026-11-28T22:00"),
        (ALWAYS, "2026-11-29T03:00", MINUTE, "2026-11-29T03:01"),
        (OFFICE, "2026-03-27T18:00", MINUTE, "2026-03-30T09:00+01:00"),
    ],
)
def test_first_try_comes_soon_but_not_while_closed(
    open_hours: OpeningHours, missed: str, after: timedelta, expected: str
) -> None:
    policy = CallbackPolicy(after, POLICY.retry_after, POLICY.remind_before, POLICY.allowed_countries)
    assert deadlines.first_try(at(missed), open_hours, policy) == at(expected)
