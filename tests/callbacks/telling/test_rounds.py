"""The sweep tells other software beside everything else: who is slow there holds up nobody but themselves."""

from datetime import timedelta

import pytest

import worker
from callbacks.tables import Callback

HANG = 0
API = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32


@pytest.fixture
def rounds(office):
    rounds = worker.Rounds(office)
    yield rounds
    rounds.stop()


def test_receiver_that_hangs_delays_neither_another_nor_a_call(
    office, rounds, receiver, open_receiver, tell_to, happen, due, another, clock, twilio
) -> None:
    with office.database.transaction() as session:
        session.get_one(Callback, due).next_try_at = clock.now() + timedelta(seconds=10)
    placed = twilio.add("POST", f"{API}/Calls.json", status=201, json={"sid": "CA" + "5" * 32, "status": "queued"})
    quick = open_receiver()
    tell_to({"url": receiver.url, "events": ["note"]}, {"url": quick.url, "events": ["note"]})
    receiver.answers = [HANG]
    happen("note")
    happen("note", callback_id=another)
    rounds.once()
    assert receiver.came.acquire(timeout=10)
    assert quick.came.acquire(timeout=10)
    assert quick.came.acquire(timeout=10)
    clock.go_on(seconds=10)
    rounds.once()
    rounds.pool.shutdown()

    assert placed.call_count == 1
    assert len(receiver.told) == 1
    receiver.go_on.set()


def test_process_that_stops_lets_what_was_begun_be_finished(rounds, receiver, tell_to, happen, rows) -> None:
    tell_to({"url": receiver.url, "events": ["note"]})
    happen("note")
    rounds.once()
    (sent,) = [begun for (job, _), begun in rounds.at_work.items() if job == "deliveries"] or [None]
    while sent and not (sent.running() or sent.done()):
        pass
    rounds.stop()
    assert [row.state for row in rows()] == ["delivered"]
