"""Whoever has left, and a team that is closed: rung, told, offered and let in for nothing more; history still names them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks import attempts, handing_on
from callbacks.tables import Attempt, Callback
from console import access
from office import changes, duty, own_phones, people, teams
from office.merging import Tables
from office.tables import Staff, Team
from office.wiring import Office
from reception import notices
from tests.conftest import TUESDAY_TEN

Made = Callable[..., Any]
TOM, TOMS_PHONE = 2, "+447700900102"


@pytest.fixture
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """Queries with one more condition: one kind of database is enough."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


def change(office: Office, edit: Callable[[Tables], None]) -> None:
    with office.database.transaction() as session:
        changes.change(session, edit, by="Priya Shah", said="so", now=TUESDAY_TEN)
        handing_on.settle(session, TUESDAY_TEN)


def leave(office: Office, phone: str = TOMS_PHONE) -> None:
    def edit(tables: Tables) -> None:
        tables["staff"] = [each for each in tables["staff"] if each["phone"] != phone]

    change(office, edit)


def join(office: Office, name: str, phone: str) -> None:
    change(office, lambda tables: tables["staff"].append({"name": name, "phone": phone}))


def test_leaver_is_not_put_on_duty_again_nor_known_by_their_number(office: Office) -> None:
    leave(office)
    with office.database.transaction() as session:
        duty.set_duty(session, TOM, on=True)
        assert duty.away(session, TOM, TUESDAY_TEN + timedelta(hours=1), TUESDAY_TEN) is False
        assert [person.name for person in people.free(session, TUESDAY_TEN)] == ["Priya Shah"]
        assert own_phones.whose(session, TOMS_PHONE) is None
        assert people.staff_names(session)[TOM] == "Tom Okafor"


def test_number_of_a_leaver_that_somebody_else_has_now_is_theirs_alone(office: Office) -> None:
    leave(office)
    join(office, "Ann Lee", TOMS_PHONE)
    with office.database.reading() as session:
        rows = session.execute(select(Staff.name, Staff.phone, Staff.left_at).order_by(Staff.id)).all()[1:]
    assert [tuple(row) for row in rows] == [("Tom Okafor", "left:2", TUESDAY_TEN), ("Ann Lee", TOMS_PHONE, None)]


def test_leaver_comes_back_under_the_number_that_they_left_with(office: Office) -> None:
    leave(office)
    join(office, "tom okafor", TOMS_PHONE)
    with office.database.reading() as session:
        assert session.get_one(Staff, TOM).left_at is None
        assert people.on_duty(session) == 2


def test_what_a_leaver_had_is_everybody_s_again_and_a_call_that_goes_on_is_nobody_s_after_it(
    office: Office,
    owe: Made,
) -> None:
    theirs = {"owner": "Tom Okafor", "owner_id": TOM, "claimed_until": TUESDAY_TEN + timedelta(hours=1)}
    held, rings = owe(state="claimed", **theirs), owe("+447700900124", state="calling", **theirs)
    leave(office)
    with office.database.reading() as session:
        rows = [session.get_one(Callback, each) for each in (held, rings)]
    assert [(row.state, row.owner_id, row.claimed_until) for row in rows] == [
        ("waiting", None, None), ("calling", TOM, TUESDAY_TEN)
    ]  # fmt: skip


def test_leaver_s_token_and_sign_in_open_nothing(
    office: Office,
    visitor: FlaskClient,
    bearer: Made,
    sign_in: Made,
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", TOM)
    token = bearer("staff", "Tom Okafor")
    assert (sign_in("tom@example.com").status_code, visitor.get("/mine").status_code) == (303, 200)
    assert visitor.get("/api/staff", headers=token).status_code == 200
    leave(office)
    assert visitor.get("/mine").location == "/sign-in?next=/mine&ended=1"
    assert visitor.get("/api/staff", headers=token).status_code == 401
    assert sign_in("tom@example.com").status_code == 422


def test_leaver_is_not_listed_and_is_handed_nothing(
    office: Office,
    visitor: FlaskClient,
    bearer: Made,
    owe: Made,
) -> None:
    owed, manager = owe(), bearer()
    leave(office)
    listed: Any = visitor.get("/api/staff", headers=manager).json
    assert [one["name"] for one in listed["staff"]] == ["Priya Shah"]
    answer = visitor.post(f"/api/callbacks/{owed}/assign", json={"staff": "Tom Okafor"}, headers=manager)
    assert answer.status_code == 422


def test_leaver_who_has_a_call_back_is_not_told_of_its_messages(office: Office) -> None:
    leave(office)
    with office.database.reading() as session:
        assert session.execute(notices.OWNER, {"who": TOM}).all() == []


def test_closed_team_is_in_no_menu_and_its_promises_are_for_all(office: Office, owe: Made) -> None:
    def opened(tables: Tables) -> None:
        tables["team"] = [{"name": "Workshop"}, {"name": "Sales"}]
        tables["staff"] = [{**each, "teams": ["Workshop"]} for each in tables["staff"]]

    change(office, opened)
    owed = owe(team_id=2)
    change(office, lambda tables: tables["team"].pop())
    with office.database.reading() as session:
        assert [team.name for team in teams.all_teams(session)] == ["Workshop"]
        assert session.get_one(Callback, owed).team_id is None
        assert people.team_names(session)[2] == "Sales"


def test_team_with_another_name_is_the_same_team(office: Office) -> None:
    def renamed(tables: Tables) -> None:
        tables["team"] = [{"name": "Bench"}]

    change(office, renamed)
    with office.database.reading() as session:
        assert session.execute(select(Team.id, Team.name, Team.closed_at)).all() == [(1, "Bench", None)]
        assert people.teams_of(session, TOM) == {1}


def test_leaver_whose_phone_rang_and_who_puts_it_off_has_it_no_more(office: Office, owe: Made) -> None:
    owed, rings = (
        owe(state="calling", fence=1),
        {"stage": "answered", "at": TUESDAY_TEN, "customer_phone": "+447700900123"},
    )
    with office.database.transaction() as session:
        session.add(Attempt(id=9, callback_id=owed, fence=1, staff_id=TOM, by="Tom Okafor", **rings))
    leave(office)
    with office.database.transaction() as session:
        put_off = attempts.snooze(session, session.get_one(Attempt, 9), office.business(session), TUESDAY_TEN)
    with office.database.reading() as session:
        row = session.get_one(Callback, owed)
        assert (put_off, row.state, row.owner_id) == (False, "waiting", None)
        assert session.get_one(Attempt, 9).outcome == "staff-passed"
