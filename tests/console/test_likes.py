"""What somebody chose for themselves on Me, and the page of all places."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from console import access
from office.wiring import Office

Made = Callable[..., Any]
Choose = Callable[..., Any]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def choose(browser: FlaskClient) -> Choose:
    """Send the form of Me."""

    def sent(**fields: str) -> Any:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/me").text)[0]
        headers = {"Referer": "https://localhost/me"}
        return browser.post("/me/likes", data={"csrf_token": token, **fields}, headers=headers)

    return sent


def top(client: FlaskClient) -> str:
    return str(re.findall(r"<html[^>]*>", client.get("/callbacks").text)[0])


def test_theme_that_somebody_chose_is_on_every_page_of_theirs(browser: FlaskClient, choose: Choose) -> None:
    assert "data-theme" not in top(browser)
    assert choose(theme="dark", keys="on").status_code == 303
    assert 'data-theme="dark"' in top(browser)
    choose(theme="system", keys="on")
    assert "data-theme" not in top(browser)


def test_shortcuts_are_switched_off_by_an_empty_tick(browser: FlaskClient, choose: Choose) -> None:
    choose(theme="light")
    assert 'data-keys="off"' in top(browser)
    assert 'name="keys" value="on">' in browser.get("/me").text
    choose(keys="on")
    assert "data-keys" not in top(browser)


def test_bell_and_buzz_are_on_their_pages_only_for_whoever_asked(browser: FlaskClient, choose: Choose) -> None:
    def told() -> list[bool]:
        return ["bell.js" in browser.get(path).text for path in ("/callbacks", "/mine")]

    assert told() == [False, False]
    choose(keys="on", sound="on")
    assert told() == [True, False]
    choose(keys="on", vibration="on")
    assert told() == [False, True]
    assert 'name="vibration" value="on" checked' in browser.get("/me").text
    assert 'name="sound" value="on">' in browser.get("/me").text


def test_home_is_where_somebody_wants_to_begin(browser: FlaskClient, choose: Choose) -> None:
    assert browser.get("/").location == "/callbacks"
    choose(home="mine")
    assert browser.get("/").location == "/mine"


def test_choice_that_there_is_not_changes_nothing(browser: FlaskClient, choose: Choose) -> None:
    choose(theme="dark", home="mine")
    assert choose(theme='"><script>', home="sign_out").status_code == 303
    assert (browser.get("/").location, 'data-theme="dark"' in top(browser)) == ("/mine", True)


def test_more_leads_wherever_its_reader_may_go(browser: FlaskClient, office: Office, app: Any, sign_in: Made) -> None:
    assert 'href="/settings/access"' in browser.get("/more").text
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    page = browser.get("/more").text
    assert 'href="/promises"' in page
    assert 'href="/settings/access"' not in page
