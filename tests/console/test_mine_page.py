"""Mine: whom I ring next, what nobody has yet, and whether my phone rings."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks.tables import Callback
from console import access
from office.tables import Audit, Staff
from office.wiring import Office

Made = Callable[..., Any]
Switch = Callable[..., Any]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


@pytest.fixture
def tom(office: Office, visitor: FlaskClient, sign_in: Made) -> FlaskClient:
    """The browser of one of the staff."""
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    return visitor


@pytest.fixture
def switch(tom: FlaskClient) -> Switch:
    """Press the switch of the page."""

    def pressed(**fields: str) -> Any:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', tom.get("/mine").text)[0]
        headers = {"Referer": "https://localhost/mine"}
        return tom.post("/mine/duty", data={"csrf_token": token, **fields}, headers=headers)

    return pressed


def mine(owe: Made, phone: str, **values: Any) -> int:
    callback_id: int = owe(phone, state="claimed", owner="Tom Okafor", owner_id=2, **values)
    return callback_id


def tom_s_row(office: Office) -> Staff:
    with office.database.reading() as session:
        return session.get_one(Staff, 2)


def test_home_of_staff_is_what_is_theirs(tom: FlaskClient) -> None:
    assert tom.get("/").location == "/mine"


def test_most_urgent_of_mine_is_next_and_the_rest_follow(tom: FlaskClient, owe: Made) -> None:
    later = mine(owe, "+447700900001", promised_by=at(11, 30))
    sooner = mine(owe, "+447700900002", promised_by=at(10, 20))
    owe("+447700900003", state="claimed", owner="Priya Shah", owner_id=1)
    nobody_s = owe("+447700900004", promised_by=at(9, 38))
    owe("+447700900005", promised_by=at(9, 30) + timedelta(days=1))
    page = tom.get("/mine").text
    said = text(page)
    order = ["Your next promise", "07700 900002", "in 20 min", "Nobody has these yet", "07700 900004", "22 min over", "Then", "07700 900001"]  # fmt: skip
    places = [said.index(words, said.index(order[0])) for words in order]
    assert places == sorted(places)
    assert "07700 900003" not in said
    assert ("09:30 Wed" in said, "in 23 h" in said) == (True, False)
    assert "/static/keys.js" in page
    assert f'action="/callbacks/{sooner}/call"' in page
    assert f'action="/callbacks/{later}/call"' not in page
    assert f'action="/callbacks/{nobody_s}/claim"' in page


def test_nothing_of_mine_is_told_cheerfully(tom: FlaskClient, owe: Made) -> None:
    done = {"state": "done", "outcome": "reached", "owner": "Tom Okafor", "owner_id": 2}
    owe("+447700900001", closed_at=at(9, 30), spoke_at=at(9, 29), **done)
    owe("+447700900002", closed_at=at(9, 30), spoke_at=at(9, 29), promised_by=at(9), **done)
    said = text(tom.get("/mine").text)
    assert "Nothing waiting for you. Enjoy the quiet." in said
    assert "1 kept today, Tom." in said


def test_other_teams_have_nothing_for_me(tom: FlaskClient, owe: Made, sales: int) -> None:
    owe("+447700900001", team_id=sales)
    assert "07700 900001" not in tom.get("/mine").text


def test_phone_is_switched_off_and_on_again(tom: FlaskClient, office: Office, switch: Switch) -> None:
    assert "Your phone rings until 17:30." in text(tom.get("/mine").text)
    assert (switch(duty="off").status_code, tom_s_row(office).on_duty) == (303, False)
    page = tom.get("/mine").text
    assert text(page).count("Your phone won’t ring.") == 1
    assert 'aria-checked="false"' in page
    switch(duty="on")
    assert tom_s_row(office).on_duty
    with office.database.reading() as session:
        about = session.execute(select(Audit.by, Audit.action).where(Audit.about == "staff:2")).all()
    assert [tuple(row) for row in about] == [("Tom Okafor", "away"), ("Tom Okafor", "back")]


def test_who_is_off_duty_is_offered_to_hand_over_what_they_have(tom: FlaskClient, owe: Made, switch: Switch) -> None:
    held = mine(owe, "+447700900001")
    row = re.compile(f'id="callback-{held}" data-version="([^"]+)"')
    page = tom.get("/mine").text
    as_it_was = row.findall(page)
    assert f'href="/callbacks/{held}/assign' not in page
    switch(duty="off")
    page = tom.get("/mine").text
    assert row.findall(page) != as_it_was  # the button to put it back left it
    assert f'href="/callbacks/{held}/assign?next=/mine" data-act' in page
    assert page.count(f'action="/callbacks/{held}/release"') == 1
    assert "You still have 1 promise: hand it over?" in text(page)
    mine(owe, "+447700900002", promised_by=at(10, 20))
    assert "You still have 2 promises. The next is 07700 900002’s: hand it over?" in text(tom.get("/mine").text)


def test_who_is_away_for_a_while_is_told_until_when(tom: FlaskClient, office: Office, switch: Switch) -> None:
    switch(duty="off", minutes="60")
    assert tom_s_row(office).away_until == at(11)
    assert "Your phone won’t ring before 11:00." in text(tom.get("/mine").text)


@pytest.mark.parametrize("minutes", ["-5", "999999999999", "x", "1" * 5000])
def test_time_away_that_is_not_offered_is_off_duty_for_good(office: Office, switch: Switch, minutes: str) -> None:
    switch(duty="off", minutes=minutes)
    assert (tom_s_row(office).on_duty, tom_s_row(office).away_until) == (False, None)


def test_last_one_to_leave_hears_that_nobody_is_on_duty_until_somebody_is(
    tom: FlaskClient, office: Office, switch: Switch
) -> None:
    def priya_is(*, on: bool) -> None:
        with office.database.transaction() as session:
            session.get_one(Staff, 1).on_duty = on

    nobody = "Nobody is on duty now, so callers are offered a promise straight away."
    priya_is(on=False)
    switch(duty="off")
    page = tom.get("/mine").text
    version = re.findall(r'data-version="([\w-]+)"', page)[0]
    assert text(page).count(nobody) == 1
    priya_is(on=True)
    region = tom.get(f"/mine/list?version={version}")
    assert (region.status_code, nobody in text(region.text)) == (200, False)


def test_sign_in_without_a_person_hears_so(office: Office, visitor: FlaskClient, sign_in: Made, owe: Made) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "office@example.com", "correct horse battery", "manager", None)
    sign_in("office@example.com")
    owe()
    said = text(visitor.get("/mine").text)
    assert "This sign-in belongs to nobody on the staff." in said
    assert "Nobody has these yet" not in said


def test_page_that_has_it_all_already_gets_nothing_new(tom: FlaskClient, owe: Made, clock: Any) -> None:
    mine(owe, "+447700900001")
    version = re.findall(r'data-version="([\w-]+)"', tom.get("/mine").text)[0]
    clock.go_on(minutes=1)
    assert tom.get(f"/mine/list?version={version}").status_code == 204
    mine(owe, "+447700900002")
    assert "07700 900002" in tom.get(f"/mine/list?version={version}").text


def test_hostile_names_are_text(tom: FlaskClient, owe: Made, customers: Made) -> None:
    hostile = '"><script>alert(1)</script><svg onload=alert(1)>\u202e'
    customers(("+447700900001", hostile))
    mine(owe, "+447700900001", reason=hostile)
    owe("+447700900002", reason=hostile, name=hostile)
    page = tom.get("/mine").text
    assert "<script>alert" not in page
    assert "<svg onload" not in page
    assert "\u202e" not in page
    assert not re.search(r"<style|\sstyle=|\son\w+=['\"]|<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize(("page", "region"), [("/mine", "/mine/list"), ("/callbacks/1", "/callbacks/1/card")])
def test_short_answer_reads_little_and_sees_what_happens(
    tom: FlaskClient, owe: Made, office: Office, count_statements: Made, page: str, region: str
) -> None:
    mine(owe, "+447700900001")
    opening = re.escape(f'hx-get="{region}"') + r'[^>]* data-version="([\w-]+)"'
    version, answers = re.findall(opening, tom.get(page).text)[0], []
    short = count_statements(lambda: answers.append(tom.get(f"{region}?version={version}")))
    whole = count_statements(lambda: answers.append(tom.get(region)))
    assert [each.status_code for each in answers] == [204, 200]
    assert answers[0].headers["X-Version"] == version
    assert short <= whole - 5
    with office.database.transaction() as session:
        row = session.get_one(Callback, 1)
        row.owner, row.owner_id, row.fence = "Priya Shah", 1, row.fence + 1
    assert tom.get(f"{region}?version={version}").status_code == 200
