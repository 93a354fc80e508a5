"""A manager has somebody's phone rung to see whether calls reach them on it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import responses
from flask.testing import FlaskClient
from sqlalchemy import select

from office import changes
from office.tables import Audit, Staff
from office.wiring import Office
from tests.conftest import Carrier
from voice.tables import Call

CALLS = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32 + "/Calls.json"
TOM, TOMS_PHONE = 2, "+447700900102"
OTHER_PHONE = "+447701900102"
Press = Callable[..., str]


@pytest.fixture
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """One kind of database is enough for a page and two addresses."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def carrier(app: Any) -> Carrier:
    return Carrier(app.test_client())


@pytest.fixture
def ring(browser: FlaskClient) -> Press:
    """Press the button; the page that follows."""

    def rung(staff_id: int = TOM) -> str:
        page = browser.get(f"/people/{TOM}").text
        fields = {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]}
        headers = {"Referer": f"https://localhost/people/{TOM}"}
        return str(browser.post(f"/people/{staff_id}/ring", data=fields, headers=headers, follow_redirects=True).text)

    return rung


def busy_with(office: Office) -> str | None:
    with office.database.reading() as session:
        return session.get_one(Staff, TOM).busy_with


def test_phone_that_is_picked_up_and_pressed_works_and_is_free_again(
    office: Office, browser: FlaskClient, carrier: Carrier, ring: Press, twilio: responses.RequestsMock
) -> None:
    placed = twilio.post(CALLS, json={"sid": "CA" + "5" * 32, "status": "queued"}, status=201)
    assert "Ringing… whoever picks up is asked to press 1." in ring()
    assert f"To=%2B{TOMS_PHONE[1:]}" in str(placed.calls[0].request.body)
    assert busy_with(office) == f"check:{TOM}:1"
    key = carrier.key(carrier.post(f"/voice/checks/{TOM}/1/ask", To=TOMS_PHONE))
    assert "Calls reach you on this phone" in carrier.post(key, To=TOMS_PHONE, Digits="1").text
    carrier.post(key, To=TOMS_PHONE, Digits="1")
    carrier.post(f"/voice/checks/{TOM}/1/report", To=TOMS_PHONE, CallStatus="completed")
    assert busy_with(office) is None
    assert "It works: they pressed 1, 10:00." in browser.get(f"/people/{TOM}/check").text
    with office.database.reading() as session:
        written = session.scalars(select(Audit.action).where(Audit.about == f"staff:{TOM}")).all()
    assert written == ["number-rung", "number-checked"]


def test_mailbox_that_picks_up_or_a_number_that_was_changed_proves_nothing(
    browser: FlaskClient, carrier: Carrier, ring: Press, twilio: responses.RequestsMock, clock: Any
) -> None:
    twilio.post(CALLS, json={"sid": "CA" + "5" * 32, "status": "queued"}, status=201)
    ring()
    key = carrier.key(carrier.post(f"/voice/checks/{TOM}/1/ask", To=TOMS_PHONE))
    assert "<Hangup" in carrier.post(key, To="+447700900199", Digits="1").text
    carrier.post(key, To=TOMS_PHONE)
    clock.go_on(minutes=2)
    assert "Rung 10:00, and nobody pressed 1." in browser.get(f"/people/{TOM}/check").text


def test_somebody_on_the_phone_and_a_number_that_the_carrier_refuses_are_told_of(
    office: Office, ring: Press, twilio: responses.RequestsMock
) -> None:
    twilio.post(CALLS, json={"code": 21211, "message": "no", "status": 400}, status=400)
    page = ring()
    assert "The carrier wouldn’t ring that number." in page
    assert "Tried 10:00, and it couldn’t be rung. Check the number, or try again." in page
    assert busy_with(office) is None
    twilio.replace("POST", CALLS, json={"sid": "CA" + "5" * 32, "status": "queued"}, status=201)
    assert "Ringing… whoever picks up is asked to press 1." in ring()
    with office.database.transaction() as session:
        tom = session.get_one(Staff, TOM)
        tom.busy_with, tom.busy_until = "call:7", office.clock.now().replace(hour=11)
    assert "They’re on the phone just now." in ring()
    assert len(twilio.calls) == 2


def test_phone_is_rung_so_often_a_day_and_no_more(
    ring: Press, carrier: Carrier, twilio: responses.RequestsMock
) -> None:
    twilio.post(CALLS, json={"sid": "CA" + "5" * 32, "status": "queued"}, status=201)
    for number in range(1, 12):
        page = ring()
        carrier.post(f"/voice/checks/{TOM}/{number}/report", To=TOMS_PHONE, CallStatus="no-answer")
    assert ("rung often enough for today" in page, len(twilio.calls)) == (True, 10)


def test_number_that_was_rung_often_enough_is_not_rung_for_somebody_else_either(
    office: Office, ring: Press, twilio: responses.RequestsMock
) -> None:
    twilio.post(CALLS, json={"code": 21211, "message": "no", "status": 400}, status=400)
    for _ in range(10):
        ring()
    with office.database.transaction() as session:
        session.get_one(Staff, TOM).phone = "left:2"
        ann = Staff(name="Ann Lee", phone=TOMS_PHONE, role="staff")
        session.add(ann)
        session.flush()
        ann_id = ann.id
    assert ("rung often enough for today" in ring(ann_id), len(twilio.calls)) == (True, 10)


def test_number_is_not_rung_when_the_house_has_dialled_all_that_it_may(
    office: Office, ring: Press, twilio: responses.RequestsMock
) -> None:
    with office.database.transaction() as session:
        edit = lambda tables: tables.update(guard={"house_per_hour": 1})  # noqa: E731
        changes.change(session, edit, by="Priya Shah", said="so", now=office.clock.now())
        now = office.clock.now()
        times = {"started_at": now, "seen_at": now}
        session.add(Call(sid="CA" + "8" * 32, direction="outbound", phone="+447700900123", step="dialled", **times))
    assert ("We have dialled all that we may for now." in ring(), len(twilio.calls)) == (True, 0)


def test_number_that_differs_in_the_middle_alone_was_never_rung(
    office: Office, browser: FlaskClient, carrier: Carrier, ring: Press, twilio: responses.RequestsMock
) -> None:
    twilio.post(CALLS, json={"sid": "CA" + "5" * 32, "status": "queued"}, status=201)
    ring()
    carrier.post(f"/voice/checks/{TOM}/1/key", To=TOMS_PHONE, Digits="1")
    with office.database.transaction() as session:
        session.get_one(Staff, TOM).phone = OTHER_PHONE
    assert "This number was never rung to check it." in browser.get(f"/people/{TOM}/check").text
    carrier.post(f"/voice/checks/{TOM}/1/report", To=TOMS_PHONE, CallStatus="completed")
    ring()
    carrier.post(f"/voice/checks/{TOM}/2/key", To=OTHER_PHONE, Digits="1")
    assert "It works: they pressed 1, 10:00." in browser.get(f"/people/{TOM}/check").text


def test_late_report_of_an_earlier_ring_frees_nobody(
    office: Office, carrier: Carrier, ring: Press, twilio: responses.RequestsMock, clock: Any
) -> None:
    twilio.post(CALLS, json={"sid": "CA" + "5" * 32, "status": "queued"}, status=201)
    ring()
    clock.go_on(minutes=3)
    ring()
    carrier.post(f"/voice/checks/{TOM}/1/report", To=TOMS_PHONE, CallStatus="no-answer")
    assert busy_with(office) == f"check:{TOM}:2"
