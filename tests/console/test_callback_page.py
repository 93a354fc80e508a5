"""The page of one call-back, and a customer's: what it tells at once, the timeline, and who looked."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from callbacks.tables import Attempt, Callback
from console import access
from office.tables import Audit, Customer, Note
from office.wiring import Office
from voicemail_greetings.tables import Message

Made = Callable[..., Any]
JANE = "+447700900123"
HOSTILE = '"><script>alert(1)</script><svg onload=alert(1)>{{7*7}}\u202e'


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def jane(owe: Made, customers: Made) -> int:
    customers((JANE, "Jane Smith"))
    callback_id: int = owe(calls_missed=2, missed_at=at(9, 30), promised_by=at(11, 30), next_try_at=at(10, 12))
    return callback_id


@pytest.fixture
def tom(office: Office, visitor: FlaskClient, sign_in: Made) -> FlaskClient:
    """The browser of one of the staff."""
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    return visitor


@pytest.fixture
def noted(office: Office) -> Callable[..., None]:
    def kept(*texts: str, phone: str = JANE, at: datetime | None = None) -> None:
        with office.database.transaction() as session:
            session.add_all(
                Note(phone=phone, at=at or office.clock.now(), by="Tom Okafor", text=each) for each in texts
            )

    return kept


@pytest.fixture
def tried(office: Office) -> Callable[..., None]:
    def rang(callback_id: int, **values: Any) -> None:
        usual = {
            "fence": 1,
            "staff_id": 2,
            "by": "Tom Okafor",
            "stage": "ended",
            "customer_phone": JANE,
            "at": at(9, 59),
        }
        with office.database.transaction() as session:
            session.add(Attempt(callback_id=callback_id, **{**usual, **values}))

    return rang


def test_promise_is_told_with_what_comes_next(browser: FlaskClient, jane: int) -> None:
    page = browser.get(f"/callbacks/{jane}").text
    said = text(page)
    assert "We promised to ring Jane Smith by 11:30. They rang twice, the first time at 09:30." in said
    assert "<b>by 11:30.</b>" in page
    assert "Phones ring at 10:12." in said
    assert "When you answer, we ring Jane Smith and show our usual number." in said
    assert f'action="/callbacks/{jane}/call"' in page
    assert f'action="/callbacks/{jane}/claim"' in page
    assert f"/callbacks/{jane}/done?next=/callbacks/{jane}" in page


def test_callback_of_a_colleague_is_not_called_by_another(tom: FlaskClient, office: Office, jane: int) -> None:
    with office.database.transaction() as session:
        session.execute(update(Callback).values(state="claimed", owner="Priya Shah", owner_id=1))
    page = tom.get(f"/callbacks/{jane}").text
    assert "Priya Shah" in page
    assert not re.search(rf'"/callbacks/{jane}/(call|claim|release|done|snooze|assign)', page)


def test_talk_that_goes_on_is_told_instead_of_acts(
    browser: FlaskClient, office: Office, jane: int, tried: Made
) -> None:
    with office.database.transaction() as session:
        session.execute(update(Callback).values(state="calling", fence=1))
    tried(jane, stage="taken", customer_answered_at=at(9, 59))
    page = browser.get(f"/callbacks/{jane}").text
    assert "Tom Okafor is talking with Jane Smith." in text(page)
    assert f'"/callbacks/{jane}/call"' not in page


def test_callback_that_is_over_says_how_and_by_whom(browser: FlaskClient, owe: Made) -> None:
    over = {
        "state": "done",
        "outcome": "reached",
        "closed_at": at(9, 50),
        "spoke_at": at(9, 49),
        "closed_by": "Tom Okafor",
    }
    callback_id = owe(promised_by=at(10, 30), close_note="New brakes", **over)
    page = browser.get(f"/callbacks/{callback_id}").text
    assert "We spoke at 09:49. Tom Okafor closed it at 09:50." in text(page)
    assert "Kept, 41 min early" in text(page)
    assert "“New brakes”" in page
    assert not re.search(rf'"/callbacks/{callback_id}/(call|claim|release|done|snooze|assign)', page)


def test_hidden_number_is_not_called_and_its_message_is_there(
    browser: FlaskClient, owe: Made, call: Made, message: Made
) -> None:
    callback_id = owe(None, needs_person=True)
    message(call("CA1", callback_id, phone=None), b"RIFF")
    page = browser.get(f"/callbacks/{callback_id}").text
    assert "This caller hid their number, so we can’t ring back. Their message is here." in text(page)
    assert f'src="/callbacks/{callback_id}/voicemails/1.wav"' in page
    assert ("What they said" in page, "Add a number" in page) == (True, True)
    assert "Left a message" in text(page)
    assert f'"/callbacks/{callback_id}/call"' not in page


def test_erased_recording_is_said_and_not_offered(
    browser: FlaskClient, office: Office, jane: int, call: Made, message: Made
) -> None:
    message(call("CA1", jane), b"RIFF")
    with office.database.transaction() as session:
        session.execute(update(Message).values(erased_at=at(9, 59), file=None))
    page = browser.get(f"/callbacks/{jane}").text
    assert "The recording was erased." in text(page)
    assert "<audio" not in page
    assert "Download" not in page


def test_timeline_goes_on_where_its_page_ended_though_all_is_of_one_moment(
    browser: FlaskClient, jane: int, noted: Made, tried: Made
) -> None:
    noted(*(f"Note {number:02}" for number in range(45)), at=at(9, 30))  # the moment at which they rang, too
    tried(jane, at=at(9, 30), ended_at=at(9, 31), outcome="customer-no-answer")
    seen, address = "", f"/callbacks/{jane}"
    for _ in range(3):
        page = browser.get(address).text
        seen += text(page.partition('id="past-card"')[2])
        older = re.search(r'href="([^"]+)">Show older', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert address == ""
    assert sorted(re.findall(r"Note \d\d", seen)) == [f"Note {number:02}" for number in range(45)]
    assert seen.count("We promised to ring by 11:30") == seen.count("Tom Okafor rang, no answer") == 1


def test_timeline_shows_one_kind_when_asked(browser: FlaskClient, jane: int, noted: Made) -> None:
    noted("Rides a Brompton")
    assert "Brompton" in text(browser.get(f"/callbacks/{jane}?show=notes").text)
    promises = text(browser.get(f"/callbacks/{jane}?show=promises&before=nonsense").text)
    assert "Brompton" not in promises
    assert "We promised to ring by 11:30" in promises


def test_customer_s_page_has_what_their_teams_may_see(tom: FlaskClient, jane: int, owe: Made, sales: int) -> None:
    owe(team_id=sales, state="done", outcome="reached", reason="secret of Sales", closed_at=at(9), spoke_at=at(9))
    page = text(tom.get(f"/customers/{JANE}").text)
    assert "Everything with Jane Smith" in page
    assert "We promised to ring by 11:30" in page
    assert "1 open" in page
    assert "secret of Sales" not in page
    assert "kept" not in page.lower()


@pytest.mark.parametrize("phone", ["+447700900999", "nobody", "+44"])
def test_number_that_we_never_dealt_with_has_no_page(browser: FlaskClient, phone: str) -> None:
    assert browser.get(f"/customers/{phone}").status_code == 404


def test_callback_of_another_team_has_no_page(tom: FlaskClient, owe: Made, sales: int) -> None:
    theirs = owe(team_id=sales)
    assert [tom.get(f"/callbacks/{theirs}{more}").status_code for more in ("", "/card")] == [404, 404]


def test_who_looks_at_a_customer_is_written_down_once_an_hour(
    browser: FlaskClient, office: Office, jane: int, clock: Any
) -> None:
    def looks() -> list[tuple[str, str]]:
        with office.database.reading() as session:
            rows = session.execute(select(Audit.by, Audit.about).where(Audit.action == "viewed"))
            return [(row.by, row.about) for row in rows]

    for path in (f"/callbacks/{jane}", f"/customers/{JANE}", f"/callbacks/{jane}"):
        browser.get(path)
        clock.go_on(minutes=29)
    assert looks() == [("Priya Shah", f"customer:{JANE}")]
    browser.get(f"/customers/{JANE}")
    assert looks() == [("Priya Shah", f"customer:{JANE}")] * 2


def test_card_that_a_page_has_already_is_not_sent_again(browser: FlaskClient, owe: Made, clock: Any) -> None:
    callback_id = owe(promised_by=at(10, 5))
    version = re.findall(r'data-version="([\w-]+)"', browser.get(f"/callbacks/{callback_id}").text)[0]
    clock.go_on(minutes=1)
    assert browser.get(f"/callbacks/{callback_id}/card?version={version}").status_code == 204
    clock.go_on(minutes=5)
    late = browser.get(f"/callbacks/{callback_id}/card?version={version}")
    assert late.text.lstrip().startswith('<div id="card"')
    assert "1 min over" in text(late.text)


def test_neighbours_are_those_just_more_and_less_urgent(browser: FlaskClient, owe: Made) -> None:
    first, second, third = (owe(f"+44770090000{n}", promised_by=at(11, n)) for n in range(3))
    page = browser.get(f"/callbacks/{second}").text
    assert f'href="/callbacks/{first}" rel="prev"' in page
    assert f'href="/callbacks/{third}" rel="next"' in page


def test_hostile_words_are_text_everywhere(
    browser: FlaskClient, office: Office, owe: Made, customers: Made, noted: Made
) -> None:
    customers((JANE, HOSTILE))
    with office.database.transaction() as session:
        session.execute(update(Customer).values(notes=HOSTILE, email=HOSTILE))
    callback_id = owe(reason=HOSTILE, owner=HOSTILE, state="claimed")
    noted(HOSTILE)
    for path in (f"/callbacks/{callback_id}", f"/customers/{JANE}"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<svg onload" not in page
        assert "{{7*7}}" in page
        assert "\u202e" not in page
        assert not re.search(r"<style|\sstyle=|\son\w+=['\"]|<script(?![^>]*\ssrc=)", page)


def test_long_history_costs_no_more_questions(
    browser: FlaskClient, office: Office, jane: int, noted: Made, tried: Made, count_statements: Made
) -> None:
    browser.get(f"/callbacks/{jane}")
    before = count_statements(lambda: browser.get(f"/callbacks/{jane}"))
    noted(*(f"Note {number}" for number in range(50)))
    for minute in range(10):
        ended = at(9, 40) + timedelta(minutes=minute)
        tried(jane, at=ended, ended_at=ended, outcome="customer-busy")
    assert count_statements(lambda: browser.get(f"/callbacks/{jane}")) == before
