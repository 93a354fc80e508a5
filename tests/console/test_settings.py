"""The pages of settings: what holds in plain words, what is typed and kept, what is refused, and the way back."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks.promise import Tried
from callbacks.tables import Attempt
from console import access
from console.settings.forms import FORMS
from office import alerts, changes
from office.profile import AimPolicy, Profile, read
from office.profile.lines import key_lines
from office.tables import Audit, BusinessChange
from office.wiring import Office
from tests.conftest import BUSINESS
from tests.console.conftest import PASSWORD

HOSTILE = "<script>alert(1)</script>"
Send = Callable[..., Any]


@pytest.fixture
def send(browser: FlaskClient) -> Send:
    """Fill in some fields of a page of settings and save it; "__" stands for the dot of a key."""

    def sent(name: str, **fields: Any) -> Any:
        path = f"/settings/{name}"
        token = browser.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]
        form = {key.replace("__", "."): value for key, value in fields.items()}
        return browser.post(path, data={"csrf_token": token, **form}, headers={"Referer": f"https://localhost{path}"})

    return sent


@pytest.fixture
def business(office: Office) -> Callable[[], Profile]:
    """The business as it holds now."""

    def now() -> Profile:
        with office.database.reading() as session:
            return office.business(session)

    return now


def _history(office: Office) -> list[BusinessChange]:
    with office.database.reading() as session:
        return changes.history(session)


def test_overview_tells_every_form_in_a_sentence_and_links_to_it(browser: FlaskClient) -> None:
    page = browser.get("/settings").text
    assert "Whoever we miss is rung back within 2 hours, counted in opening hours." in page
    assert all(f'href="/settings/{name}"' in page for name in FORMS)
    assert all(f'method="post" action="/settings/{name}"' in browser.get(f"/settings/{name}").text for name in FORMS)


def test_length_of_time_is_kept_however_it_is_written_and_told_with_a_way_back(
    browser: FlaskClient, send: Send, business: Any, office: Office
) -> None:
    assert send("promise", promise__within="an hour and 30 minutes").location == "/settings/promise"
    page = browser.get("/settings/promise").text
    assert business().tables["promise"] == {"within": "90m"}
    assert "Saved. We ring back within: 90 minutes." in page
    assert "We ring back within: 90 minutes, was 2 hours" in page
    with office.database.reading() as session:
        row = session.scalars(select(BusinessChange)).one()
        assert session.scalars(select(Audit.by).where(Audit.action == "changed")).one() == row.by == "Priya Shah"
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    referer = {"Referer": "https://localhost/settings/promise"}
    browser.post(f"/changes/{row.id}/undo", data={"csrf_token": token}, headers=referer)
    assert business().promise.within == timedelta(hours=2)


@pytest.mark.parametrize(
    ("name", "key", "typed", "told"),
    [
        ("promise", "promise.within", f"soon {HOSTILE}", "That’s no length of time that we can read."),
        ("promise", "aims.kept", "120%", "It must be a number from 1 to 100."),
        ("promise", "aims.answered", "most", "Write how many in 100"),
        ("ringing", "ringing.patience", "2 hours", "It must be between 5 seconds and 1 minute."),
        ("ringing", "ringing.rounds", "99", "It must be a number from 1 to 10."),
        ("fraud", "guard.calls_per_second", "500", "It must be 0 or a number from 0.01 to 100."),
        ("callbacks", "callbacks.allowed_countries", "Atlantis", "is no country that we know"),
        ("business", "business.phone", "12", "It has too many or too few digits."),
        ("business", "business.name", " ", "Please fill this in."),
        ("business", "business.manager_phone", "+442071838750", "That’s the business’s own number"),
        ("recording", "words.language", "English", "Write the two letters of a language"),
    ],
)
def test_value_that_cannot_be_is_told_beside_its_field_and_stays_there(
    send: Send, business: Any, name: str, key: str, typed: str, told: str
) -> None:
    before = business()
    answer = send(name, **{key.replace(".", "__"): typed})
    assert answer.status_code == 422
    assert told in answer.text.split(f'id="p-{key}"')[1].split("</p>")[0]
    shown = unescape(answer.text)
    assert f'value="{typed}"' in shown or f">\n{typed}</textarea>" in shown
    assert HOSTILE not in answer.text
    assert business() is before


def test_promise_is_tried_out_without_being_saved(send: Send, business: Any) -> None:
    answer = send("promise", **{"promise__within": "1 hour", "try": "1"})
    assert answer.status_code == 200
    assert "Miss a call now, at 10:00 on Tuesday, and we promise the same day by 11:00." in answer.text
    assert "Miss one shortly before closing, at 17:20 on Tuesday, and we promise Wednesday by 09:50." in answer.text
    assert business().promise.within == timedelta(hours=2)


def test_aims_are_typed_as_people_say_them_and_one_left_empty_is_ours_again(
    send: Send, business: Any, office: Office
) -> None:
    assert send("promise", aims__kept="90 %", aims__call_back="45 min").status_code == 303
    assert business().tables["aims"] == {"kept": 90, "call_back": "45m"}
    assert "Aim for promises kept: 90%, was 95%" in _history(office)[0].said
    assert send("promise", aims__kept="90%", aims__call_back="", promise__within="3 hours").status_code == 303
    assert business().aims == AimPolicy(90, 80, timedelta(minutes=90))


def test_another_country_is_rung_only_once_its_name_was_typed_again(send: Send, business: Any) -> None:
    field = {"callbacks__allowed_countries": "GB, Jamaica"}
    for sure in ({}, {"sure": "Ireland"}):
        asked = send("callbacks", **field, **sure)
        assert asked.status_code == 422
        assert "From now on we’d ring Jamaica." in asked.text
        assert business().callbacks.allowed_countries == {"GB"}
    assert send("callbacks", **field, sure="jamaica").status_code == 303
    assert business().callbacks.allowed_countries == {"GB", "JM"}
    assert send("callbacks", callbacks__allowed_countries="UK").status_code == 303
    assert business().callbacks.allowed_countries == {"GB"}


def test_country_that_is_rung_because_it_becomes_our_own_is_asked_about_too(send: Send, business: Any) -> None:
    assert "From now on we’d ring Jamaica." in send("business", business__country="Jamaica").text
    assert business().country == "GB"


def test_what_somebody_else_changed_meanwhile_stays_when_its_field_was_not_touched(send: Send, business: Any) -> None:
    assert send("ringing", ringing__rounds="3").status_code == 303
    stale = {"was-ringing__rounds": "1", "ringing__rounds": "1", "ringing__keep_free": "2"}
    assert send("ringing", **stale).status_code == 303
    assert (business().ringing.rounds, business().ringing.keep_free) == (3, 2)


def test_value_that_a_form_cannot_read_back_stops_nobody_who_leaves_it_alone(
    browser: FlaskClient, send: Send, business: Any, office: Office
) -> None:
    with office.database.transaction() as session:
        now, imported = office.clock.now(), read(BUSINESS.replace("Europe/London", "UTC"))
        changes.take_in(session, imported, file="shop.toml", lines={}, by="import", now=now)
    same = {"business__timezone": "UTC", "was-business__timezone": "UTC"}
    assert send("business", **same, business__name="Harbour Cycles").status_code == 303
    assert (business().name, business().zone.key) == ("Harbour Cycles", "UTC")
    assert send("business", **same | {"business__timezone": "GMT"}).status_code == 422


def test_undo_from_a_page_that_was_refused_leads_to_the_page(browser: FlaskClient, send: Send) -> None:
    send("promise", promise__within="1 hour")
    refused = send("promise", promise__within="soon").text
    undo = refused.split('id="history"')[1]
    assert 'name="next" value="/settings/promise"' in undo


def test_ticks_turns_switches_and_lists_are_kept_as_the_file_holds_them(
    send: Send, business: Any, office: Office
) -> None:
    ticked = {"alerts__by": ["text", "mail"], "was-texts__customers": "yes"}
    assert "the manager’s email has to stand on the page of the business" in send("texts", **ticked).text
    assert send("business", business__manager_email="boss@example.com").status_code == 303
    assert send("texts", **ticked).status_code == 303
    words = {
        "words__engines": ["carrier", "", "whisper"],
        "words__urgent": "Flat tyre, on the road",
        "words__complaint": "none",
    }
    assert send("recording", **words).status_code == 303
    assert send("callbacks", callbacks__retry_after="5 minutes and 1 hour").status_code == 303
    said = " ".join(row.said for row in _history(office))
    assert "How you’re told: by text, by mail, was by text" in said
    assert "Who writes messages out: the carrier, this machine, was this machine;" in said
    tables = business().tables
    assert (tables["alerts"], tables["texts"]) == ({"by": ["text", "mail"]}, {"customers": False})
    expected = {"engines": ["carrier", "whisper"], "urgent": ["flat tyre", "on the road"], "complaint": []}
    assert tables["words"] == expected
    assert tables["callbacks"] == {"retry_after": ["5m", "1h"]}
    answer = send("business", **{"business__manager_email": "", "was-business.manager_email": "boss@example.com"})
    assert "You’re told by mail, so the manager’s email has to stand" in answer.text


def test_value_that_the_imported_file_holds_says_where_until_it_is_changed(
    browser: FlaskClient, send: Send, office: Office
) -> None:
    with office.database.transaction() as session:
        now = office.clock.now()
        changes.take_in(session, read(BUSINESS), file="shop.toml", lines=key_lines(BUSINESS), by="import", now=now)
    line = BUSINESS.split("\n").index("rounds = 1") + 1
    assert f"As in shop.toml, line {line}." in browser.get("/settings/ringing").text
    send("ringing", ringing__rounds="2")
    assert "shop.toml" not in browser.get("/settings/ringing").text


def test_retention_tells_what_is_kept_and_when_the_next_goes(
    browser: FlaskClient, send: Send, office: Office, call: Any, message: Any
) -> None:
    for days, sid in ((10, "CA10"), (40, "CA40")):
        message(call(sid), at=office.clock.now() - timedelta(days=days))
    page = browser.get("/settings/retention").text
    assert "Messages with their sound: 2." in page
    assert "13 April 2027" in page
    send("retention", retention__recordings="30 days")
    assert "1 is past its time and goes within the hour." in " ".join(browser.get("/settings/retention").text.split())


def test_fraud_guard_tells_what_it_held_back_lately(browser: FlaskClient, office: Office, owe: Any) -> None:
    assert "Nothing in the last 30 days." in browser.get("/settings/fraud").text
    abroad, refused, now = owe("+18765550123", needs_person=True), owe(name="Jane Smith"), office.clock.now()
    with office.database.transaction() as session:
        alerts.raise_alert(
            session,
            "guard:house_per_day:2026-11-24",
            "We have dialled all that the guard allows.",
            now - timedelta(hours=1),
        )
        tried = {"fence": 1, "staff_id": 2, "by": HOSTILE, "stage": "over", "at": now, "outcome": Tried.REFUSED.value}
        session.add(Attempt(callback_id=refused, customer_phone="+447700900123", **tried))
    page = browser.get("/settings/fraud").text
    assert re.search(rf'/callbacks/{abroad}">.*isn’t rung by itself: its country isn’t on the list.', page)
    assert "Jane Smith’s call-back</a>" in page
    assert page.index("wouldn’t put the call through") < page.index("We have dialled all that the guard allows.")
    assert "We have dialled all that the guard allows." in page
    assert f'href="/callbacks/{refused}"' in page
    assert HOSTILE not in page


def test_settings_are_not_the_staff_s(visitor: FlaskClient, sign_in: Any, office: Office) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", PASSWORD, "staff", 2)
    sign_in("tom@example.com")
    assert {visitor.get(f"/settings{path}").status_code for path in ("", "/business", "/fraud")} == {403}
