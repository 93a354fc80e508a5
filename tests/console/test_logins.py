"""Where logins are signed in, for how long, and how one is taken away."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from console import access, logins, sessions
from console.tables import SignedInSession, User
from office.tables import Audit, Staff
from office.wiring import Office

Made = Callable[..., Any]
PLACE, TOM = "/settings/access", "tom@example.com"
PASSWORD = "correct horse battery"


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


@pytest.fixture
def tom(browser: FlaskClient, app: Flask, office: Office) -> FlaskClient:
    """Another login's browser, signed in; login 2, session 2."""
    other = app.test_client()
    with office.database.transaction() as session:
        access.add_user(session, TOM, PASSWORD, "staff", 2)
    token = other.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "email": TOM, "password": PASSWORD}
    other.post("/sign-in", data=form, headers={"Referer": "https://localhost/sign-in"})
    return other


def test_device_that_stays_is_in_after_a_night_and_out_after_a_week_unused(
    visitor: FlaskClient, priya: str, sign_in: Made, clock: Any
) -> None:
    cookie = next(each for each in sign_in(priya, stay="on").headers.getlist("Set-Cookie") if "-known" not in each)
    assert "Expires=" in cookie
    clock.go_on(hours=60)
    assert visitor.get("/callbacks").status_code == 200
    clock.go_on(days=7, seconds=1)
    assert visitor.get("/callbacks").location == "/sign-in?next=/callbacks&ended=1"


def test_device_that_stays_may_come_from_another_address_and_any_other_may_not(
    visitor: FlaskClient, priya: str, sign_in: Made
) -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert "Expires=" not in sign_in(priya).headers.getlist("Set-Cookie")[1]
    assert visitor.get("/callbacks", environ_base=elsewhere).status_code == 302
    sign_in(priya, stay="on")
    assert visitor.get("/callbacks", environ_base=elsewhere).status_code == 200


def test_device_that_stays_is_out_after_thirty_days_however_often_it_is_used(
    office: Office, priya: str, clock: Any
) -> None:
    with office.database.transaction() as session:
        begun = sessions.begin(session, session.get_one(User, 1), clock.now(), stays=True)
        for _ in range(6):
            clock.go_on(days=5)
            assert sessions.find(session, begun.token, clock.now())
            assert [row.id for row in sessions.good(session, clock.now())] == [begun.id]
            sessions.note_use(session, begun.id, clock.now())
        clock.go_on(seconds=1)
        assert sessions.find(session, begun.token, clock.now()) is None
        assert sessions.good(session, clock.now()) == []


def test_tick_stays_when_the_password_was_wrong(sign_in: Made, priya: str) -> None:
    assert 'name="stay" value="on" checked' in sign_in(priya, "not this one at all", stay="on").text
    assert 'name="stay" value="on" aria' in sign_in(priya, "not this one at all").text


def test_browser_is_named_where_it_is_signed_in(
    visitor: FlaskClient, priya: str, sign_in: Made, office: Office
) -> None:
    visitor.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
    sign_in(priya)
    with office.database.transaction() as session:
        sessions.begin(session, session.get_one(User, 1), office.clock.now())  # from before it was asked
    for page in (visitor.get(PLACE).text, visitor.get("/me").text):
        named = re.findall(r"<b>([^<]+)</b>, last used .*?</span>(.*?)(?=<li>|</ul>)", page, re.DOTALL)
        assert [(name, "This one" in beside) for name, beside in named] == [
            ("A browser", False),
            ("Firefox on Linux", True),
        ]


def test_session_that_a_manager_ends_is_out_and_theirs_goes_on(
    browser: FlaskClient, tom: FlaskClient, send: Made, office: Office
) -> None:
    assert tom.get("/me").status_code == 200
    assert browser.get(PLACE).text.count("One browser signed in") == 2
    assert send(f"{PLACE}/sessions/2/end").status_code == 303
    assert (tom.get("/me").status_code, browser.get("/me").status_code) == (302, 200)
    assert browser.get(PLACE).text.count("One browser signed in") == 1
    with office.database.reading() as session:
        assert ("ended-session", "user:2") in [(row.action, row.about) for row in session.scalars(select(Audit))]


def test_login_is_removed_by_writing_its_email_and_is_out_at_once(
    browser: FlaskClient, tom: FlaskClient, send: Made, office: Office
) -> None:
    answer = send(f"{PLACE}/2/remove", email='"><script>alert(1)</script>')
    assert (answer.status_code, f"Write {TOM} as it stands here." in answer.text) == (422, True)
    assert "<script>alert" not in answer.text
    assert tom.get("/me").status_code == 200
    assert send(f"{PLACE}/2/remove", email="Tom@Example.com ").status_code == 303
    assert tom.get("/me").status_code == 302
    assert f"{TOM} can’t sign in any more." in browser.get(PLACE).text
    with office.database.reading() as session:
        assert session.scalars(select(User.id)).all() == [1]
        assert session.scalars(select(SignedInSession.user_id)).all() == [1]
        assert ("removed-login", TOM) in [(row.action, row.detail) for row in session.scalars(select(Audit))]


def test_last_manager_s_login_is_not_removed_not_even_beside_one_who_has_left(
    browser: FlaskClient, tom: FlaskClient, send: Made, office: Office, priya: str
) -> None:
    answer = send(f"{PLACE}/1/remove", email=priya)
    assert (answer.status_code, "Nobody else could manage" in answer.text) == (422, True)
    with office.database.transaction() as session:
        session.execute(update(User).where(User.id == 2).values(role="manager"))
        session.execute(update(Staff).where(Staff.id == 2).values(left_at=office.clock.now() - timedelta(days=1)))
    assert send(f"{PLACE}/1/remove", email=priya).status_code == 422
    with office.database.transaction() as session:
        session.execute(update(Staff).values(left_at=None))
    assert send(f"{PLACE}/1/remove", email=priya).location == "/sign-in"
    assert browser.get(PLACE).status_code == 302


def test_page_asks_the_database_as_often_for_many_as_for_one(
    browser: FlaskClient, tom: FlaskClient, office: Office, count_statements: Made
) -> None:
    few = count_statements(lambda: browser.get(PLACE))
    with office.database.transaction() as session:
        for number in range(5):
            access.add_user(session, f"p{number}@example.com", PASSWORD, "staff", None)
        for user in session.scalars(select(User)).all():
            sessions.begin(session, user, office.clock.now(), stays=True)
    assert count_statements(lambda: browser.get(PLACE)) == few


def test_last_manager_who_ever_came_in_stays_until_another_can_come(
    browser: FlaskClient, send: Made, office: Office, priya: str, clock: Any
) -> None:
    assert send(PLACE, email="new@example.com", role="manager").status_code == 303
    clock.go_on(hours=23)
    with office.database.transaction() as session:
        session.execute(update(SignedInSession).values(used_at=clock.now(), began_at=clock.now()))
        assert not logins.is_last_manager(session, session.get_one(User, 1), clock.now())
    clock.go_on(hours=2)
    with office.database.transaction() as session:
        session.execute(update(SignedInSession).values(used_at=clock.now()))
    answer = send(f"{PLACE}/1/remove", email=priya)
    assert (answer.status_code, "Nobody else could manage" in answer.text) == (422, True)
