"""The page of call-backs, as it is written by the server."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from callbacks.tables import Attempt, Callback
from console import access
from console.standing import who_is_free
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.tables import Staff
from office.wiring import Office

Made = Callable[..., Any]
HOSTILE = '"><script>alert(1)</script><svg onload=alert(1)>{{7*7}}\u202e'


def text(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_home_leads_to_the_callbacks(browser: FlaskClient) -> None:
    assert browser.get("/").location == "/callbacks"


def test_callbacks_stand_in_groups_by_their_promised_time(browser: FlaskClient, owe: Made) -> None:
    owe("+447700900001", promised_by=at(9, 41))
    owe("+447700900002", promised_by=at(10, 30))
    owe("+447700900003", promised_by=at(10, 31))
    owe("+447700900004", promised_by=at(9, 10, day=25))
    said = text(browser.get("/callbacks").text)
    order = [
        "Call-backs (4 open)",
        "One customer is past their time. A quick call to 07700 900001 still means a lot.",
        "07700 900002 is next, by 10:30.",
        "Past the promised time 1", "09:41", "19 min over", "07700 900001",
        "In the next half hour 1", "10:30", "in 30 min", "07700 900002",
        "Later today 1", "in 31 min", "07700 900003",
        "Another day 1", "09:10", "Wed", "in 23 h 10 min", "07700 900004",
    ]  # fmt: skip
    places = [said.index(words) for words in order[:2]] + [said.rindex(words) for words in order[3:]]
    assert order[2] in said
    assert places == sorted(places)


def test_times_are_those_of_the_office(visitor: FlaskClient, priya: str, sign_in: Made, owe: Made, clock: Any) -> None:
    clock.set(datetime(2026, 7, 14, 9, 0, tzinfo=UTC))
    sign_in(priya)
    owe(promised_by=datetime(2026, 7, 14, 11, 0, tzinfo=UTC))
    assert "by 12:00" in text(visitor.get("/callbacks").text)


def test_nothing_owed_is_told_cheerfully(browser: FlaskClient, owe: Made) -> None:
    owe(
        state="done",
        outcome="reached",
        owner="Tom Okafor",
        closed_at=at(9, 30),
        spoke_at=at(9, 29),
        promised_by=at(10, 10),
    )
    said = text(browser.get("/callbacks").text)
    assert "Nobody is waiting for us." in said
    assert "All clear. One promise, one kept." in said
    assert "Kept, 41 min early" in said
    assert "Today: 1 kept , 0 late, 0 to come" in said


def test_quiet_day_invites_to_try_the_line(browser: FlaskClient, owe: Made) -> None:
    page = browser.get("/callbacks").text
    assert "A quiet line so far. Missed calls will appear here with the time we promised." in text(page)
    assert '<a class="btn" href="/phone">Try one from Phone</a>' in page
    assert "On duty: Priya and Tom free , of 2" in text(page)
    owe(state="done", outcome="cancelled", closed_at=at(9, 30), closed_by="Tom Okafor")
    page = text(browser.get("/callbacks").text)
    assert ("All clear. Missed calls will" in page, "Try one from Phone" in page) == (True, False)


def test_who_is_free_is_told_by_as_much_of_a_name_as_tells_them_apart() -> None:
    names = ("Priya Shah", "Priya Stone", "Tom Okafor")
    assert who_is_free(names) == "Priya Shah, Priya Stone and Tom"
    assert who_is_free(("Priya Shah", "Priya Vale")) == "Priya S. and Priya V."


def test_row_tells_a_birthday_and_a_language(office: Office, browser: FlaskClient, owe: Made) -> None:
    rows = [
        CustomerRow(1, "+447700900123", "Jane Smith", birthday="1984-11-24", language="fr-CA"),
        CustomerRow(2, "+447700900124", "Gwen Hughes", birthday="--11-25", language="en"),
        CustomerRow(3, "+447700900125", "Ruth Adams", birthday="--11-24"),
    ]
    with office.database.transaction() as session:
        save_customers(session, rows)
    jane = owe()
    owe("+447700900124")
    owe("+447700900125", name="Her son")
    said = {path: text(browser.get(path).text) for path in ("/callbacks", f"/callbacks/{jane}", "/mine")}
    assert {path: (said[path].count("birthday today"), said[path].count("speaks")) for path in said} == {
        "/callbacks": (1, 1),
        f"/callbacks/{jane}": (1, 1),
        "/mine": (1, 1),
    }
    assert "07700 900123 Workshop birthday today speaks French" in said["/callbacks"]


def test_one_act_a_row_is_the_next_right_one(browser: FlaskClient, owe: Made) -> None:
    urgent, later = owe("+447700900001", promised_by=at(9, 41)), owe("+447700900002", promised_by=at(15))
    live = owe("+447700900003", state="calling", owner="Tom Okafor", owner_id=2)
    page = browser.get("/callbacks").text
    assert f'class="btn btn-call" id="call-{urgent}"' in page
    assert f'class="btn" id="call-{later}"' in page
    assert f'id="see-{live}" href="/callbacks/{live}"' in page


def test_what_is_over_tells_when_by_whom_and_what_was_written(browser: FlaskClient, owe: Made) -> None:
    over = {"state": "done", "promised_by": at(12)}
    spoke = owe(outcome="reached", spoke_at=at(9, 29), closed_at=at(9, 30), **over)
    owe("+447700900124", outcome="cancelled", closed_at=at(9, 20), closed_by="Mei Lin", close_note="Em\nailed", **over)
    owe("+447700900125", outcome="answered-elsewhere", closed_at=at(9, 10), **over)
    theirs = {"outcome": "cancelled", "closed_at": at(9, 5), "closed_by": "customer"}
    gone = owe("+447700900126", **theirs, close_note="by text", **over)
    one = owe("+447700900127", **theirs, close_note="goes on as call-back 12: they asked to be rung there", **over)
    said = text(browser.get("/callbacks").text)
    pages = text(browser.get(f"/callbacks/{gone}").text), text(browser.get(f"/callbacks/{one}").text)
    for page in (said, *pages):
        assert ("customer closed" in page.lower(), "“by text”" in page, "“goes on" in page) == (False, False, False)
    assert "No call was needed. They cancelled at 09:05." in pages[0]
    assert "It goes on as call-back 12: they asked to be rung there." in pages[1]
    assert "They cancelled" not in pages[1]
    assert ("They cancelled at 09:05." in said, said.count("They cancelled")) == (True, 1)
    assert "We spoke at 09:29." in said
    assert "by itself" not in text(browser.get(f"/callbacks/{spoke}").text)
    assert "Mei Lin closed it at 09:20. “Em ailed”" in said
    assert "They got through to us another way. It closed by itself at 09:10." in said


def test_callback_closed_yesterday_is_not_shown(browser: FlaskClient, owe: Made) -> None:
    owe(state="done", outcome="reached", closed_at=at(23, 59, day=23), spoke_at=at(23, 59, day=23))
    assert 'id="group-done"' not in browser.get("/callbacks").text


def test_promise_nobody_could_keep_is_not_reached_in_time(browser: FlaskClient, owe: Made) -> None:
    owe(state="done", outcome="unreachable", closed_at=at(9, 30), promised_by=at(9))
    said = text(browser.get("/callbacks").text)
    assert "Not reached in time" in said
    assert "We couldn’t reach them." in said


def test_row_tells_tries_owner_and_message(
    office: Office, browser: FlaskClient, owe: Made, call: Made, message: Made
) -> None:
    callback_id = owe(calls_missed=2, state="claimed", owner="Priya Shah")
    message(call("CA1", callback_id), b"RIFF")
    tried = {"callback_id": callback_id, "fence": 1, "staff_id": 2, "by": "Tom Okafor", "stage": "ended"}
    with office.database.transaction() as session:
        for minute, outcome in ((31, "customer-no-answer"), (33, "staff-no-answer"), (34, "staff-no-answer")):
            ended = {"at": at(9, minute), "ended_at": at(9, minute), "outcome": outcome}
            session.add(Attempt(**tried, customer_phone="+447700900123", **ended))
    page = browser.get("/callbacks").text
    said = text(page)
    assert "rang twice" in said
    assert "Missed call" not in said  # the message tells more
    assert (
        "Tom Okafor rang at 09:31, no answer. A staff phone rang 2 times, last at 09:34, and nobody was free." in said
    )
    assert "With You" in said
    assert f'src="/callbacks/{callback_id}/voicemails/1.wav"' in page
    assert browser.get(f"/callbacks/{callback_id}/voicemails/1.wav").data == b"RIFF"


def test_call_going_on_says_how_long(office: Office, browser: FlaskClient, owe: Made, clock: Any) -> None:
    callback_id = owe(state="calling")
    tried = {
        "callback_id": callback_id,
        "fence": 1,
        "staff_id": 2,
        "by": "Tom Okafor",
        "stage": "taken",
        "at": at(9, 59),
    }
    with office.database.transaction() as session:
        session.add(Attempt(**tried, customer_phone="+447700900123", customer_answered_at=clock.now()))
    clock.go_on(seconds=72)
    said = text(browser.get("/callbacks").text)
    assert "Talking 1:12" in said
    assert "With Tom Okafor" in said


def test_hostile_words_are_text_and_leave_the_line_alone(browser: FlaskClient, owe: Made, customers: Made) -> None:
    customers(("+447700900123", HOSTILE))
    owe(reason=HOSTILE, owner=HOSTILE, state="claimed")
    page = browser.get("/callbacks").text
    assert "<script>alert" not in page
    assert "<svg onload" not in page
    assert "{{7*7}}" in page
    assert "\u202e" not in page


def test_page_has_no_inline_script_or_style(browser: FlaskClient, owe: Made) -> None:
    owe()
    page = browser.get("/callbacks").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_staff_see_their_teams_only(
    office: Office, visitor: FlaskClient, sign_in: Made, owe: Made, call: Made, message: Made, sales: int, join_team: Made
) -> None:  # fmt: skip
    join_team("Priya Shah", sales)
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    sign_in("tom@example.com")
    owe("+447700900001")
    theirs = owe("+447700900002", team_id=sales)
    message(call("CA1", theirs), b"RIFF")
    page = visitor.get("/callbacks").text
    assert "Call-backs (1 open)" in page
    assert "07700 900002" not in page
    assert "On duty: Tom free , of 1" in text(page)
    with office.database.transaction() as session:
        session.get_one(Staff, 2).on_duty = False
    assert "Nobody in your teams is on duty." in text(visitor.get("/callbacks").text)
    assert "belongs to another team" in visitor.get(f"/callbacks/{theirs}").text
    assert "<span data-open>1</span>" in visitor.get("/me").text  # the menu of any page
    assert visitor.get(f"/callbacks/{theirs}/voicemail.wav").status_code == 404


def test_what_is_not_there_is_no_other_team_s_to_whoever_sees_all(browser: FlaskClient) -> None:
    for path in ("/callbacks/4711", "/no/such/page"):
        answer = browser.get(path)
        assert (answer.status_code, "The address is wrong, or what was here is gone." in answer.text) == (404, True)


def test_list_that_a_page_has_already_is_not_sent_again(browser: FlaskClient, owe: Made, clock: Any) -> None:
    owe()
    version = re.findall(r'data-version="([\w-]+)"', browser.get("/callbacks").text)[0]
    clock.go_on(minutes=1)
    same = browser.get(f"/callbacks/list?version={version}")
    assert (same.status_code, same.headers["X-Now"]) == (204, "2026-11-24T10:01:00+00:00")
    owe("+447700900124")
    fresh = browser.get(f"/callbacks/list?version={version}")
    assert fresh.status_code == 200
    assert fresh.text.startswith("<div")
    assert "07700 900124" in fresh.text


def test_list_changes_when_a_promise_becomes_late(browser: FlaskClient, owe: Made, clock: Any) -> None:
    owe(promised_by=clock.now() + timedelta(minutes=5))
    version = re.findall(r'data-version="([\w-]+)"', browser.get("/callbacks").text)[0]
    clock.go_on(minutes=6)
    assert browser.get(f"/callbacks/list?version={version}").status_code == 200


def test_more_than_a_page_holds_is_counted_and_stands_on_the_next(
    office: Office, browser: FlaskClient, clock: Any
) -> None:
    usual = {
        "kind": "missed",
        "reason": "missed call",
        "state": "waiting",
        "missed_at": clock.now(),
        "promised_by": clock.now(),
    }
    with office.database.transaction() as session:
        session.add_all(Callback(phone=f"+44770090{number:04}", **usual) for number in range(203))
    seen: list[str] = []
    pages, address = 0, "/callbacks"
    while address:
        page = browser.get(address).text
        assert "Call-backs (203 open)" in text(page)
        seen += re.findall(r'id="callback-(\d+)"', page)
        further = re.findall(r'href="([^"]+)" data-further', page)
        pages, address = pages + 1, html.unescape(further[0]) if further else ""
    assert (pages, len(seen), len(set(seen))) == (3, 203, 203)
