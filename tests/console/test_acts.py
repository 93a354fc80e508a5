"""What people do with a call-back on the page: each act, what it says, and what it does not lose."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from callbacks.tables import Callback
from console import access
from office import audit
from office.wiring import Office

Made = Callable[..., Any]
Press = Callable[..., Any]


@pytest.fixture
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """What the acts do is held for both databases where the desk is; here it is about pages."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def press(browser: FlaskClient) -> Press:
    """Send a form from the list, and what the next page says."""

    def pressed(path: str, came_from: str = "/callbacks", **fields: Any) -> Any:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/callbacks").text)[0]
        headers = {"Referer": f"https://localhost{came_from}"}
        return browser.post(path, data={"csrf_token": token, **fields}, headers=headers)

    return pressed


def told(browser: FlaskClient) -> str:
    """The note on the next page."""
    found = re.search(r'class="(?:note note-\w+|toast)" role="\w+">(.*?)</span>', browser.get("/callbacks").text)
    return re.sub(r"<[^>]*>", "", found[1]) if found else ""


def row(office: Office, callback_id: int) -> Callback:
    with office.database.reading() as session:
        return session.get_one(Callback, callback_id)


@pytest.fixture
def jane(owe: Made, customers: Made) -> int:
    customers(("+447700900123", "Jane Smith"))
    callback_id: int = owe()
    return callback_id


def test_callback_that_is_taken_is_theirs_and_leads_back_to_its_row(
    office: Office, browser: FlaskClient, press: Press, jane: int
) -> None:
    answer = press(f"/callbacks/{jane}/claim", came_from="/callbacks?show=nobody")
    assert (answer.status_code, answer.location) == (303, f"/callbacks?show=nobody#callback-{jane}")
    assert row(office, jane).owner == "Priya Shah"
    assert told(browser) == "Jane Smith’s call-back is yours: by 12:00."


def test_callback_that_was_put_back_is_everybodys(
    office: Office, browser: FlaskClient, press: Press, jane: int
) -> None:
    press(f"/callbacks/{jane}/claim")
    browser.get("/callbacks")
    press(f"/callbacks/{jane}/release")
    assert row(office, jane).owner is None
    assert told(browser) == "Jane Smith’s call-back is everybody’s again."


def test_call_rings_their_own_phone(office: Office, browser: FlaskClient, press: Press, jane: int) -> None:
    press(f"/callbacks/{jane}/call")
    assert row(office, jane).state == "calling"
    assert told(browser) == "Ringing your phone… pick up and we’ll ring Jane Smith."


def test_callback_that_somebody_else_took_first_is_told_kindly(
    office: Office, browser: FlaskClient, press: Press, jane: int, clock: Any
) -> None:
    with office.database.transaction() as session:
        taken = {"state": "claimed", "owner": "Mei Lin", "owner_id": 2}
        session.get_one(Callback, jane).claimed_until = clock.now() + timedelta(hours=1)
        for name, value in taken.items():
            setattr(session.get_one(Callback, jane), name, value)
    assert press(f"/callbacks/{jane}/claim").status_code == 303
    assert told(browser) == "Mei Lin has Jane Smith’s call-back."
    with office.database.transaction() as session:
        audit.write(session, by="Mei Lin", action="claimed", about=f"callback:{jane}", now=clock.now())
    press(f"/callbacks/{jane}/claim")
    assert told(browser) == "Mei Lin took Jane Smith’s call-back a moment ago."
    clock.go_on(minutes=2)
    press(f"/callbacks/{jane}/claim")
    assert told(browser) == "Mei Lin has Jane Smith’s call-back."


@pytest.mark.parametrize(
    ("fields", "until"), [({"minutes": "30"}, "10:30"), ({"minutes": "", "until": "2026-11-24T11:45"}, "11:45")]
)
def test_snoozed_callback_comes_back_at_the_chosen_time(
    browser: FlaskClient, press: Press, jane: int, fields: dict[str, str], until: str
) -> None:
    assert press(f"/callbacks/{jane}/snooze", **fields).status_code == 303
    assert told(browser) == f"Nobody rings Jane Smith before {until}. The promise stands."


def test_snooze_past_the_promised_time_shows_the_form_again_with_why(press: Press, jane: int) -> None:
    answer = press(f"/callbacks/{jane}/snooze?until=2026-11-24T11:00", until="2026-11-24T13:00")
    assert answer.status_code == 422
    assert "a promise moves when its customer agrees" in answer.text
    assert 'value="2026-11-24T13:00"' in answer.text


def test_promise_that_was_kept_is_told_with_what_was_to_spare(
    office: Office, browser: FlaskClient, press: Press, jane: int, clock: Any
) -> None:
    with office.database.transaction() as session:
        session.get_one(Callback, jane).promised_by = clock.now() + timedelta(minutes=14)
    answer = press(f"/callbacks/{jane}/done", outcome="reached", note="New brakes.\r\nFriday.")
    assert answer.location == "/callbacks"  # and not down to where its row went
    assert told(browser) == "Done. Jane Smith’s promise was kept with 14 minutes to spare."
    assert row(office, jane).close_note == "New brakes.\nFriday."


def test_nothing_typed_is_lost_when_it_is_over_already(office: Office, press: Press, jane: int) -> None:
    press(f"/callbacks/{jane}/done", outcome="reached")
    answer = press(f"/callbacks/{jane}/done", outcome="unreachable", note="<b>Rang twice</b>")
    assert answer.status_code == 409
    assert "Jane Smith’s call-back is over already." in answer.text
    assert "&lt;b&gt;Rang twice&lt;/b&gt;</textarea>" in answer.text


def test_unreached_customer_needs_a_note(press: Press, jane: int) -> None:
    answer = press(f"/callbacks/{jane}/done", outcome="unreachable")
    assert answer.status_code == 422
    assert 'maxlength="2000" aria-invalid="true" aria-describedby="p-note" autofocus></textarea>' in answer.text
    fault = answer.text.partition('<p class="fault" id="p-note">')[2]
    assert "A few words on what happened, for whoever looks later." in fault


def test_manager_hands_a_callback_to_a_person_of_its_team(
    office: Office, browser: FlaskClient, press: Press, jane: int
) -> None:
    assert "Tom Okafor" in browser.get(f"/callbacks/{jane}/assign").text
    press(f"/callbacks/{jane}/assign", staff="2")
    assert row(office, jane).owner_id == 2
    assert told(browser) == "Tom Okafor has Jane Smith’s call-back now."
    offered = browser.get(f"/callbacks/{jane}/assign").text
    assert ("Priya Shah<small>" in offered, "Tom Okafor<small>" in offered) == (True, False)


def test_note_is_kept_with_the_number(browser: FlaskClient, press: Press, jane: int) -> None:
    press(f"/callbacks/{jane}/note", text="Rides a Brompton")
    assert told(browser) == "Your note about Jane Smith is kept."


def test_promise_moves_to_the_time_its_customer_agreed_to(
    office: Office, browser: FlaskClient, press: Press, jane: int
) -> None:
    press(f"/callbacks/{jane}/move", promised_by="2026-11-25T09:30", note="Jane said so at the counter")
    assert told(browser) == "We promised Jane Smith the new time: by Wed 09:30."
    assert row(office, jane).promised_by.day == 25


@pytest.mark.parametrize("wanted", ["//evil.example/x", "https://evil.example/", "/\\evil.example"])
def test_way_back_never_leads_to_another_site(press: Press, jane: int, wanted: str) -> None:
    assert press(f"/callbacks/{jane}/claim", next=wanted).location == f"/callbacks#callback-{jane}"


def test_form_without_token_changes_nothing(office: Office, browser: FlaskClient, jane: int) -> None:
    answer = browser.post(f"/callbacks/{jane}/claim", headers={"Referer": "https://localhost/callbacks"})
    assert (answer.status_code, row(office, jane).owner) == (400, None)


@pytest.mark.parametrize("act", ["claim", "snooze", "done", "note", "move", "assign"])
def test_callback_of_another_team_is_not_there(
    office: Office, visitor: FlaskClient, sign_in: Made, owe: Made, sales: int, act: str
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    mine, theirs = owe("+447700900001"), owe("+447700900002", team_id=sales)
    page = visitor.get(f"/callbacks/{mine}/note").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    fields = {"csrf_token": token, "minutes": "15", "outcome": "reached", "text": "x"}
    answer = visitor.post(f"/callbacks/{theirs}/{act}", data=fields, headers={"Referer": "https://localhost/callbacks"})
    assert (answer.status_code, row(office, theirs).owner) == (404, None)


def test_late_promise_is_not_set_aside_but_moved(
    browser: FlaskClient, press: Press, owe: Made, sales: int, clock: Any
) -> None:
    late = owe(promised_by=clock.now() - timedelta(minutes=5))
    page = browser.get(f"/callbacks/{late}/snooze").text
    form = page[page.index('id="act"') :]
    assert "is over, so it can’t wait any longer" in form
    assert f'href="/callbacks/{late}/move' in form
    assert "datetime-local" not in form
    assert ">Snooze</button>" not in form
    refused = press(f"/callbacks/{late}/snooze", minutes="15")
    nobody = press(f"/callbacks/{owe('+447700900002', team_id=sales)}/assign", staff="2")
    for answer in (refused, nobody):  # there is no field that it could stand beside
        assert (answer.status_code, answer.text.count('class="note note-bad" role="alert"')) == (422, 1)
