"""Staff hand over what they have, to a team-mate."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from callbacks.tables import Callback
from console import access
from office.tables import Staff, StaffTeam
from office.wiring import Office
from tests.console.conftest import PASSWORD

Made = Callable[..., Any]
TOMS = {"state": "claimed", "owner": "Tom Okafor", "owner_id": 2}


@pytest.fixture
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """Who may is the same on both kinds of database."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def hand_over(office: Office, visitor: FlaskClient, sign_in: Made) -> Made:
    """Tom, who is staff, hands a call-back to somebody; the answer."""
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", PASSWORD, "staff", 2)
    sign_in("tom@example.com")

    def handed(callback_id: int, to: int) -> Any:
        page = visitor.get(f"/callbacks/{callback_id}/assign").text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        fields = {"csrf_token": token, "staff": str(to)}
        return visitor.post(f"/callbacks/{callback_id}/assign", data=fields, headers={"Referer": "https://localhost/"})

    return handed


def owner(office: Office, callback_id: int) -> str | None:
    with office.database.reading() as session:
        return session.get_one(Callback, callback_id).owner


def test_staff_hand_what_they_have_to_a_team_mate(
    office: Office, visitor: FlaskClient, hand_over: Made, owe: Made
) -> None:
    mine = owe(**TOMS)
    assert f'href="/callbacks/{mine}/assign' in visitor.get("/callbacks").text
    page = visitor.get(f"/callbacks/{mine}/assign").text
    assert ("Priya Shah<small>" in page, "Tom Okafor<small>" in page) == (True, False)
    assert hand_over(mine, to=1).status_code == 303
    assert owner(office, mine) == "Priya Shah"


def test_staff_do_not_hand_over_what_they_do_not_have(office: Office, hand_over: Made, owe: Made) -> None:
    theirs = owe(state="claimed", owner="Priya Shah", owner_id=1)
    nobodys = owe("+447700900124")
    assert hand_over(theirs, to=1).status_code == 409
    answer = hand_over(nobodys, to=1)
    assert (answer.status_code, "take it first" in answer.text) == (422, True)
    assert (owner(office, theirs), owner(office, nobodys)) == ("Priya Shah", None)


def test_staff_hand_nothing_to_somebody_of_another_team(office: Office, hand_over: Made, owe: Made, sales: int) -> None:
    with office.database.transaction() as session:
        session.add(Staff(id=3, name="Ann Lee", phone="+447700900111", role="staff"))
        session.flush()
        session.add(StaffTeam(staff_id=3, team_id=sales))
    everybodys = owe(team_id=None, **TOMS)
    answer = hand_over(everybodys, to=3)
    assert (answer.status_code, "Ann Lee is in none of your teams." in answer.text) == (422, True)
    assert owner(office, everybodys) == "Tom Okafor"
