"""Troubles: what went wrong, in words and with what to do; seen to, and taken back; never more than one can read."""

import html
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from callbacks.tables import Attempt, Delivery
from console import access, seen_to
from office import alerts
from office.database import Base
from office.tables import Alert, Mail, Staff, Text
from office.wiring import Office
from voicemail_greetings.messages import words_by
from voicemail_greetings.tables import Erasure, Message

Made = Callable[..., Any]
JANE = "+447700900123"
HOSTILE = '"><script>alert(1)</script>\u202e'


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def beating(office: Office) -> None:
    """The work process is there."""
    office.beat("sweep")


@pytest.fixture
def keep(office: Office) -> Callable[..., None]:
    def kept(*rows: Base) -> None:
        with office.database.transaction() as session:
            session.add_all(rows)

    return kept


def said(browser: FlaskClient) -> list[str]:
    """The sentences of the page, the newest group first."""
    found = re.findall(r'<div class="grow"><p><b>(.*?)</b>', browser.get("/troubles").text)
    return [html.unescape(each) for each in found]


def press(browser: FlaskClient, path: str, **fields: Any) -> str:
    """Send a form; the page after it."""
    token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/me").text)[0]
    headers = {"Referer": "https://localhost/troubles"}
    answer = browser.post(path, data={"csrf_token": token, **fields}, headers=headers)
    assert answer.status_code == 303
    return browser.get("/troubles").text


@pytest.mark.usefixtures("beating")
def test_quiet_house_has_no_troubles(browser: FlaskClient) -> None:
    page = browser.get("/troubles").text
    assert "Nothing is wrong. Enjoy it." in page
    assert "seen to it" not in page


@pytest.mark.usefixtures("beating")
def test_each_kind_of_trouble_is_told_in_a_sentence(
    office: Office, browser: FlaskClient, keep: Made, owe: Made, call: Made, customers: Made
) -> None:
    now = office.clock.now()
    customers((JANE, "Jane Smith"))
    jane = owe(needs_person=True, next_try_at=None)
    call("CA1", jane)
    unsent = {"body": "We ring you by 12:00", "created_at": now, "tries": 1}
    whose = {"fence": 1, "staff_id": 2, "by": "Tom Okafor", "stage": "ended", "customer_phone": JANE, "at": now}
    event = {"url": "https://crm.example/hook?k=s", "event": "done", "body": "{}", "created_at": now}
    left = {"recording_sid": "RE1", "duration_s": 14, "fetches": 0, "received_at": now, "ended_at": now}
    keep(
        Text(reason="promise:1", to=JANE, state="failed", **unsent),
        Text(reason="withdrawn:1", to=JANE, state="failed", **{**unsent, "tries": 0}),
        Mail(reason="alerts:1", to="ana@example.com", subject="x", state="unknown", **unsent),
        Attempt(callback_id=jane, outcome="refused", ended_at=now, **whose),
        Delivery(callback_id=jane, state="waiting", tries=3, **event),
        Delivery(callback_id=jane, state="given-up", tries=9, **event),
        Erasure(sid="RE9", kind="recording", asked_at=now, due_at=now, tries=7),
        Message(call_sid="CA1", words_by=words_by(now), words_state="unavailable", words_why="no engine", **left),
    )
    with office.database.transaction() as session:
        alerts.raise_alert(session, f"late:{jane}:2026-11-24T12:00", "Late: Jane Smith, promised by 12:00", now)
        tom = session.get_one(Staff, 2)
        tom.on_duty, tom.misses, tom.last_rang_at = False, 3, now
    assert sorted(said(browser)) == [
        "A text to Jane Smith wasn’t sent.",
        "Jane Smith left a message at 10:00, and nobody could write it out: no engine.",
        "Late: Jane Smith, promised by 12:00. Nobody has been told yet.",
        "Nobody can tell whether a mail to ana@example.com went out.",
        "The call-back of Jane Smith, promised by 12:00, waits for a person.",
        "The carrier was asked 7 times to forget a recording, first at 10:00, and hasn’t.",
        "Tom Okafor rang Jane Smith; the carrier wouldn’t put the call through.",
        "Tom Okafor was taken off duty after 3 calls in a row went unanswered.",
        "crm.example hasn’t taken what became of call-backs: 1 still tried, 1 given up.",
    ]
    page = browser.get("/troubles").text
    assert "k=s" not in page
    assert 'href="/people/2">Open Tom Okafor’s page' in page


@pytest.mark.usefixtures("beating")
def test_whoever_never_rang_is_off_duty_at_no_time_that_we_made_up(office: Office, browser: FlaskClient) -> None:
    with office.database.transaction() as session:
        tom = session.get_one(Staff, 2)
        tom.on_duty, tom.misses = False, 1
    page = browser.get("/troubles").text
    assert "Tom Okafor was taken off duty after a call went unanswered." in page
    assert "<time" not in page.partition("<main")[2]
    press(browser, "/troubles/seen-to", key="off-duty:2-never")
    assert said(browser) == []


def test_worker_that_is_gone_and_what_the_journal_could_not_keep_are_told_first(
    office: Office, browser: FlaskClient, clock: Any, owe: Made
) -> None:
    assert "Ringtrue’s worker hasn’t started." in said(browser)[0]
    office.beat("sweep")
    clock.go_on(minutes=5)
    owe(needs_person=True)
    assert said(browser)[0].startswith("The work process (sweep) was last heard of at 10:00.")
    folder = office.settings.data_dir / "journal"
    folder.mkdir()
    (folder / "20261124T100000000000-abcd1234.cannot").write_text("{}")
    page = press(browser, "/troubles/seen-to", key="journal:20261124T100000000000-abcd1234")
    assert "abcd1234" not in page


@pytest.mark.usefixtures("beating")
def test_what_was_seen_to_goes_and_comes_back_by_undo(office: Office, browser: FlaskClient) -> None:
    with office.database.transaction() as session:
        for number in range(3):
            alerts.raise_alert(session, f"test:{number}", f"Thing {number}", office.clock.now())
    page = press(browser, "/troubles/seen-to", key=["alert:1", "alert:3", "nonsense", "alert:x; drop"])
    assert "Two things are seen to." in page
    assert said(browser) == ["Thing 1. Nobody has been told yet."]
    with office.database.reading() as session:
        assert session.get_one(Alert, 1).settled_by == "Priya Shah"
    undo = re.search(r'<div class="toast".*?action="([^"]+)"', page)
    assert undo
    press(browser, undo[1])
    assert len(said(browser)) == 3


@pytest.mark.usefixtures("beating")
def test_undo_of_seen_to_works_once_and_leaves_a_colleagues_later_word(office: Office, browser: FlaskClient) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        alerts.raise_alert(session, "test:1", "Thing", now)
    undo = re.search(r'<div class="toast".*?action="([^"]+)"', press(browser, "/troubles/seen-to", key="alert:1"))
    assert undo
    assert "There is nothing to take back any more." in press(browser, f"/callbacks/undo/{undo[1].split('/')[-1]}")
    assert "Back on the page." in press(browser, undo[1])
    with office.database.transaction() as session:
        assert seen_to.settle(session, ["alert:1"], "another", by="Ana", now=now) == 1
    assert "There is nothing to take back any more." in press(browser, undo[1])
    with office.database.reading() as session:
        assert session.get_one(Alert, 1).settled_by == "Ana"


@pytest.mark.usefixtures("beating")
def test_only_fifty_are_shown_of_the_last_days_with_how_many_more(
    office: Office, browser: FlaskClient, keep: Made, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    now = office.clock.now()
    few = count_statements(lambda: browser.get("/troubles"))
    keep(*(Alert(reason=f"flag:urgent:{n}", at=now - timedelta(minutes=n), said=HOSTILE) for n in range(62)))
    keep(Alert(reason="old", at=now - timedelta(days=15), said="Long ago"))
    page = browser.get("/troubles").text
    assert (len(said(browser)), "And 12 more." in page, "Long ago" in page) == (50, True, False)
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    assert count_statements(lambda: browser.get("/troubles")) == few


def test_troubles_are_for_managers(office: Office, visitor: FlaskClient, sign_in: Made) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    assert visitor.get("/troubles").status_code == 403
