"""Which parts of days a customer is offered: inside opening hours, over lunches, weekends, holidays and clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import slots
from office.hours import DAYS, OpeningHours, SpecialDay

WORKDAYS = DAYS[:5]
COUNTRIES = {"Europe/London": ("GB", "ENG"), "America/New_York": ("US", None), "Australia/Lord_Howe": ("AU", None)}
CLOSED_EARLY = SpecialDay(date(2026, 11, 24), ((9 * 60, 13 * 60),), "Stocktaking")
CLOSED_ALL_DAY = SpecialDay(date(2026, 11, 25), (), "Staff outing")


def hours(
    days: tuple[str, ...], *spans: str, zone: str = "Europe/London", always: bool = False, special: tuple[SpecialDay, ...] = ()
) -> OpeningHours:  # fmt: skip
    table = {"always": always} | {day: list(spans) for day in days}
    return OpeningHours.from_table(table, ZoneInfo(zone), *COUNTRIES[zone], special)


OFFICE = hours(WORKDAYS, "09:00-17:30")
LUNCH = hours(WORKDAYS, "09:00-12:30", "13:30-17:45")
SPECIAL = hours(WORKDAYS, "09:00-17:30", special=(CLOSED_EARLY, CLOSED_ALL_DAY))
RESTAURANT = hours(DAYS, "12:00-14:00", "18:00-23:30")
BAR = hours(("fri", "sat"), "22:00-06:00")
NIGHT_SHIFT = hours(DAYS, "20:00-10:00")
MARKET = hours(("sat",), "10:00-10:25")
SATURDAYS = hours(("sat",), "10:00-14:00")
SHOP = hours(DAYS, "08:00-20:00")
ALWAYS = hours((), always=True)
NEW_YORK = hours(DAYS, "09:00-17:30", zone="America/New_York")
LORD_HOWE = hours((), zone="Australia/Lord_Howe", always=True)


def at(text: str, zone: str = "Europe/London") -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def offered(now: str, open_hours: OpeningHours) -> list[tuple[str, str, str]]:
    """Each part with its begin and end as the office's wall clock shows them."""
    zone = open_hours.zone
    found = slots.parts(at(now, str(zone)), open_hours, zone)
    return [
        (name, f"{begins.astimezone(zone):%d %H:%M}", f"{ends.astimezone(zone):%d %H:%M}")
        for name, begins, ends in found
    ]


# 23 November 2026 is a Monday.
@pytest.mark.parametrize(
    ("open_hours", "now", "expected"),
    [
        (OFFICE, "2026-11-24T08:00", [
            ("this morning", "24 09:00", "24 12:00"), ("this afternoon", "24 12:00", "24 17:00"),
            ("this evening", "24 17:00", "24 17:30"), ("tomorrow morning", "25 09:00", "25 12:00"),
        ]),
        (OFFICE, "2026-11-24T10:04:11", [
            ("this morning", "24 10:04", "24 12:00"), ("this afternoon", "24 12:00", "24 17:00"),
            ("this evening", "24 17:00", "24 17:30"), ("tomorrow morning", "25 09:00", "25 12:00"),
        ]),
        (OFFICE, "2026-11-24T11:30", [
            ("this morning", "24 11:30", "24 12:00"), ("this afternoon", "24 12:00", "24 17:00"),
            ("this evening", "24 17:00", "24 17:30"), ("tomorrow morning", "25 09:00", "25 12:00"),
        ]),
        (OFFICE, "2026-11-24T11:31", [
            ("this afternoon", "24 12:00", "24 17:00"), ("this evening", "24 17:00", "24 17:30"),
            ("tomorrow morning", "25 09:00", "25 12:00"), ("tomorrow afternoon", "25 12:00", "25 17:00"),
        ]),
        (OFFICE, "2026-11-24T17:01", [
            ("tomorrow morning", "25 09:00", "25 12:00"), ("tomorrow afternoon", "25 12:00", "25 17:00"),
            ("tomorrow evening", "25 17:00", "25 17:30"),
        ]),
        (LUNCH, "2026-11-24T12:10", [
            ("this afternoon", "24 12:10", "24 17:00"), ("this evening", "24 17:00", "24 17:45"),
            ("tomorrow morning", "25 09:00", "25 12:00"), ("tomorrow afternoon", "25 12:00", "25 17:00"),
        ]),
        (LUNCH, "2026-11-24T12:30", [
            ("this afternoon", "24 13:30", "24 17:00"), ("this evening", "24 17:00", "24 17:45"),
            ("tomorrow morning", "25 09:00", "25 12:00"), ("tomorrow afternoon", "25 12:00", "25 17:00"),
        ]),
        (SPECIAL, "2026-11-24T10:00", [
            ("this morning", "24 10:00", "24 12:00"), ("this afternoon", "24 12:00", "24 13:00"),
        ]),
        (SPECIAL, "2026-11-24T12:40", [  # tomorrow there is nobody either
            ("Thursday morning", "26 09:00", "26 12:00"), ("Thursday afternoon", "26 12:00", "26 17:00"),
            ("Thursday evening", "26 17:00", "26 17:30"),
        ]),
        (OFFICE, "2026-11-27T16:45", [  # a Friday
            ("this evening", "27 17:00", "27 17:30"),
        ]),
        (OFFICE, "2026-11-27T17:10", [
            ("Monday morning", "30 09:00", "30 12:00"), ("Monday afternoon", "30 12:00", "30 17:00"),
            ("Monday evening", "30 17:00", "30 17:30"),
        ]),
        (OFFICE, "2026-12-24T18:00", [  # Monday is Boxing Day's substitute
            ("Tuesday morning", "29 09:00", "29 12:00"), ("Tuesday afternoon", "29 12:00", "29 17:00"),
            ("Tuesday evening", "29 17:00", "29 17:30"),
        ]),
        (RESTAURANT, "2026-11-24T20:00", [
            ("this evening", "24 20:00", "24 21:00"), ("tomorrow afternoon", "25 12:00", "25 14:00"),
            ("tomorrow evening", "25 18:00", "25 21:00"),
        ]),
        (NIGHT_SHIFT, "2026-11-24T09:20", [  # until ten, and again from eight in the evening
            ("this morning", "24 09:20", "24 10:00"), ("this evening", "24 20:00", "24 21:00"),
            ("tomorrow morning", "25 08:00", "25 10:00"), ("tomorrow evening", "25 20:00", "25 21:00"),
        ]),
        (ALWAYS, "2026-11-24T03:00", [  # nobody wants to be rung in the night
            ("this morning", "24 08:00", "24 12:00"), ("this afternoon", "24 12:00", "24 17:00"),
            ("this evening", "24 17:00", "24 21:00"), ("tomorrow morning", "25 08:00", "25 12:00"),
        ]),
        (ALWAYS, "2026-11-24T23:30", [
            ("tomorrow morning", "25 08:00", "25 12:00"), ("tomorrow afternoon", "25 12:00", "25 17:00"),
            ("tomorrow evening", "25 17:00", "25 21:00"),
        ]),
        (BAR, "2026-11-27T23:00", []),
        (MARKET, "2026-11-27T12:00", []),  # never half an hour
        (SATURDAYS, "2026-11-28T13:40", []),  # next Saturday is a week away
        (SATURDAYS, "2026-11-22T13:40", [
            ("Saturday morning", "28 10:00", "28 12:00"), ("Saturday afternoon", "28 12:00", "28 14:00"),
        ]),
    ],
)  # fmt: skip
def test_parts_of_days_are_those_in_which_somebody_is_there(
    open_hours: OpeningHours, now: str, expected: list[tuple[str, str, str]]
) -> None:
    assert offered(now, open_hours) == expected


@pytest.mark.parametrize(
    ("open_hours", "now", "begins"),
    [
        # London: 29 March 2026, 01:00 GMT becomes 02:00 BST; 25 October, 02:00 BST becomes 01:00 GMT.
        (SHOP, "2026-03-28T21:00+00:00", "2026-03-29T08:00+01:00"),
        (SHOP, "2026-03-29T00:30+00:00", "2026-03-29T08:00+01:00"),
        (SHOP, "2026-10-24T21:00+01:00", "2026-10-25T08:00+00:00"),
        (ALWAYS, "2026-10-25T01:30+01:00", "2026-10-25T08:00+00:00"),
        (ALWAYS, "2026-10-25T01:30+00:00", "2026-10-25T08:00+00:00"),
        (NEW_YORK, "2026-03-07T18:00-05:00", "2026-03-08T09:00-04:00"),
        (NEW_YORK, "2026-10-31T18:00-04:00", "2026-11-01T09:00-05:00"),
        (LORD_HOWE, "2026-04-05T01:45+11:00", "2026-04-05T08:00+10:30"),
        (LORD_HOWE, "2026-10-03T22:00+10:30", "2026-10-04T08:00+11:00"),
    ],
)
def test_first_part_begins_by_the_clock_on_the_wall_after_it_changed(
    open_hours: OpeningHours, now: str, begins: str
) -> None:
    assert slots.parts(at(now), open_hours, open_hours.zone)[0][1] == at(begins)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive; the zone is the strategy's own argument
    open_hours=st.sampled_from([OFFICE, LUNCH, SPECIAL, RESTAURANT, NIGHT_SHIFT, BAR, ALWAYS, NEW_YORK, LORD_HOWE]),
)
def test_every_part_has_room_for_a_try_and_a_name_of_its_own(now: datetime, open_hours: OpeningHours) -> None:
    found = slots.parts(now, open_hours, open_hours.zone)
    assert len(found) <= slots.AT_MOST
    assert len({name for name, _, _ in found}) == len(found)
    assert [begins for _, begins, _ in found] == sorted(begins for _, begins, _ in found)
    for name, begins, ends in found:
        assert now <= begins
        assert ends - begins >= slots.ROOM
        assert (ends.second, ends.microsecond, ends.utcoffset(), begins.utcoffset()) == (0, 0, timedelta(), timedelta())
        assert open_hours.open_at(begins)
        assert open_hours.open_at(ends - timedelta(minutes=1))
        wall = [moment.astimezone(open_hours.zone) for moment in (begins, ends)]
        assert wall[0].date() == wall[1].date()
        assert time(8) <= wall[0].time() < wall[1].time() <= time(21)
        assert name.split()[1] in {"morning", "afternoon", "evening"}
