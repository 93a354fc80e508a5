"""A customer's call at our addresses, as the carrier posts it: what is said, and whose phone rings."""

import re

import pytest
from sqlalchemy import func, select

from callbacks import queries as promises
from callbacks.tables import Callback
from office import people
from office.customer_list import CustomerRow
from office.customers import save as save_customers
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
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])


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
    assert carrier.rung(answer) == "+447700900101"


def test_shared_number_is_greeted_without_a_name(carrier, office, jane):
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "John Smith")])

    assert "Good morning! Thank you" in carrier.post("/voice/incoming", **RINGING).text


def test_same_request_again_hears_the_same_and_rings_nobody_twice(carrier, office):
    first = carrier.post("/voice/incoming", **RINGING)
    second = carrier.post("/voice/incoming", **RINGING)

    assert first.text == second.text
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Leg)) == 1


def test_late_request_of_an_earlier_turn_hears_what_it_heard_then(carrier, office):
    first = carrier.post("/voice/incoming", **RINGING)
    carrier.post(carrier.action(first), **NO_ANSWER)

    assert carrier.post("/voice/incoming", **RINGING).text == first.text


def test_staff_rung_in_turn_longest_idle_first_then_the_promise(carrier, office, clock):
    with office.database.transaction() as session:
        session.scalars(select(Staff).where(Staff.name == "Priya Shah")).one().last_call_at = clock.now()
    first = carrier.post("/voice/incoming", **RINGING)
    second = carrier.post(carrier.action(first), **NO_ANSWER)
    third = carrier.post(carrier.action(second), **NO_ANSWER)

    assert [carrier.rung(first), carrier.rung(second), carrier.rung(third)] == ["+447700900102", "+447700900101", None]
    assert "We'll ring you back by noon this morning" not in third.text
    assert "We'll ring you back by noon" in third.text
    assert [row.reason for row in open_callbacks(office)] == ["nobody answered"]


def test_person_who_presses_the_key_gets_the_caller(carrier, office):
    answer = carrier.post("/voice/incoming", **RINGING)
    taken = carrier.take(answer)
    after = carrier.post(carrier.action(answer), **TALKED)

    assert "Hangup" not in taken.text
    assert "Thank you for calling. Goodbye!" in after.text
    call = the_call(office)
    assert (call.outcome, call.answered_by) == ("spoke", 1)
    assert open_callbacks(office) == []


def test_mailbox_that_picks_up_hears_the_prompt_and_is_hung_up_on(carrier, office):
    """PITFALLS 1 and 2: picking up is not answering."""
    answer = carrier.post("/voice/incoming", **RINGING)
    heard = carrier.post(carrier.whisper(answer), sid="CA" + "9" * 32, ParentCallSid=CALL)
    after = carrier.post(carrier.action(answer), **MAILBOX)

    assert heard.text.endswith("<Hangup /></Response>")
    assert carrier.rung(after) == "+447700900102"
    assert the_call(office).outcome is None


def test_bridge_without_a_key_is_no_answer(carrier, office):
    """PITFALLS 3: the carrier connected a phone that never pressed the key."""
    answer = carrier.post("/voice/incoming", **RINGING)
    after = carrier.post(carrier.action(answer), **TALKED)

    assert carrier.rung(after) == "+447700900102"


def test_caller_who_left_is_not_handed_to_the_person_who_accepts(carrier, office):
    """PITFALLS 4."""
    answer = carrier.post("/voice/incoming", **RINGING)
    heard = carrier.post(carrier.whisper(answer), sid="CA" + "9" * 32, ParentCallSid=CALL)
    carrier.post("/voice/status", **GONE)
    taken = carrier.post(carrier.key(heard), sid="CA" + "9" * 32, ParentCallSid=CALL, Digits="1")

    assert "They have just hung up" in taken.text
    assert taken.text.endswith("<Hangup /></Response>")
    assert len(open_callbacks(office)) == 1


def test_caller_who_left_as_the_key_was_pressed_is_missed(carrier, office, clock):
    """PITFALLS 4: the key came, the connection did not."""
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    clock.go_on(seconds=1)
    carrier.post("/voice/status", **GONE)

    assert the_call(office).outcome == "missed"
    assert len(open_callbacks(office)) == 1


def test_caller_who_asks_for_a_person_has_all_phones_rung_again_twice_at_most(carrier, office):
    answer = carrier.post("/voice/incoming", **RINGING)
    rings = 0
    while "<Enqueue" not in answer.text:
        if carrier.rung(answer):
            rings += 1
            answer = carrier.post(carrier.action(answer), **NO_ANSWER)
        else:
            sent_on = carrier.post(carrier.key(answer), From=JANE, Digits="0")
            answer = carrier.post(re.findall(r"<Redirect[^>]*>([^<]+)<", sent_on.text)[0], From=JANE)

    assert rings == 6
    assert len(open_callbacks(office)) == 1


def test_person_in_a_call_is_not_rung_for_another(carrier, office):
    carrier.post("/voice/incoming", **RINGING)
    second = carrier.post("/voice/incoming", sid="CA" + "2" * 32, **{**RINGING, "From": "+447700900124"})
    third = carrier.post("/voice/incoming", sid="CA" + "3" * 32, **{**RINGING, "From": "+447700900125"})

    assert carrier.rung(second) == "+447700900102"
    assert "We'll ring you back" in third.text


def test_person_rests_after_a_talk_but_not_after_a_ring(carrier, office, clock):
    answer = carrier.post("/voice/incoming", **RINGING)
    carrier.take(answer)
    carrier.post(carrier.action(answer), **TALKED)
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
