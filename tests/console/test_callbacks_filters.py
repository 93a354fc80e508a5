"""The list narrowed: pills, search, days, pages, and the same as a file for spreadsheets."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from callbacks.tables import Callback
from console import access, chosen, spreadsheet
from console.chosen import Chosen
from office.tables import Audit, Note
from office.wiring import Office
from voicemail_greetings.tables import Message

Made = Callable[..., Any]
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def ids(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'<li class="cb[^"]*" id="callback-(\d+)"', page)]


def counts(page: str) -> dict[str, int]:
    pills = page.split('<nav class="pills"')[1].split("</nav>", maxsplit=1)[0]
    return {name: int(many) for name, many in re.findall(r">([^<>]+) <span>(\d+)</span></a>", pills)}


@pytest.fixture
def five(office: Office, owe: Made, clock: Any) -> dict[str, int]:
    """One call-back of each kind."""
    soon = clock.now() + timedelta(minutes=40)
    made = {
        "nobody": owe("+447700900001", name="Jane Smith"),
        "mine": owe("+447700900002", state="claimed", owner="Priya Shah", owner_id=1, name="Gwen Hughes"),
        "theirs": owe("+447700900003", state="claimed", owner="Tom Okafor", owner_id=2, name="Ruth Adeyemi"),
        "snoozed": owe("+447700900004", next_try_at=soon, name="Lewis Grant"),
        "done": owe("+447700900005", state="done", outcome="reached", closed_at=clock.now(), spoke_at=clock.now()),
    }
    with office.database.transaction() as session:
        about = f"callback:{made['snoozed']}"
        session.add(Audit(at=clock.now(), by="Priya Shah", action="snoozed", about=about))
    return made


def test_each_kind_of_list_shows_its_own_and_counts_all(browser: FlaskClient, five: dict[str, int]) -> None:
    page = browser.get("/callbacks?show=nobody").text
    assert counts(page) == {"Open": 4, "Nobody’s yet": 2, "Mine": 1, "Snoozed": 1, "Done today": 1}
    assert ids(page) == [five["nobody"], five["snoozed"]]
    for show in ("mine", "snoozed", "done"):
        assert ids(browser.get(f"/callbacks?show={show}").text) == [five[show]]
    assert "Back at 10:40" in browser.get("/callbacks?show=snoozed").text


def test_acts_are_those_that_its_viewer_may_do(browser: FlaskClient, five: dict[str, int]) -> None:
    page = browser.get("/callbacks").text
    offered = {
        name: set(re.findall(r'data-key="(\w+)"', page.split(f'id="callback-{five[name]}"')[1].split("</li>")[0]))
        for name in five
    }
    assert offered["nobody"] == {"call", "claim", "snooze", "done", "assign", "note"}
    assert offered["mine"] == {"call", "release", "snooze", "done", "assign", "note"}
    assert offered["theirs"] == {"release", "assign", "note"}
    assert offered["done"] == set()


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ("jane", "nobody"), ("SMITH jane", "nobody"), ("jane hughes", None), ("07700 900002", "mine"), ("0003", "theirs"),
        ("+44 7700 900004", "snoozed"), ("brompton", "theirs"), ("green hub", "mine"), ("100%", "mine"), ("%", "mine"), ("_", None),
    ],
)  # fmt: skip
def test_search_finds_names_numbers_words_and_notes(
    office: Office, browser: FlaskClient, five: dict[str, int], call: Made, message: Made, looked_for: str, found: str
) -> None:
    message(call("CA1", five["mine"]))
    with office.database.transaction() as session:
        session.execute(update(Message).values(words="Is the GREEN hub 100% there?", words_state="done"))
        session.add(Note(phone="+447700900003", at=NOON, by="Tom Okafor", text="Rides a Brompton"))
    assert ids(browser.get("/callbacks", query_string={"q": looked_for}).text) == ([five[found]] if found else [])


def test_search_that_finds_nothing_says_so_and_leads_back(browser: FlaskClient, five: dict[str, int]) -> None:
    page = browser.get("/callbacks", query_string={"q": "<b>hub"}).text
    assert "Nothing matches “&lt;b&gt;hub”." in page
    assert 'value="&lt;b&gt;hub"' in page


def test_days_are_those_of_the_office_both_of_them_with(browser: FlaskClient, owe: Made) -> None:
    first = owe("+447700900001", promised_by=datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    last = owe("+447700900002", promised_by=datetime(2026, 11, 26, 23, 59, tzinfo=UTC))
    owe("+447700900003", promised_by=datetime(2026, 11, 27, 0, 0, tzinfo=UTC))
    assert ids(browser.get("/callbacks?from=2026-11-25&to=2026-11-26").text) == [first, last]


def test_what_makes_no_sense_in_an_address_is_as_if_it_were_not_there(browser: FlaskClient, owe: Made) -> None:
    callback_id = owe()
    asked = {
        "show": "'; drop",
        "team": "x",
        "from": "2026-02-31",
        "to": "99999999999",
        "after": "a~b~c",
        "q": "\x00 \u202e",
    }
    answer = browser.get("/callbacks", query_string=asked)
    assert (answer.status_code, ids(answer.text)) == (200, [callback_id])
    assert chosen.chosen({"team": "9" * 400, "after": "1~2"}) == Chosen()


@pytest.mark.parametrize("show", ["open", "done"])
def test_address_asks_for_what_was_chosen(show: str) -> None:
    asked = Chosen(show, 3, "jane smith", NOON.date(), NOON.date(), (NOON, NOON + timedelta(microseconds=7), 12))
    assert chosen.chosen(chosen.address(asked)) == asked


def test_staff_find_and_count_what_their_teams_have(
    office: Office, visitor: FlaskClient, sign_in: Made, owe: Made, sales: int
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    owe("+447700900001", name="Jane Smith", team_id=sales)
    ours = owe("+447700900002", name="Jane Hughes")
    page = visitor.get(f"/callbacks?q=jane&team={sales}").text
    assert (ids(page), counts(page)["Open"]) == ([ours], 1)
    assert 'class="tick"' not in page
    assert visitor.get("/callbacks.csv").status_code == 403


def test_file_has_just_what_the_page_shows(
    browser: FlaskClient, five: dict[str, int], office: Office, call: Made, message: Made
) -> None:
    message(call("CA1", five["mine"]))
    with office.database.transaction() as session:
        session.execute(update(Message).values(words="=HYPERLINK(1)\nand more", words_state="done"))
    for asked in (
        "",
        "?show=nobody",
        "?show=done",
        "?q=jane",
        "?after=2026-11-24T00:00:00.000000~2026-11-24T00:00:00.000000~1",
    ):
        answer = browser.get(f"/callbacks.csv{asked}")
        assert answer.data.startswith(b"\xef\xbb\xbfid,name,phone")
        rows = list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines()))
        shown = browser.get(f"/callbacks{asked}").text.split('id="group-done"')[0 if "done" not in asked else -1]
        assert [int(row["id"]) for row in rows] == ids(shown)
    whole = list(csv.DictReader(browser.get("/callbacks.csv").data.decode("utf-8-sig").splitlines()))
    mine = next(row for row in whole if row["id"] == str(five["mine"]))
    assert (mine["phone"], mine["message"]) == ("'+447700900002", "'=HYPERLINK(1) and more")
    assert mine["promised_by"] == "2026-11-24T12:00:00+00:00"


@pytest.mark.parametrize("text", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u202e=1", "\u200f+1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert spreadsheet.cell(text).startswith("'")


def test_words_that_are_none_stay_as_they_are() -> None:
    assert [spreadsheet.cell(one) for one in ("O’Neil, Zoë", None, False, 3)] == ["O’Neil, Zoë", "", "no", "3"]


def test_list_that_did_not_change_is_not_read_again(
    browser: FlaskClient, five: dict[str, int], count_statements: Made, clock: Any
) -> None:
    version = re.findall(r'data-version="([\w-]+)"', browser.get("/callbacks").text)[0]
    again: list[Any] = []
    short = count_statements(lambda: again.append(browser.get(f"/callbacks/list?version={version}")))
    whole = count_statements(lambda: again.append(browser.get("/callbacks/list")))
    assert [answer.status_code for answer in again] == [204, 200]
    assert short * 2 <= whole


def test_list_is_sent_again_when_somebody_takes_a_row(
    office: Office, browser: FlaskClient, five: dict[str, int]
) -> None:
    version = re.findall(r'data-version="([\w-]+)"', browser.get("/callbacks").text)[0]
    with office.database.transaction() as session:
        row = session.get_one(Callback, five["nobody"])
        row.state, row.owner, row.owner_id, row.fence = "claimed", "Tom Okafor", 2, row.fence + 1
    assert browser.get(f"/callbacks/list?version={version}").status_code == 200
