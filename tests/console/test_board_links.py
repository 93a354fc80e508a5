"""The board on a screen in the room: by a link alone, without names in full or numbers, until a manager takes it back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from console import access, board_links, throttle
from console.tables import BoardLink, SignInTry
from office.tables import Audit
from office.wiring import Office

Made = Callable[..., Any]
PLACE = "/settings/board"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page shows."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def send(browser: FlaskClient) -> Made:
    """A form of a manager's."""

    def sent(to: str = PLACE, **fields: str) -> Any:
        token = browser.get(PLACE).text.split('name="csrf_token" value="')[1].split('"')[0]
        return browser.post(to, data={"csrf_token": token, **fields}, headers={"Referer": f"https://localhost{PLACE}"})

    return sent


@pytest.fixture
def screen(app: Flask, office: Office) -> Made:
    """A link's path, and a browser that was never signed in."""

    def made(theme: str = "dark") -> tuple[str, FlaskClient]:
        with office.database.transaction() as session:
            token = board_links.make(session, "Workshop", theme, "Priya Shah", office.clock.now())[1]
        return f"/now/board/{token}", app.test_client()

    return made


def test_link_is_shown_once_shows_the_board_and_is_not_in_the_database(
    browser: FlaskClient, send: Made, app: Flask, office: Office
) -> None:
    assert send(name="<b>Workshop", theme="light").status_code == 303
    page = browser.get(PLACE).text
    path = urlsplit(re.findall(r"https://ringtrue\.test/now/board/[\w-]+", page)[0]).path
    assert "/now/board/" not in browser.get(PLACE).text
    assert "<b>Workshop" not in page
    shown = app.test_client().get(path)
    assert (shown.status_code, "Set-Cookie" in shown.headers) == (200, False)
    assert "All calm. Nobody is waiting." in shown.text
    assert 'data-theme="light"' in shown.text
    with office.database.reading() as session:
        assert path.rpartition("/")[2] not in session.scalars(select(BoardLink.digest)).one()
        assert ("Priya Shah", "made-board-link", "board:1") in [
            (row.by, row.action, row.about) for row in session.scalars(select(Audit))
        ]


def test_board_tells_first_names_with_initials_and_nobody_s_number(
    screen: Made, owe: Made, call: Made, customers: Made, clock: Any
) -> None:
    customers(("+447700900188", "Gwen Hughes"), ("+447700900177", "+447700900177"))
    owe("+447700900188", promised_by=clock.now() - timedelta(minutes=19))
    owe("+447700900199", team_id=None)
    owe(None, name="07700900166")
    call("CA1", phone="+447700900177", waiting_since=clock.now())
    path, tv = screen()
    page = tv.get(path).text
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split('class="board"')[1]))
    assert "Gwen H." in said
    assert "Gwen Hughes" not in page
    assert said.count("Somebody") == 3
    assert not re.search(r"\d{3}", re.sub(r"<[^>]*>", " ", page.split("<main")[1]))


def test_board_has_nothing_to_press_and_opens_no_other_page(screen: Made, owe: Made) -> None:
    owe()
    path, tv = screen()
    page = tv.get(path)
    assert not re.search(r"<a |<form|csrf", page.text)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert f'hx-get="{path}/region"' in page.text
    assert [tv.get(each).status_code for each in ("/now", "/now/region", "/callbacks")] == [302, 302, 302]
    assert tv.post(path).status_code == 405


def test_region_that_the_screen_has_is_not_sent_again(screen: Made, owe: Made) -> None:
    path, tv = screen()
    version = re.findall(r'data-version="(\w+)"', tv.get(path).text)[0]
    assert tv.get(f"{path}/region?version={version}").status_code == 204
    owe()
    news = tv.get(f"{path}/region?version={version}")
    assert ("by 12:00, nobody yet" in news.text, "X-Open" in news.headers) == (True, False)  # a screen has no menu


def test_theme_that_follows_the_clock_turns_dark_in_the_evening(screen: Made, clock: Any) -> None:
    path, tv = screen("clock")
    page = tv.get(path).text
    assert 'data-wants="light"' in page
    clock.go_on(hours=9)
    version = re.findall(r'data-version="(\w+)"', page)[0]
    assert 'data-wants="dark"' in tv.get(f"{path}/region?version={version}").text


@pytest.mark.parametrize(("hour", "theme"), [(5, "dark"), (6, "light"), (17, "light"), (18, "dark")])
def test_day_is_by_the_office_s_clock(hour: int, theme: str) -> None:
    assert board_links.theme_at("clock", datetime(2026, 7, 1, hour, tzinfo=UTC), ZoneInfo("Europe/London")) == theme


def test_link_that_was_taken_back_shows_nothing_until_that_is_undone(
    browser: FlaskClient, send: Made, screen: Made, owe: Made
) -> None:
    owe(name="Gwen Hughes")
    path, tv = screen()
    assert tv.get(path).status_code == 200
    assert send(f"{PLACE}/1/revoke").status_code == 303
    assert f'action="{PLACE}/1/bring-back"' in browser.get(PLACE).text
    for each in (path, f"{path}/region"):
        answer = tv.get(each)
        assert (answer.status_code, "Gwen" in answer.text) == (404, False)
    assert send(f"{PLACE}/1/bring-back").status_code == 303
    assert tv.get(path).status_code == 200


def test_guesses_are_404_then_429_and_a_good_link_is_never_held_back(screen: Made, office: Office) -> None:
    path, tv = screen()
    assert tv.get("/now/board/nonsense").status_code == 404
    with office.database.transaction() as session:
        for _ in range(throttle.OF_AN_ADDRESS):
            throttle.note(session, {"board from 127.0.0.1": throttle.OF_AN_ADDRESS}, office.clock.now())
    assert tv.get("/now/board/nonsense").status_code == 429
    assert tv.get(path).status_code == 200
    with office.database.reading() as session:
        assert len(session.scalars(select(SignInTry)).all()) == throttle.OF_AN_ADDRESS + 1


def test_last_showing_is_noted_once_a_minute(screen: Made, office: Office, clock: Any) -> None:
    path, tv = screen()
    began, seen = clock.now(), []
    for seconds in (0, 30, 30):
        clock.go_on(seconds=seconds)
        tv.get(f"{path}/region")
        with office.database.reading() as session:
            seen.append(session.scalars(select(BoardLink.seen_at)).one())
    assert seen == [began, began, began + timedelta(minutes=1)]


def test_link_without_a_name_is_not_made_and_says_so(browser: FlaskClient, send: Made, office: Office) -> None:
    answer = send(name=" ", theme="dark")
    assert (answer.status_code, "Say where the screen hangs" in answer.text) == (422, True)
    assert 'value="dark" checked' in answer.text
    assert send(name="Wall", theme="<neon>").status_code == 400
    with office.database.reading() as session:
        assert session.scalars(select(BoardLink)).all() == []


def test_staff_make_and_take_back_no_links(office: Office, visitor: FlaskClient, sign_in: Made) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    assert visitor.get(PLACE).status_code == 403
