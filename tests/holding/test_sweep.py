"""The sweep serves callers in the queue itself: they have a phone at their ear, and Redis may be gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import worker
from callbacks.tables import Attempt, Callback
from office import people, texts
from office.tables import Text
from tests.rounds import to_the_end

PRIYA, TOM, MEI = "+447700900101", "+447700900102", "+447700900103"
WORKSHOP, SALES = 1, 2


@pytest.fixture
def sweep(office):
    """Does one round, to its end."""

    def once():
        rounds = worker.Rounds(office)
        rounds.once()
        to_the_end(rounds)

    return once


def test_phones_ring_in_the_first_round_though_redis_is_gone(sweep, in_line, phones):
    in_line(1)
    sweep()

    assert phones.rung() == {PRIYA, TOM}


def test_phones_ring_in_the_first_round_though_no_worker_takes_the_job(office, in_line, phones):
    """The bell was heard, and whoever should come is dead: five seconds are too long for a caller."""

    class Heard:
        def ring_many(self, _):
            return True

    office.bell = Heard()
    in_line(1)
    rounds = worker.Rounds(office)
    rounds.once()
    to_the_end(rounds)

    assert phones.rung() == {PRIYA, TOM}


def test_phones_stop_in_the_next_round_when_the_caller_has_gone(sweep, in_line, phones, carrier):
    in_line(1, team=SALES)
    sweep()
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")
    sweep()

    assert phones.stopped == [phones.sid(PRIYA)]


def test_next_person_s_phone_rings_in_the_round_after_they_become_free(office, sweep, in_line, phones, clock):
    with office.database.transaction() as session:
        for staff_id in (1, 3):
            people.reserve(session, staff_id, "attempt:1", clock.now(), clock.now() + timedelta(minutes=3))
    in_line(1, team=SALES, holds=1)
    sweep()
    assert phones.placed == []
    with office.database.transaction() as session:
        people.release(session, "attempt:1", clock.now(), staff_id=3)
    sweep()

    assert phones.rung() == {MEI}


@pytest.fixture
def promise(office, carrier, clock):
    """A call from Jane for the workshop was missed a while ago, and her call-back is due; its id."""
    carrier.post("/voice/status", sid="CA" + "8" * 32, From="+447700900128", CallStatus="completed", CallDuration="20")
    with office.database.transaction() as session:
        callback = session.scalars(select(Callback)).one()
        callback.team_id = WORKSHOP
        callback_id = callback.id
    clock.go_on(minutes=1)
    return callback_id


def attempts(office) -> int:
    with office.database.reading() as session:
        return len(session.scalars(select(Attempt)).all())


def carry_out(office, callback_id):
    return worker.DO_IT_HERE["worker.carry_out"](office, callback_id)


def test_promise_that_is_not_at_risk_waits_while_a_caller_does(office, in_line, promise, phones, carrier):
    """DESIGN 3: two people are free; one is for the caller, one stays free."""
    in_line(1)
    assert not carry_out(office, promise)
    carrier.post("/voice/status", sid=in_line.sid(1), CallStatus="completed", CallDuration="9")

    assert carry_out(office, promise)


def test_caller_for_another_team_holds_no_promise_back(office, in_line, promise, phones):
    in_line(1, team=SALES)

    assert carry_out(office, promise)


def test_caller_for_whom_a_phone_rings_is_not_counted_twice(office, in_line, promise, phones):
    """Of three people one is being rung for the caller; of the two who are free one stays so."""
    with office.database.transaction() as session:
        session.get_one(Callback, promise).team_id = None
    worker.DO_IT_HERE["worker.ring_waiting"](office, in_line(1, team=None))
    assert len(phones.placed) == 1

    assert carry_out(office, promise)


def test_promise_at_risk_goes_before_the_caller(office, in_line, promise, phones, clock):
    clock.go_on(minutes=90)
    in_line(1)

    assert carry_out(office, promise)


@pytest.fixture
def text(office, clock):
    with office.database.transaction() as session:
        return texts.write(session, reason="off-duty:1", to=PRIYA, body="You are off duty.", now=clock.now())


def state_of(office, text_id):
    with office.database.reading() as session:
        return session.get_one(Text, text_id).state


def test_text_that_is_due_is_sent(office, sweep, text, twilio):
    sent = twilio.add(
        "POST", f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Messages.json", status=201,
        json={"sid": "SM" + "1" * 32, "status": "queued"},
    )  # fmt: skip
    sweep()

    assert (sent.call_count, state_of(office, text)) == (1, "sent")


def test_text_whose_sender_died_is_given_up(office, sweep, text, clock):
    with office.database.transaction() as session:
        row = session.get_one(Text, text)
        row.state, row.send_at = "sending", clock.now() + timedelta(minutes=2)
    clock.go_on(minutes=3)
    sweep()

    assert state_of(office, text) == "unknown"
