"""The business made on a page, where none was imported."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from console import access
from console.tables import User
from office.settings import Settings
from office.tables import Audit, Business, Staff
from office.wiring import Office
from tests.console.conftest import PASSWORD

TYPED = {
    "business.name": "Quay Ferries",
    "business.phone": "020 7183 8750",
    "business.timezone": "Dublin",
    "business.country": "United Kingdom",
    "business.manager_phone": "07700 900111",
    "hours": "9:00-12:30, 13:30-17:00",
    "staff[1].name": "Ana Reyes",
    "staff[1].phone": "07700 900112",
}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def office(settings: Settings, clock: Any) -> Iterator[Office]:
    """An office that nobody has told about a business."""
    office = Office.open(settings, clock=clock)
    with office.database.transaction() as session:
        access.add_user(session, "ana@example.com", PASSWORD, "manager", None)
    yield office
    office.close()


@pytest.fixture
def newcomer(visitor: FlaskClient, sign_in: Any) -> FlaskClient:
    """The browser of a manager where there is no business yet."""
    assert sign_in("ana@example.com").status_code == 303
    return visitor


@pytest.fixture
def make(newcomer: FlaskClient) -> Callable[..., Any]:
    def made(**typed: str) -> Any:
        path = "/settings/business"
        token = newcomer.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]
        return newcomer.post(path, data={"csrf_token": token, **typed}, headers={"Referer": f"https://localhost{path}"})

    return made


def test_without_a_business_the_pages_of_setting_up_stand_and_lead_to_it(newcomer: FlaskClient) -> None:
    for path in ("/welcome", "/me", "/settings", "/settings/business"):
        assert newcomer.get(path).status_code == 200
    assert newcomer.get("/").location == "/welcome"
    assert newcomer.get("/settings/promise").location == "/settings/business"
    assert 'href="/settings/business"' in newcomer.get("/welcome").text
    assert "import-business" not in newcomer.get("/welcome").text


def test_business_is_made_with_whoever_made_it_as_its_first_person(make: Any, newcomer: Any, office: Office) -> None:
    assert make(**TYPED).location == "/welcome"
    assert "3 of 6 steps are done." in newcomer.get("/welcome").text
    with office.database.reading() as session:
        known, ana = office.business(session), session.scalars(select(Staff)).one()
        assert (known.name, known.phone, known.zone.key) == ("Quay Ferries", "+442071838750", "Europe/Dublin")
        assert (known.country, known.manager_phone) == ("GB", "+447700900111")
        assert known.tables["hours"]["fri"] == ["9:00-12:30", "13:30-17:00"]
        assert (ana.name, ana.phone, ana.role, ana.email) == (
            "Ana Reyes",
            "+447700900112",
            "manager",
            "ana@example.com",
        )
        assert session.scalars(select(User.staff_id)).one() == ana.id
        assert session.scalars(select(Audit.detail).where(Audit.action == "made")).one() == "Quay Ferries"
    assert "Quay Ferries answers +44 20 7183 8750." in newcomer.get("/settings").text


def test_first_form_with_faults_says_each_beside_its_field_and_keeps_what_was_typed(make: Any, office: Office) -> None:
    answer = make(**TYPED | {"business.name": HOSTILE * 9, "hours": "nine to five", "staff[1].phone": "+442071838750"})
    assert answer.status_code == 422
    for key, told in (
        ("business.name", "It must be one line of at most 100 characters."),
        ("hours", "“nine to five” isn’t a time from and to."),
        ("staff[1].phone", "That’s the business’s own number"),
    ):
        assert told in answer.text.split(f'id="p-{key}"')[1].split("</p>")[0]
    assert 'value="Ana Reyes"' in answer.text
    assert HOSTILE not in answer.text
    with office.database.reading() as session:
        assert session.get(Business, 1) is None


def test_empty_first_form_asks_for_everything(make: Any) -> None:
    page = make(**dict.fromkeys(TYPED, "")).text
    assert page.count('class="fault"') >= 2
    page = make(**TYPED | {"business.name": "", "hours": "", "staff[1].name": ""}).text
    assert page.count('class="fault"') == 3
    assert "Write when you’re open." in page
