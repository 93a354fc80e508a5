"""Everything with one customer, read by pages and put into lines; on both kinds of database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from callbacks.tables import Attempt, Move, Rung
from console import dealings, timeline
from console.dealings import Promises, Whom
from console.timeline import About, Line
from office import audit
from office.profile import RetentionPolicy
from office.tables import Note
from office.wiring import Office

Made = Callable[..., Any]
JANE = "+447700900123"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KEPT = RetentionPolicy(*[timedelta(days=180)] * 4)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def lines(session: Session, whom: Whom) -> list[Line]:
    """All of them, page after page."""
    found, place = [], None
    while True:
        page, place = dealings.page(session, whom, place)
        days = timeline.days(page, About(NOW, ZoneInfo("Europe/London"), {2: "Tom Okafor"}, KEPT))
        found += [line for day in days for line in day.lines]
        if place is None:
            return found


def test_all_that_happened_is_told_newest_first(office: Office, owe: Made, call: Made) -> None:
    promise = owe(missed_at=ago(100), promised_by=ago(-20))
    call("CA1", promise, started_at=ago(101), ended_at=ago(100), outcome="missed", missed_because="closed")
    call("CA2", phone="+447700900999")
    tried = {"fence": 1, "staff_id": 2, "by": "Tom Okafor", "stage": "ended", "customer_phone": JANE}
    with office.database.transaction() as session:
        session.add_all(
            [
                Rung(callback_id=promise, rung="team", promised_by=ago(-20), at=ago(60)),
                Rung(callback_id=promise, rung="reminder", promised_by=ago(-20), at=ago(60)),
                Attempt(callback_id=promise, at=ago(50), ended_at=ago(49), outcome="customer-machine", **tried),
                Move(callback_id=promise, at=ago(40), by="customer", note="asked for tomorrow morning",
                     promised_before=ago(-10), promised_by=ago(-20)),
                Note(phone=JANE, at=ago(5), by="customer", text="After two\nplease"),
            ]
        )  # fmt: skip
        audit.write(session, by="Tom Okafor", action="snoozed", about=f"callback:{promise}", now=ago(30), detail=f"until {ago(-15).isoformat()}")  # fmt: skip
        audit.write(session, by="Tom Okafor", action="played", about=f"callback:{promise}", now=ago(20))
        audit.write(session, by="Tom Okafor", action="claimed", about=f"callback:{promise}0", now=ago(20))
    with office.database.reading() as session:
        told = [(line.said, line.detail, line.words) for line in lines(session, Whom(JANE))]
    assert told == [
        ("Sent us a text", None, "After two\nplease"),
        ("Tom Okafor set it aside", "Until 10:15.", None),
        ("The promise moved to 10:20", "They asked for tomorrow morning.", None),
        ("Tom Okafor rang, a machine answered", None, None),
        ("A reminder went to whoever has it, then the whole team was told", None, None),
        ("We promised to ring by 10:20", "Missed call.", None),
        ("Rang, and we missed it", "Closed.", None),
    ]


def test_pages_leave_out_nothing_though_kinds_and_moments_meet(office: Office, owe: Made) -> None:
    promises = [owe(JANE if n == 0 else None, called_from=JANE, missed_at=ago(60)) for n in range(15)]
    with office.database.transaction() as session:
        for each in promises:
            steps = ("reminder", "second-person", "team")
            session.add_all(Rung(callback_id=each, rung=step, promised_by=NOW, at=ago(60)) for step in steps)
            audit.write(session, by="Tom", action="claimed", about=f"callback:{each}", now=ago(60))
        session.add_all(Note(phone=JANE, at=ago(60), by="Tom", text=str(n)) for n in range(30))
    with office.database.reading() as session:
        said = [(line.said, line.words, line.callback_id) for line in lines(session, Whom(JANE))]
    assert len(said) == 15 + 15 + 15 + 30
    assert sum("then a second person was asked, then" in words for words, _, _ in said) == 15
    assert {words for _, words, _ in said if words} == {str(n) for n in range(30)}
    assert {callback_id for _, _, callback_id in said if callback_id} == set(promises)


def test_rows_of_other_teams_are_left_out_with_all_that_hangs_on_them(
    office: Office, owe: Made, call: Made, message: Made, sales: int
) -> None:
    theirs = owe(team_id=sales)
    message(call("CA1", theirs, team_id=sales))
    with office.database.transaction() as session:
        audit.write(session, by="Mei", action="claimed", about=f"callback:{theirs}", now=NOW)
    with office.database.reading() as session:
        assert lines(session, Whom(JANE, teams=frozenset({1}))) == []
        assert dealings.promises(session, Whom(JANE, teams=frozenset({1})), NOW) == Promises(0, 0, 0)
        assert len(lines(session, Whom(JANE, teams=frozenset({sales})))) == 4


def test_withheld_caller_s_dealings_are_those_of_the_one_call_back(office: Office, owe: Made, call: Made) -> None:
    mine, other = owe(None), owe(None)
    call("CA1", mine, phone=None)
    call("CA2", other, phone=None)
    with office.database.reading() as session:
        assert len(lines(session, Whom(None, mine))) == 2


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({}, Promises(0, 0, 1)),
        ({"promised_by": ago(1)}, Promises(0, 1, 1)),
        ({"state": "done", "outcome": "reached", "spoke_at": NOW, "promised_by": NOW}, Promises(1, 0, 0)),
        ({"state": "done", "outcome": "reached", "spoke_at": NOW, "promised_by": ago(1)}, Promises(0, 1, 0)),
        ({"state": "done", "outcome": "unreachable"}, Promises(0, 1, 0)),
        ({"state": "done", "outcome": "cancelled"}, Promises(0, 0, 0)),
    ],
)
def test_promises_are_counted_by_how_we_kept_our_word(
    office: Office, owe: Made, values: dict[str, Any], counted: Promises
) -> None:
    owe(**values)
    with office.database.reading() as session:
        assert dealings.promises(session, Whom(JANE), NOW) == counted


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2026, 11, 24), "Today"),
        (date(2026, 11, 23), "Yesterday"),
        (date(2026, 11, 12), "Thursday 12 November"),
        (date(2025, 12, 31), "Wednesday 31 December 2025"),
    ],
)
def test_days_are_named_as_people_name_them(day: Any, title: str) -> None:
    assert timeline.day_title(day, About(NOW, ZoneInfo("Europe/London"), {}, KEPT)) == title
