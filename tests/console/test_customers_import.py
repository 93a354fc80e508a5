"""Importing a list of customers: nothing changes before it is looked at, and twice changes nothing."""

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from console.pages.customers_import import MOST_LINES
from office import contact_rules, kept_lists
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.tables import Audit, Customer
from office.wiring import Office
from tests.conftest import SetClock
from worker import Rounds

Made = Callable[..., Any]
JANE, SAM = "+447700900123", "+447700900124"
LIST = (
    "phone,name,email,contact\n07700 900123,Jane Smith,new@example.com,blocked\n07700 900124,Zoë Reed,,\n12,Nobody,,\n"
)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def jane(office: Office) -> None:
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith", email="old@example.com", notes="Rings early")])


@pytest.fixture
def post(browser: FlaskClient) -> Made:
    """A form of the console, with its token."""

    def sent(path: str, **fields: Any) -> Any:
        token = browser.get("/customers/import").text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token, **fields}
        return browser.post(path, data=data, headers={"Referer": f"https://localhost{path}"})

    return sent


@pytest.fixture
def choose(post: Made) -> Made:
    """Send a file; where it is to be looked at."""

    def chosen(content: str | bytes, name: str = "list.csv") -> Any:
        content = content.encode() if isinstance(content, str) else content
        return post("/customers/import", list=(io.BytesIO(content), name))

    return chosen


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def everybody(office: Office) -> dict[str, tuple[str, str | None, str | None]]:
    with office.database.reading() as session:
        return {row.phone: (row.name, row.email, row.notes) for row in session.scalars(select(Customer))}


def trail(office: Office) -> list[str | None]:
    with office.database.reading() as session:
        return list(session.scalars(select(Audit.detail).where(Audit.action == "imported").order_by(Audit.id)))


def kept_files(office: Office) -> list[Path]:
    return list((office.settings.data_dir / "imports").glob("*"))


@pytest.mark.usefixtures("jane")
def test_list_is_looked_at_before_anything_changes(browser: FlaskClient, office: Office, choose: Made) -> None:
    answer = choose(LIST)
    assert answer.status_code == 303
    said = plain(browser.get(answer.location).text)
    assert "1 new, 1 changed, 1 needs a look." in said
    assert "was old@example.com → becomes new@example.com" in said
    assert "was normal → becomes blocked" in said
    assert "12 The number has too many or too few digits" in said
    assert list(everybody(office)) == [JANE]
    left_out = browser.get(f"{answer.location}/left-out.csv").text
    assert left_out.startswith('\ufeffline,value,reason\r\n4,12,"phone: has too many')


@pytest.mark.usefixtures("jane")
def test_import_holds_leaves_what_the_list_does_not_tell_and_twice_changes_nothing(
    browser: FlaskClient, office: Office, choose: Made, post: Made
) -> None:
    answer = post(choose(LIST).location)
    assert "1 added, 1 changed. 1 left out." in plain(browser.get(answer.location).text)
    assert everybody(office) == {
        JANE: ("Jane Smith", "new@example.com", "Rings early"),
        SAM: ("Zoë Reed", None, None),
    }
    with office.database.reading() as session:
        assert contact_rules.rule_for(session, JANE) == "blocked"
        about = session.execute(
            select(Audit.about, Audit.detail).where(Audit.action.in_(["imported", "contact"]))
        ).all()
    assert about == [
        (f"customer:{JANE}", "blocked: from a list"),
        ("customers", "list.csv: 1 new, 1 changed, 1 left out"),
    ]
    assert kept_files(office) == []
    again = choose(LIST).location
    assert "0 new, 0 changed, 1 needs a look. 2 are as we have them." in plain(browser.get(again).text)
    before = everybody(office)
    post(again)
    assert everybody(office) == before


def test_dates_are_shown_in_words_and_what_is_none_is_told_in_a_sentence(
    browser: FlaskClient, office: Office, choose: Made
) -> None:
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith", birthday="--11-26")])
    rows = "07700900123,Jane Smith,\n07700900124,Sam Reed,06/07/1984\n07700900125,Zoë,6 July\n"
    said = plain(browser.get(choose(f"phone,name,birthday\n{rows}").location).text)
    assert "Birthday was 26 November → removed" in said
    assert "Birthday: 6 July 1984" in said
    assert "The birthday is no date we can read. Write 1984-06-21, or 06-21 for a birthday without its year." in said
    assert "as we have" not in said


def test_import_that_ends_half_way_has_written_down_what_it_took_in(office: Office, choose: Made, post: Made) -> None:
    rows = [f"+4477009{number:05},Customer {number}" for number in range(501)]
    place = choose("phone,name\n" + "\n".join(rows) + "\n12,Nobody\n").location
    with office.database.transaction() as session:
        refuse = "CREATE TRIGGER no BEFORE INSERT ON customers WHEN NEW.name = 'Customer 500' BEGIN SELECT RAISE(ABORT, 'full'); END"
        session.connection().exec_driver_sql(refuse)
    assert post(place).status_code == 503
    assert trail(office) == ["list.csv: 500 new, 0 changed, 0 left out"]
    with office.database.transaction() as session:
        session.connection().exec_driver_sql("DROP TRIGGER no")
    post(place)
    assert trail(office)[1:] == ["list.csv: 0 new, 0 changed, 0 left out", "list.csv: 1 new, 0 changed, 1 left out"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,telephone\nJane,1\n", "In line 1,"),
        ("phone;name\n07700900123;Jane\n", "not separated by commas"),
        (b"PK\x03\x04 workbook", "This is no CSV file."),
        ("phone,name\n".encode("utf-16"), "This is no CSV file."),
        (b"", "Choose a file first"),
        (b"\r" * (MOST_LINES + 1), "This file is too large"),
        (b"phone,name\n" + b"x" * 20_000_000, "This file is too large: 20 MB"),
    ],
)
def test_file_that_is_no_list_is_told_kindly_beside_the_field(
    office: Office, choose: Made, content: str | bytes, said: str
) -> None:
    answer = choose(content)
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert kept_files(office) == []


def test_list_as_windows_writes_it_is_read_with_a_word_about_it(browser: FlaskClient, choose: Made) -> None:
    page = browser.get(choose("phone,name\n07700900123,Zoë\n".encode("cp1252")).location).text
    assert "Zoë" in page
    assert "This file isn’t UTF-8" in page


def test_list_of_another_is_nobody_else_s(browser: FlaskClient, office: Office, choose: Made, post: Made) -> None:
    place = choose(LIST).location
    [file] = kept_files(office)
    file.rename(file.with_name(file.name.replace("1-", "2-", 1)))
    assert browser.get(place).location == "/customers/import"
    assert post(place).location == "/customers/import"
    assert everybody(office) == {}


def test_list_that_nobody_came_back_to_is_gone_after_a_day(office: Office, choose: Made, clock: SetClock) -> None:
    choose(LIST)
    clock.go_on(hours=23)
    assert kept_lists.forget_old(office) == 0
    clock.go_on(hours=2)
    rounds = Rounds(office)
    rounds.once()
    rounds.forgetting.shutdown()
    rounds.stop()
    assert kept_files(office) == []


def test_list_that_is_left_is_taken_away(office: Office, choose: Made, post: Made) -> None:
    place = choose(LIST).location
    assert post(f"{place}/leave").status_code == 303
    assert kept_files(office) == []
    assert everybody(office) == {}
