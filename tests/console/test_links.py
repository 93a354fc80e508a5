"""Links that are good once: a new password, the first manager; and the page and commands that make them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import responses
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from console import access
from console.tables import Link, SignedInSession, User
from office.tables import Audit
from office.wiring import Office

NEW = "a staple and a battery"
HOSTILE = "<script>alert(1)</script>"
Send = Callable[..., Any]


@pytest.fixture
def send(visitor: FlaskClient) -> Send:
    """Fill in a form of the page and send it."""

    def sent(page: str, to: str | None = None, **fields: str) -> Any:
        token = visitor.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
        headers = {"Referer": f"https://localhost{page}"}
        return visitor.post(to or page, data={"csrf_token": token, **fields}, headers=headers)

    return sent


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    def ran(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=list(words))

    return ran


@pytest.fixture
def link(run: Any, priya: str) -> str:
    """The path of a link for a new password."""
    address = run("reset-password", priya).stdout.strip()
    assert address.startswith("https://ringtrue.test/new-password/")
    path: str = urlsplit(address).path
    return path


@pytest.fixture
def nobody(office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(delete(User))


def test_link_changes_the_password_once_and_ends_all_sessions(
    browser: FlaskClient, link: str, send: Send, sign_in: Any, priya: str
) -> None:
    for _ in range(2):  # opening it, as mail programs do, uses nothing up
        assert browser.get(link).status_code == 200
    assert send(link, password=NEW).location == "/sign-in?fresh=1"
    assert browser.get("/callbacks").status_code == 302
    assert browser.get(link).status_code == 410
    assert sign_in(priya).status_code == 422
    assert sign_in(priya, NEW).status_code == 303


def test_link_of_yesterday_or_before_a_newer_one_is_good_no_more(
    visitor: FlaskClient, link: str, run: Any, priya: str, clock: Any
) -> None:
    newer = urlsplit(run("reset-password", priya).stdout.strip()).path
    assert visitor.get(link).status_code == 410
    assert visitor.get(newer).status_code == 200
    clock.go_on(hours=24)
    assert visitor.get(newer).status_code == 410


def test_short_password_is_refused_and_the_link_stays_good(link: str, send: Send) -> None:
    assert send(link, password="short").status_code == 422
    assert send(link, password=NEW).status_code == 303


def test_link_itself_is_not_in_the_database(link: str, office: Office) -> None:
    with office.database.reading() as session:
        [row] = session.scalars(select(Link))
    assert link.rpartition("/")[2] not in row.digest


def test_manager_makes_a_link_that_is_shown_once_and_works(
    browser: FlaskClient, send: Send, office: Office, app: Flask
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    assert send("/settings/access", "/settings/access/2/link").status_code == 303
    page = browser.get("/settings/access").text
    path = "/new-password/" + page.split("https://ringtrue.test/new-password/")[1].split("<")[0]
    assert "/new-password/" not in browser.get("/settings/access").text
    assert "tom@example.com" in app.test_client().get(path).text
    with office.database.reading() as session:
        assert ("Priya Shah", "made-link", "user:2") in [
            (row.by, row.action, row.about) for row in session.scalars(select(Audit))
        ]


def test_manager_lets_somebody_in_who_chooses_the_password(browser: FlaskClient, send: Send, office: Office) -> None:
    send("/settings/access", email="Tom@Example.com", role="staff", staff="2")
    assert "/new-password/" in browser.get("/settings/access").text
    send("/settings/access", email="tom@example.com", role="staff", staff="2")
    assert "has a login already" in browser.get("/settings/access").text
    send("/settings/access", email=HOSTILE, role="staff", staff="2")
    assert HOSTILE not in browser.get("/settings/access").text
    with office.database.reading() as session:
        assert session.execute(select(User.email, User.staff_id).where(User.role == "staff")).all() == [
            ("tom@example.com", 2)
        ]


def test_manager_takes_codes_off_another_login_but_not_off_their_own(
    browser: FlaskClient, send: Send, office: Office
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
        session.execute(update(User).values(totp_secret="GEZDGNBVGY3TQOJQ"))
    assert send("/settings/access", "/settings/access/1/codes-off").status_code == 403
    assert send("/settings/access", "/settings/access/2/codes-off").status_code == 303
    with office.database.reading() as session:
        assert dict(session.execute(select(User.id, User.totp_secret)).all()) == {1: "GEZDGNBVGY3TQOJQ", 2: None}


def test_staff_find_no_page_of_access(office: Office, visitor: FlaskClient, sign_in: Any) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    assert visitor.get("/settings/access").status_code == 403
    assert visitor.get("/me").status_code == 200
    assert "Who may sign in" not in visitor.get("/me").text


def test_password_is_changed_by_whoever_knows_it_and_other_browsers_are_out(
    browser: FlaskClient, send: Send, office: Office, sign_in: Any, priya: str
) -> None:
    sign_in(priya)
    assert send("/me", "/me/password", old="not this one", new=NEW).status_code == 422
    assert send("/me", "/me/password", old="correct horse battery", new=NEW).status_code == 303
    with office.database.reading() as session:
        assert [
            row.ended_at is None for row in session.scalars(select(SignedInSession).order_by(SignedInSession.id))
        ] == [False, True]
    assert "You have a new password." in browser.get("/me").text


def test_sign_out_everywhere_ends_every_session(browser: FlaskClient, send: Send, office: Office) -> None:
    assert send("/me", "/me/sign-out-everywhere").location == "/sign-in"
    with office.database.reading() as session:
        assert all(row.ended_at for row in session.scalars(select(SignedInSession)))


def test_commands_of_the_door_name_whom_they_do_not_know(run: Any, priya: str, office: Office) -> None:
    for command in ("reset-password", "reset-codes"):
        refused = run(command, "nobody@example.com")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "nobody@example.com has no login" in refused.stderr
    assert run("reset-codes", priya.upper()).stdout == f"{priya} signs in without a code now.\n"
    assert (run("welcome").exit_code, run("welcome").stdout) == (0, "")


@pytest.mark.usefixtures("nobody")
def test_first_manager_is_made_by_the_link_of_the_first_start_and_sees_what_is_left(
    run: Any, visitor: FlaskClient, send: Send, app: Flask
) -> None:
    path = urlsplit(run("welcome").stdout.strip()).path
    assert send(path, email="nonsense", password=NEW).status_code == 422
    assert send(path, email="ana@example.com", password=NEW).location == "/welcome"
    page = visitor.get("/welcome").text
    assert "https://ringtrue.test/voice/incoming" in page
    assert "3 of 6 steps are done." in page
    assert app.test_client().get(path).status_code == 410


@pytest.mark.usefixtures("nobody")
def test_welcome_link_is_good_no_more_once_somebody_can_sign_in(run: Any, visitor: FlaskClient, office: Office) -> None:
    path = urlsplit(run("welcome").stdout.strip()).path
    assert visitor.get(path).status_code == 200
    with office.database.transaction() as session:
        access.add_user(session, "ana@example.com", NEW, "manager", None)
    assert visitor.get(path).status_code == 410
    assert visitor.get("/welcome/never-made").status_code == 410


def test_addresses_are_set_at_the_carrier(browser: FlaskClient, send: Send, twilio: responses.RequestsMock) -> None:
    place = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32 + "/IncomingPhoneNumbers"
    sid = "PN" + "1" * 32
    number = {"sid": sid, "account_sid": "AC" + "0" * 32, "phone_number": "+442071838750", "trunk_sid": None}
    twilio.get(f"{place}.json", json={"incoming_phone_numbers": [number], "page": 0, "page_size": 50})
    asked = twilio.post(f"{place}/{sid}.json", json=number)
    assert '<button class="btn btn-call" type="submit">Set them at Twilio for me' in browser.get("/welcome").text
    assert send("/welcome", "/welcome/addresses").status_code == 303
    assert "VoiceUrl=https%3A%2F%2Fringtrue.test%2Fvoice%2Fincoming" in str(asked.calls[0].request.body)
    assert "The carrier knows our addresses." in browser.get("/welcome").text


def test_number_of_another_account_is_told_and_nothing_is_set(
    browser: FlaskClient, send: Send, twilio: responses.RequestsMock
) -> None:
    place = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32 + "/IncomingPhoneNumbers.json"
    twilio.get(place, json={"incoming_phone_numbers": [], "page": 0, "page_size": 50})
    send("/welcome", "/welcome/addresses")
    assert "the number isn’t this account’s" in browser.get("/welcome").text
