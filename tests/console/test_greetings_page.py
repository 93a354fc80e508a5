"""The pages of greetings: what callers hear and why, written, recorded, sent, and brought back."""

import io
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from console import access
from office.tables import Audit, Staff, Team
from office.wiring import Office
from tests.console.test_greetings_api import a_tone
from voicemail_greetings import greetings
from voicemail_greetings.choice import Greeting
from voicemail_greetings.tables import GreetingVersion

Made = Callable[..., Any]
OURS = "Thank you for calling {business}, {name}! We'll ring you back by {time}."
CLOSED = "whose=business&situation=closed"
OF_WORKSHOP = "whose=team-1&situation=busy"
HOSTILE = '"><script>alert(1)</script><svg onload=alert(1)>\u202e'


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def tom(office: Office, visitor: FlaskClient, sign_in: Made) -> FlaskClient:
    """The browser of one of the staff."""
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    return visitor


def post(browser: FlaskClient, address: str, **fields: Any) -> Any:
    page = browser.get("/me").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    headers = {"Referer": "https://localhost/greetings", **fields.pop("headers", {})}
    return browser.post(address, data={"csrf_token": token, **fields}, headers=headers)


def save(browser: FlaskClient, text: str, key: str = CLOSED) -> Any:
    return post(browser, f"/greetings/one?{key}", text=text)


def seen(page: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text)))


def row(page: Any, heading: str) -> str:
    """One greeting of the list, in words."""
    rows = [part for part in page.text.split('<li class="card said') if f"<h3>{heading}" in part]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", rows[0])))


def texts(office: Office, situation: str = "closed") -> list[str | None]:
    with office.database.reading() as session:
        rows = session.scalars(select(GreetingVersion).order_by(GreetingVersion.id))
        return [row.text for row in rows if row.situation == situation]


def make(office: Office, **values: Any) -> int:
    usual = {"situation": "busy", "team_id": None, "staff_id": None, "holiday": None, "text": OURS, "sound": None}
    with office.database.transaction() as session:
        return greetings.make(session, Greeting(None, **{**usual, **values}), by="Priya Shah", now=office.clock.now())


def test_list_shows_what_ships_and_what_callers_hear_now(browser: FlaskClient) -> None:
    page = browser.get("/greetings")
    assert "You’re open: callers hear a greeting only when nobody’s free." in seen(page)
    assert "Callers hear this now" in row(page, "When nobody’s free")
    assert "Callers hear this now" not in row(page, "When you’re closed")
    assert "Comes with Ringtrue" in row(page, "On any holiday")


def test_list_shows_the_closed_one_where_callers_hear_it_at_lunch_and_on_holidays(
    office: Office, browser: FlaskClient
) -> None:
    make(office, situation="closed", text="The workshop is shut. Unfortunately.")
    page = browser.get("/greetings")
    for heading, none in (("At lunch", "lunch"), ("On any holiday", "holidays")):
        assert "“The workshop is shut. Unfortunately.”" in row(page, heading)
        assert f"made one for {none}, so callers hear the one for when you’re closed." in row(page, heading)
    make(office, situation="away", text="They’re out.")
    assert "so callers hear the one for when somebody is away." in row(browser.get("/greetings"), "While Priya Shah")
    assert "One of them could be better." in seen(page)


def test_on_a_holiday_its_greeting_is_heard_now(
    office: Office, visitor: FlaskClient, sign_in: Made, clock: Any
) -> None:
    clock.set(datetime(2026, 12, 25, 10, tzinfo=UTC))
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    page = visitor.get("/greetings")
    assert "Ringtrue’s own, for Christmas Day; nobody has made another." in row(page, "On any holiday")
    assert "Callers hear this now" not in row(page, "When nobody’s free")
    make(office, situation="holiday", holiday="christmas  day")
    assert "Callers hear this now" in row(visitor.get("/greetings"), "On christmas day")


def test_greeting_of_a_team_and_of_somebody_away_are_heard_now_and_say_why(
    office: Office, browser: FlaskClient, clock: Any
) -> None:
    make(office, team_id=1)
    make(office, situation="away", staff_id=2, text="Hm.")
    make(office, situation="away", staff_id=1, text="Gone fishing.")
    with office.database.transaction() as session:
        session.execute(update(Staff).where(Staff.id == 2).values(away_until=clock.now() + timedelta(hours=1)))
    page = browser.get("/greetings")
    assert "Workshop’s own, for when nobody’s free." in page.text
    away = row(page, "While Tom Okafor is away")
    assert ("Callers hear this now" in away, "3 things could be better" in away) == (True, True)
    assert "Callers hear this now" not in row(page, "While Priya Shah is away")


def test_teams_and_people_who_are_here_no_more_are_not_listed(office: Office, browser: FlaskClient, clock: Any) -> None:
    make(office, situation="away", staff_id=2)
    make(office, team_id=1)
    with office.database.transaction() as session:
        session.execute(update(Staff).where(Staff.id == 2).values(left_at=clock.now()))
        session.execute(update(Team).values(closed_at=clock.now()))
    page = seen(browser.get("/greetings"))
    assert ("Tom Okafor" in page, "Workshop" in page) == (False, False)
    assert browser.get("/greetings/one?whose=staff-2&situation=away").status_code == 404
    assert browser.get(f"/greetings/one?{OF_WORKSHOP}").status_code == 404


def test_saved_words_are_heard_from_now_on_and_undone(office: Office, browser: FlaskClient) -> None:
    answer = save(browser, OURS)
    assert (answer.status_code, texts(office)) == (303, [OURS])
    page = browser.get(answer.location)
    assert "Callers hear this from now on." in seen(page)
    assert "Thank you for calling Harbour Bikes, Jane Smith! We'll ring you back by" in seen(page)
    with office.database.reading() as session:
        assert session.scalars(select(Audit.by).where(Audit.action == "greeting-made")).all() == ["Priya Shah"]
    undo = re.findall(r'class="toast".*?action="([^"]+/undo)"', page.text)[0]
    post(browser, undo)
    assert texts(office) == [OURS, None]
    assert post(browser, undo).status_code == 303
    assert "Somebody made a newer one meanwhile." in seen(browser.get(f"/greetings/one?{CLOSED}"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "The text is empty"),
        ("Thank you, {nmae}.", "is not a place that we can fill; write {name}"),
        ("We'll ring you back. " * 12, "15 are the most"),
        ("{person} is away.", "Nothing of it would be said"),
    ],
)
def test_words_that_cannot_be_heard_are_not_saved_and_still_there(
    office: Office, browser: FlaskClient, text: str, fault: str
) -> None:
    answer = save(browser, text)
    assert (answer.status_code, texts(office)) == (422, [])
    assert fault in seen(answer)
    assert f">\n{text.strip()}</textarea>" in unescape(answer.text).replace("\r\n", "\n")


def test_checks_come_with_better_words_that_one_press_puts_in(browser: FlaskClient) -> None:
    text = "Thank you. Unfortunately we're closed. Your call is important to us."
    part = post(browser, f"/greetings/one/check?{CLOSED}", text=text, headers={"X-Part": "checks"})
    assert part.text.lstrip().startswith('<section id="checks"')
    offers = [unescape(each) for each in re.findall(r'name="use" value="([^"]*)"', part.text)]
    assert "Thank you. I'm so sorry we're closed. Your call is important to us." in offers
    assert "Thank you. Unfortunately we're closed. We'll ring you back by {time}." in offers
    page = post(browser, f"/greetings/one/check?{CLOSED}", text=text, use="Thank you, {name}.")
    assert ">\nThank you, {name}.</textarea>" in page.text
    assert ("“Thank you, Jane Smith.”" in seen(page), "“Thank you.”" in seen(page)) == (True, True)
    good = seen(post(browser, f"/greetings/one/check?{CLOSED}", text=OURS))
    for words in (
        "Brief and kind.",
        "Says when we’ll ring",
        "Uses the caller’s name",
        "by ten past ten tomorrow morning",
    ):
        assert words in good
    assert "Says when we’ll ring" not in seen(part)


def test_staff_change_their_own_and_read_those_of_others(office: Office, tom: FlaskClient) -> None:
    theirs = make(office)
    others, own = tom.get("/greetings/one?whose=business&situation=busy"), tom.get(
        "/greetings/one?whose=staff-2&situation=away"
    )  # fmt: skip
    assert ("<textarea" in others.text, "<textarea" in own.text) == (False, True)
    assert "Thank you for calling Harbour Bikes" in seen(others)
    refused = [
        save(tom, OURS).status_code,
        save(tom, OURS, "whose=staff-1&situation=away").status_code,
        post(tom, f"/greetings/one/ring?{CLOSED}").status_code,
        post(tom, f"/greetings/one/sound?{CLOSED}").status_code,
        post(tom, f"/greetings/one/back?{CLOSED}", to="stock").status_code,
        post(tom, f"/greetings/{theirs}/undo").status_code,
        post(tom, f"/greetings/{theirs}/again").status_code,
    ]
    assert refused == [403, 403, 403, 403, 403, 404, 404]
    assert save(tom, OURS, "whose=staff-2&situation=away").status_code == 303
    assert (texts(office), texts(office, "away")) == ([], [OURS])


def test_earlier_one_is_used_again_and_the_business_s_own_or_ours_put_back(
    office: Office, browser: FlaskClient
) -> None:
    first = make(office, team_id=1, text="First.")
    make(office, text="The business's.")
    make(office, team_id=1, text="Second.")
    post(browser, f"/greetings/{first}/again")
    post(browser, f"/greetings/one/back?{OF_WORKSHOP}", to="business")
    post(browser, f"/greetings/one/back?{OF_WORKSHOP}", to="stock")
    assert texts(office, "busy")[3:] == ["First.", "The business's.", None]
    page = seen(browser.get(f"/greetings/one?{OF_WORKSHOP}"))
    assert (
        page.index("Back to the one that comes with Ringtrue") < page.index("“The business's.”") < page.index("First.")
    )


def test_holiday_has_its_own_greeting_by_a_name_from_the_calendar(office: Office, browser: FlaskClient) -> None:
    assert "Christmas Day, 25 December 2026" in seen(browser.get("/greetings"))
    answer = save(browser, "Merry {holiday}, {name}!", "whose=business&situation=holiday&holiday=Christmas+Day")
    assert "“Merry Christmas Day, Jane Smith!”" in seen(browser.get(answer.location))
    assert "Brief" not in row(browser.get("/greetings"), "On Christmas Day")
    with office.database.reading() as session:
        assert session.scalars(select(GreetingVersion.holiday)).all() == ["Christmas Day"]


def test_file_becomes_what_callers_hear_and_what_is_none_is_told_beside_the_field(
    office: Office, browser: FlaskClient
) -> None:
    def send(content: bytes) -> Any:
        return post(browser, f"/greetings/one/sound?{CLOSED}", sound=(io.BytesIO(content), "hello.wav"))

    assert send(a_tone(9)).status_code == 303  # more than any other form may hold
    page = browser.get(f"/greetings/one?{CLOSED}")
    assert ("9 s" in seen(page), "/sounds/" in page.text) == (True, True)
    no_sound, too_large = send(b"no sound"), send(bytes(20 * 1024**2 + 70_000))
    assert (no_sound.status_code, "is no sound that we can read" in seen(no_sound)) == (422, True)
    assert (too_large.status_code, "larger than 20 MB" in seen(too_large)) == (413, True)
    assert "Choose a file first." in seen(post(browser, f"/greetings/one/sound?{CLOSED}"))
    assert texts(office) == [None]


def test_hostile_words_are_text(office: Office, browser: FlaskClient) -> None:
    with office.database.transaction() as session:
        session.execute(update(Team).values(name=HOSTILE))
    make(office, situation="holiday", holiday=HOSTILE, text=HOSTILE, team_id=1)
    address = "/greetings/one?whose=team-1&situation=holiday"
    pages = [
        browser.get("/greetings"),
        browser.get(address),
        post(browser, f"{address[:14]}/check{address[14:]}", text=HOSTILE),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<svg onload" not in page.text
        assert not re.search(r"<style|\sstyle=|\son\w+=['\"]|<script(?![^>]*\ssrc=)", page.text)


def test_list_is_read_in_as_many_statements_however_many_there_are(
    office: Office, browser: FlaskClient, count_statements: Made
) -> None:
    make(office, team_id=1)
    few = count_statements(lambda: browser.get("/greetings"))
    for situation in ("closed", "lunch", "away"):
        make(office, situation=situation)
        make(office, situation=situation, staff_id=2)
    assert count_statements(lambda: browser.get("/greetings")) == few
