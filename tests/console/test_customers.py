"""The list of customers: whom it finds and in what order, adding and changing one by hand, and the list as a file."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from callbacks.tables import Callback
from console import access
from console.customers import changes as customers_changes
from console.customers import found as customers_found
from office import contact_rules, customer_list
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.tables import Audit, Customer
from office.wiring import Office

Made = Callable[..., Any]
JANE, SAM = "+447700900123", "+447700900124"
HOSTILE = "=HYPERLINK(1)<script>alert(1)</script>"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def known(office: Office) -> Made:
    def kept(phone: str, name: str, **more: Any) -> None:
        with office.database.transaction() as session:
            save_customers(session, [CustomerRow(1, phone, name, **more)])

    return kept


@pytest.fixture
def post(browser: FlaskClient) -> Made:
    """Fill in the form that is at an address."""

    def sent(path: str, **fields: str) -> Any:
        token = browser.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token, **fields}
        return browser.post(path, data=data, headers={"Referer": f"https://localhost{path}"})

    return sent


def names(browser: FlaskClient, q: str = "") -> list[str]:
    return re.findall(r'<h2><a href="/customers/[^"]*">([^<]*)', browser.get("/customers", query_string={"q": q}).text)


def trail(office: Office) -> list[tuple[str, str, str | None]]:
    with office.database.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.about.startswith("customer")).order_by(Audit.id))
        return [(row.action, row.about, row.detail) for row in rows]


def test_list_begins_with_whoever_rang_last(browser: FlaskClient, office: Office, customers: Made, call: Made) -> None:
    customers((JANE, "Jane Smith"), (SAM, "Sam Reed"), ("+447700900125", "Never Rang"))
    now = office.clock.now()
    call("CA1", phone=SAM, started_at=now - timedelta(days=3))
    call("CA2", phone=JANE, started_at=now - timedelta(hours=2))
    call("CA3", phone=JANE, started_at=now - timedelta(days=9))
    assert names(browser) == ["Jane Smith", "Sam Reed", "Never Rang"]
    page = browser.get("/customers").text
    assert "Rang 2 h ago" in page
    assert "Rang 3 days ago" in page
    assert "Sat 21 Nov, 10:00" in page


@pytest.mark.parametrize(
    "q", ["jane", "900 123", "07700 900123", "+44 7700 900123", "0044 7700900123", "acme.co", "early"]
)
def test_customer_is_found_as_people_write(browser: FlaskClient, known: Made, q: str) -> None:
    known(JANE, "Jane Smith", email="jane@acme.com", notes="Rings early")
    known("+447700911999", "Sam Reed", email="sam@example.com")
    assert names(browser, q.replace("acme.co", "ACME.co")) == ["Jane Smith"]
    assert names(browser, f"{q} nobody") == []


@pytest.mark.parametrize("few", [10, 5000])
def test_page_goes_on_where_the_last_ended_among_few_and_among_many(
    office: Office, customers: Made, call: Made, few: int
) -> None:
    customers(*((f"+4477009{number:05}", f"Customer {number}") for number in range(120)))
    for number in range(60):
        at = office.clock.now() - timedelta(minutes=number // 2)
        call(f"CA{number}", phone=f"+4477009{number:05}", started_at=at)
    names, after, pages = [], None, 0
    with office.database.reading() as session:
        while pages == 0 or after is not None:
            found = customers_found.page(session, "customer", "GB", None, after, few=few)
            names += [customer.name for customer, _ in found.rows]
            after, pages = found.more, pages + 1
    numbers = [int(name.split()[1]) for name in names]
    assert pages == 3
    assert [number // 2 for number in numbers[:60]] == [number // 2 for number in range(60)]
    assert sorted(numbers) == list(range(120))


def test_staff_see_customers_but_not_the_calls_of_other_teams(
    office: Office, visitor: FlaskClient, sign_in: Made, customers: Made, call: Made, owe: Made, sales: int
) -> None:
    customers((JANE, "Jane Smith"))
    call("CA1", team_id=sales)
    owe(team_id=sales)
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    page = visitor.get("/customers").text
    assert "Jane Smith" in page
    assert "Hasn’t rung yet" in page
    assert "A call by" not in page
    assert "<b>None of your teams has promised Jane Smith a call.</b>" in visitor.get(f"/customers/{JANE}").text
    for path in (
        "/customers.csv",
        "/customers/import",
        f"/customers/{JANE}/erase",
        f"/customers/{JANE}/everything.zip",
    ):
        assert visitor.get(path).status_code == 403


def test_list_tells_what_is_owed_and_how_a_number_is_dealt_with_in_as_many_reads_for_fifty(
    browser: FlaskClient, office: Office, customers: Made, owe: Made, count_statements: Made
) -> None:
    customers((JANE, HOSTILE), (SAM, "Sam Reed"), ("+447700900125", "Bea"))
    owe()
    for phone, minutes in ((SAM, -19), ("+447700900125", 9)):
        owe(phone, promised_by=office.clock.now() + timedelta(minutes=minutes))
    with office.database.transaction() as session:
        contact_rules.deal(session, JANE, "do-not-call-back", by="Priya", now=office.clock.now())
    page = browser.get("/customers").text
    assert "A call by 12:00" in page
    assert ">19 min over</time>" in page
    assert '<a class="chip chip-soon"' in page
    assert "Only a person rings back" in page
    assert "<script>alert" not in page
    before = count_statements(lambda: browser.get("/customers"))
    customers(*((f"+4477009{number:05}", f"Customer {number}") for number in range(49)))
    assert count_statements(lambda: browser.get("/customers")) == before


def test_more_than_a_page_is_shown_on_the_next(browser: FlaskClient, customers: Made) -> None:
    customers(*((f"+4477009{number:05}", f"Customer {number}") for number in range(51)))
    page = browser.get("/customers?q=customer").text
    more = re.search(r'<a class="btn" href="([^"]*)">Show more', page)
    assert more
    last = browser.get(more[1].replace("&amp;", "&")).text
    assert re.findall(r">(Customer \d+)</a>", last) == ["Customer 0"]
    assert "Show more" not in last


def test_customer_page_begins_with_what_is_owed_and_keeps_notes_with_it(
    browser: FlaskClient, office: Office, known: Made, owe: Made
) -> None:
    known(JANE, "Jane Smith")
    place, owed = f"/customers/{JANE}", owe(promised_by=office.clock.now() - timedelta(minutes=20))
    page = browser.get(place).text
    assert "<b>We promised to ring Jane Smith by 09:40, and that’s past.</b> Nobody has it yet." in page
    assert f'action="/callbacks/{owed}/call"' in page
    assert f'action="/callbacks/{owed}/note"' in page
    with office.database.transaction() as session:
        session.execute(update(Callback).values(state="done", outcome="reached", closed_at=office.clock.now()))
    owe(JANE, called_from="+447700900125")  # another's promise, to be rung here: no note about her belongs to it
    page = browser.get(place).text
    assert f'action="{place}/note"' in page
    assert "<b>No call is promised to Jane Smith.</b>" in page
    assert "/callbacks/new?phone=07700+900123&amp;name=Jane+Smith" in page
    token = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    headers = {"Referer": f"https://localhost{place}"}
    assert browser.post(f"{place}/note", data={**token, "text": "Rides a Trek"}, headers=headers).status_code == 303
    assert "“Rides a Trek”" in browser.get(place).text
    assert ("noted", f"customer:{JANE}", None) in trail(office)
    empty = browser.post(f"{place}/note", data={**token, "text": " "}, headers=headers)
    assert (empty.status_code, "Write what there is to know." in empty.text) == (422, True)
    unknown = browser.post(f"/customers/{SAM}/note", data={**token, "text": "Who?"}, headers=headers)
    assert unknown.status_code == 404


def test_page_of_a_shared_number_names_everybody_and_tells_what_is_known_of_each(
    browser: FlaskClient, known: Made
) -> None:
    known(JANE, "Jane Smith", birthday="--06-21", language="en-GB")
    known(JANE, "Peter Smith", notes="Rings early")
    page = browser.get(f"/customers/{JANE}").text
    assert "<h1>Jane Smith or Peter Smith</h1>" in page
    for each in ("21 June", "English (United Kingdom)", "Rings early", 'class="av av-none"'):
        assert each in page


def test_customer_is_added_by_hand(browser: FlaskClient, office: Office, post: Made) -> None:
    answer = post("/customers/new", name="Jane Smith", phone="07700 900123", birthday="--06-21", language="pl")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Jane Smith is on the list." in page
    assert "21 June" in page
    assert ("added", f"customer:{JANE}", None) in trail(office)
    again = post("/customers/new", name="Jane Smith", phone="07700 900123")
    assert again.status_code == 422
    assert "on the list already" in again.text


def test_form_that_will_not_do_comes_again_with_what_was_typed(post: Made, office: Office) -> None:
    answer = post("/customers/new", name=HOSTILE, phone="12", email="jane at home", notes="Rings early")
    assert answer.status_code == 422
    assert "The number has too many or too few digits" in answer.text
    assert "The email is no address" in answer.text
    assert "Rings early" in answer.text
    assert "<script>alert" not in answer.text
    with office.database.reading() as session:
        assert session.scalars(select(Customer)).all() == []


def test_change_keeps_the_number_and_is_written_down(office: Office, known: Made, post: Made) -> None:
    known(JANE, "Jane Smith", email="old@example.com")
    assert post(f"/customers/{JANE}/1", name="Jane Jones", email="", phone=SAM, notes="Rings early").status_code == 303
    with office.database.reading() as session:
        [row] = session.scalars(select(Customer))
    assert (row.phone, row.name, row.email, row.notes) == (JANE, "Jane Jones", None, "Rings early")
    assert ("changed", f"customer:{JANE}", "name, email, notes") in trail(office)
    assert post(f"/customers/{JANE}/1", name="").status_code == 422


def test_address_of_another_customer_s_number_is_not_found(browser: FlaskClient, known: Made) -> None:
    known(JANE, "Jane Smith")
    assert browser.get(f"/customers/{SAM}/1").status_code == 404


def test_rule_is_set_with_its_reason_and_the_one_before_is_still_told(
    browser: FlaskClient, office: Office, post: Made, known: Made
) -> None:
    known(JANE, "Jane Smith")
    assert post(f"/customers/{JANE}/contact", rule="blocked", note="Shouts").status_code == 303
    assert post(f"/customers/{JANE}/contact", rule="normal", note="Said sorry").status_code == 303
    page = browser.get(f"/customers/{JANE}/contact").text
    assert page.index("Said sorry") < page.index("Shouts")
    with office.database.reading() as session:
        assert contact_rules.rule_for(session, JANE) is None
    assert post(f"/customers/{JANE}/contact", rule="shout").status_code == 422


def test_list_as_a_file_runs_nothing_and_goes_in_again(browser: FlaskClient, office: Office, known: Made) -> None:
    known(JANE, HOSTILE, birthday="--06-21")
    answer = browser.get("/customers.csv")
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    again = customer_list.read(answer.text, "GB")
    assert [(one.phone, one.name, one.birthday) for one in again.good] == [(JANE, HOSTILE, "--06-21")]
    assert head[:2] == ["phone", "name"]
    assert ("exported", "customers", None) in trail(office)


def test_words_that_were_looked_for_stay_out_of_the_trail(browser: FlaskClient, office: Office, known: Made) -> None:
    known(JANE, "Jane Smith")
    browser.get("/customers.csv?q=jane")
    assert ("exported", "customers", "q=…") in trail(office)


def test_list_that_was_taken_away_changes_nothing_when_it_comes_again(
    browser: FlaskClient, office: Office, known: Made
) -> None:
    known(JANE, "Jane Smith", notes="Deaf\nRing twice\n- never early")
    rows = customer_list.read(browser.get("/customers.csv").text, "GB").good
    with office.database.reading() as session:
        assert customers_changes.of(session, rows).same == 1


@pytest.mark.parametrize("after", ["~100000000000000000000", "0001-01-01T00:00:00%2B14:00~1", "~²"])
def test_place_that_is_none_of_ours_is_the_top_of_the_list(browser: FlaskClient, known: Made, after: str) -> None:
    known(JANE, "Jane Smith")
    assert "Jane Smith" in browser.get(f"/customers?after={after}").text
    before = after.replace("~", "~1~")
    assert browser.get(f"/customers/{JANE}?before={before}").status_code == 200


def test_list_without_anybody_begins_with_the_sentence(browser: FlaskClient) -> None:
    page = browser.get("/customers").text
    assert page.index('<p class="lead"><b>') < page.index("Greet them by name.")
