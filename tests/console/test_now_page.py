"""The board on the wall: what it tells of calls, people and promises, and to whom."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from callbacks.tables import Attempt, Callback
from callbacks.today import Today, UnderWay
from console import access, now_board
from console.now_board import OnDuty, Seen
from office.tables import Staff
from office.wiring import Office
from voice.live import LiveCall
from voice.tables import Leg

Made = Callable[..., Any]
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NOBODY = Seen(
    now=TEN, zone=ZoneInfo("Europe/London"), remind_before=timedelta(minutes=30), calls=(), tries=(), ringing=frozenset(), owed=(),
    today=Today(0, 0, 0, 0), people=(), staff={1: "Priya Shah", 2: "Tom Okafor"}, teams={1: "Workshop"}, names={}, how_many_owed=0,
)  # fmt: skip


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page shows; the sums run on both (test_figures)."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def caller(number: int = 1, **values: Any) -> LiveCall:
    usual = {"id": number, "phone": "+447700900123", "team_id": 1, "began_at": TEN - timedelta(seconds=38), "rings": ()}
    return LiveCall(
        **{**usual, "in_line": False, "at_the_beep": False, "talks_with": None, "talks_since": None, **values}
    )


def mate(name: str, number: int = 1, **values: Any) -> OnDuty:
    usual: dict[str, Any] = {"on_duty": True, "busy_with": None, "resting": False, "away_until": None}
    return OnDuty(id=number, name=name, **{**usual, **values})


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 2, 5, 0), "All calm. Nobody is waiting."),
        ((0, 2, 5, 2), "Nobody is waiting, but two customers are past their time."),
        ((0, 0, 0, 1), "Nobody is waiting, but one customer is past their time."),
        ((1, 2, 5, 3), "One caller is waiting, two people are free."),
        ((3, 1, 5, 0), "Three callers are waiting, one person is free."),
        ((13, 0, 5, 0), "13 callers are waiting, nobody is free."),
        ((1, 0, 0, 0), "Nobody is on duty, so callers are offered a promise straight away."),
    ],
)
def test_sentence_says_how_things_stand(counts: tuple[int, int, int, int], said: str) -> None:
    assert now_board.sentence(*counts) == said


def test_name_on_the_wall_is_the_first_and_an_initial() -> None:
    assert [now_board.short_name(name) for name in ("Gwen Hughes", "Jane", "Ana de la Cruz", "\u202e", "")] == [
        "Gwen H.",
        "Jane",
        "Ana C.",
        "A new caller",
        "A new caller",
    ]


def test_many_names_are_counted() -> None:
    assert now_board.listed([]) == ""
    assert now_board.listed(["A", "B"]) == "A and B"
    assert now_board.listed(["A", "B", "C", "D", "E"]) == "A, B, C and 2 more"


def test_caller_who_leaves_a_message_waits_for_nobody() -> None:
    wall = now_board.board(replace(NOBODY, calls=(caller(at_the_beep=True),)))
    assert (wall.longest_since, wall.calls[0].what) == (None, "Leaving a message")


def test_who_waits_longest_stands_first_and_who_talks_last() -> None:
    calls = (
        caller(1, talks_with=2, talks_since=TEN - timedelta(minutes=7)),
        caller(2, in_line=True),
        caller(3, rings=(1, 2), began_at=TEN - timedelta(seconds=14), phone=None),
    )
    wall = now_board.board(replace(NOBODY, calls=calls, names={"+447700900123": "Farah Idris"}))
    assert [(line.who, line.what) for line in wall.calls] == [
        ("Farah I.", "Waiting for Workshop"),
        ("A new caller", "Ringing Priya S. and Tom O."),
        ("Farah I.", "With Tom O."),
    ]
    assert (wall.longest_since, wall.waiting) == (TEN - timedelta(seconds=38), "1 ringing, 1 waiting")


def test_people_are_free_or_busy_or_back_at_a_time() -> None:
    people = (
        mate("Zoe Abel", 1),
        mate("Tom Okafor", 2, busy_with="call:7"),
        mate("Mei Lin", 3, busy_with="attempt:3"),
        mate("Lea Roth", 6, busy_with="attempt:4"),
        mate("Ana Diaz", 4, on_duty=False, away_until=TEN + timedelta(hours=2, minutes=30)),
        mate("Sam West", 5, resting=True),
    )
    owed = Callback(id=1, phone="+447700900123", promised_by=TEN, calls_missed=1)
    rings, talks = (UnderWay(f"attempt:{n}", 1, "Mei", TEN, TEN, spoke) for n, spoke in ((3, None), (4, TEN)))
    wall = now_board.board(
        replace(NOBODY, people=people, tries=((rings, owed), (talks, owed)), ringing=frozenset({"attempt:3"}))
    )
    assert [(one.name, one.words) for one in wall.mates] == [
        ("Zoe A.", "Free"),
        ("Lea R.", "On a call"),
        ("Mei L.", "Ringing"),
        ("Tom O.", "On a call"),
        ("Sam W.", "Catching breath"),
    ]
    assert (wall.free, wall.on_duty, wall.who_is_free, wall.more_mates) == (1, 5, "Zoe A.", 0)
    away = now_board.board(replace(NOBODY, people=people[4:]))
    assert [one.words for one in away.mates] == ["Catching breath", "Back 12:30"]


def test_list_that_does_not_fit_is_counted() -> None:
    wall = now_board.board(replace(NOBODY, people=[mate(f"P{n} X", n) for n in range(9)], how_many_owed=11))
    assert (len(wall.mates), wall.more_mates, wall.more_promises) == (5, 4, 7)


def test_version_does_not_change_with_the_clock_alone() -> None:
    first = now_board.board(replace(NOBODY, calls=(caller(in_line=True),)))
    later = now_board.board(replace(NOBODY, calls=(caller(in_line=True),), now=TEN + timedelta(seconds=9)))
    assert first.version == later.version != now_board.board(NOBODY).version


def test_wall_tells_of_calls_people_and_promises(
    office: Office, browser: FlaskClient, owe: Made, call: Made, customers: Made
) -> None:
    customers(("+447700900188", "Gwen Hughes"), ("+447700900123", "Ruth Adeyemi"))
    owe("+447700900188", promised_by=TEN - timedelta(minutes=19))
    trying = owe("+447700900199", state="calling", owner="Tom Okafor", promised_by=TEN + timedelta(minutes=90))
    owe(None, state="done", outcome="reached", closed_at=TEN, spoke_at=TEN, promised_by=TEN)
    owe(None, state="done", outcome="cancelled", closed_at=TEN)
    call("CA1", started_at=TEN - timedelta(seconds=15))
    with office.database.transaction() as session:
        session.add(Leg(call_id=1, number=1, staff_id=1, rang_at=TEN))
        tried = {"callback_id": trying, "fence": 1, "staff_id": 2, "by": "Tom Okafor", "stage": "talking", "at": TEN}
        session.add(Attempt(**tried, customer_phone="+447700900199", customer_answered_at=TEN))
        tom = session.get_one(Staff, 2)
        tom.busy_with, tom.busy_until = "attempt:1", TEN + timedelta(hours=1)
    page = browser.get("/now").text
    said = text(page)
    for words in (
        "One caller is waiting, one person is free.", "0:15 1 ringing", "Free to answer 1 of 2 on duty Priya S.",
        "Past their time 1 customer Gwen H. first, 19 min over", "Promises kept today 1 of 2", "1 kept, 1 late, 1 to come",
        "Ruth A. Ringing Priya S.", "Ending in 199 Called back by Tom O.", "Gwen H. by 09:41, nobody yet",
        "Ending in 199 by 11:30, ringing now", "Tom O. On a call", "open until 17:30",
    ):  # fmt: skip
        assert words in said, words
    assert "is-soon" in page
    assert 'class="tabs"' in page
    assert not re.search(r"\d{6}", text(page.replace("020 7183 8750", "")))


def test_region_that_the_browser_has_is_not_sent_again(browser: FlaskClient, owe: Made) -> None:
    version = re.findall(r'data-version="(\w+)"', browser.get("/now").text)[0]
    answer = browser.get(f"/now/region?version={version}")
    assert (answer.status_code, answer.headers["X-Now"]) == (204, TEN.isoformat())
    owe(promised_by=TEN - timedelta(minutes=1))
    assert "1 min over" in text(browser.get(f"/now/region?version={version}").text)


def test_staff_see_callers_and_promises_of_their_teams_and_of_none(
    office: Office, visitor: FlaskClient, sign_in: Made, owe: Made, call: Made, sales: int, customers: Made
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", "correct horse battery", "staff", 2)
    customers(("+447700900111", "Olive Other"), ("+447700900112", "Mine Own"), ("+447700900113", "Nora None"))
    owe("+447700900111", team_id=sales, promised_by=TEN - timedelta(minutes=5))
    owe("+447700900113", team_id=None)
    call("CA1", phone="+447700900111", team_id=sales, waiting_since=TEN)
    call("CA2", phone="+447700900112", waiting_since=TEN)
    calling = owe("+447700900114", team_id=sales, state="calling", owner="Priya Shah")
    with office.database.transaction() as session:
        tried = {"callback_id": calling, "fence": 1, "staff_id": 1, "by": "Priya Shah", "stage": "placed"}
        session.add(Attempt(**tried, at=TEN, customer_phone="+447700900114"))
        priya = session.get_one(Staff, 1)
        priya.busy_with, priya.busy_until = "attempt:1", TEN + timedelta(hours=1)
    sign_in("tom@example.com")
    said = text(visitor.get("/now").text)
    assert ("Olive" not in said, "Ending in 114" not in said, "Priya S. Ringing" in said) == (True, True, True)
    assert "Mine O. Waiting for Workshop" in said
    assert "Nora N." in said
    assert "Past their time 0" in said


def test_hostile_names_stay_words(browser: FlaskClient, owe: Made) -> None:
    owe(name="<script>alert(1)</script> <b>x", owner='"><img>')
    page = browser.get("/now").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_board_asks_the_database_as_often_for_many_as_for_one(
    browser: FlaskClient, owe: Made, call: Made, count_statements: Made
) -> None:
    def more(numbers: range) -> None:
        for number in numbers:
            owe(f"+4477009002{number:02}")
            call(f"CB{number}", waiting_since=TEN)

    more(range(5))
    few = count_statements(lambda: browser.get("/now"))
    more(range(5, 12))
    assert count_statements(lambda: browser.get("/now")) == few


def test_nobody_s_address_is_on_the_wall() -> None:
    owed = {"phone": "+447700900123", "promised_by": TEN, "calls_missed": 1}
    rows = [Callback(id=1, owner="priya@example.com", **owed), Callback(id=2, owner="Tom", owner_id=2, **owed)]
    wall = now_board.board(replace(NOBODY, owed=rows, names={"+447700900123": "jane@home.org"}))
    assert [(one.who, one.what) for one in wall.promises] == [
        ("jane", "by 10:00, with somebody"),
        ("jane", "by 10:00, with Tom O."),
    ]
