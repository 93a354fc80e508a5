"""Acts on several call-backs at once: each by itself, and what came of them told in words."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks.tables import Callback
from console import access
from office.wiring import Office

Made = Callable[..., Any]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    path = tmp_path / "ringtrue.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def tick(browser: FlaskClient) -> Callable[..., list[str]]:
    """Tick some, press a button; the notes of the page that follows."""

    def ticked(act: str, ids: list[Any], **fields: str) -> list[str]:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/callbacks").text)[0]
        form = {
            "csrf_token": token,
            "act": act,
            "id": [str(one) for one in ids],
            "next": "/callbacks?show=open",
            **fields,
        }
        answer = browser.post("/callbacks/bulk", data=form, headers={"Referer": "https://localhost/callbacks"})
        assert (answer.status_code, answer.location) == (303, "/callbacks?show=open")
        notes = re.findall(r'class="(?:note note-\w+|toast)" role="\w+">(.*?)</span>', browser.get("/callbacks").text)
        return [re.sub(r"<[^>]*>", "", note) for note in notes]

    return ticked


def owners(office: Office) -> list[str | None]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback.owner).order_by(Callback.id)))


def test_several_are_handed_over_but_for_the_one_somebody_is_ringing(office: Office, tick: Made, owe: Made) -> None:
    ids = [owe(f"+44770090000{number}") for number in range(3)]
    live = owe("+447700900009", name="Daniel Osei", state="calling", owner="Mei Lin")
    told = tick("assign", [*ids, live], staff="2")
    assert told == ["Three call-backs were handed over.", "Mei Lin is on the phone for Daniel Osei just now."]
    assert owners(office) == ["Tom Okafor"] * 3 + ["Mei Lin"]


@pytest.mark.parametrize(
    ("act", "fields", "words"),
    [
        ("claim", {}, "Two call-backs are yours."),
        ("snooze", {"minutes": "30"}, "Two call-backs are set aside."),
        ("done", {"outcome": "cancelled", "note": "Closed for good"}, "Two call-backs are done."),
    ],
)
def test_several_are_done_with_and_counted_in_words(
    tick: Made, owe: Made, act: str, fields: dict[str, str], words: str
) -> None:
    assert tick(act, [owe("+447700900001"), owe("+447700900002")], **fields) == [words]


def test_one_alone_is_told_by_name(tick: Made, owe: Made) -> None:
    callback_id = owe(name="Jane Smith")
    assert tick("claim", [callback_id, callback_id]) == ["Jane Smith’s call-back is yours: by 12:00."]


@pytest.mark.parametrize(
    ("act", "ids", "words"),
    [
        ("claim", [], "Nothing was ticked."),
        ("claim", ["x", "9" * 30], "Nothing was ticked."),
        ("explode", [1], "Choose what to do with them."),
        ("claim", [4711], "One was not there any more."),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(tick: Made, act: str, ids: list[Any], words: str) -> None:
    assert tick(act, ids) == [words]


def test_staff_do_nothing_to_several(office: Office, visitor: FlaskClient, sign_in: Made, owe: Made) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    callback_id = owe()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', visitor.get("/callbacks").text)[0]
    form = {"csrf_token": token, "act": "claim", "id": str(callback_id)}
    answer = visitor.post("/callbacks/bulk", data=form, headers={"Referer": "https://localhost/callbacks"})
    assert (answer.status_code, owners(office)) == (403, [None])
