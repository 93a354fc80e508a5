"""A customer who is owed a call rings us: nobody rings them meanwhile, and what they hear is true."""

import pytest
from sqlalchemy import select

from callbacks import attempts
from callbacks import queries as promises
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from office import people
from office.tables import Staff

JANE = "+447700900123"
CALL, OTHER, STAFF = "CA" + "1" * 32, "CA" + "2" * 32, "CA" + "9" * 32
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing", "Direction": "inbound"}
NO_ANSWER = {"From": JANE, "DialCallStatus": "no-answer", "DialBridged": "false"}
TALKED = {"From": JANE, "DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
GONE = {"From": JANE, "CallStatus": "completed"}


def rows(office) -> list[Callback]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def attempts_made(office) -> list[Attempt]:
    with office.database.reading() as session:
        return list(session.scalars(select(Attempt)))


def nobody_is_free(office) -> None:
    with office.database.transaction() as session:
        for staff in session.scalars(select(Staff)):
            staff.on_duty = False


@pytest.fixture
def owed(office, carrier):
    """Jane was missed at ten: by noon we ring."""
    carrier.post("/voice/status", sid=OTHER, **GONE, CallDuration="20")
    return rows(office)[0].id


def test_customer_who_talks_to_us_is_not_rung_meanwhile(office, carrier, owed, clock):
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    clock.go_on(minutes=90)

    assert not carry_out(office, owed)
    assert attempts_made(office) == []


def test_customer_who_hears_that_nobody_is_free_is_not_rung_meanwhile(office, carrier, owed, clock):
    nobody_is_free(office)
    clock.go_on(seconds=55)
    carrier.post("/voice/incoming", **RINGING)
    clock.go_on(seconds=10)

    assert rows(office)[0].next_try_at > clock.now()


@pytest.mark.parametrize("tries", [0, 2])
def test_customer_missed_again_is_tried_soon_after_they_left(office, carrier, owed, clock, tries):
    with office.database.transaction() as session:
        session.get_one(Callback, owed).tries = tries
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    carrier.post(carrier.action(answer), **{**TALKED, "DialBridged": "false"})
    clock.go_on(seconds=5)
    carrier.post("/voice/status", **GONE)

    assert (rows(office)[0].next_try_at - clock.now()).total_seconds() == 60


@pytest.mark.parametrize("step", ["ask_staff", "ring_customer"])
def test_customer_who_rings_us_as_we_are_about_to_ring_them_is_left_to_their_call(office, carrier, owed, clock, step):
    clock.go_on(minutes=1)
    with office.database.transaction() as session:
        made = attempts.claim(session, owed, people.Person(1, "Priya Shah", "+447700900101"), clock.now())
    assert made is not None
    carrier.post("/voice/incoming", **RINGING)
    told = carrier.post(f"/callbacks/attempts/{made.attempt_id}/{made.fence}/{step}", sid=STAFF, Digits="1")

    assert "They are on the line with us just now." in told.text
    assert JANE not in told.text
    assert [attempt.outcome for attempt in attempts_made(office)] == ["customer-busy"]


def test_talk_that_began_in_time_kept_the_promise(office, carrier, owed, clock):
    clock.set(clock.now().replace(hour=11, minute=50))
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    began = clock.now()
    clock.go_on(minutes=20)
    carrier.post(carrier.action(answer), **TALKED)

    assert (rows(office)[0].outcome, rows(office)[0].spoke_at) == ("answered-elsewhere", began)


def test_other_caller_of_the_same_number_missed_during_a_talk_is_still_owed_a_call(office, carrier, clock):
    """A switchboard shows one number for many people."""
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    clock.go_on(minutes=1)
    carrier.post("/voice/status", sid=OTHER, **GONE, CallDuration="20")
    clock.go_on(minutes=1)
    carrier.post(carrier.action(answer), **TALKED)
    carrier.post("/voice/status", **GONE)

    assert [row.state for row in rows(office)] == ["waiting"]


def test_promise_closed_by_a_wrong_guess_goes_on_with_its_time(office, carrier, owed, clock):
    """The end of the call was reported first, and the connection that we took for granted was denied afterwards."""
    promised = rows(office)[0].promised_by
    clock.go_on(minutes=30)
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    clock.go_on(seconds=10)
    carrier.post("/voice/status", **GONE)
    carrier.post(carrier.action(answer), **{**TALKED, "DialBridged": "false", "CallStatus": "completed"})

    assert [(row.state, row.promised_by) for row in rows(office)[1:]] == [("waiting", promised)]


def test_word_given_again_after_the_callback_closed_is_kept_by_an_open_one(office, carrier, clock):
    """They were promised a call, somebody closed it while they held on, and then they ask when we ring."""
    nobody_is_free(office)
    answer = carrier.post("/voice/incoming", **RINGING)
    with office.database.transaction() as session:
        session.scalars(select(Callback)).one().state = "done"
    asks = carrier.post(carrier.key(answer), From=JANE, Digits="2")
    carrier.post(carrier.key(asks), From=JANE, Digits="")
    carrier.post("/voice/status", **GONE)

    assert [row.state for row in rows(office)] == ["done", "waiting"]
    with office.database.reading() as session:
        assert promises.for_call(session, CALL) == rows(office)[1].id


def test_time_that_is_past_is_never_spoken_as_a_promise(office, carrier, owed, clock):
    nobody_is_free(office)
    clock.set(clock.now().replace(hour=12, minute=30))
    answer = carrier.post("/voice/incoming", **RINGING)
    goodbye = carrier.post(carrier.key(answer), From=JANE)

    assert "we are late" in answer.text
    assert "You're first in line for our call." in answer.text
    assert "You're first in line" in goodbye.text
    assert "by noon" not in answer.text + goodbye.text


def test_time_that_is_past_is_not_spoken_when_closed(office, carrier, owed, clock):
    clock.set(clock.now().replace(hour=20))

    answer = carrier.post("/voice/incoming", **RINGING)
    assert "We're closed just now. Thank you! You're first in line for our call." in answer.text
