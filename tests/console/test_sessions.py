"""Sessions end on the server, one by one or all together; passwords are kept as argon2id, older hashes are renewed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.security import generate_password_hash

from console import access, passwords, sessions
from console.tables import SignedInSession, User
from office.tables import Audit
from office.wiring import Office

PASSWORD = "correct horse battery"
SignIn = Callable[..., Any]


def test_cookie_s_token_is_not_in_the_database(browser: FlaskClient, office: Office) -> None:
    with browser.session_transaction() as held:
        token = held["_user_id"]
    with office.database.reading() as session:
        [row] = session.scalars(select(SignedInSession))
    assert token not in {row.digest, str(row.id)}
    assert len(token) >= 43


def test_sign_out_leaves_other_browsers_in_and_all_of_them_are_out_when_all_are_ended(
    app: Flask, browser: FlaskClient, office: Office, clock: Any
) -> None:
    other = app.test_client()
    with office.database.transaction() as session:
        user = session.scalars(select(User)).one()
        token = sessions.begin(session, user, clock.now()).token
        with other.session_transaction() as held:
            held["_user_id"] = token
    with browser.session_transaction() as held:
        mine = held["_user_id"]
    with office.database.transaction() as session:
        signed_in = sessions.find(session, mine, clock.now())
        assert signed_in is not None
        sessions.end(session, signed_in.id, clock.now())
        assert sessions.find(session, mine, clock.now()) is None
        assert sessions.find(session, token, clock.now()) is not None
        sessions.end_all(session, user.id, clock.now())
        assert sessions.find(session, token, clock.now()) is None


@pytest.mark.parametrize("minutes", [[31], [20] * 37])
def test_session_left_alone_or_too_old_is_good_no_more(
    office: Office, priya: str, clock: Any, minutes: list[int]
) -> None:
    with office.database.transaction() as session:
        user = session.scalars(select(User)).one()
        begun = sessions.begin(session, user, clock.now())
        for length in minutes:
            sessions.note_use(session, begun.id, clock.now())
            assert sessions.find(session, begun.token, clock.now())
            clock.go_on(minutes=length)
        assert sessions.find(session, begun.token, clock.now()) is None


def test_signing_in_and_out_is_in_the_audit_by_account(browser: FlaskClient, office: Office) -> None:
    token = browser.get("/callbacks").text.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/sign-out", data={"csrf_token": token}, headers={"Referer": "https://localhost/callbacks"})
    with office.database.reading() as session:
        told = [(row.by, row.action, row.about, row.detail) for row in session.scalars(select(Audit))]
    assert told == [("Priya Shah", "signed-in", "user:1", None), ("Priya Shah", "signed-out", "user:1", None)]


def test_hash_of_before_still_opens_and_is_argon2_afterwards(priya: str, office: Office, sign_in: SignIn) -> None:
    with office.database.transaction() as session:
        session.execute(update(User).values(password_hash=generate_password_hash(PASSWORD)))
    assert sign_in(priya, "not this one at all").status_code == 422
    assert sign_in(priya).status_code == 303
    with office.database.reading() as session:
        kept = session.scalars(select(User.password_hash)).one()
    assert kept.startswith("$argon2id$")
    assert not passwords.is_outdated(kept)
    assert sign_in(priya).status_code == 303


def test_hash_that_is_damaged_opens_nothing() -> None:
    assert not passwords.genuine("$argon2id$nonsense", "")
    assert not passwords.genuine("nonsense", "nonsense")


@pytest.mark.parametrize(("role", "reads"), [("manager", 1), ("staff", 2)])
def test_gate_reads_once_for_a_manager_and_the_teams_of_staff_besides(
    app: Flask, office: Office, clock: Any, bearer: Callable[..., Any], statements: Any, role: str, reads: int
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", PASSWORD, role, 2)
    with office.database.transaction() as session:
        begun = sessions.begin(session, session.scalars(select(User)).one(), clock.now())
    token = bearer(role, "Tom Okafor")["Authorization"].split()[1]
    seen: list[Any] = []
    with app.app_context(), office.database.reading() as session:
        asked = statements(lambda: seen.append(sessions.find(session, begun.token, clock.now())))
    with app.app_context(), office.database.reading() as session:
        asked_by_token = statements(lambda: seen.append(access.by_token(session, token)))
    assert [each.startswith("SELECT") for each in asked].count(True) == reads
    assert [each.startswith("SELECT") for each in asked_by_token].count(True) == reads
    teams = None if role == "manager" else frozenset({1})
    assert [(one.name, one.teams) for one in (seen[0].viewer, seen[1][0])] == [("Tom Okafor", teams)] * 2
