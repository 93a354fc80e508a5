"""Hours and holidays: the week, the ticks, special days, what happens at a time, who is on duty; who may change them, and what stays on a fault."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from console import access
from office import changes, people
from office.profile import Profile, read
from office.tables import Audit, BusinessChange, Staff
from office.wiring import Office
from tests.conftest import BUSINESS

Made = Callable[..., Any]
Send = Callable[..., TestResponse]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:30") | {"sat": "", "sun": ""}
NEVER = {day: "closed" for day in WEEK if WEEK[day]}
CHRISTMAS, GOOD_FRIDAY = "2026-12-25", "2027-03-26"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page shows; changes of the business run on both (test_changes)."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def send(browser: FlaskClient) -> Send:
    """Send a form of the page, as a browser does."""

    def sent(path: str, **fields: Any) -> TestResponse:
        token = browser.get("/hours").text.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, **fields}
        return browser.post(path, data=form, headers={"Referer": "https://localhost/hours"})

    return sent


@pytest.fixture
def business(office: Office) -> Callable[[], Profile]:
    """The business as it is written down now."""

    def now() -> Profile:
        with office.database.reading() as session:
            return office.business(session)

    return now


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def shown(page: str, first: str) -> str:
    """What the page says it shows of the special days that begin then."""
    found = re.search(rf'name="first" value="{first}">.*?name="shown" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def week(**days: str) -> dict[str, str]:
    """The form of the week, as the page was when it was asked for."""
    return {f"was-{day}": hours for day, hours in WEEK.items()} | WEEK | days | {"was-always": "0"}


def test_page_tells_how_things_stand_holidays_clock_changes_and_who_is_on_duty(browser: FlaskClient) -> None:
    said = text(browser.get("/hours").text)
    for words in (
        "We’re open until 17:30 today. Miss a call now and we promise 12:00 today.",
        "Christmas Day, Friday 25 December: closed.", "Christmas Day Friday 25 December", "Good Friday Friday 26 March",
        "Boxing Day Saturday 26 December: closed anyway, like every Saturday",
        "Boxing Day (day off instead) Monday 28 December", "Those that all of the United Kingdom has.",
        "Sunday 28 March 2027: the clocks go forward, 01:00 becomes 02:00, while we’re closed.",
        "Sunday 31 October 2027: the clocks go back, 02:00 becomes 01:00, while we’re closed.",
        "Wednesday 25 November 09:00 to 17:30 Priya Shah and Tom Okafor",
    ):  # fmt: skip
        assert words in said


def test_week_that_is_saved_holds_with_a_history_and_a_way_back(
    send: Send, browser: FlaskClient, business: Any
) -> None:
    answer = send("/hours/week", **week(mon="9:00-12:30 and 13:30-17:30", fri="", sat="22:00-06:00"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/hours#week")
    hours = business().tables["hours"]
    assert (hours["mon"], hours.get("fri"), hours["sat"]) == (["09:00-12:30", "13:30-17:30"], None, ["22:00-06:00"])
    page = browser.get("/hours").text
    assert "Friday: closed, was open 09:00 to 17:30" in text(page)
    undo = re.search(r'action="(/changes/\d+/undo)"', page)
    assert undo is not None
    send(undo[1])
    assert business().tables["hours"]["fri"] == ["09:00-17:30"]


def test_fault_stands_beside_its_day_and_what_was_typed_stays(send: Send, business: Any) -> None:
    answer = send("/hours/week", **week(tue="9-5", wed="10:00-11:00"))
    assert answer.status_code == 422
    assert re.search(r'name="tue" value="9-5"[^>]* aria-describedby="p-tue" aria-invalid="true"', answer.text)
    assert re.search(r'id="p-tue">.*?“?"?9-5', unescape(answer.text), re.DOTALL)
    assert 'name="wed" value="10:00-11:00"' in answer.text
    assert "One thing needs another look." in text(answer.text.split('id="week"')[1].split("</form>")[0])
    assert business().tables["hours"]["wed"] == ["09:00-17:30"]
    assert "Then we’d never be open" in send("/hours/week", **week(**{**WEEK, **NEVER})).text


def test_day_that_another_manager_changed_meanwhile_is_left_as_they_made_it(send: Send, business: Any) -> None:
    send("/hours/week", **week(mon="08:00-12:00"))
    send("/hours/week", **week(tue="08:00-12:00"))
    assert (business().tables["hours"]["mon"], business().tables["hours"]["tue"]) == (["08:00-12:00"],) * 2


def test_refused_week_keeps_what_was_shown_and_undoes_nothing_of_another_manager(send: Send, business: Any) -> None:
    send("/hours/week", **week(), always="on")
    refused = send("/hours/week", **week(tue="9-5")).text
    assert 'name="was-always" value="0"' in refused
    assert 'name="next" value="/hours"' in refused
    send("/hours/week", **week(tue="09:00-17:00"))
    assert business().hours.always


def test_holiday_that_is_unticked_is_worked_as_usual_and_follows_the_week(
    send: Send, browser: FlaskClient, business: Any
) -> None:
    was = [CHRISTMAS, GOOD_FRIDAY]
    send("/hours/holidays", listed=was, **{"was-closed": was}, closed=[CHRISTMAS])
    assert "Saved. Good Friday, Friday 26 March 2027: open as usual." in text(browser.get("/hours").text)
    assert business().tables["special_day"] == [{"date": GOOD_FRIDAY, "open": ["09:00-17:30"]}]
    send("/hours/week", **week(fri="10:00-15:00"))
    assert business().tables["special_day"] == [{"date": GOOD_FRIDAY, "open": ["10:00-15:00"]}]
    send("/hours/holidays", listed=was, **{"was-closed": [CHRISTMAS]}, closed=was)
    assert "special_day" not in business().tables


def test_always_open_office_closes_on_the_holidays_that_are_ticked(send: Send, business: Any) -> None:
    send("/hours/week", **week(), always="on")
    assert business().hours.open_at(datetime(2026, 12, 25, 3, tzinfo=UTC))
    send("/hours/holidays", listed=[CHRISTMAS, GOOD_FRIDAY], closed=[CHRISTMAS])
    assert business().tables["special_day"] == [{"date": CHRISTMAS, "open": []}]


def test_closure_of_several_days_is_added_changed_and_removed_as_one(
    send: Send, browser: FlaskClient, business: Any
) -> None:
    send("/hours/days", first="2026-12-29", last="2026-12-31", name="Christmas break", how="closed")
    assert [entry["date"][-2:] for entry in business().tables["special_day"]] == ["29", "30", "31"]
    page = browser.get("/hours?day=2026-12-29").text
    as_shown = shown(page, "2026-12-29")
    assert "Christmas break Tuesday 29 December to Thursday 31 December: closed" in text(page)
    assert 'name="was_last" value="2026-12-31"' in page
    change = {"was_first": "2026-12-29", "was_last": "2026-12-31", "name": "Christmas break", "shown": as_shown}
    send("/hours/days", first="2026-12-30", last="2026-12-31", how="half", half="12:00", **change)
    assert [entry["open"] for entry in business().tables["special_day"]] == [["09:00-12:00"]] * 2
    as_shown = shown(browser.get("/hours").text, "2026-12-30")
    send("/hours/days/remove", first="2026-12-30", last="2026-12-31", shown=as_shown)
    assert "special_day" not in business().tables


@pytest.mark.parametrize("theirs", [[1], [0, 1, 2]])
def test_special_days_that_somebody_changed_meanwhile_are_neither_replaced_nor_removed(
    send: Send, browser: FlaskClient, business: Any, office: Office, theirs: list[int]
) -> None:
    send("/hours/days", first="2026-12-29", last="2026-12-31", name="Break", how="closed")
    old = {"first": "2026-12-29", "last": "2026-12-31", "shown": shown(browser.get("/hours").text, "2026-12-29")}

    def change(tables: Any) -> None:
        for number in theirs:
            tables["special_day"][number]["open"] = ["10:00-12:00"]

    with office.database.transaction() as session:
        changes.change(session, change, by="Tom Okafor", said="Break: open", now=office.clock.now())
    refused = send("/hours/days", **old, was_first=old["first"], was_last=old["last"], name="Break", how="closed")
    assert refused.status_code == 422
    assert "Somebody changed these days meanwhile. Please look again." in text(refused.text)
    assert f'name="shown" value="{old["shown"]}"' in refused.text.split('id="own-form"')[1]
    send("/hours/days/remove", **old)
    assert "Somebody changed these days meanwhile. Please look again." in text(browser.get("/hours").text)
    assert sum(entry["open"] == ["10:00-12:00"] for entry in business().tables["special_day"]) == len(theirs)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"first": "2026-11-23", "how": "closed"}, "first", "That day is over."),
        ({"first": "soon", "how": "closed"}, "first", "Which day?"),
        ({"first": "2026-12-01", "last": "2026-11-30"}, "last", "comes before the first"),
        ({"first": "2026-12-01", "how": "own", "own": "10-12"}, "own", "“10-12” isn’t a time from and to"),
        ({"first": "2026-12-01", "how": "half", "half": "08:00"}, "half", "Nothing is open before 08:00"),
        ({"first": "2026-12-10", "how": "closed"}, "first", "in the list of special days already"),
    ],
)
def test_special_day_that_cannot_be_is_told_beside_its_field(
    send: Send, business: Any, fields: dict[str, str], field: str, words: str
) -> None:
    send("/hours/days", first="2026-12-10", name="Stocktaking", how="closed")
    answer = send("/hours/days", name="Outing", **fields)
    assert answer.status_code == 422
    told = re.search(rf'id="p-{field}">(.*?)</p>', answer.text, re.DOTALL)
    assert told is not None
    assert words in text(told[1])
    assert 'name="name" value="Outing"' in answer.text
    assert len(business().tables["special_day"]) == 1


def test_moment_is_rehearsed_with_the_promise_and_the_reasons_for_it(browser: FlaskClient) -> None:
    said = text(browser.get("/hours?at=2026-12-25T18:05").text)
    for words in (
        "Promised: a call by Tuesday 29 December 2026 at 10:00.",
        "The call comes on Friday 25 December at 18:05, while we’re closed (Christmas Day).",
        "Closed in between: Saturday 26 December (Boxing Day), Sunday 27 December and Monday 28 December (Boxing Day).",
        "Tuesday 29 December, 09:00 to 11:00: 2 h counted.",
        "We’re closed for longer than 24 h, so it’s within the first hour of opening.", "They hear:",
    ):  # fmt: skip
        assert words in said
    assert "Rings Priya Shah and Tom Okafor in turn, 20 s each; nobody answers." in text(browser.get("/hours?at=").text)


def test_ceiling_is_told_when_it_cuts_the_promise(office: Office, browser: FlaskClient) -> None:
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS + '[promise]\nwithin = "12h"\nceiling = "8h"\n'))
    said = text(browser.get("/hours?at=2026-11-24T10:00").text)
    assert "Promised: a call by Tuesday 24 November 2026 at 17:30." in said
    assert "more than 8 h after the call, so it’s the last time within 8 h that we’re open" in said


@pytest.mark.parametrize(
    ("query", "words"),
    [("at=noon", "Which day and time?"), ("at=9999-12-31T10:00", "No opening hours are known"), ("at=&phone=x", "That’s no phone number.")],
)  # fmt: skip
def test_moment_or_number_that_is_none_is_told_beside_its_field(browser: FlaskClient, query: str, words: str) -> None:
    answer = browser.get(f"/hours?{query}")
    assert answer.status_code == 422
    assert words in text(answer.text)


def test_look_at_a_customer_by_their_number_is_in_the_audit_trail(
    office: Office, browser: FlaskClient, customers: Made
) -> None:
    customers(("+447700900123", "Jane Smith"))
    assert "Jane Smith" in browser.get("/hours?at=&phone=07700+900123").text
    with office.database.reading() as session:
        looked = session.scalars(select(Audit.about).where(Audit.action == "viewed")).all()
    assert looked == ["customer:+447700900123"]


def test_promise_that_falls_in_closed_time_is_listed_and_does_not_move(
    send: Send, browser: FlaskClient, owe: Made, customers: Made
) -> None:
    customers(("+447700900123", "Jane Smith"))
    owed = owe(promised_by=datetime(2026, 11, 25, 17, 30, tzinfo=UTC))
    assert "when we’re closed" not in text(browser.get("/hours").text)
    assert send("/hours/week", **week(wed="09:00-13:00")).location == "/hours#owed"
    page = browser.get("/hours").text
    assert "Saved. One promise falls when we’re closed; it’s listed on top." in text(page)
    assert "One promise falls when we’re closed It stands as we gave it" in text(page)
    assert f'<a href="/callbacks/{owed}">Jane Smith</a>' in page
    assert "by Wednesday 25 November, 17:30" in text(page)
    assert send("/hours/week", **week(wed="09:00-13:00")).location == "/hours#week"  # nothing to change
    send("/hours/days", first="2026-11-25", how="own", own="09:00-18:00")
    gone = {"first": "2026-11-25", "last": "2026-11-25", "shown": shown(browser.get("/hours").text, "2026-11-25")}
    assert send("/hours/days/remove", **gone).location == "/hours#owed"
    assert "Removed. One promise falls when we’re closed; it’s listed on top." in text(browser.get("/hours").text)


def test_hours_in_which_nobody_is_on_duty_are_marked(office: Office, browser: FlaskClient, clock: Any) -> None:
    with office.database.transaction() as session:
        session.execute(update(Staff).values(on_duty=False))
        session.execute(update(Staff).where(Staff.id == 2).values(away_until=clock.now() + timedelta(hours=26)))
    page = browser.get("/hours").text
    assert "Nobody is on duty for some of the open hours of today and Wednesday 25 November" in text(page)
    assert "Tom Okafor from 12:00" in text(page)
    assert (
        '<rect class="open" x="720" y="3" width="330" height="18"/><rect class="gap" x="540" y="3" width="180"' in page
    )


def test_staff_read_the_page_without_forms_and_change_nothing(
    office: Office, visitor: FlaskClient, sign_in: Made, owe: Made, sales: int
) -> None:
    owe("+447700900124", team_id=sales, promised_by=datetime(2026, 11, 25, 20, tzinfo=UTC))
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    page = visitor.get("/hours?at=&phone=07700900123").text
    assert "open 09:00 to 17:30" in text(page)
    assert "/callbacks/" not in page.split("<main")[1]
    assert 'action="/hours/week' not in page
    form = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0], **week()}
    answer = visitor.post("/hours/week", data=form, headers={"Referer": "https://localhost/"})
    assert answer.status_code == 403
    with office.database.reading() as session:
        assert session.scalars(select(BusinessChange)).all() == []
