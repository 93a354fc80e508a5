"""Guesses are slowed down for all web processes together, and never keep out who is known."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from console import throttle
from console.digests import digest
from console.tables import SignInTry
from office.wiring import Office
from webhooks import create_app

PASSWORD = "correct horse battery"
SignIn = Callable[..., Any]


@pytest.fixture
def guess(app: Flask, office: Office) -> SignIn:
    """Somebody in a browser of their own, at another process of ours each time, from another address if wanted."""
    apps = [app, create_app(office)]
    apps[1].config["PREFERRED_URL_SCHEME"] = "https"

    def guessed(email: str, password: str = "wrong", address: str = "192.0.2.7") -> int:
        apps.reverse()
        client = apps[0].test_client()
        page = client.get("/sign-in").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": email, "password": password}
        headers = {"Referer": "https://localhost/sign-in"}
        place = {"REMOTE_ADDR": address}
        return client.post("/sign-in", data=form, headers=headers, environ_base=place).status_code

    return guessed


def test_eleventh_try_at_an_account_must_wait_whoever_answers_and_wherever_it_comes_from(
    priya: str, guess: SignIn, sign_in: SignIn
) -> None:
    assert [guess(priya, address=f"192.0.2.{number}") for number in range(10)] == [422] * 10
    stopped = sign_in(priya.upper())
    assert stopped.status_code == 429
    assert "Let’s wait a minute. Try again at 10:05." in stopped.text
    assert guess("tom@example.com") == 422


def test_wait_is_over_when_it_was_said_to_be_though_somebody_never_stopped(
    priya: str, guess: SignIn, clock: Any
) -> None:
    for _ in range(10):
        guess(priya)
    for _ in range(4):
        clock.go_on(minutes=1)
        assert [guess(priya) for _ in range(3)] == [429] * 3
    clock.go_on(minutes=1)
    assert guess(priya, PASSWORD) == 303


def test_guesses_from_elsewhere_do_not_keep_out_a_browser_that_is_known(
    browser: FlaskClient, priya: str, guess: SignIn, sign_in: SignIn, clock: Any
) -> None:
    clock.go_on(hours=13)  # its session is over
    for _ in range(11):
        guess(priya)
    assert sign_in(priya).status_code == 303


def test_known_browser_may_not_guess_for_ever_either(browser: FlaskClient, priya: str, sign_in: SignIn) -> None:
    assert [sign_in(priya, "wrong").status_code for _ in range(11)] == [422] * 10 + [429]


def test_right_password_forgives_the_wrong_ones_before_it(priya: str, guess: SignIn) -> None:
    for _ in range(2):
        assert [guess(priya) for _ in range(9)] == [422] * 9
        assert guess(priya, PASSWORD) == 303


def test_hundred_accounts_tried_from_one_address_are_enough(office: Office, clock: Any) -> None:
    limits = {"address 192.0.2.7": throttle.OF_AN_ADDRESS}
    with office.database.transaction() as session:
        for _ in range(100):
            throttle.note(session, limits, clock.now())
            assert throttle.wait_until(session, limits, clock.now()) is None
        throttle.note(session, limits, clock.now())
        assert throttle.wait_until(session, limits, clock.now()) == clock.now() + throttle.WINDOW


def test_tries_name_no_account_and_no_address_and_go_when_they_are_old(
    priya: str, guess: SignIn, office: Office, clock: Any
) -> None:
    guess(priya)
    clock.go_on(minutes=6)
    guess("tom@example.com")
    with office.database.reading() as session:
        kept = session.scalars(select(SignInTry)).all()
    assert {row.at for row in kept} == {clock.now()}
    assert all(len(row.what) == 64 and row.what.isalnum() for row in kept)


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.1")])
def test_guesses_behind_proxies_count_for_whom_the_trusted_ones_saw(office: Office, proxies: int, counted: str) -> None:
    behind = replace(office, settings=replace(office.settings, trusted_proxies=proxies))
    passed_on = {"X-Forwarded-For": "192.0.2.9, 198.51.100.1, 203.0.113.7", "X-Forwarded-Host": "evil.example"}
    create_app(behind).test_client().get("/now/board/nonsense", headers=passed_on)
    with office.database.reading() as session:
        assert session.scalars(select(SignInTry.what)).all() == [digest(f"board from {counted}")]
