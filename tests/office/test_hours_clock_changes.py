"""Opening hours over both clock changes, and properties that hold in every zone at every moment."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.hours import DAYS, OpeningHours

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "Africa/Casablanca", "UTC")
SECOND = timedelta(seconds=1)


def hours(zone: str, **table: list[str]) -> OpeningHours:
    return OpeningHours.from_table(dict(table), ZoneInfo(zone), "GB")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "spans", "before", "opens", "closes"),
    [
        # Spring, London: 29 March 2026, 01:00 GMT becomes 02:00 BST.
        ("Europe/London", ["00:00-06:00"], "2026-03-28T12:00", "2026-03-29T00:00", "2026-03-29T05:00"),
        ("Europe/London", ["01:30-06:00"], "2026-03-28T12:00", "2026-03-29T01:00", "2026-03-29T05:00"),
        ("Europe/London", ["00:00-01:30"], "2026-03-28T12:00", "2026-03-29T00:00", "2026-03-29T01:00"),
        ("Europe/London", ["01:15-01:45", "09:00-10:00"], "2026-03-28T12:00", "2026-03-29T08:00", "2026-03-29T09:00"),
        # Autumn, London: 25 October 2026, 02:00 BST becomes 01:00 GMT. Of two 01:30s the first is meant.
        ("Europe/London", ["00:00-06:00"], "2026-10-24T12:00", "2026-10-24T23:00", "2026-10-25T06:00"),
        ("Europe/London", ["01:30-06:00"], "2026-10-24T12:00", "2026-10-25T00:30", "2026-10-25T06:00"),
        ("Europe/London", ["00:00-01:30"], "2026-10-24T12:00", "2026-10-24T23:00", "2026-10-25T00:30"),
        # New York: 8 March and 1 November 2026, at 02:00.
        ("America/New_York", ["02:30-06:00"], "2026-03-07T12:00", "2026-03-08T07:00", "2026-03-08T10:00"),
        ("America/New_York", ["00:00-03:00"], "2026-10-31T12:00", "2026-11-01T04:00", "2026-11-01T08:00"),
        # Lord Howe moves by half an hour: 5 April 02:00 becomes 01:30, 4 October 02:00 becomes 02:30.
        ("Australia/Lord_Howe", ["00:00-06:00"], "2026-04-04T00:00", "2026-04-04T13:00", "2026-04-04T19:30"),
        ("Australia/Lord_Howe", ["02:15-06:00"], "2026-10-03T00:00", "2026-10-03T15:30", "2026-10-03T19:00"),
    ],
)
def test_sunday_of_a_clock_change_opens_and_closes_by_the_wall_clock(
    zone: str, spans: list[str], before: str, opens: str, closes: str
) -> None:
    span = hours(zone, sun=spans).next_span(utc(before))
    assert (span.opens, span.closes) == (utc(opens), utc(closes))


@pytest.mark.parametrize(("saturday", "length"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-06", 8)])
def test_night_over_a_clock_change_lasts_its_real_time(saturday: str, length: int) -> None:
    span = hours("Europe/London", sat=["22:00-06:00"]).next_span(utc(f"{saturday}T12:00"))
    assert span.closes - span.opens == timedelta(hours=length)


def test_second_of_two_equal_times_is_no_second_opening() -> None:
    early = hours("Europe/London", sun=["00:00-01:30"])
    first, second = utc("2026-10-25T00:15"), utc("2026-10-25T01:15")
    assert (early.open_at(first), early.open_at(second)) == (True, False)


moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, object]:
    """Days of one or two spans that stay within the day, or a night up to 05:00."""
    table: dict[str, object] = {}
    for day in draw(st.sets(st.sampled_from(DAYS), min_size=1)):
        a, b, c, d = sorted(draw(st.sets(st.integers(5 * 60, 24 * 60 - 1), min_size=4, max_size=4)))
        last = draw(st.sampled_from([d, 24 * 60, min(5 * 60, c - 6 * 60)]))
        ends = last if last > 0 else d
        table[day] = [f"{x // 60:02}:{x % 60:02}-{y // 60:02}:{y % 60:02}" for x, y in ((a, b), (c, ends))]
    return table


offices = st.builds(
    OpeningHours.from_table,
    weeks(),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.just("GB"),
    st.sampled_from([None, "SCT"]),
)


@given(offices, moments)
def test_open_now_means_that_the_next_span_starts_now(office: OpeningHours, moment: datetime) -> None:
    span = office.next_span(moment)
    assert span.opens < span.closes
    assert span.opens >= moment
    assert (span.opens == moment) is office.open_at(moment)


@given(offices, moments)
def test_span_is_open_from_end_to_end_and_closed_on_both_sides(office: OpeningHours, moment: datetime) -> None:
    span = office.next_span(moment)
    inside = [span.opens + (span.closes - span.opens) * part / 7 for part in range(7)]
    assert all(office.open_at(at) for at in [*inside, span.closes - SECOND / 1000])
    assert not office.open_at(span.closes)
    assert span.opens == moment or not office.open_at(span.opens - SECOND / 1000)


@given(offices, moments)
def test_spans_follow_each_other_with_closed_time_between(office: OpeningHours, moment: datetime) -> None:
    first = office.next_span(moment)
    second = office.next_span(first.closes)
    assert second.opens > first.closes


@given(offices, moments)
def test_reason_is_given_exactly_when_closed(office: OpeningHours, moment: datetime) -> None:
    assert (office.reason_closed(moment) is None) is office.open_at(moment)


@given(offices, moments, st.sampled_from(ZONES).map(ZoneInfo))
def test_answer_is_the_same_in_whatever_zone_the_question_is_asked(
    office: OpeningHours, moment: datetime, asked_in: ZoneInfo
) -> None:
    assert office.next_span(moment.astimezone(asked_in)) == office.next_span(moment)


@pytest.fixture(params=["America/New_York", "Asia/Tokyo", "UTC"])
def _host_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_host_zone")
def test_zone_of_the_machine_does_not_matter() -> None:
    office = hours("Europe/London", mon=["09:00-17:30"])
    assert office.open_at(utc("2026-07-13T08:00"))
    assert not office.open_at(utc("2026-07-13T07:59"))
    assert office.next_span(utc("2026-07-13T07:59")).opens == utc("2026-07-13T08:00")
