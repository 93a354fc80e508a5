"""Two at once on one promise: whoever comes between two of our statements, nothing is lost and nothing is locked up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy
from sqlalchemy import select

from callbacks import actions, queries
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback, CallbackCall

JANE = "+447700900123"
CUSTOMER_LEG = "CA" + "6" * 32
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing"}
OTHERS = {**RINGING, "From": "+447700900124"}
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60", "DialCallSid": CUSTOMER_LEG}


def missed_again(office, clock, sid: str = "CA" + "2" * 32) -> int:
    now = clock.now()
    owed = actions.Owed(sid, JANE, None, None, "closed", now, now.replace(hour=15), now)
    with office.database.transaction() as session:
        return actions.promise(session, owed)


def open_ones(office) -> list[int]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback.id).where(queries.OPEN)))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_callback_that_closes_as_a_missed_call_joins_it_is_followed_by_a_new_one(office, due, clock):
    """Between our finding it open and our joining it (READ COMMITTED) the customer gets through elsewhere."""
    once = [True]
    with ThreadPoolExecutor(1) as elsewhere:

        def gets_through() -> None:
            with office.database.transaction() as session:
                actions.spoke_elsewhere(session, JANE, clock.now(), clock.now())

        def between(connection, cursor, statement, *_: object) -> None:
            if statement.startswith("INSERT INTO callbacks ") and once:
                once.pop()
                elsewhere.submit(gets_through).result()

        sqlalchemy.event.listen(office.database.engine, "after_cursor_execute", between)
        callback_id = missed_again(office, clock)

    assert callback_id != due
    assert open_ones(office) == [callback_id]


def test_many_missed_calls_of_one_number_at_once_have_one_open_callback(office, clock):
    barrier = Barrier(6)

    def miss(number: int) -> int:
        barrier.wait()
        return missed_again(office, clock, f"CA{number:032}")

    with ThreadPoolExecutor(6) as callers:
        answered = set(callers.map(miss, range(6)))

    assert list(answered) == open_ones(office)
    with office.database.reading() as session:
        assert session.scalars(select(Callback.calls_missed)).all() == [6]
        assert len(session.scalars(select(CallbackCall)).all()) == 6


@pytest.mark.parametrize("run", range(3))
def test_calls_callbacks_and_talks_at_once_never_lock_each_other_up(office, due, phone, carrier, clock, run):
    """Live calls that ring staff, workers that claim, and the end of an attempt: all take the same rows."""
    phone("ring_customer", Digits="1")
    work = [
        lambda: "Harbour Bikes" in carrier.post("/voice/incoming", sid="CA" + "7" * 32, **RINGING).text,
        lambda: "Harbour Bikes" in carrier.post("/voice/incoming", sid="CA" + "8" * 32, **OTHERS).text,
        lambda: phone("customer_report", sid=CUSTOMER_LEG, CallStatus="in-progress").status_code == 204,
        lambda: phone("talked", **{**TALKED, "CallStatus": "completed"}).status_code == 200,
        lambda: phone("report", CallStatus="completed").status_code == 204,
        lambda: not carry_out(office, due),
        lambda: missed_again(office, clock) > 0,
        lambda: (
            carrier.post("/voice/status", sid="CA" + "3" * 32, From=JANE, CallStatus="completed").status_code == 204
        ),
    ]
    barrier = Barrier(len(work))

    def at_once(do: Callable[[], bool]) -> bool:
        barrier.wait()
        return do()

    with ThreadPoolExecutor(len(work)) as everybody:
        done = list(everybody.map(at_once, work))

    assert done == [True] * len(work)
    with office.database.reading() as session:
        assert [attempt.outcome for attempt in session.scalars(select(Attempt))] == ["reached"]
