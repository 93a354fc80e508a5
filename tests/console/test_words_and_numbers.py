"""What people put right on the page of one call-back: the words of a message, and the number to ring."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from callbacks.tables import Callback
from console import access
from office.contact_rules import rule_for
from office.tables import Audit
from office.wiring import Office
from voicemail_greetings import erasing
from voicemail_greetings.tables import Message

Made = Callable[..., Any]
JANE, ANNA = "+447700900123", "+447700900124"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def send(visitor: FlaskClient) -> Made:
    """Send a form as whoever is signed in."""

    def sent(path: str, **fields: Any) -> Any:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', visitor.get("/me").text)[0]
        headers = {"Referer": "https://localhost/callbacks"}
        return visitor.post(path, data={"csrf_token": token, **fields}, headers=headers)

    return sent


@pytest.fixture
def jane(office: Office, owe: Made, call: Made, message: Made) -> int:
    """A call-back with a message, whose words a machine wrote."""
    callback_id: int = owe(name="Jane Smith")
    call("CA1", callback_id)
    message("CA1", audio=b"RIFF")
    with office.database.transaction() as session:
        heard = {"words": "my bike has a <b>peck</b>", "words_state": "done", "confidence": 0.4, "engine": "vosk"}
        session.execute(update(Message).values(**heard, words_at=None))
    return callback_id


def row(office: Office, callback_id: int) -> Callback:
    with office.database.reading() as session:
        return session.get_one(Callback, callback_id)


def test_words_are_put_right_and_say_by_whom(office: Office, browser: FlaskClient, send: Made, jane: int) -> None:
    page = browser.get(f"/callbacks/{jane}/voicemails/1/words").text
    assert "my bike has a &lt;b&gt;peck&lt;/b&gt;</textarea>" in page
    answer = send(f"/callbacks/{jane}/voicemails/1/words", words="My bike has a puncture")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Thanks, that reads better now." in page
    assert "“My bike has a puncture”" in page
    assert "Words corrected by Priya Shah" in page
    assert "may be misheard" not in page


def test_machines_words_stay_in_the_audit_trail_until_the_message_is_erased(
    office: Office, browser: FlaskClient, send: Made, jane: int
) -> None:
    send(f"/callbacks/{jane}/voicemails/1/words", words="My bike has a puncture")
    with office.database.transaction() as session:
        [before] = session.scalars(select(Audit).where(Audit.about == "message:1"))
        assert (before.by, before.detail) == ("Priya Shah", "my bike has a <b>peck</b>")
        erasing.erase_message(session, office, session.get_one(Message, 1), office.clock.now())
    with office.database.reading() as session:
        assert session.scalars(select(Audit.detail).where(Audit.about == "message:1")).all() == [None]
    assert browser.get(f"/callbacks/{jane}/voicemails/1/words").status_code == 404


def test_words_are_not_put_right_while_a_machine_writes_them(
    office: Office, browser: FlaskClient, send: Made, jane: int
) -> None:
    with office.database.transaction() as session:
        session.execute(update(Message).values(words_state="waiting"))
    answer = send(f"/callbacks/{jane}/voicemails/1/words", words="My bike")
    assert (answer.status_code, "being written out just now" in answer.text) == (422, True)
    assert ">My bike</textarea>" in answer.text


def test_wrong_number_is_put_right_and_the_one_they_rang_from_stays_known(
    office: Office, browser: FlaskClient, send: Made, jane: int
) -> None:
    with office.database.transaction() as session:
        session.execute(update(Callback).values(needs_person=True, next_try_at=None, tries=3))
    assert send(f"/callbacks/{jane}/renumber", phone="07700 900124").status_code == 303
    now = row(office, jane)
    assert (now.phone, now.called_from, now.needs_person, now.tries) == (ANNA, JANE, False, 0)
    assert "Priya Shah changed the number to ring" in browser.get(f"/callbacks/{jane}").text


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("07700 900124", "There is an open call-back for this number already."),
        ("+33 1 23 45 67 89", "This number is not dialled"),
        ("twelve", "That number "),
    ],
)
def test_number_that_cannot_be_rung_changes_nothing(
    office: Office, browser: FlaskClient, send: Made, jane: int, owe: Made, phone: str, sentence: str
) -> None:
    owe(ANNA)
    answer = send(f"/callbacks/{jane}/renumber", phone=phone)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert row(office, jane).phone == JANE


def test_number_that_is_never_rung_is_left_to_a_person_until_a_manager_says_otherwise(
    office: Office, browser: FlaskClient, send: Made, jane: int
) -> None:
    page = browser.get(f"/callbacks/{jane}").text
    assert "Don’t ring this number by itself" in page
    assert 'class="btn btn-call btn-big"' in page
    send(f"/callbacks/{jane}/never-ring")
    with office.database.reading() as session:
        assert (rule_for(session, JANE), row(office, jane).needs_person) == ("do-not-call-back", True)
    page = browser.get(f"/callbacks/{jane}").text
    assert "We don’t ring this number by ourselves. A person may." in page
    assert "Ring this number by itself again" in page
    assert 'class="btn btn-call btn-big"' not in page
    assert f'action="/callbacks/{jane}/call"' in page
    version = re.findall(r'data-version="([\w-]+)"', browser.get(f"/callbacks/{jane}/card").text)[0]
    send(f"/callbacks/{jane}/may-ring")
    assert "btn-call" in browser.get(f"/callbacks/{jane}/card?version={version}").text
    with office.database.reading() as session:
        assert rule_for(session, JANE) is None


@pytest.mark.parametrize("path", ["never-ring", "may-ring", "reopen", "renumber", "voicemails/1/words"])
def test_staff_do_what_is_theirs_with_their_own_teams_rows_alone(
    office: Office, visitor: FlaskClient, sign_in: Made, send: Made, jane: int, sales: int, path: str
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
        session.execute(update(Callback).values(team_id=sales))
    sign_in("tom@example.com")
    expected = 404 if path in {"renumber", "voicemails/1/words"} else 403
    assert send(f"/callbacks/{jane}/{path}", phone="07700 900124", words="x").status_code == expected
    assert row(office, jane).phone == JANE
