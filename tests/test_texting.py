"""Texts to and from customers, at our addresses, as the carrier posts them: what they hear from us and what it does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from callbacks.promise import State
from callbacks.tables import Callback, Move
from office import contact_rules, opt_outs, people
from office.profile import read
from office.tables import Text
from tests.conftest import BUSINESS

JANE, MOBILE, LANDLINE, MANAGER = "+447700900123", "+447700900456", "+442079460123", "+442071838799"
CALL = "CA" + "1" * 32
PROMISED = (
    "Sorry we missed you, it's Harbour Bikes. We'll ring you by noon today. "
    "Reply 1 to cancel, 2 to move it, or tell us anything."
)
OFFERED = "Reply A for this afternoon, B for this evening or C for tomorrow morning. To cancel, reply 1."


class Outside:
    """A customer: rings and gives up, texts, and reads what we text; and what became of the call-back."""

    def __init__(self, carrier, office, clock) -> None:
        self.carrier, self.office, self.clock, self.sent = carrier, office, clock, 0

    def rings(self, sid: str = CALL, phone: str = JANE, seconds: int = 20) -> None:
        said = {"From": phone, "To": "+442071838750"}
        self.carrier.post("/voice/incoming", sid, **said, CallStatus="ringing", Direction="inbound")
        self.carrier.post("/voice/status", sid, **said, CallStatus="completed", CallDuration=str(seconds))

    def texts(self, body: str, phone: str = JANE, **more: str) -> None:
        self.sent += 1
        said = {"From": phone, "MessageSid": f"SM{self.sent:032}", "Body": body} | more
        assert "<Message" not in self.carrier.post("/texts/incoming", **said).text

    def read(self, phone: str = JANE) -> list[str]:
        with self.office.database.reading() as session:
            return list(session.scalars(select(Text.body).where(Text.to == phone).order_by(Text.id)))

    def callback(self) -> Callback:
        with self.office.database.reading() as session:
            callback: Callback = session.scalars(select(Callback).order_by(Callback.id.desc()).limit(1)).one()
        return callback

    def change(self, **values: object) -> None:
        with self.office.database.transaction() as session:
            callback = session.scalars(select(Callback)).one()
            for name, value in values.items():
                setattr(callback, name, value)


@pytest.fixture
def jane(carrier, office, clock) -> Outside:
    return Outside(carrier, office, clock)


def test_caller_who_was_missed_is_told_once_when_we_ring(jane):
    jane.rings()
    jane.rings("CA" + "2" * 32)

    assert jane.callback().calls_missed == 2
    assert jane.read() == [PROMISED]
    assert len(PROMISED) <= 160


@pytest.mark.parametrize(("phone", "seconds"), [(LANDLINE, 20), ("+12025550123", 20), (JANE, 1)], ids=str)
def test_caller_whom_no_text_becomes_is_sent_none(jane, phone, seconds):
    """A landline; a number where we may not dial; and who rang once and was gone, for a person decides."""
    jane.rings(phone=phone, seconds=seconds)

    assert jane.callback().calls_missed == 1
    assert jane.read(phone) == []


def test_caller_who_was_connected_to_nobody_after_all_is_told_too(jane, carrier):
    """The end of their call was told before the end of the staff phone's part in it."""
    said = {"From": JANE, "To": "+442071838750"}
    answer = carrier.post("/voice/incoming", **said, CallStatus="ringing", Direction="inbound")
    carrier.take(answer)
    jane.clock.go_on(seconds=10)
    carrier.post("/voice/status", **said, CallStatus="completed")
    assert jane.read() == []
    cut = {"DialCallStatus": "completed", "DialBridged": "false", "CallStatus": "completed"}
    carrier.post(carrier.action(answer), **said, **cut)

    assert len(jane.read()) == 1


def test_caller_with_a_rule_is_sent_no_text(jane, office, clock):
    with office.database.transaction() as session:
        contact_rules.set_rule(session, JANE, contact_rules.DO_NOT_CALL_BACK, by="Priya Shah", now=clock.now())
    jane.rings()

    assert jane.read() == []


def test_business_that_texts_no_customers_keeps_their_texts_and_does_nothing(jane, office):
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS + "[texts]\ncustomers = false\n"))
    jane.rings()
    jane.texts("1")

    assert jane.read() == []
    assert jane.callback().state == State.WAITING.value
    with office.database.reading() as session:
        assert [note.text for note in people.notes_of(session, JANE)] == ["1"]


def test_customer_who_replies_1_is_not_rung(jane, office):
    jane.rings()
    jane.change(state=State.CALLING.value, fence=4)
    jane.texts(" 1. ")
    callback = jane.callback()

    assert (callback.state, callback.outcome, callback.closed_by) == ("done", "cancelled", "customer")
    assert (callback.fence, callback.next_try_at) == (5, None)
    assert jane.read()[1:] == ["That's cancelled. Thank you for telling us! Ring us whenever you like. Harbour Bikes"]


def test_reply_1_to_a_text_that_was_not_ours_cancels_nothing(jane, office):
    """Other software may text from the same number: "reply 1 to confirm"."""
    jane.rings()
    with office.database.transaction() as session:
        session.delete(session.scalars(select(Text)).one())
    jane.texts("1")

    assert jane.callback().state == "waiting"
    assert jane.read()[0].startswith("Thank you! We've passed that on to whoever rings you")


def test_customer_who_replies_2_and_a_letter_is_promised_that_part_of_a_day(jane, office):
    jane.rings()
    jane.texts("2")
    assert OFFERED in jane.read()[-1]
    jane.clock.go_on(hours=1)
    jane.texts("c")
    callback = jane.callback()
    with office.database.reading() as session:
        move = session.scalars(select(Move)).one()

    assert callback.promised_by.isoformat() == "2026-11-25T12:00:00+00:00"
    assert callback.next_try_at.isoformat() == "2026-11-25T09:00:00+00:00"
    assert (callback.kind, callback.slot_zone, callback.offered) == ("asked", "Europe/London", None)
    assert (move.by, move.note) == ("customer", "asked for tomorrow morning, by text")
    assert "We'll ring you between nine o'clock and noon tomorrow." in jane.read()[-1]


def test_letter_that_comes_too_late_is_answered_with_another_offer(jane):
    jane.rings()
    jane.texts("2")
    jane.clock.go_on(days=1)
    jane.texts("A")

    assert jane.callback().promised_by.isoformat() == "2026-11-24T12:00:00+00:00"
    assert "A for this morning, B for this afternoon or C for this evening" in jane.read()[-1]


def test_other_words_are_added_and_answered_once(jane, office):
    jane.rings()
    jane.texts("It's about the\x00 red bike")
    jane.texts("B")
    answers = jane.read()[1:]
    with office.database.reading() as session:
        notes = [note.text for note in people.notes_of(session, JANE)]

    assert notes == ["B", "It's about the red bike"]
    assert answers == ["Thank you! We've passed that on to whoever rings you: we ring you by noon today."]


def test_text_that_is_delivered_twice_has_one_effect(jane, carrier):
    jane.rings()
    for _ in range(2):
        carrier.post("/texts/incoming", From=JANE, MessageSid="SM" + "7" * 32, Body="2")

    assert len(jane.read()) == 2


def test_stranger_is_answered_once_a_day(jane):
    for _ in range(2):
        jane.texts("Do you sell bells?")
    today = jane.read()
    jane.clock.go_on(days=1)
    jane.texts("And helmets?")

    assert today == ["Thank you for your text! We've passed it on. To talk to us, ring +44 20 7183 8750. Harbour Bikes"]
    assert len(jane.read()) == 2


def test_machine_that_answers_our_texts_is_not_answered_for_ever(jane):
    jane.rings()
    for _ in range(8):
        jane.texts("2")

    assert len(jane.read()) == 1 + 5


@pytest.mark.parametrize("words", ["STOP", "Stop!", "unsubscribe"])
def test_customer_who_says_stop_reads_nothing_more_until_start(jane, office, words):
    jane.texts(words)
    jane.rings()
    jane.texts("Hello?")
    assert jane.read() == []
    jane.texts("start")
    jane.texts("Hello again")

    assert jane.read() == ["Thank you! We've passed that on to whoever rings you: we ring you by noon today."]


def test_text_that_waits_is_not_sent_after_stop(jane, office, clock):
    jane.rings()
    jane.texts("", OptOutType="STOP")
    with office.database.reading() as session:
        assert opt_outs.any_out(session, JANE)
        assert [text.state for text in session.scalars(select(Text))] == ["failed"]


def test_yes_of_somebody_who_never_said_stop_is_a_word_like_others(jane):
    jane.rings()
    jane.texts("Yes")

    assert jane.read()[-1].startswith("Thank you! We've passed that on")


@pytest.mark.parametrize("phone", [MANAGER, "+447700900101", "anonymous", "+15005550006"])
def test_text_that_no_customer_of_ours_sent_is_not_answered(jane, phone):
    jane.texts("Back in five minutes", phone)

    assert jane.read(phone) == []


def test_text_goes_to_the_number_that_they_rang_from_and_either_may_answer(jane):
    jane.rings(phone=LANDLINE)
    jane.change(phone=MOBILE, called_from=JANE)
    jane.rings("CA" + "2" * 32)
    jane.texts("1", MOBILE)

    assert (jane.read(), jane.callback().outcome) == ([PROMISED], "cancelled")
    assert len(jane.read(MOBILE)) == 1


def test_whoever_is_late_tells_no_time_that_is_over(jane):
    jane.rings()
    jane.change(promised_by=jane.clock.now() - timedelta(minutes=5))
    jane.texts("Where are you?")

    assert jane.read()[-1] == "Thank you! We've passed that on to whoever rings you: we ring you, first of all."
