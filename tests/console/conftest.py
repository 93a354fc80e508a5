"""What the console's tests share: promises in the database, tokens, and a browser that is signed in."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from callbacks.tables import Callback, CallbackCall
from console import access, entering, passwords
from console.tables import User
from office import people
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.tables import StaffTeam, Team
from office.wiring import Office
from tests.served import served
from voice.tables import Call
from voicemail_greetings import messages
from voicemail_greetings.tables import Message

PASSWORD = "correct horse battery"
WITHIN = timedelta(hours=2)

Owe = Callable[..., int]
Headers = dict[str, str]


@pytest.fixture
def app(office: Office) -> Flask:
    app = served(office)
    app.config["PREFERRED_URL_SCHEME"] = "https"  # the office's public address: cookies are Secure
    return app


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser of nobody in particular."""
    return app.test_client()


@pytest.fixture
def sales(office: Office) -> int:
    """A second team, which nobody is in yet; its id."""
    with office.database.transaction() as session:
        team = Team(name="Sales", strategy="longest-idle")
        session.add(team)
        session.flush()
        return team.id


@pytest.fixture
def owe(office: Office) -> Owe:
    """Make a call-back, promised two hours from now unless said otherwise; returns its id."""

    def owed(phone: str | None = "+447700900123", **values: Any) -> int:
        now = office.clock.now()
        usual = {"kind": "missed", "reason": "missed call", "state": "waiting", "calls_missed": 1, "team_id": 1}
        times = {"missed_at": now, "promised_by": now + WITHIN, "next_try_at": now}
        with office.database.transaction() as session:
            row = Callback(phone=phone, **{**usual, **times, **values})
            session.add(row)
            session.flush()
            return row.id

    return owed


@pytest.fixture
def call(office: Office) -> Callable[..., str]:
    """Make a call of a customer, led to a call-back if one is named; returns its sid."""

    def called(sid: str, callback_id: int | None = None, **values: Any) -> str:
        now = office.clock.now()
        usual = {"direction": "inbound", "phone": "+447700900123", "team_id": 1, "started_at": now, "seen_at": now}
        with office.database.transaction() as session:
            session.add(Call(sid=sid, **{**usual, **values}))
            if callback_id is not None:
                session.add(CallbackCall(call_sid=sid, callback_id=callback_id))
        return sid

    return called


@pytest.fixture
def message(office: Office) -> Callable[..., None]:
    """Leave a message in a call; with `audio`, the recording has arrived."""

    def left(sid: str, audio: bytes | None = None, at: datetime | None = None, recording: str | None = None) -> None:
        with office.database.transaction() as session:
            now = at or office.clock.now()
            times = {"received_at": now, "ended_at": now, "words_by": messages.words_by(now)}
            row = Message(recording_sid=recording or f"RE{sid}", call_sid=sid, duration_s=14, fetches=0, **times)
            session.add(row)
            session.flush()
            if audio is not None:
                row.file = f"{row.id}.wav"
                folder = office.settings.data_dir / "recordings"
                folder.mkdir(exist_ok=True)
                (folder / row.file).write_bytes(audio)

    return left


@pytest.fixture
def customers(office: Office) -> Callable[..., None]:
    """Import customers: phone and name after each other."""

    def imported(*pairs: tuple[str, str]) -> None:
        with office.database.transaction() as session:
            save_customers(session, [CustomerRow(1, phone, name) for phone, name in pairs])

    return imported


@pytest.fixture
def bearer(app: Flask, office: Office) -> Callable[..., Headers]:
    """The headers of a token."""

    def made(role: str = "manager", staff: str | None = None) -> Headers:
        with app.app_context(), office.database.transaction() as session:
            staff_id = next((key for key, name in people.staff_names(session).items() if name == staff), None)
            token = access.add_token(session, "wallboard", role, staff_id)
            found = access.by_token(session, token)
            assert found is not None
            access.note_token_use(session, found[1].id, office.clock.now())  # not within what a test counts
        return {"Authorization": f"Bearer {token}"}

    return made


@pytest.fixture
def join_team(office: Office) -> Callable[[str, int | None], None]:
    """Put a person into one team and out of all others."""

    def joined(name: str, team_id: int | None) -> None:
        with office.database.transaction() as session:
            staff_id = next(key for key, known in people.staff_names(session).items() if known == name)
            for row in session.scalars(select(StaffTeam).where(StaffTeam.staff_id == staff_id)):
                session.delete(row)
            session.flush()
            if team_id is not None:
                session.add(StaffTeam(staff_id=staff_id, team_id=team_id))

    return joined


@pytest.fixture
def priya(office: Office) -> str:
    """A manager's login; its email."""
    with office.database.transaction() as session:
        session.add(User(email="priya@example.com", password_hash=_slow_hash(), role="manager", staff_id=1))
    return "priya@example.com"


@cache
def _slow_hash() -> str:
    """Of the one password that tests have: each would take as long as many a test does."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def sign_in(visitor: FlaskClient) -> Callable[..., Any]:
    """Fill in the form and send it."""

    def tried(email: str, password: str = PASSWORD, **fields: str) -> Any:
        page = visitor.get("/sign-in").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": email, "password": password, **fields}
        return visitor.post("/sign-in", data=form, headers={"Referer": "https://localhost/sign-in"})

    return tried


@pytest.fixture
def browser(visitor: FlaskClient, app: Flask, office: Office, priya: str) -> FlaskClient:
    """A manager's browser, signed in; past the slow look at the password, which would be most of what a test takes."""
    with office.database.reading() as session:
        user = session.scalars(select(User).where(User.email == priya)).one()
    with app.test_request_context("/sign-in", base_url="https://localhost", environ_overrides=visitor.environ_base):
        answer = app.process_response(app.make_response(entering.enter(user, "/")))
    for cookie in answer.headers.getlist("Set-Cookie"):
        name, _, value = cookie.partition(";")[0].partition("=")
        visitor.set_cookie(name, value, secure=True)
    return visitor


@pytest.fixture
def statements() -> Callable[[Callable[[], object]], list[str]]:
    """What the database is asked while something is done."""

    def asked_while(do: Callable[[], object]) -> list[str]:
        asked: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            asked.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        do()
        event.remove(Engine, "before_cursor_execute", note)
        return asked

    return asked_while


@pytest.fixture
def read_of(statements: Callable[..., list[str]]) -> Callable[[Callable[[], object]], Counter[str]]:
    """How often each table is read first while something is done."""

    def told(do: Callable[[], object]) -> Counter[str]:
        return Counter(found[1] for each in statements(do) if (found := re.search(r"FROM (\w+)", each)))

    return told


@pytest.fixture
def count_statements(statements: Callable[..., list[str]]) -> Callable[[Callable[[], object]], int]:
    """How many statements the database is asked while something is done."""
    return lambda do: len(statements(do))
