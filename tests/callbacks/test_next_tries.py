"""When we try next: by how the last try went, inside opening hours, with one try kept for shortly before the promise."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks import deadlines
from callbacks.promise import Tried
from office.hours import DAYS, OpeningHours
from office.profile import CallbackPolicy

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POLICY = CallbackPolicy(MINUTE, (10 * MINUTE, 30 * MINUTE, 2 * HOUR), 30 * MINUTE, frozenset({"GB"}))


def hours(*spans: str, always: bool = False) -> OpeningHours:
    return OpeningHours.from_table({"always": always} | {day: list(spans) for day in DAYS[:5]}, LONDON, "GB", "ENG")


OFFICE = hours("09:00-17:30")
LUNCH = hours("09:00-12:30", "13:30-17:30")
ALWAYS = hours(always=True)


def at(text: str) -> datetime:
    """A moment as the office's wall clock shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("open_hours", "now", "tries", "by", "expected"),
    [
        (OFFICE, "10:00", 1, "12:00", "10:10"),
        (OFFICE, "10:10", 2, "12:00", "10:40"),
        (OFFICE, "10:40", 3, "17:00", "16:50"),  # the last is kept for shortly before the promise
        (OFFICE, "18:00", 3, "17:00", "2026-11-25T09:00"),
        (OFFICE, "11:30", 2, "12:00", "12:00"),  # as promised is not past the promise
        (OFFICE, "10:40", 3, "12:00", "11:50"),  # two hours on would be too late
        (OFFICE, "11:49:59", 2, "12:00", "11:50"),
        (OFFICE, "11:50", 2, "12:00", "12:20"),  # the last chance was this one
        (OFFICE, "11:55", 1, "12:00", "12:05"),
        (OFFICE, "13:00", 1, "12:00", "13:10"),  # late already: on with the plan
        (OFFICE, "17:25", 1, "18:00", "2026-11-25T09:00"),
        (LUNCH, "12:10", 1, "13:40", "12:20"),
        (LUNCH, "12:10", 2, "14:30", "13:30"),  # in the lunch break: as it ends
        (LUNCH, "12:10", 3, "13:35", "13:30"),  # the last ten minutes begin in the lunch break
        (LUNCH, "13:27", 3, "13:35", "13:30"),
        (ALWAYS, "23:55", 1, "2026-11-25T01:00", "2026-11-25T00:05"),
    ],
)
def test_next_try_comes_as_planned_while_open_and_before_the_promise(
    open_hours: OpeningHours, now: str, tries: int, by: str, expected: str
) -> None:
    moments = [at(text if "-" in text else f"2026-11-24T{text}") for text in (now, by, expected)]
    assert deadlines.next_try(moments[0], tries, moments[1], open_hours, POLICY) == moments[2]


@pytest.mark.parametrize(
    ("open_hours", "now", "tries", "slot", "by", "expected"),
    [
        (OFFICE, "13:00", 1, ("13:00", "17:00"), "17:00", "13:10"),
        (OFFICE, "13:40", 3, ("13:00", "17:00"), "17:00", "16:50"),
        (OFFICE, "16:00", 3, ("13:00", "17:00"), "17:00", "16:50"),  # two hours on, they are not waiting any more
        (OFFICE, "16:00", 3, ("13:00", "17:00"), "17:30", "16:50"),  # the promise is later than their time
        (OFFICE, "16:55", 1, ("13:00", "17:00"), "17:00", "17:05"),  # it failed past it: on with the plan
        (OFFICE, "17:10", 1, ("13:00", "17:00"), "17:00", "17:20"),
        (OFFICE, "10:00", 1, ("13:00", "17:00"), "17:00", "13:00"),  # begun before they asked for the afternoon
        (OFFICE, "10:00", 2, ("13:00", "17:00"), "17:00", "13:00"),
        (LUNCH, "12:20", 2, ("12:00", "17:00"), "17:00", "13:30"),
    ],
)
def test_next_try_keeps_inside_the_part_of_the_day_that_was_asked_for(
    open_hours: OpeningHours, now: str, tries: int, slot: tuple[str, str], by: str, expected: str
) -> None:
    moments = [at(f"2026-11-24T{text}") for text in (now, by, expected)]
    part = (at(f"2026-11-24T{slot[0]}"), at(f"2026-11-24T{slot[1]}"))
    assert deadlines.next_try(moments[0], tries, moments[1], open_hours, POLICY, part) == moments[2]


PATIENT = CallbackPolicy(MINUTE, (10 * MINUTE, 2 * HOUR, 4 * HOUR), POLICY.remind_before, POLICY.allowed_countries)


@pytest.mark.parametrize(
    ("now", "tries", "tried", "by", "expected"),
    [
        ("10:00", 1, Tried.CUSTOMER_NO_ANSWER, "17:00", "10:10"),
        ("10:00", 1, Tried.CUSTOMER_BUSY, "17:00", "10:03"),
        ("10:00", 1, Tried.CUSTOMER_MACHINE, "17:00", "10:20"),
        ("09:15", 2, Tried.CUSTOMER_NO_ANSWER, "17:00", "12:00"),  # two hours on it would be morning still
        ("11:00", 2, Tried.CUSTOMER_NO_ANSWER, "17:00", "13:00"),  # another part of the day as it is
        ("09:15", 2, Tried.CUSTOMER_NO_ANSWER, "12:00", "11:15"),  # promised for the morning
        ("09:15", 2, Tried.CUSTOMER_BUSY, "17:00", "09:18"),
        ("09:15", 2, Tried.CUSTOMER_MACHINE, "17:00", "13:15"),
        ("09:15", 3, Tried.CUSTOMER_BUSY, "17:00", "16:50"),  # the last is kept, however it went
        ("16:52", 3, Tried.CUSTOMER_BUSY, "17:00", "16:55"),
    ],
)
def test_next_try_depends_on_how_the_last_one_went(now: str, tries: int, tried: Tried, by: str, expected: str) -> None:
    moments = [at(f"2026-11-24T{text}") for text in (now, by, expected)]
    assert deadlines.next_try(moments[0], tries, moments[1], OFFICE, PATIENT, tried=tried) == moments[2]


@pytest.mark.parametrize(
    ("open_hours", "now", "by", "expected"),
    [
        (OFFICE, "10:00", "12:00", "10:15"),
        (OFFICE, "11:42", "12:00", "11:57"),
        (OFFICE, "11:42:01", "12:00", None),
        (OFFICE, "13:00", "12:00", None),
        (LUNCH, "12:20", "14:30", "13:30"),  # put off into the lunch break: as it ends
        (LUNCH, "12:20", "13:32", None),
    ],
)
def test_call_back_is_put_off_by_a_quarter_of_an_hour_while_there_is_time(
    open_hours: OpeningHours, now: str, by: str, expected: str | None
) -> None:
    found = deadlines.after_snooze(at(f"2026-11-24T{now}"), at(f"2026-11-24T{by}"), open_hours)
    assert found == (at(f"2026-11-24T{expected}") if expected else None)


@pytest.mark.parametrize(("tries", "is_last"), [(0, False), (1, False), (3, False), (4, True), (9, True)])
def test_one_try_and_three_more_are_all(tries: int, *, is_last: bool) -> None:
    found = deadlines.next_try(at("2026-11-24T10:00"), tries, at("2026-11-24T17:00"), OFFICE, POLICY)
    assert (found is None) is is_last


@pytest.mark.parametrize("tries", [0, 1, 2])
def test_business_without_retries_tries_once(tries: int) -> None:
    once = CallbackPolicy(MINUTE, (), POLICY.remind_before, POLICY.allowed_countries)
    assert deadlines.next_try(at("2026-11-24T10:00"), tries, at("2026-11-24T12:00"), OFFICE, once) is None


@pytest.mark.parametrize(("misses", "times"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8)])
def test_staff_phone_is_rung_again_soon_and_each_time_later(misses: int, times: int) -> None:
    now = at("2026-11-24T10:00")
    assert deadlines.staff_again(now, misses) == now + times * deadlines.STAFF_AGAIN


@pytest.mark.parametrize("misses", [20, 1000])
def test_staff_phone_is_rung_again_within_minutes_however_often_nobody_came(misses: int) -> None:
    now = at("2026-11-24T10:00")
    assert deadlines.staff_again(now, misses) == now + deadlines.STAFF_AGAIN_AT_MOST
