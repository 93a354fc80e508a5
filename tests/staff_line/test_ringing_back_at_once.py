"""Their caller went as they picked up: one key rings them back at once, as the promise's attempt."""

from datetime import timedelta

import pytest

from callbacks.tables import Attempt, Callback
from office import people
from voice import actions
from voice.conversation.turns import Heard
from voice.tables import Leg

JANE = "+447700900123"
CALL, PHONE, CHILD, AGAIN = "CA" + "1" * 32, "CA" + "9" * 32, "CA" + "7" * 32, "CA" + "2" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallSid": CHILD, "DialCallDuration": "40"}


class Handset:
    """Priya's phone, which we placed for a caller in the queue."""

    def __init__(self, carrier, call_id: int) -> None:
        self._carrier, self._base = carrier, f"/voice/legs/{call_id}/1/"

    def ask(self, step: str, **said: str) -> str:
        path = step if step.startswith("/") else self._base + step
        answer: str = self._carrier.post(path, sid=PHONE, Direction="outbound-api", **said).text
        return answer

    def rings_back(self) -> str:
        """It is picked up when the caller has gone, and 1 is pressed; what is heard then."""
        assert "To ring them back now, press 1" in self.ask("whisper")
        self.ask("ring_back", Digits="1")
        on = self.ask("ringing_back")
        return self.ask(on.split(">https://ringtrue.test")[1].split("<")[0]) if "<Redirect" in on else on


@pytest.fixture
def handset(office, carrier, clock) -> Handset:
    """Jane waits in the queue, and Priya's phone rings for her."""
    with office.database.transaction() as session:
        call = actions.open_call(session, Heard(CALL, phone=JANE), clock.now(), is_open=True)
        call.waiting_since, call_id = clock.now(), call.id
        until = clock.now() + timedelta(seconds=65)
        people.reserve(session, 1, actions.holder(call.id), clock.now(), until)
        actions.add_leg(session, call.id, 1, clock.now(), placed_by_us=True, claimed_at=clock.now(), ring_until=until)
    clock.go_on(seconds=10)
    return Handset(carrier, call_id)


@pytest.fixture
def gone(carrier) -> None:
    """Jane hangs up."""
    carrier.post("/voice/status", sid=CALL, From=JANE, CallStatus="completed", CallDuration="10")


def test_caller_who_has_gone_is_rung_back_from_the_phone_that_is_up(handset, gone, rows, priya):
    assert "Call-back for" in handset.rings_back()
    (attempt,) = rows(Attempt)
    assert (attempt.staff_id, attempt.call_sid, attempt.customer_phone) == (1, PHONE, JANE)
    assert priya().busy_with == f"attempt:{attempt.id}"
    path = f"/callbacks/attempts/{attempt.id}/{attempt.fence}/"
    assert JANE in handset.ask(path + "ring_customer", Digits="1")
    handset.ask(path + "talked", **TALKED)
    handset.ask(path + "said", Digits="1")
    handset.ask("report", CallStatus="completed")
    assert (rows(Callback)[0].outcome, rows(Callback)[0].owner) == ("reached", "Priya Shah")
    assert priya().busy_with is None


def test_leg_is_over_for_the_caller_though_its_phone_is_up(handset, gone, rows, priya, clock):
    handset.rings_back()
    (leg,) = rows(Leg)
    assert (leg.ended_at, leg.sid, leg.accepted_at) == (clock.now(), PHONE, None)
    assert priya().misses == 0


@pytest.mark.parametrize("when", ["asked", "ringing"])
def test_phone_that_goes_down_ends_the_attempt(handset, gone, rows, priya, when):
    handset.rings_back()
    if when == "ringing":
        attempt = rows(Attempt)[0]
        path = f"/callbacks/attempts/{attempt.id}/{attempt.fence}/"
        handset.ask(path + "ring_customer", Digits="1")
        handset.ask(path + "talked", CallStatus="completed", DialCallStatus="canceled", DialBridged="false")
    handset.ask("report", CallStatus="completed")
    assert rows(Attempt)[0].ended_at is not None
    assert rows(Callback)[0].state == "waiting"
    assert priya().busy_with is None


def test_caller_who_is_back_on_the_line_is_not_rung(handset, gone, rows, carrier):
    carrier.post("/voice/incoming", sid=AGAIN, From=JANE, To="+442071838750", CallStatus="ringing")
    assert "Call-back for" not in handset.rings_back()
    assert rows(Attempt) == []


def test_caller_whom_a_colleague_rings_already_is_not_rung_twice(handset, gone, rows, office):
    assert "To ring them back now" in handset.ask("whisper")
    with office.database.transaction() as session:
        session.get_one(Callback, 1).state = "calling"
    handset.ask("ring_back", Digits="1")
    assert "taken care of" in handset.ask("ringing_back")
    assert rows(Attempt) == []


def test_key_that_comes_twice_claims_once(handset, gone, rows):
    handset.rings_back()
    handset.ask("ring_back", Digits="1")
    assert len(rows(Attempt)) == 1
