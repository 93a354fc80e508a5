"""How a page that keeps itself fresh learns of something new, and how little is asked of the database while there is nothing."""

import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from console import live
from office.wiring import Office
from voicemail_greetings.tables import Message

Made = Callable[..., Any]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


def test_stamp_is_another_when_a_message_comes_waits_for_its_words_and_has_them(
    office: Office, call: Made, message: Made
) -> None:
    def stamp() -> str:
        with office.database.reading() as session:
            return live.stamp(session, (), office.clock.now())

    def waits(sid: str, **until: datetime | None) -> None:
        with office.database.transaction() as session:
            session.execute(update(Message).where(Message.call_sid == sid).values(until))

    stamps, now = [stamp()], office.clock.now()
    for sid in ("CA1", "CA2"):
        message(call(sid))
    stamps.append(stamp())
    waits("CA1", fetch_at=None, words_at=now)
    waits("CA2", fetch_at=now, words_at=None)
    stamps.append(stamp())
    waits("CA1", fetch_at=now, words_at=None)
    waits("CA2", fetch_at=None, words_at=now)  # as many wait for each as before
    stamps.append(stamp())
    waits("CA2", words_at=None)
    stamps.append(stamp())
    assert len(set(stamps)) == 5
    assert stamp() == stamps[-1]


@pytest.mark.parametrize(
    ("page", "region", "most"), [("/callbacks", "/callbacks/list", 6), ("/now", "/now/region", 12)]
)
def test_look_with_nothing_new_asks_the_database_little_and_another_has_the_menus_figure(
    browser: FlaskClient, owe: Made, statements: Made, page: str, region: str, most: int
) -> None:
    owe()
    found = re.search(r'data-version="([\w-]+)"', browser.get(page).text)
    address = f"{region}?version={found[1] if found else ''}"
    answers: list[Any] = []
    asked = statements(lambda: answers.append(browser.get(address)))
    assert [(each.status_code, each.headers.get("X-Open")) for each in answers] == [(204, None)]
    assert len([each for each in asked if each != "BEGIN"]) <= most
    owe("+447700900124")
    news = browser.get(address)
    assert (news.status_code, news.headers["X-Open"]) == (200, "2")
