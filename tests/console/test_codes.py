"""Signing in with a code as well: setting it up, each code once, who must, and the ways back when a phone is lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from console import access, codes, totp
from console.tables import User
from office.wiring import Office

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
Send = Callable[..., Any]


@pytest.fixture
def send(visitor: FlaskClient) -> Send:
    """Fill in a form of the page and send it."""

    def sent(page: str, to: str, **fields: str) -> Any:
        token = visitor.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
        return visitor.post(to, data={"csrf_token": token, **fields}, headers={"Referer": f"https://localhost{page}"})

    return sent


@pytest.fixture
def with_codes(office: Office, priya: str) -> str:
    """A login that has codes; its email."""
    with office.database.transaction() as session:
        session.execute(update(User).where(User.email == priya).values(totp_secret=SECRET))
    return priya


@pytest.fixture
def type_code(send: Send, office: Office) -> Send:
    """Type the code of now, or of so many steps later, after the password."""

    def typed(step: int = 0) -> Any:
        code = totp.code(SECRET, totp.step_at(office.clock.now()) + step)
        return send("/sign-in/code", "/sign-in/code", code=code)

    return typed


def test_password_alone_opens_only_the_question_for_the_code(
    with_codes: str, sign_in: Any, visitor: FlaskClient, type_code: Send
) -> None:
    assert sign_in(with_codes, next="/callbacks?x=1").location == "/sign-in/code"
    assert visitor.get("/callbacks").status_code == 302
    assert type_code().location == "/callbacks?x=1"
    assert visitor.get("/callbacks").status_code == 200


def test_code_seen_over_a_shoulder_is_good_no_more(with_codes: str, sign_in: Any, type_code: Send, app: Flask) -> None:
    sign_in(with_codes)
    assert type_code().status_code == 303
    sign_in(with_codes)
    assert type_code().status_code == 422
    assert type_code(1).status_code == 303


def test_codes_cannot_be_guessed_for_long(with_codes: str, sign_in: Any, send: Send, type_code: Send) -> None:
    sign_in(with_codes)
    assert [send("/sign-in/code", "/sign-in/code", code="000000").status_code for _ in range(10)] == [422] * 10
    assert type_code().status_code == 429


def test_question_for_the_code_is_closed_without_a_password_and_five_minutes_after_it(
    with_codes: str, visitor: FlaskClient, sign_in: Any, clock: Any
) -> None:
    assert visitor.get("/sign-in/code").location == "/sign-in"
    sign_in(with_codes)
    clock.go_on(minutes=6)
    assert visitor.get("/sign-in/code").status_code == 303


def test_codes_begin_once_the_app_has_shown_one_and_end_with_another(
    browser: FlaskClient, send: Send, office: Office, clock: Any
) -> None:
    page = browser.get("/me/codes").text
    secret = page.split("?secret=")[1][:32]
    assert totp.in_groups(secret) in page
    assert send("/me/codes", "/me/codes/on", code="000000").status_code == 422
    right = totp.code(secret, totp.step_at(clock.now()))
    assert send("/me/codes", "/me/codes/on", code=right).location == "/me"
    assert send("/me/codes", "/me/codes/off", code=right).status_code == 422  # it was used
    clock.go_on(seconds=30)
    assert send("/me/codes", "/me/codes/off", code=totp.code(secret, totp.step_at(clock.now()))).status_code == 303
    with office.database.reading() as session:
        assert session.scalars(select(User.totp_secret)).one() is None


def test_manager_is_asked_for_codes_at_once_and_may_do_nothing_else_after_a_week(
    priya: str, sign_in: Any, visitor: FlaskClient, clock: Any
) -> None:
    sign_in(priya)
    told = 'From Tuesday 1 December on managers need a code as well. <a href="/me/codes">Set it up</a>'
    assert told in visitor.get("/callbacks").text
    clock.go_on(days=7)
    sign_in(priya)
    assert visitor.get("/callbacks").location == "/me/codes"
    assert visitor.get("/me/codes").status_code == 200


def test_codes_taken_off_by_their_manager_leave_no_days_without(
    with_codes: str, sign_in: Any, send: Send, type_code: Send, visitor: FlaskClient
) -> None:
    sign_in(with_codes)
    type_code()
    send(
        "/me/codes",
        "/me/codes/off",
        code=totp.code(SECRET, totp.step_at(visitor.application.extensions["office"].clock.now()) + 1),
    )
    assert visitor.get("/callbacks").location == "/me/codes"


def test_staff_may_do_without(app: Flask, office: Office, sign_in: Any, visitor: FlaskClient, clock: Any) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    clock.go_on(days=8)
    sign_in("tom@example.com")
    assert visitor.get("/callbacks").status_code == 200


def test_manager_may_do_without_where_no_real_phone_can_be_rung(
    office: Office, priya: str, sign_in: Any, visitor: FlaskClient, clock: Any
) -> None:
    office.settings = replace(office.settings, standin=True)
    sign_in(priya)
    clock.go_on(days=8)
    sign_in(priya)
    assert visitor.get("/callbacks").status_code == 200


def test_of_two_who_type_the_same_code_at_once_one_gets_in(office: Office, with_codes: str, clock: Any) -> None:
    code = totp.code(SECRET, totp.step_at(clock.now()))
    with office.database.reading() as session:
        as_both_saw_it = session.scalars(select(User).where(User.email == with_codes)).one()
    with office.database.transaction() as session:
        assert [codes.use(session, as_both_saw_it, code, clock.now()) for _ in range(2)] == [True, False]
