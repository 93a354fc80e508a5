"""`coverage`: when the business is open, who is on duty, and whether an open hour has nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from console.coverage import coverage, listed
from office import people
from office.tables import Staff
from office.wiring import Office


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    return lambda *words: app.test_cli_runner().invoke(args=["coverage", *words])


@pytest.fixture
def nobody_on_duty(office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(update(Staff).values(on_duty=False))


def test_week_is_listed_with_its_hours_and_who_is_on_duty(run: Callable[..., Any]) -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Tuesday 24 November: open 09:00 to 17:30.",
        "Wednesday 25 November: open 09:00 to 17:30.",
        "Thursday 26 November: open 09:00 to 17:30.",
        "Friday 27 November: open 09:00 to 17:30.",
        "Saturday 28 November: closed.",
        "Sunday 29 November: closed.",
        "Monday 30 November: open 09:00 to 17:30.",
        "Workshop: Priya Shah and Tom Okafor are on duty.",
    ]


@pytest.mark.usefixtures("nobody_on_duty")
def test_open_hours_with_nobody_on_duty_are_told_and_end_with_status_one(run: Callable[..., Any]) -> None:
    result = run("--days", "1")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "Tuesday 24 November: open 09:00 to 17:30, and nobody is on duty to answer.",
        "Workshop: nobody is on duty.",
    ]
    assert result.stderr == "Nobody can be reached: put somebody on duty.\n"


@pytest.mark.usefixtures("nobody_on_duty")
def test_nobody_on_duty_while_closed_is_no_gap(run: Callable[..., Any], clock: Any) -> None:
    clock.set(datetime(2026, 11, 28, 10, tzinfo=UTC))
    result = run("--days", "2")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Nothing is open in that time: callers are only promised a call."


@pytest.mark.usefixtures("nobody_on_duty")
def test_hours_of_today_that_are_over_are_no_gap(run: Callable[..., Any], clock: Any) -> None:
    clock.set(datetime(2026, 11, 24, 17, 30, tzinfo=UTC))
    assert run("--days", "1").exit_code == 0


def test_person_in_a_call_is_on_duty_all_the_same(run: Callable[..., Any], office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(update(Staff).values(busy_with="call:7", busy_until=datetime(2026, 11, 24, 14, tzinfo=UTC)))
    assert run().exit_code == 0


@pytest.mark.usefixtures("sales")
def test_team_without_members_is_told(run: Callable[..., Any]) -> None:
    result = run("--days", "1")
    assert result.exit_code == 0
    told = "Sales: nobody is in this team; callers who choose Sales reach anybody instead."
    assert told in result.stdout.splitlines()


def test_team_with_nobody_on_duty_is_told_and_is_no_gap_while_others_are(
    run: Callable[..., Any], office: Office, join_team: Any, sales: int
) -> None:
    join_team("Tom Okafor", sales)
    with office.database.transaction() as session:
        session.execute(update(Staff).where(Staff.name == "Tom Okafor").values(on_duty=False))
    result = run("--days", "1")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "Workshop: Priya Shah is on duty.",
        "Sales: nobody is on duty; callers who choose Sales reach anybody instead.",
    ]


@pytest.mark.usefixtures("nobody_on_duty", "sales")
def test_team_is_not_told_to_be_stood_in_for_when_nobody_is_on_duty(run: Callable[..., Any]) -> None:
    assert run("--days", "1").stdout.splitlines()[1:] == [
        "Workshop: nobody is on duty.",
        "Sales: nobody is in this team.",
    ]


def test_only_team_left_by_everybody_is_stood_in_for_by_whoever_is_on_duty(
    run: Callable[..., Any], join_team: Any
) -> None:
    join_team("Priya Shah", None)
    join_team("Tom Okafor", None)
    result = run()
    assert result.exit_code == 0
    assert "Workshop: nobody is in this team; callers reach anybody instead." in result.stdout.splitlines()


def test_one_person_left_is_told_in_the_singular(run: Callable[..., Any], office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(update(Staff).where(Staff.name == "Tom Okafor").values(on_duty=False))
    assert "Workshop: Priya Shah is on duty." in run().stdout.splitlines()


def test_special_days_and_holidays_are_named(office: Office) -> None:
    with office.database.transaction() as session:
        profile = office.business(session)
        special = [{"date": "2026-12-24", "name": "Christmas Eve", "open": ["09:00-10:00", "11:00-12:00"]}]
        people.save_business(session, replace(profile, tables=profile.tables | {"special_day": special}))
        found = coverage(session, office.business(session), datetime(2026, 12, 24, 8, tzinfo=UTC), days=2)
    assert found.lines[:2] == (
        "Thursday 24 December (Christmas Eve): open 09:00 to 10:00 and 11:00 to 12:00.",
        "Friday 25 December (Christmas Day): closed.",
    )


@pytest.mark.parametrize("days", ["0", "367", "x"])
def test_unreasonable_number_of_days_is_refused(run: Callable[..., Any], days: str) -> None:
    assert run("--days", days).exit_code == 2


@pytest.mark.parametrize(
    ("words", "sentence"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_listed_as_a_sentence_lists_them(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence
