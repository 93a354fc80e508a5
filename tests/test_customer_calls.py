"""A customer's call at our addresses, as the carrier posts it: what is said, and what stands in the database."""

import re

import pytest
from sqlalchemy import func, select

from callbacks import queries as promises
from callbacks.tables import Callback, CallbackCall
from office import people
from office.customer_list import CustomerRow
from office.tables import Staff
from voice import queries
from voice.tables import Call, Leg

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
        people.save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])


def found(pattern: str, answer) -> str:
    match = re.search(pattern, answer.text)
    assert match is not None, answer.text
    return match.group(1)


def action(answer) -> str:
    return found(r'<Dial action="([^"]+)"', answer)


def gather(answer) -> str:
    return found(r'<Gather action="([^"]+)"', answer)


def whisper(answer) -> str:
    return found(r'url="([^"]+)"', answer)


def rung(answer) -> str | None:
    number = re.search(r">(\+\d+)</Number>", answer.text)
    return number.group(1) if number else None


def press_one(carrier, answer, sid="CA" + "9" * 32):
    """The staff phone picks up and the key is pressed."""
    heard = carrier.post(whisper(answer), sid=sid, ParentCallSid=CALL, Direction="outbound-dial")
    return carrier.post(gather(heard), sid=sid, ParentCallSid=CALL, Direction="outbound-dial", Digits="1")


def the_call(office) -> Call:
    with office.database.reading() as session:
        call: Call = session.scalars(select(Call)).one()
    return call


def open_callbacks(office) -> list[Callback]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback).where(promises.OPEN)))


def test_known_customer_is_greeted_by_name_and_a_phone_rings(carrier, jane):
    answer = carrier.post("/voice/incoming", **RINGING)

    assert "Good morning, Jane Smith! Thank you for calling Harbour Bikes." in answer.text
    assert rung(answer) == "+447700900101"


def test_shared_number_is_greeted_without_a_name(carrier, office, jane):
    with office.database.transaction() as session:
        people.save_customers(session, [CustomerRow(1, JANE, "John Smith")])

    assert "Good morning! Thank you" in carrier.post("/voice/incoming", **RINGING).text


def test_same_request_again_hears_the_same_and_rings_nobody_twice(carrier, office):
    first = carrier.post("/voice/incoming", **RINGING)
    second = carrier.post("/voice/incoming", **RINGING)

    assert first.text == second.text
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Leg)) == 1


def test_late_request_of_an_earlier_turn_hears_what_it_heard_then(carrier, office):
    first = carrier.post("/voice/incoming", **RINGING)
    carrier.post(action(first), **NO_ANSWER)

    assert carrier.post("/voice/incoming", **RINGING).text == first.text


def test_staff_rung_in_turn_longest_idle_first_then_the_promise(carrier, office, clock):
    with office.database.transaction() as session:
        session.scalars(select(Staff).where(Staff.name == "Priya Shah")).one().last_call_at = clock.now()
    first = carrier.post("/voice/incoming", **RINGING)
    second = carrier.post(action(first), **NO_ANSWER)
    third = carrier.post(action(second), **NO_ANSWER)

    assert [rung(first), rung(second), rung(third)] == ["+447700900102", "+447700900101", None]
    assert "We'll ring you back by noon this morning" not in third.text
    assert "We'll ring you back by noon" in third.text
    assert [row.reason for row in open_callbacks(office)] == ["nobody answered"]


def test_promise_spoken_is_the_promise_stored(carrier, office, clock):
    clock.go_on(minutes=3, seconds=20)
    answer = carrier.post("/voice/incoming", **RINGING)
    answer = carrier.post(action(answer), **NO_ANSWER)
    answer = carrier.post(action(answer), **NO_ANSWER)

    assert "by four minutes past twelve this afternoon" in answer.text
    assert open_callbacks(office)[0].promised_by.isoformat() == "2026-11-24T12:04:00+00:00"


def test_person_who_presses_the_key_gets_the_caller(carrier, office):
    answer = carrier.post("/voice/incoming", **RINGING)
    taken = press_one(carrier, answer)
    after = carrier.post(action(answer), **TALKED)

    assert "Hangup" not in taken.text
    assert "Thank you for calling. Goodbye!" in after.text
    call = the_call(office)
    assert (call.outcome, call.answered_by) == ("spoke", 1)
    assert open_callbacks(office) == []


def test_mailbox_that_picks_up_hears_the_prompt_and_is_hung_up_on(carrier, office):
    """PITFALLS 1 and 2: picking up is not answering."""
    answer = carrier.post("/voice/incoming", **RINGING)
    heard = carrier.post(whisper(answer), sid="CA" + "9" * 32, ParentCallSid=CALL)
    after = carrier.post(action(answer), **MAILBOX)

    assert heard.text.endswith("<Hangup /></Response>")
    assert rung(after) == "+447700900102"
    assert the_call(office).outcome is None


def test_bridge_without_a_key_is_no_answer(carrier, office):
    """PITFALLS 3: the carrier connected a phone that never pressed the key."""
    answer = carrier.post("/voice/incoming", **RINGING)
    after = carrier.post(action(answer), **TALKED)

    assert rung(after) == "+447700900102"


def test_caller_who_left_is_not_handed_to_the_person_who_accepts(carrier, office):
    """PITFALLS 4."""
    answer = carrier.post("/voice/incoming", **RINGING)
    heard = carrier.post(whisper(answer), sid="CA" + "9" * 32, ParentCallSid=CALL)
    carrier.post("/voice/status", **GONE)
    taken = carrier.post(gather(heard), sid="CA" + "9" * 32, ParentCallSid=CALL, Digits="1")

    assert "They have just hung up" in taken.text
    assert taken.text.endswith("<Hangup /></Response>")
    assert len(open_callbacks(office)) == 1


def test_caller_who_left_as_the_key_was_pressed_is_missed(carrier, office, clock):
    """PITFALLS 4: the key came, the connection did not."""
    answer = carrier.post("/voice/incoming", **RINGING)
    press_one(carrier, answer)
    clock.go_on(seconds=1)
    carrier.post("/voice/status", **GONE)

    assert the_call(office).outcome == "missed"
    assert len(open_callbacks(office)) == 1


def test_connection_denied_after_the_end_was_reported_reopens_what_we_owe(carrier, office, clock):
    """PITFALLS 7: the reports of one event come in any order."""
    answer = carrier.post("/voice/incoming", **RINGING)
    press_one(carrier, answer)
    clock.go_on(seconds=10)
    carrier.post("/voice/status", **GONE)
    assert the_call(office).outcome == "spoke"
    carrier.post(action(answer), **{**MAILBOX, "CallStatus": "completed"})

    assert the_call(office).outcome == "missed"
    assert len(open_callbacks(office)) == 1


def test_talk_told_after_the_end_closes_the_callback(carrier, office, clock):
    answer = carrier.post("/voice/incoming", **RINGING)
    press_one(carrier, answer)
    carrier.post("/voice/status", **GONE)
    assert len(open_callbacks(office)) == 1
    carrier.post(action(answer), **{**TALKED, "CallStatus": "completed"})

    assert the_call(office).outcome == "spoke"
    assert open_callbacks(office) == []


@pytest.mark.parametrize("steps", range(4))
def test_hang_up_at_any_step_leaves_one_open_callback(carrier, office, clock, steps):
    answer = carrier.post("/voice/incoming", **RINGING)
    for _ in range(min(steps, 2)):
        answer = carrier.post(action(answer), **NO_ANSWER)
    if steps == 3:
        carrier.post(gather(answer), From=JANE)
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
    press_one(carrier, answer)
    carrier.post(action(answer), **TALKED)

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
    answer = carrier.post("/voice/incoming", **{**RINGING, "From": "anonymous"})
    assert "<Record" in answer.text
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

    assert rung(answer) is None
    assert "Good evening, Jane Smith!" in answer.text
    assert "We're closed just now. We'll ring you back by eleven o'clock tomorrow morning." in answer.text
    assert open_callbacks(office)[0].reason == "closed"


def test_caller_who_presses_one_has_all_phones_rung_again_twice_at_most(carrier, office):
    answer = carrier.post("/voice/incoming", **RINGING)
    rings = 0
    while "<Hangup" not in answer.text:
        if rung(answer):
            rings += 1
            answer = carrier.post(action(answer), **NO_ANSWER)
        else:
            answer = carrier.post(gather(answer), From=JANE, Digits="1")

    assert rings == 6
    assert len(open_callbacks(office)) == 1


def test_person_in_a_call_is_not_rung_for_another(carrier, office):
    carrier.post("/voice/incoming", **RINGING)
    second = carrier.post("/voice/incoming", sid="CA" + "2" * 32, **{**RINGING, "From": "+447700900124"})
    third = carrier.post("/voice/incoming", sid="CA" + "3" * 32, **{**RINGING, "From": "+447700900125"})

    assert rung(second) == "+447700900102"
    assert "We'll ring you back" in third.text


def test_person_rests_after_a_talk_but_not_after_a_ring(carrier, office, clock):
    answer = carrier.post("/voice/incoming", **RINGING)
    press_one(carrier, answer)
    carrier.post(action(answer), **TALKED)
    with office.database.reading() as session:
        resting = [person.name for person in people.free(session, clock.now())]
        clock.go_on(seconds=21)
        rested = [person.name for person in people.free(session, clock.now())]

    assert resting == ["Tom Okafor"]
    assert rested == ["Tom Okafor", "Priya Shah"]


def test_text_from_a_customer_is_kept_once_and_answered_with_nothing(carrier, office):
    for _ in range(2):
        answer = carrier.post("/texts/incoming", From=JANE, MessageSid="SM" + "4" * 32, Body="<b>Running late</b>")

    assert "<Message" not in answer.text
    with office.database.reading() as session:
        assert [note.text for note in people.notes_of(session, JANE)] == ["<b>Running late</b>"]


def test_call_under_way_is_on_nobodys_list_of_dead_ones(carrier, office, clock):
    carrier.post("/voice/incoming", **RINGING)
    with office.database.reading() as session:
        assert queries.live(session) == 1
        assert list(queries.silent(session, clock.now())) == [CALL]
