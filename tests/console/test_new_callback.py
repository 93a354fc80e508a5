"""A call-back that somebody at work writes down: its promise, its part of a day, and what is refused beside its field."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks.tables import Callback
from console import access
from office.tables import Audit, Note
from office.wiring import Office

Made = Callable[..., Any]
JANE = "+447700900123"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def ask(visitor: FlaskClient) -> Made:
    """Fill in the form as whoever is signed in, and send it."""

    def asked(**fields: str) -> Any:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', visitor.get("/callbacks/new").text)[0]
        form = {"csrf_token": token, "phone": "07700 900123", "when": "usual", **fields}
        return visitor.post("/callbacks/new", data=form, headers={"Referer": "https://localhost/callbacks/new"})

    return asked


def rows(office: Office) -> list[Callback]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def test_call_that_somebody_asked_for_is_promised_as_if_missed_now(
    office: Office, browser: FlaskClient, ask: Made
) -> None:
    answer = ask(name="Jane Smith", reason="wheel", kind="complaint")
    [row] = rows(office)
    assert (answer.status_code, answer.location) == (303, f"/callbacks/{row.id}")
    assert (row.phone, row.name, row.reason, row.kind, row.team_id) == (JANE, "Jane Smith", "wheel", "complaint", 1)
    assert row.promised_by == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert "Jane Smith’s call-back is on the list: by 12:00." in browser.get(answer.location).text


def test_customer_on_the_list_is_called_by_the_name_that_we_know(
    browser: FlaskClient, ask: Made, customers: Made
) -> None:
    customers((JANE, "Jane Smith"))
    page = browser.get(ask().location).text
    assert "Jane Smith’s call-back is on the list" in page
    assert ("Asked us to ring" in page, "<span>Added 10:00</span>" in page) == (True, True)


def test_wish_of_ours_is_not_said_to_be_theirs(office: Office, browser: FlaskClient, ask: Made) -> None:
    assert "We’d like to ring them" in browser.get(ask(kind="outreach").location).text
    assert rows(office)[0].reason == "we’d like to ring them"


def test_part_of_a_day_is_when_they_are_rung_and_promised(office: Office, browser: FlaskClient, ask: Made) -> None:
    assert "Tomorrow morning" in browser.get("/callbacks/new").text
    ask(when="tomorrow morning")
    [row] = rows(office)
    assert (row.slot_from, row.next_try_at) == (datetime(2026, 11, 25, 9, 0, tzinfo=UTC),) * 2
    assert row.promised_by == row.slot_until == datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def test_customer_with_an_open_callback_is_shown_it_and_what_was_written_is_kept(
    office: Office, browser: FlaskClient, ask: Made, owe: Made
) -> None:
    jane = owe()
    answer = ask(reason="Now it’s the brakes")
    assert answer.location == f"/callbacks/{jane}"
    assert "Here is the call-back that" in browser.get(answer.location).text
    with office.database.reading() as session:
        assert session.scalars(select(Note.text)).all() == ["Now it’s the brakes"]
    assert len(rows(office)) == 1


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (
            {"phone": "12"},
            "phone",
            "That number has too many or too few digits. Write it with its area code, or from its + on.",
        ),
        ({"phone": "+33123456789"}, "phone", "This number is not dialled"),
        ({"when": "at", "promised_by": "2026-11-24T09:00"}, "promised_by", "must lie in the next year"),
        ({"when": "yesterday morning"}, "promised_by", "That part of the day is over"),
        ({"name": "x" * 201}, "name", "200 characters have room"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(
    office: Office, browser: FlaskClient, ask: Made, fields: dict[str, str], field: str, sentence: str
) -> None:
    answer = ask(**{"reason": "<b>the bell</b>", **fields})
    told = re.search(rf'id="p-{field}">.*?<span>(.*?)</span>', answer.text)
    assert answer.status_code == 422
    assert told
    assert sentence in told[1]
    assert 'value="&lt;b&gt;the bell&lt;/b&gt;"' in answer.text
    assert rows(office) == []


def test_staff_add_for_their_own_teams_only(
    office: Office, visitor: FlaskClient, sign_in: Made, ask: Made, sales: int, owe: Made
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    ask(team=str(sales), phone="07700 900124")
    assert [row.team_id for row in rows(office)] == [1]
    owe(team_id=sales)
    assert ask().status_code == 409


def test_export_of_the_list_is_in_the_audit_trail_without_what_was_looked_for(
    office: Office, browser: FlaskClient
) -> None:
    browser.get("/callbacks.csv?show=done&q=Jane")
    with office.database.reading() as session:
        [row] = session.scalars(select(Audit).where(Audit.action == "exported"))
    assert (row.by, row.about, row.detail) == ("Priya Shah", "callbacks", "show=done&q=…")
