"""Birthdays and anniversaries that come: whose, on which day, and the sentence that a caller would hear."""

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from console.customers import upcoming
from console.rehearsed_call import begin, turns
from office import contact_rules, people
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.database import Database
from office.tables import Business
from office.wiring import Office
from voice.conversation.turns import Say

Made = Callable[..., Any]
PATH = "/customers/upcoming"
JANE, SAM, AMIR, LENA, ZOE = (f"+44770090012{last}" for last in range(3, 8))


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest, database_url: str) -> Iterator[Session]:
    is_sqlite = request.param == "sqlite"
    database = Database(database_url if is_sqlite else request.getfixturevalue("new_postgres")())
    with database.transaction() as session:
        yield session
    database.close()


@pytest.fixture
def known(office: Office) -> Made:
    def kept(phone: str, name: str, birthday: str | None = None, since: date | None = None) -> None:
        with office.database.transaction() as session:
            save_customers(session, [CustomerRow(1, phone, name, birthday=birthday, customer_since=since)])

    return kept


def told(browser: FlaskClient) -> dict[str, list[tuple[str, str]]]:
    """The page's customers by day, each with what they hear."""
    page = html.unescape(browser.get(PATH).text)
    days = re.findall(r"<h2 [^>]*><time [^>]*>([^<]*)</time>(.*?)</section>", page, re.DOTALL)
    line = r"<h3><a [^>]*>(.*?)</a></h3>.*?<div class=\"hears\">(?:<p[^>]*>They’ll hear</p><blockquote>“(.*?)”</blockquote>)?"
    return {day: re.findall(line, lines, re.DOTALL) for day, lines in days}


def first_words(office: Office, phone: str, at: datetime) -> str:
    """What a call at that time really begins with."""
    with office.database.reading() as session:
        _, turn = next(turns(begin(session, office.business(session), phone, at, is_now=False)))
    assert isinstance(turn.acts[0], Say)
    return turn.acts[0].text


def test_customers_are_told_by_day_with_just_what_a_call_would_begin_with(
    browser: FlaskClient, office: Office, known: Made
) -> None:
    known(JANE, "Jane <b>Smith</b>", birthday="1980-11-24", since=date(2021, 11, 26))
    known(SAM, "Sam Reed", birthday="--11-25")
    known(AMIR, "Amir Khan", birthday="--12-07", since=date(2026, 12, 7))
    known(LENA, "Lena", birthday="--11-24")
    known(LENA, "Leo")
    known(ZOE, "Zoë", birthday="--11-24")
    known("+447700900101", "Priya Shah", since=date(2024, 11, 24))
    known("+447700900150", "Too Late", birthday="--12-08", since=date(2020, 11, 23))
    with office.database.transaction() as session:
        for phone, rule in ((SAM, "do-not-call-back"), (AMIR, "message-only"), (ZOE, "blocked")):
            contact_rules.set_rule(session, phone, rule, by="Priya", now=office.clock.now())
    now, later = office.clock.now(), datetime(2026, 11, 24, 10, tzinfo=UTC)
    jane = [first_words(office, JANE, now), first_words(office, JANE, later + timedelta(days=2))]
    assert "happy birthday" in jane[0]
    assert "Five years" in jane[1]
    assert "Lena" not in first_words(office, LENA, now)
    assert told(browser) == {
        "Today, Tuesday 24 November": [
            ("Jane <b>Smith</b>", jane[0]), ("Lena", first_words(office, LENA, now)), ("Priya Shah", ""),
        ],
        "Tomorrow, Wednesday 25 November": [("Sam Reed", first_words(office, SAM, later + timedelta(days=1)))],
        "Thursday 26 November": [("Jane <b>Smith</b>", jane[1])],
        "Monday 7 December": [("Amir Khan", first_words(office, AMIR, later + timedelta(days=13)))],
    }  # fmt: skip
    page = browser.get(PATH).text
    assert "Four birthdays and two anniversaries in the next two weeks.</b> The first is today." in page
    assert "Two customers share this number" in page
    assert "This is one of our own phones" in page


def test_recorded_greeting_is_not_told_as_a_sentence(browser: FlaskClient, office: Office, known: Made) -> None:
    known(JANE, "Jane Smith", birthday="--11-24")
    with office.database.transaction() as session:
        profile = office.business(session)
        tables = profile.tables | {"voice": {"greeting": f"{'0' * 64}.wav"}}
        people.save_business(session, replace(profile, tables=tables))
    assert told(browser) == {"Today, Tuesday 24 November": [("Jane Smith", "")]}
    assert "They hear the greeting that you recorded." in browser.get(PATH).text


def test_call_that_is_owed_is_told_to_those_who_may_see_it(
    browser: FlaskClient, office: Office, known: Made, owe: Made, sales: int
) -> None:
    known(JANE, "Jane Smith", birthday="--11-24")
    owe(JANE, team_id=sales)
    owed = r">(A call by [\d:]+)<span class=\"vh\"> for ([^<]*)</span></a> is owed"
    assert re.findall(owed, browser.get(PATH).text) == [("A call by 12:00", "Jane Smith")]
    with office.database.reading() as session:
        profile, rows = office.business(session), upcoming.page(session, date(2026, 11, 24)).rows
        theirs = upcoming.beside(session, rows, profile, frozenset({1}))
    (day,) = upcoming.days(rows, theirs, profile, office.clock.now())
    assert [(line.who, line.promise, line.promise_id) for line in day.lines] == [("Jane Smith", None, None)]


def test_page_invites_while_there_are_no_dates_and_stands_without_a_business(
    browser: FlaskClient, office: Office, known: Made
) -> None:
    known(JANE, "Jane Smith")
    empty = browser.get(PATH).text
    assert "No birthdays or anniversaries in the next two weeks." in empty
    assert "Import your list" in empty
    assert browser.get(f"{PATH}?after=no~place").text.count("Import your list") == 1
    assert "That’s all of them." in browser.get(f"{PATH}?after=2026-12-07~9").text
    with office.database.transaction() as session:
        session.execute(delete(Business))
    answer = browser.get(PATH)
    assert (answer.status_code, "No business here yet." in answer.text) == (200, True)


def test_days_go_on_where_the_page_before_ended_over_the_new_year(session: Session) -> None:
    ends = {"--12-31": date(2026, 12, 31), "1990-01-01": date(2027, 1, 1), "--01-02": date(2027, 1, 2)}
    rows = [CustomerRow(1, f"+4477009{number:05}", "A", birthday=[*ends][number % 3]) for number in range(120)]
    rows += [CustomerRow(1, f"+4477008{number:05}", "B", birthday="--12-30", customer_since=since) for number, since in
             enumerate((date(2020, 1, 1), date(2027, 1, 1), date(1900, 1, 1), date(2026, 12, 31)))]  # fmt: skip
    save_customers(session, rows)
    first = upcoming.page(session, date(2026, 12, 31))
    rest = upcoming.page(session, date(2026, 12, 31), first.more)
    found = [*first.rows, *rest.rows]
    expected = sorted((ends[str(row.birthday)], row.phone) for row in rows[:120])
    assert len(first.rows) == upcoming.A_PAGE
    assert rest.more is None
    assert sorted((day, customer.phone) for day, customer in found if customer.name == "A") == expected
    assert [(day, customer.phone) for day, customer in found if customer.name == "B"] == [
        (date(2027, 1, 1), "+447700800000")
    ]
    assert [day for day, _ in found] == sorted(day for day, _ in found)
