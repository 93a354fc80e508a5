"""Opening hours: open or closed, when next, why not; and hours that cannot be kept."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from office.hours import DAYS, HoursError, OpeningHours, Span

LONDON = ZoneInfo("Europe/London")
SPLIT = ["09:00-12:30", "13:30-17:30"]
WORKSHOP: dict[str, object] = {"mon": ["09:00-17:30"], "tue": SPLIT, "wed": SPLIT, "thu": SPLIT, "fri": SPLIT}
NIGHTS: dict[str, object] = {"fri": ["22:00-06:00"]}
ROUND_THE_CLOCK: dict[str, object] = {day: ["00:00-24:00"] for day in DAYS}


def hours(table: dict[str, object], zone: ZoneInfo = LONDON, country: str = "GB", part: str = "ENG") -> OpeningHours:
    return OpeningHours.from_table(table, zone, country, part)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-24T08:59:59", False),
        ("2026-11-24T09:00", True),
        ("2026-11-24T12:29:59", True),
        ("2026-11-24T12:30", False),
        ("2026-11-24T13:30", True),
        ("2026-11-24T17:30", False),
        ("2026-11-23T13:00", True),
        ("2026-11-28T10:00", False),
        ("2026-07-14T09:00", True),
        ("2026-07-14T17:29", True),
    ],
)
def test_office_is_open_from_its_opening_until_just_before_its_closing(moment: str, *, is_open: bool) -> None:
    assert hours(WORKSHOP).open_at(london(moment)) is is_open


def test_lunch_break_is_closed_for_lunch() -> None:
    assert hours(WORKSHOP).reason_closed(london("2026-11-24T13:00")) == "lunch"


@pytest.mark.parametrize("moment", ["2026-11-24T08:00", "2026-11-24T18:00", "2026-11-28T13:00"])
def test_before_after_and_weekend_are_plainly_closed(moment: str) -> None:
    assert hours(WORKSHOP).reason_closed(london(moment)) == "closed"


@pytest.mark.parametrize("spans", [["07:00-11:00", "16:00-20:00"], ["06:00-08:00", "08:30-12:00"]])
def test_break_that_is_long_or_not_at_midday_is_no_lunch(spans: list[str]) -> None:
    opens_again = london("2026-11-24T16:00") if "16" in spans[1] else london("2026-11-24T08:30")
    assert hours({"tue": spans}).reason_closed(opens_again - timedelta(minutes=1)) == "closed"


def test_open_office_has_no_reason_to_be_closed() -> None:
    assert hours(WORKSHOP).reason_closed(london("2026-11-24T10:00")) is None


def test_next_span_while_open_starts_now() -> None:
    now = london("2026-11-24T10:00")
    assert hours(WORKSHOP).next_span(now) == Span(now, london("2026-11-24T12:30"))


def test_next_span_is_told_in_utc() -> None:
    span = hours(WORKSHOP).next_span(london("2026-07-14T10:00"))
    assert span.opens.isoformat() == "2026-07-14T09:00:00+00:00"
    assert span.closes.isoformat() == "2026-07-14T11:30:00+00:00"


def test_next_span_on_friday_night_is_monday() -> None:
    span = hours(WORKSHOP).next_span(london("2026-11-27T17:30"))
    assert span == Span(london("2026-11-30T09:00"), london("2026-11-30T17:30"))


def test_next_span_before_christmas_is_after_the_substitute_days() -> None:
    span = hours(WORKSHOP).next_span(london("2026-12-24T18:00"))
    assert span.opens == london("2026-12-29T09:00")


def test_christmas_is_closed_by_name() -> None:
    christmas = london("2026-12-25T10:00")
    assert hours(WORKSHOP).holiday_at(christmas) == "Christmas Day"
    assert hours(WORKSHOP).reason_closed(christmas) == "holiday"


def test_substitute_holiday_is_named_without_brackets() -> None:
    assert hours(WORKSHOP).holiday_at(london("2026-12-28T10:00")) == "Boxing Day"


@pytest.mark.parametrize(("country", "machine"), [("DE", "C"), ("AT", "de"), ("CA", "fr")])
def test_holiday_names_are_english_whatever_the_country_and_the_machine_speak(
    country: str, machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", machine)
    office = OpeningHours.from_table(WORKSHOP, ZoneInfo("Europe/Vienna"), country)
    assert office.holiday_at(datetime(2029, 12, 25, 12, tzinfo=UTC)) == "Christmas Day"


@pytest.mark.parametrize(
    ("country", "part", "zone", "day"),
    [
        ("GB", "SCT", "Europe/London", "2026-11-30"),
        ("US", "CA", "America/Los_Angeles", "2026-03-31"),
        ("CA", "QC", "America/Toronto", "2026-06-24"),
    ],
)
def test_holiday_of_a_subdivision_is_kept_there_and_not_next_door(country: str, part: str, zone: str, day: str) -> None:
    noon = datetime.fromisoformat(day).replace(hour=12, tzinfo=ZoneInfo(zone))
    assert not hours(ROUND_THE_CLOCK, ZoneInfo(zone), country, part).open_at(noon)
    assert OpeningHours.from_table(ROUND_THE_CLOCK, ZoneInfo(zone), country).open_at(noon)


def test_holiday_is_the_offices_own_date() -> None:
    auckland = hours(ROUND_THE_CLOCK, ZoneInfo("Pacific/Auckland"), "NZ", "AUK")
    assert auckland.holiday_at(datetime(2026, 12, 24, 11, 30, tzinfo=UTC)) == "Christmas Day"
    assert auckland.holiday_at(datetime(2026, 12, 24, 10, 30, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-27T21:59", False),
        ("2026-11-27T22:00", True),
        ("2026-11-28T05:59", True),
        ("2026-11-28T06:00", False),
        ("2026-11-27T05:00", False),
    ],
)
def test_night_belongs_to_the_day_on_which_it_begins(moment: str, *, is_open: bool) -> None:
    assert hours(NIGHTS).open_at(london(moment)) is is_open


def test_next_span_in_the_small_hours_is_the_rest_of_the_night() -> None:
    small_hours = london("2026-11-28T05:00")
    assert hours(NIGHTS).next_span(small_hours) == Span(small_hours, london("2026-11-28T06:00"))


def test_night_before_a_holiday_is_worked_to_its_end() -> None:
    new_year = hours({"thu": ["22:00-06:00"]})
    assert new_year.open_at(london("2027-01-01T05:00"))


def test_night_that_begins_on_a_holiday_is_closed() -> None:
    assert not hours(NIGHTS).open_at(london("2026-12-26T05:00"))


def test_night_and_morning_that_adjoin_are_one_span() -> None:
    both = hours({"fri": ["22:00-06:00"], "sat": ["06:00-10:00"]})
    span = both.next_span(london("2026-11-27T12:00"))
    assert span == Span(london("2026-11-27T22:00"), london("2026-11-28T10:00"))


def test_whole_days_are_one_span_until_the_holiday() -> None:
    span = hours(ROUND_THE_CLOCK).next_span(london("2026-11-27T12:00"))
    assert span == Span(london("2026-11-27T12:00"), london("2026-12-25T00:00"))


def test_midnight_may_be_written_either_way() -> None:
    assert hours({"fri": ["20:00-24:00"]}).week == hours({"fri": ["20:00-00:00"]}).week


def test_always_is_open_on_christmas_night_with_no_days_written() -> None:
    christmas = london("2026-12-25T03:00")
    assert hours({"always": True}).open_at(christmas)
    assert hours({"always": True}).next_span(christmas) == Span(christmas, christmas + timedelta(days=366))
    assert hours({"always": True}).reason_closed(christmas) is None


@pytest.mark.parametrize("question", ["open_at", "next_span", "holiday_at", "reason_closed"])
def test_moment_without_a_zone_is_refused(question: str) -> None:
    naive = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - the mistake under test
    for office in (hours(WORKSHOP), hours({"always": True})):
        with pytest.raises(ValueError, match="make it aware"):
            getattr(office, question)(naive)


@pytest.mark.parametrize(
    ("table", "key", "wrong"),
    [
        ({}, "", "never open"),
        ({"mon": []}, "", "never open"),
        ({"always": False}, "", "never open"),
        ({"always": "yes"}, "always", "true or false"),
        ({"tue": ["13:30-12:30"]}, "tue", '"13:30-12:30" ends before it begins; write for example "09:00-12:30"'),
        ({"tue": ["17:00-12:00"]}, "tue", "ends before it begins"),
        ({"tue": ["09:00-09:00"]}, "tue", "no length"),
        ({"tue": ["09:00-12:30", "12:00-17:00"]}, "tue", '"09:00-12:30" overlaps "12:00-17:00"'),
        ({"tue": ["22:00-06:00", "23:00-24:00"]}, "tue", "overlaps"),
        ({"sun": ["22:00-06:00"], "mon": ["05:00-09:00"]}, "sun", '"22:00-06:00" overlaps "05:00-09:00" of the day'),
        ({"tue": ["9-5"]}, "tue", '"9-5" is no span'),
        ({"tue": ["09:00-25:00"]}, "tue", "24 hours"),
        ({"tue": ["24:00-06:00"]}, "tue", "24 hours"),
        ({"tue": ["09:00-12:60"]}, "tue", "no span"),
        ({"tue": "09:00-17:00"}, "tue", "list of spans"),
        ({"tue": [9]}, "tue", "list of spans"),
        ({"tuesday": ["09:00-17:00"], "always": True}, "tuesday", "is no day"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused_by_key(table: dict[str, object], key: str, wrong: str) -> None:
    with pytest.raises(HoursError) as refused:
        hours(table)
    assert [found for found, _ in refused.value.problems] == [key]
    assert wrong in refused.value.problems[0][1]


@pytest.mark.parametrize(("country", "part"), [("ZZ", None), ("GB", "XX")])
def test_unknown_country_or_part_is_refused(country: str, part: str | None) -> None:
    with pytest.raises(HoursError, match="known"):
        OpeningHours.from_table({"always": True}, LONDON, country, part)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(HoursError) as refused:
        hours({"mon": ["x"], "tue": ["y"], "caturday": []})
    assert {key for key, _ in refused.value.problems} == {"mon", "tue", "caturday"}


def test_hours_without_any_opening_end_the_search_with_an_error() -> None:
    never = OpeningHours(LONDON, "GB", None, ((),) * 7)
    with pytest.raises(HoursError, match="400 days"):
        never.next_span(london("2026-11-24T10:00"))
