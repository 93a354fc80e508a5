"""What becomes of call-backs is written down with it, once for each webhook that wants it."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from callbacks import events
from callbacks.tables import Callback, Delivery
from office.tables import Team
from office.wiring import Office

CRM, BOARD = "https://crm.example/hook", "https://board.example/hook"


def said(row: Delivery) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(row.body)
    return body


def test_call_back_is_told_as_the_api_shows_it(tell_to, happen, rows, due) -> None:
    tell_to(CRM)
    happen("claimed", by="Priya Shah")
    (row,) = rows()
    body = said(row)
    assert (row.callback_id, row.url, row.event, row.state, row.tries) == (due, CRM, "claimed", "waiting", 0)
    assert body.pop("id")
    assert body == {
        "event": "claimed",
        "at": "2026-11-24T10:00:00+00:00",
        "details": {"by": "Priya Shah"},
        "callback": {
            "id": due,
            "phone": "+447700900123",
            "team": None,
            "kind": "missed",
            "reason": "nobody answered",
            "state": "waiting",
            "outcome": None,
            "owner": None,
            "missed_at": "2026-11-24T10:00:00+00:00",
            "promised_by": "2026-11-24T12:00:00+00:00",
            "rang_in_time": None,
            "kept": None,
            "calls_missed": 1,
            "needs_person": False,
        },
    }


def test_team_is_told_by_its_name_and_a_withheld_number_as_null(office, tell_to, happen, rows, due) -> None:
    tell_to(CRM)
    with office.database.transaction() as session:
        row = session.get_one(Callback, due)
        row.team_id, row.phone = session.query(Team).one().id, None
    happen("opened")
    callback = said(rows()[0])["callback"]
    assert (callback["team"], callback["phone"]) == ("Workshop", None)


def test_details_are_told_without_those_that_are_none(tell_to, happen, rows) -> None:
    tell_to(CRM)
    happen("snoozed", by="Zoë", until=datetime(2026, 11, 24, 11, tzinfo=UTC), note=None)
    assert said(rows()[0])["details"] == {"by": "Zoë", "until": "2026-11-24T11:00:00+00:00"}


def test_each_webhook_has_a_row_with_an_id_of_its_own(tell_to, happen, rows) -> None:
    tell_to(CRM, BOARD)
    happen("opened", "done")
    assert [(row.url, row.event) for row in rows()] == [
        (CRM, "opened"),
        (BOARD, "opened"),
        (CRM, "done"),
        (BOARD, "done"),
    ]
    assert len({said(row)["id"] for row in rows()}) == 4


def test_webhook_is_told_only_what_it_asked_for(tell_to, happen, rows) -> None:
    tell_to({"url": CRM, "events": ["done", "late"]}, BOARD)
    happen("opened", "late")
    assert [(row.url, row.event) for row in rows()] == [(BOARD, "opened"), (CRM, "late"), (BOARD, "late")]


def test_call_back_is_told_as_the_transaction_leaves_it(office, tell_to, rows, due) -> None:
    """Also when that was changed past the session's objects, after the event was noted."""
    tell_to(CRM)
    with office.database.transaction() as session:
        held = session.get_one(Callback, due)
        events.note(session, due, "opened", office.clock.now())
        session.execute(update(Callback).values(needs_person=True), execution_options={"synchronize_session": False})
        assert not held.needs_person
    assert said(rows()[0])["callback"]["needs_person"] is True


def test_change_that_is_rolled_back_is_not_told(office, tell_to, rows, due) -> None:
    tell_to(CRM)
    with pytest.raises(ZeroDivisionError), office.database.transaction() as session:  # noqa: PT012 - the block ends by it
        events.note(session, due, "done", office.clock.now())
        raise ZeroDivisionError
    assert rows() == []


def test_without_a_webhook_one_small_read_is_all_that_it_costs(office, due, rows) -> None:
    asked: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with office.database.transaction() as session:
        events.note(session, due, "claimed", office.clock.now())
        events.note(session, due, "released", office.clock.now())
    (statement,) = asked
    assert statement.startswith("SELECT")
    assert "FROM business" in statement
    assert rows() == []


def test_transaction_in_which_nothing_happened_asks_nothing(office, tell_to, due) -> None:
    tell_to(CRM)
    asked: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with office.database.transaction():
        pass
    assert asked == []


def test_business_not_imported_yet_is_told_nothing_about(settings, clock) -> None:
    office = Office.open(settings, clock=clock)
    with office.database.transaction() as session:
        row = Callback(kind="asked", reason="web", state="waiting", missed_at=clock.now(), promised_by=clock.now())
        session.add(row)
        session.flush()
        events.note(session, row.id, "opened", clock.now())
    with office.database.reading() as session:
        assert session.query(Delivery).all() == []
    office.close()


def test_what_no_receiver_could_read_is_refused(office, tell_to, due) -> None:
    tell_to(CRM)
    with pytest.raises(TypeError, match="Session cannot be told"), office.database.transaction() as session:
        events.note(session, due, "note", office.clock.now(), by=Session())


def test_what_is_told_later_is_never_older_than_what_was_told_before(office, tell_to, rows, due) -> None:
    """A note is told of a call-back that somebody else is just claiming: it waits, and tells it claimed."""
    tell_to(CRM)

    def write_note() -> None:
        with office.database.transaction() as session:
            events.note(session, due, "note", office.clock.now())

    with ThreadPoolExecutor(1) as colleague:
        with office.database.transaction() as session:
            session.execute(update(Callback).values(owner="Priya Shah"))
            events.note(session, due, "claimed", office.clock.now())
            noted = colleague.submit(write_note)
            assert wait([noted], timeout=0.5).done == set()
        noted.result(10)
    assert [(row.event, said(row)["callback"]["owner"]) for row in rows()] == [
        ("claimed", "Priya Shah"),
        ("note", "Priya Shah"),
    ]
