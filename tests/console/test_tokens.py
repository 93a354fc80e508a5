"""API tokens: made on the page and shown once, noted when used, and worth nothing once revoked."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from console import access
from console.tables import Token
from office.tables import Audit
from office.wiring import Office

Made = Callable[..., Any]
PLACE = "/settings/access"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page shows."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def send(browser: FlaskClient) -> Made:
    """A form of a manager's."""

    def sent(to: str, **fields: str) -> Any:
        token = browser.get(PLACE).text.split('name="csrf_token" value="')[1].split('"')[0]
        return browser.post(to, data={"csrf_token": token, **fields}, headers={"Referer": f"https://localhost{PLACE}"})

    return sent


def asks(visitor: FlaskClient, token: str) -> int:
    status: int = visitor.get("/api/callbacks", headers={"Authorization": f"Bearer {token}"}).status_code
    return status


def test_token_is_shown_once_and_acts_as_the_person_that_was_chosen(
    browser: FlaskClient, send: Made, office: Office
) -> None:
    assert send(f"{PLACE}/tokens", name="<i>stock", role="staff", staff="2").status_code == 303
    page = browser.get(PLACE).text
    token = "rt_" + page.split("rt_")[1].split("<")[0]
    assert "rt_" not in browser.get(PLACE).text
    assert ("<i>stock" in page, "Acts as Tom Okafor" in page) == (False, True)
    assert asks(browser, token) == 200
    with office.database.reading() as session:
        row = session.scalars(select(Token)).one()
        assert (row.role, row.staff_id) == ("staff", 2)
        assert ("Priya Shah", "made-token", "token:1") in [
            (each.by, each.action, each.about) for each in session.scalars(select(Audit))
        ]


def test_revoked_token_opens_nothing_until_that_is_undone(browser: FlaskClient, send: Made, bearer: Made) -> None:
    token = bearer()["Authorization"].split()[1]
    assert asks(browser, token) == 200
    assert send(f"{PLACE}/tokens/1/revoke").status_code == 303
    assert asks(browser, token) == 401
    assert send(f"{PLACE}/tokens/1/bring-back").status_code == 303
    assert asks(browser, token) == 200
    assert send(f"{PLACE}/tokens/9/revoke").status_code == 404


def test_use_of_a_token_is_noted_once_a_minute(
    app: Flask, visitor: FlaskClient, office: Office, clock: Any, statements: Made
) -> None:
    with app.app_context(), office.database.transaction() as session:
        token = access.add_token(session, "stock", "manager", None)
    began, used, writes = clock.now(), [], 0
    for seconds in (0, 59, 1):
        clock.go_on(seconds=seconds)
        writes += sum("UPDATE tokens" in each for each in statements(lambda: asks(visitor, token)))
        with office.database.reading() as session:
            used.append(session.scalars(select(Token.used_at)).one())
    assert (used, writes) == ([began, began, began + timedelta(minutes=1)], 2)


def test_token_without_a_name_is_not_made_and_what_was_chosen_stays(send: Made, office: Office) -> None:
    answer = send(f"{PLACE}/tokens", name=" ", role="manager", staff="2")
    assert (answer.status_code, "Say what the token is for" in answer.text) == (422, True)
    assert '<option value="manager" selected>' in answer.text
    assert '<option value="2" selected>' in answer.text
    with office.database.reading() as session:
        assert session.scalars(select(Token)).all() == []
