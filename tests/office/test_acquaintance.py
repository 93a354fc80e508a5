"""Whose day it is today, and what was last written down about a number."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from office import acquaintance
from office.database import Database
from office.tables import Note

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
JANE, AMIR = "+447700900123", "+447700900124"


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = Database(database_url)
    with database.transaction() as session:
        yield session
    database.close()


def wrote(session: Session, text: str, phone: str = JANE, hours_ago: int = 0, by: str = "Priya Shah") -> None:
    session.add(Note(phone=phone, at=NOW - timedelta(hours=hours_ago), by=by, text=text))
    session.flush()


def test_number_of_which_nobody_wrote_has_no_topic(session: Session) -> None:
    wrote(session, "Wants a bell")
    assert acquaintance.topic(session, AMIR) is None


def test_withheld_number_has_no_topic(session: Session) -> None:
    wrote(session, "Wants a bell")
    assert acquaintance.topic(session, None) is None


def test_topic_is_what_was_written_last_in_its_own_words(session: Session) -> None:
    wrote(session, "Where is my <b>bike</b>?", hours_ago=1, by="customer")
    wrote(session, "Wants a bell", hours_ago=2)
    wrote(session, "Rear brake", phone=AMIR)
    assert acquaintance.topic(session, JANE) == "Where is my <b>bike</b>?"


def test_of_two_notes_of_one_moment_the_later_entry_is_the_topic(session: Session) -> None:
    wrote(session, "first")
    wrote(session, "second")
    assert acquaintance.topic(session, JANE) == "second"


@pytest.mark.parametrize("birthday", ["1980-06-21", "--06-21", "2026-06-21"])
def test_birthday_is_on_its_day_with_a_year_or_without(birthday: str) -> None:
    assert acquaintance.has_birthday(birthday, date(2026, 6, 21))
    assert not acquaintance.has_birthday(birthday, date(2026, 6, 20))
    assert not acquaintance.has_birthday(birthday, date(2026, 7, 21))


def test_birthday_that_is_not_known_is_on_no_day() -> None:
    assert not acquaintance.has_birthday(None, date(2026, 6, 21))


@pytest.mark.parametrize("birthday", ["2000-02-29", "--02-29"])
@pytest.mark.parametrize(
    ("today", "is_it"),
    [
        (date(2026, 2, 28), True), (date(2026, 3, 1), False), (date(2028, 2, 28), False), (date(2028, 2, 29), True),
        (date(2100, 2, 28), True), (date(2400, 2, 28), False),
    ],
)  # fmt: skip
def test_birthday_of_a_leap_day_is_kept_once_a_year(birthday: str, today: date, *, is_it: bool) -> None:
    assert acquaintance.has_birthday(birthday, today) is is_it


def test_birthday_of_the_day_before_is_kept_beside_a_leap_day_s() -> None:
    assert acquaintance.has_birthday("--02-28", date(2026, 2, 28))


@pytest.mark.parametrize(
    ("since", "today", "years"),
    [
        (date(2021, 11, 24), date(2026, 11, 24), 5),
        (date(2025, 11, 24), date(2026, 11, 24), 1),
        (date(2021, 11, 24), date(2026, 11, 23), None),
        (date(2021, 11, 24), date(2026, 11, 25), None),
        (date(2021, 11, 24), date(2026, 12, 24), None),
        (date(2026, 11, 24), date(2026, 11, 24), None),
        (date(2027, 11, 24), date(2026, 11, 24), None),
        (date(1927, 11, 24), date(2026, 11, 24), 99),
        (date(1926, 11, 24), date(2026, 11, 24), None),
        (date(2020, 2, 29), date(2026, 2, 28), 6),
        (date(2020, 2, 29), date(2026, 3, 1), None),
        (date(2020, 2, 29), date(2028, 2, 28), None),
        (date(2020, 2, 29), date(2028, 2, 29), 8),
        (None, date(2026, 11, 24), None),
    ],
)
def test_years_of_custom_are_told_on_the_day_itself(since: date | None, today: date, years: int | None) -> None:
    assert acquaintance.years_today(since, today) == years


@pytest.mark.parametrize(
    ("first", "kept"),
    [
        (date(2026, 12, 31), {"12-31": date(2026, 12, 31), "01-01": date(2027, 1, 1)}),
        (date(2027, 2, 28), {"02-28": date(2027, 2, 28), "02-29": date(2027, 2, 28), "03-01": date(2027, 3, 1)}),
        (date(2028, 2, 28), {"02-28": date(2028, 2, 28), "02-29": date(2028, 2, 29)}),
    ],
)
def test_days_to_come_are_those_that_are_kept_over_the_new_year_and_in_leap_years(
    first: date, kept: dict[str, date]
) -> None:
    assert acquaintance.days_kept(first, 2) == kept
