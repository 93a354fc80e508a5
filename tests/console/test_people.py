"""People and teams: how they stand, who comes, changes and goes, and what a team's callers get."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks.tables import Callback
from console import access
from office import changes, own_phones, people, pins
from office.tables import Audit, Pin, Staff, Team, Text
from office.wiring import Office
from tests.conftest import SetClock
from tests.console.conftest import PASSWORD

Made = Callable[..., Any]
PRIYA, TOM = 1, 2
TOM_WRITTEN = {"name": "Tom Okafor", "phone": "07700 900102", "role": "staff", "notices": "text"}


@pytest.fixture
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """What changes of people do is held for both databases where the office is; here it is about pages."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def send(browser: FlaskClient) -> Made:
    """Send a form; what the browser is shown then, however often it is sent on."""

    def sent(path: str, **fields: Any) -> Any:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/people").text)[0]
        headers = {"Referer": "https://localhost/people"}
        return browser.post(path, data={"csrf_token": token, **fields}, headers=headers, follow_redirects=True)

    return sent


@pytest.fixture
def as_tom(office: Office, visitor: FlaskClient, sign_in: Made) -> FlaskClient:
    """Tom's browser: he is staff."""
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", PASSWORD, "staff", TOM)
    sign_in("tom@example.com")
    return visitor


def row(office: Office, staff_id: int = TOM) -> Staff:
    with office.database.reading() as session:
        return session.get_one(Staff, staff_id)


def set_tom(office: Office, **values: Any) -> None:
    with office.database.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Staff, TOM), name, value)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Free, on duty until 17:30"),
        ({"busy_with": "call:7", "busy_until": timedelta(minutes=5)}, "With a caller"),
        ({"rest_until": timedelta(seconds=20)}, "On duty, rests until 10:00:20"),
        ({"on_duty": False, "away_until": timedelta(days=1)}, "Away until Wed 10:00"),
        ({"on_duty": False, "misses": 3}, "Taken off duty: 3 calls in a row went unanswered"),
        ({"on_duty": False}, "Off duty: switched off"),
    ],
)
def test_person_is_shown_with_whether_their_phone_rings_and_why(
    office: Office, browser: FlaskClient, values: dict[str, Any], said: str
) -> None:
    now = office.clock.now()
    set_tom(office, **{key: now + value if isinstance(value, timedelta) else value for key, value in values.items()})
    assert said in words(browser.get(f"/people/{TOM}").text)


def test_nobody_is_called_free_while_we_are_closed(
    office: Office, visitor: FlaskClient, sign_in: Made, clock: SetClock
) -> None:
    clock.go_on(hours=8)
    with office.database.transaction() as session:
        access.add_user(session, "ana@example.com", PASSWORD, "staff", TOM)
    sign_in("ana@example.com")
    page = words(visitor.get("/people").text)
    assert "Everybody is on duty. We’re closed: phones ring from Wed 09:00." in page
    assert ("On duty, the phone rings from Wed 09:00" in page, "Free" in page) == (True, False)


def test_staff_read_names_and_duty_but_no_whole_number_and_change_nothing(as_tom: FlaskClient) -> None:
    page = as_tom.get("/people").text
    assert [each in page for each in ("Priya Shah", "…101", "7700900101", "Put on duty", "Add a person")] == [
        True, True, False, False, False
    ]  # fmt: skip
    assert re.search(r"7700\s*900\s*101", page) is None
    assert as_tom.get("/people/new").status_code == as_tom.get(f"/people/{PRIYA}/leave").status_code == 403


def test_team_that_nobody_is_in_says_who_has_its_callers(browser: FlaskClient, sales: int) -> None:
    assert "Nobody is in Sales yet, so its callers go to everyone." in browser.get("/people").text


def test_person_who_is_added_is_rung_on_the_number_as_it_was_meant(office: Office, send: Made) -> None:
    page = send("/people/new", name="Ann Lee", phone="07700 900 111", role="staff", notices="text").text
    assert "Ann Lee is here: their phone rings for callers now." in page
    with office.database.reading() as session:
        assert "+447700900111" in [person.phone for person in people.free(session, office.clock.now())]


def test_fault_in_the_form_stands_beside_its_field_and_what_was_typed_stays(office: Office, send: Made) -> None:
    answer = send("/people/new", name="<b>Ann", phone="07700 900102", notices="mail", email="nowhere")
    assert answer.status_code == 422
    assert 'role="alert" tabindex="-1" data-focus>' in answer.text
    for said in ("Tom Okafor has this number already.", "That isn’t an email address.", 'value="&lt;b&gt;Ann"'):
        assert said in answer.text
    with office.database.reading() as session:
        assert len(people.names_at_work(session)) == 2


def test_costly_number_is_nobody_s_phone(send: Made) -> None:
    assert "We don’t ring numbers of this kind" in send("/people/new", name="Ann", phone="0906 111 1111").text


def test_new_phone_and_name_are_the_same_person_with_their_pin_and_undone_so(office: Office, send: Made) -> None:
    with office.database.transaction() as session:
        pins.set_pin(session, "+447700900102", "8371")
    send(f"/people/{TOM}", **TOM_WRITTEN | {"name": "Thomas Okafor", "phone": "07700 900155"})
    assert (row(office).name, row(office).phone) == ("Thomas Okafor", "+447700900155")
    with office.database.reading() as session:
        assert session.scalars(select(Pin.phone)).all() == ["+447700900155"]
        assert len(people.staff_names(session)) == 2
    send("/changes/1/undo")
    assert (row(office).name, row(office).phone, row(office).left_at) == ("Tom Okafor", "+447700900102", None)


def test_switched_duty_is_told_to_the_person_and_written_down(office: Office, send: Made) -> None:
    page = send(f"/people/{TOM}/duty", duty="away", until="2026-11-25T09:00").text
    assert "Tom Okafor is away until Wed 09:00. They get a text about it." in page
    assert (row(office).on_duty, row(office).away_until is not None) == (False, True)
    with office.database.reading() as session:
        assert session.scalars(select(Text.to)).all() == ["+447700900102"]
        assert session.scalars(select(Audit.action).where(Audit.about == f"staff:{TOM}")).all() == ["away"]
    undo = html.unescape(re.findall(r'action="([^"]*/duty[?][^"]*)"', send(f"/people/{TOM}/duty", duty="on").text)[0])
    assert "Tom Okafor is away until Wed 09:00." in send(undo).text
    assert send(f"/people/{TOM}/duty", duty="away", until="2026-11-23T09:00").status_code == 422


def test_undo_of_duty_puts_back_what_was_unless_it_changed_since(office: Office, send: Made) -> None:
    def undo(page: str) -> list[str]:
        return [html.unescape(each) for each in re.findall(r'action="([^"]*/duty[?][^"]*)"', page)]

    off = undo(send(f"/people/{TOM}/duty", duty="off").text)
    again = send(f"/people/{TOM}/duty", duty="off").text
    assert ("Tom Okafor is off duty already." in again, undo(again)) == (True, [])
    assert "Tom Okafor is on duty." in send(off[0]).text
    assert (row(office).on_duty, "has changed since" in send(off[0]).text) == (True, True)
    set_tom(office, on_duty=False, misses=3)
    assert (undo(send(f"/people/{TOM}/duty", duty="on").text), row(office).misses) == ([], 0)
    with office.database.reading() as session:
        written = session.scalars(select(Audit.action).where(Audit.about == f"staff:{TOM}")).all()
    assert written == ["away", "back", "back"]
    assert "Say whether their phone should ring." in send(f"/people/{TOM}/duty?to=never&undoes=on").text


def test_pin_that_is_set_is_right_and_never_shown(office: Office, send: Made) -> None:
    answer = send(f"/people/{TOM}/pin", pin="1111")
    assert (answer.status_code, "not one digit over and over" in answer.text, "1111" in answer.text) == (
        422,
        True,
        False,
    )
    assert "Nothing was changed. Please type the PIN again." in answer.text
    assert "has a new PIN" in send(f"/people/{TOM}/pin", pin="8371").text
    with office.database.transaction() as session:
        assert pins.check(session, "+447700900102", "8371", office.clock.now())


def test_leaver_s_promises_go_to_whoever_was_chosen(
    office: Office, browser: FlaskClient, send: Made, owe: Made
) -> None:
    held = owe(state="claimed", owner="Tom Okafor", owner_id=TOM)
    assert "Tom Okafor has 1 open promise." in browser.get(f"/people/{TOM}/leave").text
    refused = send(f"/people/{TOM}/leave", name="Tom", keeper=str(PRIYA))
    assert (refused.status_code, row(office).left_at) == (422, None)
    send(f"/people/{TOM}/leave", name="tom okafor", keeper=str(PRIYA))
    with office.database.reading() as session:
        assert session.get_one(Callback, held).owner == "Priya Shah"
        assert own_phones.whose(session, "+447700900102") is None
    assert row(office).left_at == office.clock.now()


def test_who_left_comes_back_as_the_same_person(office: Office, browser: FlaskClient, send: Made) -> None:
    send(f"/people/{TOM}/leave", name="Tom Okafor")
    assert "Who left (1)" in browser.get("/people").text
    send(f"/people/{TOM}/back", **TOM_WRITTEN | {"phone": "07700 900155"})
    assert (row(office).left_at, row(office).on_duty, row(office).phone) == (None, True, "+447700900155")


def test_team_that_gets_another_name_keeps_its_people_and_promises(office: Office, send: Made) -> None:
    assert "Bench is as you wrote." in send("/teams/1", name="Bench", key="3", strategy="in-turn").text
    with office.database.reading() as session:
        team = session.get_one(Team, 1)
        assert (team.name, team.key, team.strategy, team.closed_at) == ("Bench", "3", "in-turn", None)
        assert people.teams_of(session, TOM) == {1}


def test_closed_team_gives_its_people_and_promises_to_the_other_one(office: Office, send: Made, owe: Made) -> None:
    send("/teams/new", name="Sales", key="2", strategy="all-at-once")
    sold = owe(team_id=2)
    send(f"/people/{TOM}", **TOM_WRITTEN, teams=["Sales"])
    assert "Choose where" in send("/teams/2/close").text
    send("/teams/2/close", to="1")
    with office.database.reading() as session:
        assert session.get_one(Callback, sold).team_id == 1
        assert (people.teams_of(session, TOM), people.open_teams(session)) == (frozenset({1}), {1: "Workshop"})
        assert people.team_names(session) == {1: "Workshop", 2: "Sales"}


def test_page_asks_the_database_no_more_often_for_more_people(
    browser: FlaskClient, send: Made, count_statements: Callable[[Callable[[], object]], int]
) -> None:
    ask = partial(browser.get, "/people/region")
    assert "Tom Okafor" in ask().text
    before = count_statements(ask)
    for number in range(3):
        send("/people/new", name=f"Ann {number}", phone=f"07700 90012{number}", role="staff", notices="text")
    assert count_statements(ask) == before


def test_two_managers_at_one_person_or_team_change_only_what_each_of_them_changed(office: Office, send: Made) -> None:
    was = {f"was-{name}": value for name, value in TOM_WRITTEN.items()} | {"was-email": ""}
    send(f"/people/{TOM}", **TOM_WRITTEN | was | {"phone": "07700 900155"}, email="")
    send(f"/people/{TOM}", **TOM_WRITTEN | was | {"role": "manager"}, email="tom@example.com")
    assert (row(office).phone, row(office).role, row(office).email) == ("+447700900155", "manager", "tom@example.com")
    refused = send(f"/people/{TOM}", **TOM_WRITTEN | was | {"notices": "mail"}, email="nowhere").text
    assert 'name="was-role" value="staff"' in refused
    team = {"name": "Workshop", "key": "", "strategy": "longest-idle"}
    was = {f"was-{name}": value for name, value in team.items()}
    send("/teams/1", **team | was | {"name": "Bench"})
    send("/teams/1", **team | was | {"key": "3"})
    with office.database.reading() as session:
        found = session.get_one(Team, 1)
        assert (found.name, found.key, found.strategy) == ("Bench", "3", "longest-idle")
        assert "Tom Okafor: role, email" in [change.said for change in changes.history(session)]


def test_setting_is_saved_with_no_more_looks_at_teams_for_more_people(
    send: Made, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    def looks(length: str) -> int:
        asked = statements(lambda: send("/settings/promise", **{"promise.within": length}))
        return sum("FROM staff_teams" in each for each in asked)

    before = looks("1 hour")
    for number in range(2):
        send("/people/new", name=f"Ann {number}", phone=f"07700 90012{number}", role="staff", notices="text")
    assert looks("3 hours") == before


def test_page_that_loses_touch_says_so(browser: FlaskClient) -> None:
    page = browser.get("/people").text
    assert "who is on duty may have changed" in page[page.index("data-lost") : page.index('id="people"')]
