"""The report on promises as a page and as a file: who may see what, and that both say the same."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from console import access
from office.tables import Team
from office.wiring import Office

Made = Callable[..., Any]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page shows; the sums run on both (test_figures)."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def toms(office: Office, visitor: FlaskClient, sign_in: Made) -> FlaskClient:
    """A browser of somebody who is no manager, and in the Workshop."""
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    assert sign_in("tom@example.com").status_code == 303
    return visitor


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def a_month(owe: Made, call: Made) -> None:
    """Twelve promises, nine of them kept; 20 calls, 15 of them answered."""
    for number in range(12):
        minutes = 10 * (number + 1)
        spoken = {"spoke_at": NOON + timedelta(minutes=minutes), "state": "done", "outcome": "reached", "owner_id": 2}
        owe(f"+4477009003{number:02}", missed_at=NOON, promised_by=NOON + timedelta(minutes=90), **spoken)
    for number in range(20):
        how = {"outcome": "spoke", "answered_by": 1} if number < 15 else {"outcome": "missed"}
        call(f"CA{number}", started_at=NOON + timedelta(minutes=number), came_open=True, **how)


def test_page_tells_figures_with_their_cases_and_definitions(browser: FlaskClient, owe: Made, call: Made) -> None:
    a_month(owe, call)
    said = text(browser.get("/promises").text)
    for words in (
        "75 in 100 promises kept so far this month.", "1–24 Nov 2026, up to now", "75 % Aim 95%, not reached so far 9 of 12", "3 not in time", "Aim 80%, not reached so far 15 of 20", "5 missed",
        "1 h 5 min Aim under 1 h, not reached so far 12 customers, half of them sooner", "1–24 Oct 2026 Too few to say", "1–24 Nov 2025 Too few to say",
        "Promises whose time came in the period", "Priya Shah 15 calls answered by Priya Shah 0 0", "Workshop 75% 9 of 12 of Workshop 75% 15 of 20 of Workshop 1 h 5 min of 12 of Workshop",
    ):  # fmt: skip
        assert words in said, words


def test_month_without_promises_has_too_few_to_say(browser: FlaskClient, owe: Made) -> None:
    owe(missed_at=NOON, promised_by=NOON)
    said = text(browser.get("/promises").text)
    assert "There is too little to say yet." in said
    assert "Promises kept Too few to say Aim 95% 0 of 1" in said


def test_report_without_anything_to_count_says_how_it_begins(browser: FlaskClient, office: Office, call: Made) -> None:
    page = browser.get("/promises").text
    assert "Figures start with the first promise." in page
    assert 'href="/phone">Try one from Phone' in page
    assert "<table" not in page
    assert "Nothing was counted in October 2026." in browser.get("/promises?month=2026-10").text
    call("CA1", started_at=NOON, came_open=False, outcome="missed")
    assert "<table" in browser.get("/promises").text


def test_last_month_is_what_this_one_is_held_against(browser: FlaskClient, owe: Made, call: Made) -> None:
    a_month(owe, call)
    for number in range(10):
        earlier = NOON - timedelta(days=31)
        owe(f"+4477009004{number:02}", missed_at=earlier, promised_by=earlier, spoke_at=earlier if number else None)
    assert "That is 15 fewer than in the same days of October." in text(browser.get("/promises").text)


def test_every_figure_opens_what_it_counts(browser: FlaskClient, owe: Made, call: Made, customers: Made) -> None:
    a_month(owe, call)
    customers(("+447700900311", "Gwen Hughes"))
    page = browser.get("/promises?month=2026-11").text
    links = {unescape(link) for link in re.findall(r'href="(/promises/behind[^"]*)"', page)}
    opened = {link: text(browser.get(link).text) for link in links}

    def many(said: str) -> str:
        return " ".join(said.partition(", 1–24 Nov 2026.")[0].split()[-2:])

    counted = {link.split("figure=")[1].split("&")[0]: many(said) for link, said in opened.items() if "day=" not in link and "team=" not in link}  # fmt: skip
    assert counted == {"due": "Twelve promises", "late": "Three promises", "open": "20 calls", "missed": "Five calls", "spoken": "Twelve promises", "taken": "15 calls", "called": "Twelve promises"}  # fmt: skip
    assert sorted(many(said) for link, said in opened.items() if "team=1" in link) == ["20 calls", "Twelve promises", "Twelve promises"]  # fmt: skip
    late = next(said for link, said in opened.items() if "figure=late" in link)
    assert "Mon 23 Nov, 13:30 Gwen Hughes 07700 900311 Workshop Late by 30 min, 2 h after they rang" in late
    (cell,) = (said for link, said in opened.items() if "day=0" in link and "hour=12" in link)
    assert "Five calls, 1–24 Nov 2026." in cell


def test_staff_see_their_teams_and_no_names_of_people(
    toms: FlaskClient, owe: Made, call: Made, sales: int, office: Office
) -> None:
    a_month(owe, call)
    for number in range(30):
        owe(f"+4477009005{number:02}", team_id=sales, missed_at=NOON, promised_by=NOON)
    page = toms.get("/promises").text
    said = text(page)
    assert "9 of 12" in said
    assert "Sales" not in said
    assert "By person" not in said
    assert "Priya" not in said
    assert "promises.csv" not in page
    assert toms.get(f"/promises?team={sales}").status_code == 404
    assert toms.get("/promises?team=1").status_code == 200
    assert "Priya" not in text(toms.get("/promises/behind?figure=answered").text)
    assert "Twelve promises" in text(toms.get("/promises/behind?figure=due").text)
    for forbidden in ("/promises.csv", "/promises/behind?figure=taken", "/promises/behind?figure=answered&person=1"):
        assert toms.get(forbidden).status_code == 403, forbidden


@pytest.mark.parametrize(
    "wrong",
    ["/promises?month=2026-12", "/promises?month=x", "/promises?team=99", "/promises?team=%C2%B2", "/promises/behind",
     "/promises/behind?figure=x", "/promises.csv?month=2026-13"],
)  # fmt: skip
def test_month_team_or_figure_that_there_is_not_is_not_found(browser: FlaskClient, wrong: str) -> None:
    assert browser.get(wrong).status_code == 404


def test_file_says_what_the_page_says(browser: FlaskClient, owe: Made, call: Made) -> None:
    a_month(owe, call)
    answer = browser.get("/promises.csv?month=2026-11")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=promises-2026-11.csv"
    lines = list(csv.reader(answer.data.decode("utf-8-sig").splitlines()))
    assert ["2026-11", "promises kept", "all", "9", "12", "75", "%"] in lines
    assert ["2026-11", "answered by a person", "team: Workshop", "15", "20", "75", "%"] in lines
    assert ["2026-11", "middle time to call back", "all", "12", "12", "3900", "s"] in lines
    assert ["2026-11", "aim: promises kept", "all", "", "", "95", "%"] in lines
    assert ["2026-11", "aim: middle time to call back", "all", "", "", "3600", "s"] in lines
    assert ["2026-11", "missed in open hours", "Monday 12:00", "5", "5", "", ""] in lines
    assert ["2026-11", "customers reached in time", "person: Tom Okafor", "9", "12", "", ""] in lines


def test_name_that_is_a_formula_stays_a_name(office: Office, browser: FlaskClient, call: Made, customers: Made) -> None:
    with office.database.transaction() as session:
        session.get_one(Team, 1).name = '=cmd|"/c"<script>alert(1)</script>'
    call("CA1", started_at=NOON, came_open=True, outcome="missed")
    customers(("+447700900123", "<img src=x onerror=alert(1)>"))
    assert "<script>alert" not in browser.get("/promises").text
    assert "<img src=x" not in browser.get("/promises/behind?figure=missed").text
    cells = [cell for line in csv.reader(browser.get("/promises.csv").text.splitlines()) for cell in line]
    assert 'team: =cmd|"/c"<script>alert(1)</script>' in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_report_asks_the_database_as_often_for_many_as_for_few(
    browser: FlaskClient, owe: Made, call: Made, sales: int, count_statements: Made
) -> None:
    owe(missed_at=NOON, promised_by=NOON)
    few = count_statements(lambda: browser.get("/promises"))
    a_month(owe, call)
    owe("+447700900700", team_id=sales, missed_at=NOON, promised_by=NOON)
    assert count_statements(lambda: browser.get("/promises")) == few
    listed = count_statements(lambda: browser.get("/promises/behind?figure=open"))
    assert listed < 15


def test_figures_that_a_page_has_already_are_not_sent_again_and_only_a_running_month_asks(
    browser: FlaskClient, owe: Made, call: Made
) -> None:
    page = browser.get("/promises").text
    version = re.findall(r'data-version="(\w+)"', page)[0]
    assert 'data-every="60" hx-get="/promises/region"' in page
    assert browser.get(f"/promises/region?version={version}").status_code == 204
    a_month(owe, call)
    assert "9 of 12" in text(browser.get(f"/promises/region?version={version}").text)
    assert "data-every" not in browser.get("/promises?month=2026-10").text
