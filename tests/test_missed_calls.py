"""What a call that no person took leaves behind: at our addresses, as the carrier posts it."""

import re

import pytest
from sqlalchemy import event, func, select

from callbacks import queries as promises
from callbacks.tables import Callback, CallbackCall
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.tables import Team
from voice.tables import Call

JANE = "+447700900123"
CALL = "CA" + "1" * 32
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing", "Direction": "inbound"}
NO_ANSWER = {"From": JANE, "DialCallStatus": "no-answer", "DialBridged": "false"}
TALKED = {"From": JANE, "DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
MAILBOX = {"From": JANE, "DialCallStatus": "completed", "DialBridged": "false", "DialCallDuration": "9"}
GONE = {"From": JANE, "CallStatus": "completed"}


@pytest.fixture
def jane(office):
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])


def the_call(office) -> Call:
    with office.database.reading() as session:
        call: Call = session.scalars(select(Call)).one()
    return call


def open_callbacks(office) -> list[Callback]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback).where(promises.OPEN)))


def test_promise_spoken_is_the_promise_stored(carrier, office, clock):
    clock.go_on(minutes=3, seconds=20)
    answer = carrier.post("/voice/incoming", **RINGING)
    answer = carrier.post(carrier.action(answer), **NO_ANSWER)
    answer = carrier.post(carrier.action(answer), **NO_ANSWER)

    assert "by four minutes past twelve this afternoon" in answer.text
    assert open_callbacks(office)[0].promised_by.isoformat() == "2026-11-24T12:04:00+00:00"


def test_connection_denied_after_the_end_was_reported_reopens_what_we_owe(carrier, office, clock):
    """PITFALLS 7: the reports of one event come in any order."""
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    clock.go_on(seconds=10)
    carrier.post("/voice/status", **GONE)
    assert the_call(office).outcome == "spoke"
    carrier.post(carrier.action(answer), **{**MAILBOX, "CallStatus": "completed"})

    assert the_call(office).outcome == "missed"
    assert len(open_callbacks(office)) == 1


def test_talk_told_after_the_end_closes_the_callback(carrier, office, clock):
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    carrier.post("/voice/status", **GONE)
    assert len(open_callbacks(office)) == 1
    carrier.post(carrier.action(answer), **{**TALKED, "CallStatus": "completed"})

    assert the_call(office).outcome == "spoke"
    assert open_callbacks(office) == []


@pytest.mark.parametrize("steps", range(4))
def test_hang_up_at_any_step_leaves_one_open_callback(carrier, office, clock, steps):
    answer = carrier.post("/voice/incoming", **RINGING)
    for _ in range(min(steps, 2)):
        answer = carrier.post(carrier.action(answer), **NO_ANSWER)
    if steps == 3:
        carrier.post(carrier.key(answer), From=JANE)
    clock.go_on(seconds=30)
    for _ in range(2):
        carrier.post("/voice/status", **GONE)

    assert the_call(office).outcome == "missed"
    assert [row.calls_missed for row in open_callbacks(office)] == [1]


def test_call_reported_over_that_we_never_heard_of_is_a_missed_call(carrier, office):
    carrier.post("/voice/status", **GONE, CallDuration="12")

    assert [row.phone for row in open_callbacks(office)] == [JANE]


def test_second_missed_call_joins_the_open_callback(carrier, office):
    carrier.post("/voice/status", **GONE, CallDuration="12")
    promised = open_callbacks(office)[0].promised_by
    carrier.post("/voice/status", sid="CA" + "2" * 32, **GONE, CallDuration="12")

    (row,) = open_callbacks(office)
    assert (row.calls_missed, row.promised_by) == (2, promised)
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CallbackCall)) == 2


def test_talk_in_a_later_call_closes_the_callback_as_answered_elsewhere(carrier, office, clock):
    carrier.post("/voice/status", sid="CA" + "2" * 32, **GONE, CallDuration="12")
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    carrier.post(carrier.action(answer), **TALKED)

    with office.database.reading() as session:
        row = session.scalars(select(Callback)).one()
    assert (row.state, row.outcome, row.first_rang_at) == ("done", "answered-elsewhere", None)


def test_withheld_caller_who_hangs_up_is_missed_without_a_callback(carrier, office):
    """PITFALLS 16."""
    carrier.post("/voice/incoming", **{**RINGING, "From": "+266696687"})
    carrier.post("/voice/status", **{**GONE, "From": "+266696687"})

    assert (the_call(office).phone, the_call(office).outcome) == (None, "missed")
    assert open_callbacks(office) == []


def test_withheld_caller_who_leaves_a_message_has_a_callback_for_a_person(carrier, office, clock):
    clock.set(clock.now().replace(hour=22))
    asked = carrier.post("/voice/incoming", **{**RINGING, "From": "anonymous"})
    keyed_nothing = re.findall(r"</Gather><Redirect[^>]*>([^<]+)</Redirect>", asked.text)[0]
    assert "<Record" in carrier.post(keyed_nothing, From="anonymous").text
    for _ in range(2):
        carrier.post(
            "/voice/recording_report",
            RecordingSid="RE" + "3" * 32, RecordingStatus="completed", RecordingDuration="14",
        )  # fmt: skip
    carrier.post("/voice/status", **{**GONE, "From": "anonymous"})

    (row,) = open_callbacks(office)
    assert (row.phone, row.needs_person, row.calls_missed) == (None, True, 1)


def test_short_call_from_a_number_never_seen_is_left_to_a_person(carrier, office):
    """PITFALLS 21: kept, labelled, not dialled by itself."""
    carrier.post("/voice/incoming", **RINGING)
    carrier.post("/voice/status", **GONE, CallDuration="2")

    (row,) = open_callbacks(office)
    assert (row.needs_person, row.next_try_at) == (True, None)


def test_short_call_from_a_customer_is_rung_back(carrier, office, jane):
    carrier.post("/voice/incoming", **RINGING)
    carrier.post("/voice/status", **GONE, CallDuration="2")

    assert not open_callbacks(office)[0].needs_person


def test_number_we_may_not_dial_is_left_to_a_person(carrier, office):
    carrier.post("/voice/status", From="+18765551234", CallStatus="completed", CallDuration="40")

    (row,) = open_callbacks(office)
    assert (row.needs_person, row.next_try_at) == (True, None)


def test_closed_caller_is_told_when_we_ring_and_no_phone_rings(carrier, office, clock, jane):
    """PITFALLS 30: they hear it, on an answered call."""
    clock.set(clock.now().replace(hour=19))
    answer = carrier.post("/voice/incoming", **RINGING)

    assert carrier.rung(answer) is None
    assert "Good evening, Jane Smith!" in answer.text
    assert "We're closed just now. We'll ring you back by eleven o'clock tomorrow morning." in answer.text
    assert open_callbacks(office)[0].reason == "closed"


def test_caller_who_rang_once_and_then_stayed_is_rung_back_after_all(carrier, office, clock):
    """The word given in the second call is not held up by what the first one looked like."""
    carrier.post("/voice/incoming", **RINGING)
    carrier.post("/voice/status", **GONE, CallDuration="2")
    clock.go_on(minutes=1)
    carrier.post("/voice/incoming", sid="CA" + "2" * 32, **RINGING)
    carrier.post("/voice/status", sid="CA" + "2" * 32, **GONE, CallDuration="40")

    (row,) = open_callbacks(office)
    assert (row.needs_person, row.calls_missed) == (False, 2)
    assert (row.next_try_at - clock.now()).total_seconds() == 60


def test_team_is_looked_up_when_the_call_back_is_opened_and_not_again(carrier, office):
    answer = carrier.post("/voice/incoming", **RINGING)
    with office.database.transaction() as session:
        session.get_one(Team, 1).closed_at = office.clock.now()
    for _ in range(2):
        answer = carrier.post(carrier.action(answer), **NO_ANSWER)
    read: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *what: read.append(what[2]))
    carrier.post("/voice/status", **GONE)

    assert (the_call(office).team_id, [row.team_id for row in open_callbacks(office)]) == (1, [None])
    assert not any("FROM teams" in statement for statement in read)
