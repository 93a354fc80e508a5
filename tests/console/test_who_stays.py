"""What must not be lost when people and teams come, change and go: whoever manages, PINs, promises, where alerts go."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from callbacks.tables import Callback
from console.tables import User
from office import changes, pins
from office.tables import Pin, Staff, Team
from office.wiring import Office
from tests.conftest import Carrier

Made = Callable[..., Any]
PRIYA, TOM, ANN = 1, 2, 3
TOMS_PHONE = "+447700900102"


@pytest.fixture
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """One kind of database is enough for pages."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def send(browser: FlaskClient) -> Made:
    """Send a form; what the browser is shown then."""

    def sent(path: str, **fields: Any) -> str:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/people").text)[0]
        headers = {"Referer": "https://localhost/people"}
        answer = browser.post(path, data={"csrf_token": token, **fields}, headers=headers, follow_redirects=True)
        return str(answer.text)

    return sent


def row(office: Office, staff_id: int) -> Staff:
    with office.database.reading() as session:
        return session.get_one(Staff, staff_id)


def add_ann(send: Made) -> str:
    return str(send("/people/new", name="Ann Lee", phone="07700 900 111", role="staff", notices="text"))


def change_business(office: Office, **values: str) -> None:
    with office.database.transaction() as session:
        edit = lambda tables: tables["business"].update(values)  # noqa: E731
        changes.change(session, edit, by="Priya Shah", said="so", now=office.clock.now())


def test_last_who_can_manage_does_not_leave(office: Office, send: Made) -> None:
    assert "Let another manager in first." in send(f"/people/{PRIYA}/leave", name="Priya Shah")
    assert row(office, PRIYA).left_at is None


def test_undo_that_would_leave_nobody_to_manage_is_refused(office: Office, send: Made) -> None:
    add_ann(send)
    with office.database.transaction() as session:
        session.execute(update(User).values(staff_id=ANN))
    assert "Let another manager in first." in send("/changes/1/undo")
    assert row(office, ANN).left_at is None


def test_person_to_whom_alerts_go_does_not_leave_and_their_form_says_why(office: Office, send: Made) -> None:
    change_business(office, manager_phone=TOMS_PHONE)
    page = send(f"/people/{TOM}/leave", name="Tom Okafor")
    assert re.search(r'id="p-name">.*Alerts go to this phone', page)
    assert row(office, TOM).left_at is None


def test_new_phone_of_whoever_gets_the_alerts_says_that_they_go_to_the_old_one(office: Office, send: Made) -> None:
    change_business(office, manager_phone=TOMS_PHONE)
    said = "Alerts still go to the old number."
    page = send(f"/people/{TOM}", name="Tom Okafor", phone="07700 900155", role="staff", notices="text")
    assert (said in page, said in add_ann(send)) == (True, False)


def test_leaver_who_is_put_back_has_their_pin_and_whoever_gets_their_number_has_not(office: Office, send: Made) -> None:
    with office.database.transaction() as session:
        pins.set_pin(session, TOMS_PHONE, "8371")
    send(f"/people/{TOM}/leave", name="Tom Okafor")
    page = send("/changes/1/undo")
    assert "Whoever is back is on duty; promises that were handed on stay where they are." in page
    with office.database.transaction() as session:
        assert pins.check(session, TOMS_PHONE, "8371", office.clock.now())
    send(f"/people/{TOM}/leave", name="Tom Okafor")
    send("/people/new", name="Ann Lee", phone=TOMS_PHONE, role="staff", notices="text")
    with office.database.reading() as session:
        assert session.scalars(select(Pin)).all() == []


def test_leaver_s_pin_is_not_the_manager_s_whose_phone_that_is_now(office: Office, send: Made) -> None:
    with office.database.transaction() as session:
        pins.set_pin(session, TOMS_PHONE, "8371")
    send(f"/people/{TOM}/leave", name="Tom Okafor")
    change_business(office, manager_phone=TOMS_PHONE)
    with office.database.reading() as session:
        assert session.scalars(select(Pin)).all() == []


def test_people_are_held_before_their_promises_are_handed_on(
    send: Made, owe: Made, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    owe(state="claimed", owner="Tom Okafor", owner_id=TOM)
    asked = statements(lambda: send(f"/people/{TOM}/leave", name="Tom Okafor", keeper=str(PRIYA)))
    held = next(
        n for n, each in enumerate(asked) if re.fullmatch(r"SELECT staff.id\s+FROM staff ORDER BY staff.id", each)
    )
    assert held < next(n for n, each in enumerate(asked) if each.startswith("UPDATE callbacks"))


def test_promise_of_a_call_whose_team_was_closed_meanwhile_is_for_all(
    app: Any, office: Office, sales: int, call: Made
) -> None:
    call("CA" + "1" * 32, team_id=sales, turn=3)
    with office.database.transaction() as session:
        session.execute(update(Team).where(Team.id == sales).values(closed_at=office.clock.now()))
    Carrier(app.test_client()).post("/voice/status", CallStatus="completed", From="+447700900123", Direction="inbound")
    with office.database.reading() as session:
        assert [each.team_id for each in session.scalars(select(Callback))] == [None]


def test_menu_key_is_one_digit(office: Office, send: Made) -> None:
    send("/teams/1", name="Workshop", key="12", strategy="in-turn")
    with office.database.reading() as session:
        team = session.get_one(Team, 1)
    assert (team.key, team.strategy) == (None, "in-turn")


def test_team_s_form_is_read_once_and_a_closed_team_has_none(
    send: Made, browser: FlaskClient, read_of: Callable[[Callable[[], object]], Any]
) -> None:
    send("/teams/new", name="Sales", key="2", strategy="all-at-once")
    assert read_of(lambda: browser.get("/teams/2"))["teams"] == 2
    send("/teams/2/close", to="1")
    assert browser.get("/teams/2").status_code == 404


def test_history_asks_for_the_zone_once(
    browser: FlaskClient, send: Made, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    add_ann(send)
    before = count_statements(lambda: browser.get("/people"))
    for name in ("Anna Lee", "Anne Lee"):
        send(f"/people/{ANN}", name=name, phone="07700 900 111", role="staff", notices="text")
    assert count_statements(lambda: browser.get("/people")) == before


def test_settings_lead_to_the_links_of_screens(browser: FlaskClient) -> None:
    assert 'href="/settings/board"' in browser.get("/settings").text
