"""Whom free people are rung after: by how long they had no call, or in turn, whoever took the last ones."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from office import people
from office.tables import Staff
from office.wiring import Office

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PRIYA, TOM = 1, 2
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(office: Office):
    with office.database.transaction() as session:
        yield session


def in_turn(session: Session, minute: int, team_id: int | None = None) -> list[int]:
    found = people.free(session, NOW + minute * MINUTE, team_id, hold=True, in_turn=True)
    return [person.id for person in found]


def ring(session: Session, staff_id: int, minute: int) -> None:
    now = NOW + minute * MINUTE
    assert people.reserve(session, staff_id, "call:7", now, now + MINUTE)
    people.release(session, "call:7", now)


def test_who_was_never_rung_is_next_and_then_who_was_rung_the_longest_ago(session: Session) -> None:
    assert in_turn(session, 0) == [PRIYA, TOM]
    ring(session, PRIYA, 0)
    assert in_turn(session, 1) == [TOM, PRIYA]
    ring(session, TOM, 1)
    assert in_turn(session, 2, team_id=1) == [PRIYA, TOM]


def test_turn_passes_also_by_a_call_that_was_not_taken_but_idleness_does_not(session: Session) -> None:
    session.execute(update(Staff).where(Staff.id == TOM).values(last_call_at=NOW - MINUTE))
    ring(session, PRIYA, 0)
    assert in_turn(session, 1) == [TOM, PRIYA]
    assert [person.id for person in people.free(session, NOW + MINUTE)] == [PRIYA, TOM]


def test_reservation_that_somebody_else_had_passes_no_turn(session: Session) -> None:
    ring(session, TOM, 0)
    assert people.reserve(session, PRIYA, "call:7", NOW + MINUTE, NOW + 9 * MINUTE)
    assert not people.reserve(session, PRIYA, "call:8", NOW + 2 * MINUTE, NOW + 9 * MINUTE)
    assert session.get_one(Staff, PRIYA).last_rang_at == NOW + MINUTE


def test_callers_of_both_orders_at_once_never_lock_each_other_up(office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(update(Staff).where(Staff.id == PRIYA).values(last_call_at=NOW - MINUTE))
        session.execute(update(Staff).where(Staff.id == TOM).values(last_rang_at=NOW - MINUTE))
    start = threading.Barrier(2)

    def choose(order: str) -> int:
        start.wait(timeout=10)
        chosen = 0
        for _ in range(100):
            with office.database.transaction() as session:
                chosen += len(people.free(session, NOW, hold=True, in_turn=order == "in-turn"))
        return chosen

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(choose, ("longest-idle", "in-turn"))) == [200, 200]
