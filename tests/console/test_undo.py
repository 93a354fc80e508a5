"""Taking back what was just done with call-backs, and opening one again: exactly as it was, unless something happened since."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks.tables import Attempt, Callback, Delivery
from console import access
from office.contact_rules import rule_for, set_rule
from office.tables import Business
from office.wiring import Office

Made = Callable[..., Any]
Send = Callable[..., str]
JANE = "+447700900123"
LIST = {"Referer": "https://localhost/callbacks"}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


def facts(office: Office, callback_id: int) -> dict[str, Any]:
    """Everything about it but its fence, which only grows."""
    with office.database.reading() as session:
        row = session.get_one(Callback, callback_id)
        return {
            column.name: getattr(row, column.name) for column in Callback.__table__.columns if column.name != "fence"
        }


@pytest.fixture
def send(browser: FlaskClient) -> Send:
    """Send a form, and what the page after it says."""

    def sent(path: str, **fields: Any) -> str:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/me").text)[0]
        answer = browser.post(path, data={"csrf_token": token, "next": "/callbacks", **fields}, headers=LIST)
        assert answer.status_code == 303, answer.text
        return browser.get("/callbacks").text

    return sent


def undo_of(page: str) -> str:
    found = re.search(r'<div class="toast".*?action="([^"]+)"', page)
    assert found, "no toast with a way back"
    return found[1]


def words_of(page: str) -> list[str]:
    return re.findall(r'class="(?:note note-\w+|toast)" role="\w+">.*?<span class="grow">(.*?)</span>', page)


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("done", {"outcome": "reached"}),
        ("release", {}),
        ("snooze", {"minutes": "30"}),
        ("assign", {"staff": "2"}),
        ("never-ring", {}),
    ],
)
def test_callback_goes_back_to_what_it_was_before_the_act(
    office: Office, send: Send, owe: Made, act: str, fields: dict[str, str]
) -> None:
    until = office.clock.now() + timedelta(hours=1)
    jane = owe(state="claimed", owner="Priya Shah", owner_id=1, claimed_until=until, name="Jane Smith")
    before = facts(office, jane)
    page = send(f"/callbacks/{jane}/{act}", **fields)
    assert facts(office, jane) != before
    assert words_of(send(undo_of(page))) == ["Put back as it was."]
    assert facts(office, jane) == before
    with office.database.reading() as session:
        assert rule_for(session, JANE) is None


def test_undo_leaves_alone_what_somebody_else_took_since(office: Office, send: Send, owe: Made) -> None:
    jane = owe(state="claimed", owner="Priya Shah", owner_id=1, name="Jane Smith")
    undo = undo_of(send(f"/callbacks/{jane}/release"))
    with office.database.transaction() as session:
        row = session.get_one(Callback, jane)
        row.state, row.owner, row.owner_id, row.fence = "claimed", "Tom Okafor", 2, row.fence + 1
    assert words_of(send(undo)) == ["Jane Smith’s call-back has changed since, so it stays as it is now."]
    assert facts(office, jane)["owner"] == "Tom Okafor"


def test_done_is_not_taken_back_when_the_customer_has_another_open_callback(
    office: Office, send: Send, owe: Made
) -> None:
    jane = owe(name="Jane Smith")
    undo = undo_of(send(f"/callbacks/{jane}/done", outcome="reached"))
    owe(name="Jane Smith")
    assert words_of(send(undo)) == ["Jane Smith has another open call-back by now, so this one stays closed."]
    assert facts(office, jane)["state"] == "done"


def test_done_while_a_staff_phone_rings_goes_back_without_the_call(office: Office, send: Send, owe: Made) -> None:
    jane = owe(state="calling", next_try_at=office.clock.now())
    with office.database.transaction() as session:
        whose = {"staff_id": 1, "by": "Priya Shah", "customer_phone": JANE}
        session.add(Attempt(callback_id=jane, fence=0, stage="placed", at=office.clock.now(), **whose))
    send(undo_of(send(f"/callbacks/{jane}/done", outcome="reached")))
    now = facts(office, jane)
    assert (now["state"], now["spoke_at"]) == ("waiting", None)
    assert now["next_try_at"] > office.clock.now()


def test_several_go_back_by_one_undo_but_for_the_one_that_changed(office: Office, send: Send, owe: Made) -> None:
    ids = [owe(f"+44770090000{number}") for number in range(3)]
    page = send("/callbacks/bulk", act="done", id=[str(one) for one in ids], outcome="reached")
    owe("+447700900001", name="Ada")
    said = words_of(send(undo_of(page)))
    assert said[0] == "Two are as they were."
    assert said[1].endswith("has another open call-back by now, so this one stays closed.")
    assert [facts(office, one)["state"] for one in ids] == ["waiting", "done", "waiting"]


def test_undo_is_over_after_a_day(send: Send, owe: Made, clock: Any, sign_in: Made, priya: str) -> None:
    undo = undo_of(send(f"/callbacks/{owe()}/done", outcome="reached"))
    clock.go_on(hours=25)
    sign_in(priya)
    assert words_of(send(undo)) == ["There is nothing to take back any more."]


def test_nobody_takes_back_what_another_did(office: Office, send: Send, sign_in: Made, owe: Made) -> None:
    jane = owe()
    undo = undo_of(send(f"/callbacks/{jane}/done", outcome="reached"))
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    assert sign_in("tom@example.com").status_code == 303
    assert words_of(send(undo)) == ["There is nothing to take back any more."]
    assert facts(office, jane)["state"] == "done"


def test_other_software_hears_that_it_was_reopened(office: Office, send: Send, owe: Made) -> None:
    with office.database.transaction() as session:
        business = session.get_one(Business, 1)
        business.tables = {**business.tables, "webhook": [{"url": "https://crm.example/hook"}]}
    jane = owe()
    send(undo_of(send(f"/callbacks/{jane}/done", outcome="reached")))
    with office.database.reading() as session:
        told = [json.loads(body) for body in session.scalars(select(Delivery.body).order_by(Delivery.id))]
    assert [(one["event"], one["callback"]["state"]) for one in told] == [("done", "done"), ("reopened", "waiting")]


def test_manager_reopens_what_is_over_with_all_its_tries(office: Office, send: Send, owe: Made) -> None:
    now = office.clock.now()
    over = {"state": "done", "outcome": "unreachable", "closed_at": now, "next_try_at": None, "tries": 4}
    jane = owe(**over, name="Jane Smith")
    assert words_of(send(f"/callbacks/{jane}/reopen")) == [
        "Jane Smith’s call-back is open again. We promised a call by 12:00."
    ]
    row = facts(office, jane)
    assert (row["state"], row["outcome"], row["closed_at"], row["tries"]) == ("waiting", None, None, 0)
    assert row["next_try_at"] == now + timedelta(minutes=1)


def test_reopening_leaves_a_number_that_nobody_may_ring_to_a_person_and_ends_after_a_day(
    office: Office, browser: FlaskClient, send: Send, owe: Made
) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        set_rule(session, JANE, "do-not-call-back", by="Priya Shah", now=now)
    jane = owe(state="done", outcome="cancelled", closed_at=now, next_try_at=None)
    old = owe("+447700900999", state="done", outcome="cancelled", closed_at=now - timedelta(hours=25), next_try_at=None)
    send(f"/callbacks/{jane}/reopen")
    assert facts(office, jane)["needs_person"] is True
    assert words_of(send(f"/callbacks/{old}/reopen")) == ["This call-back has been over for more than a day."]
    assert "Reopen" not in browser.get(f"/callbacks/{old}").text
