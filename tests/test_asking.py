"""A caller asks to be rung: on another number, at another time. At our addresses, as the carrier posts it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from callbacks import actions
from callbacks import queries as promises
from callbacks.tables import Callback, Move
from office.tables import Staff
from voice import wording
from voice.tables import Call

JANE, AT_WORK = "+447700900123", "+447700900199"
KEYED = "07700900199"
FIRST, SECOND = "CA" + "1" * 32, "CA" + "2" * 32
NOON, FIVE = datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 17, tzinfo=UTC)
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
DENIED = {"DialCallStatus": "completed", "DialBridged": "false", "CallStatus": "completed"}
ENDS = ("<Gather", "<Dial", "<Record", "<Hangup", "<Enqueue")


class Caller:
    """Somebody on the phone to us: keys what they are asked for, and follows wherever they are sent."""

    def __init__(self, carrier, clock, phone: str, sid: str = FIRST) -> None:
        self.carrier, self.clock, self.phone, self.sid = carrier, clock, phone, sid
        self.hears = self._post("/voice/incoming", CallStatus="ringing")

    def keys(self, *digits: str) -> "Caller":
        """Each after thirteen seconds: no turn begins on a whole minute."""
        for each in digits:
            self.clock.go_on(seconds=13)
            self.hears = self._post(self.carrier.key(self.hears), Digits=each)
            while not any(act in self.hears.text for act in ENDS):
                self.hears = self._post(re.findall(r"<Redirect[^>]*>([^<]+)<", self.hears.text)[0])
        return self

    def is_taken(self):
        """A staff member whose phone rings for them presses the key; the answer that rang it."""
        leg, ringing = {"ParentCallSid": self.sid, "Direction": "outbound-dial"}, self.hears
        heard = self.carrier.post(self.carrier.whisper(ringing), sid="CA" + "9" * 32, **leg)
        self.carrier.post(self.carrier.key(heard), sid="CA" + "9" * 32, Digits="1", **leg)
        return ringing

    def leaves(self, **said: str) -> None:
        self.clock.go_on(seconds=13)
        self._post("/voice/status", CallStatus="completed", **said)

    def _post(self, address: str, **said: str):
        return self.carrier.post(address, sid=self.sid, From=self.phone, Direction="inbound", **said)


@pytest.fixture
def ring_us(carrier, clock, office):
    """Somebody rings us; nobody is on duty."""
    everybody(office, on_duty=False)
    return lambda phone=JANE, sid=FIRST: Caller(carrier, clock, phone, sid)


def everybody(office, *, on_duty: bool) -> None:
    with office.database.transaction() as session:
        for staff in session.scalars(select(Staff)):
            staff.on_duty = on_duty


def open_ones(office) -> list[Callback]:
    with office.database.reading() as session:
        return list(session.scalars(select(Callback).where(promises.OPEN).order_by(Callback.id)))


def moves(office) -> list[Move]:
    with office.database.reading() as session:
        return list(session.scalars(select(Move)))


def spoken(office, clock, at: datetime) -> str:
    return wording.spoken_time(at, clock.now(), office_zone(office))


def office_zone(office):
    with office.database.reading() as session:
        return office.business(session).zone


def test_another_number_that_was_read_back_is_rung_and_both_are_kept(ring_us, office):
    """PITFALLS 15."""
    caller = ring_us().keys("2", KEYED)
    assert "0 7 7 0 0, 9 0 0, 1 9 9" in caller.hears.text
    caller.keys("1", "1")

    (row,) = open_ones(office)
    assert (row.phone, row.called_from, row.kind, row.needs_person) == (AT_WORK, JANE, "asked", False)


def test_time_of_a_promise_is_spoken_as_it_is_stored_whatever_was_asked_for(ring_us, office, clock):
    """Minutes pass while they key: what was promised first stays."""
    caller = ring_us()
    told = [caller.hears.text]
    caller.keys("2")
    clock.go_on(minutes=7)
    told.append(caller.keys(KEYED, "1", "1").hears.text)

    (row,) = open_ones(office)
    assert row.promised_by == NOON
    assert [spoken(office, clock, NOON) in text for text in told] == [True, True]


def test_part_of_a_day_is_stored_with_its_zone_and_promised_by_its_end(ring_us, office, clock):
    caller = ring_us().keys("2", KEYED, "1")
    assert "this afternoon, 2" in caller.hears.text
    caller.keys("2")

    assert f"We'll ring you by {spoken(office, clock, FIVE)}." in caller.hears.text
    (row,) = open_ones(office)
    assert (row.slot, row.slot_zone, row.promised_by) == ((NOON, FIVE), "Europe/London", FIVE)
    assert [(move.by, move.note) for move in moves(office)] == [("customer", "asked for this afternoon")]


def test_customer_who_asked_for_the_afternoon_is_not_tried_before_however_the_call_ends(ring_us, office, clock):
    ring_us().keys("2", KEYED, "1", "2").leaves()

    assert open_ones(office)[0].next_try_at == NOON


def test_customer_who_asked_for_a_call_as_soon_as_possible_is_tried_soon_after_they_left(ring_us, office, clock):
    ring_us().keys("2", KEYED, "1", "1").leaves()

    assert open_ones(office)[0].next_try_at == clock.now() + timedelta(minutes=1)


@pytest.mark.parametrize("phone", [JANE, AT_WORK])
def test_next_call_from_either_number_joins_and_hears_the_same_time(ring_us, office, clock, phone):
    ring_us().keys("2", KEYED, "1", "2").leaves()
    clock.go_on(minutes=10)
    caller = ring_us(phone, SECOND)

    assert f"We'll ring you back by {spoken(office, clock, FIVE)}." in caller.hears.text
    caller.leaves()
    (row,) = open_ones(office)
    assert (row.calls_missed, row.phone, row.promised_by, row.next_try_at) == (2, AT_WORK, FIVE, NOON)


def test_number_that_is_not_dialled_is_refused_and_nothing_changes(ring_us, office):
    caller = ring_us().keys("2", "09061234567")

    assert "we can't ring that number" in caller.hears.text
    (row,) = open_ones(office)
    assert (row.phone, row.called_from, row.kind) == (JANE, None, "missed")


@pytest.mark.parametrize("then", [(), ("2",), ("0",)])
def test_number_that_was_keyed_but_not_agreed_to_is_not_rung_while_we_know_theirs(ring_us, office, then):
    ring_us().keys("2", KEYED, *then).leaves()

    (row,) = open_ones(office)
    assert (row.phone, row.called_from, row.promised_by) == (JANE, None, NOON)


def test_time_spoken_to_whoever_keyed_a_number_and_then_wants_a_person_is_the_one_stored(ring_us, office, clock):
    """Nothing is promised for the number that they did not agree to."""
    caller = ring_us().keys("2")
    clock.go_on(minutes=7)
    caller.keys(KEYED, "0")

    assert f"We'll ring you by {spoken(office, clock, NOON)}." in caller.hears.text


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_withheld_caller_who_keys_a_number_has_an_ordinary_callback_for_it(ring_us, office, clock, steps):
    """PITFALLS 16: also one who hangs up as soon as it is read back."""
    ring_us("anonymous").keys(*(KEYED, "1", "1")[:steps]).leaves()

    (row,) = open_ones(office)
    assert (row.phone, row.called_from, row.needs_person) == (AT_WORK, None, False)
    assert (row.calls_missed, row.next_try_at) == (1, clock.now() + timedelta(minutes=1))


def test_withheld_caller_who_keys_the_number_of_an_open_promise_joins_it(ring_us, office, clock):
    ring_us(AT_WORK).leaves()
    caller = ring_us("anonymous", SECOND).keys(KEYED, "1", "1")

    assert f"We'll ring you by {spoken(office, clock, NOON)}." in caller.hears.text
    assert [(row.phone, row.calls_missed) for row in open_ones(office)] == [(AT_WORK, 2)]


def test_withheld_caller_who_is_spoken_to_after_keying_a_number_is_owed_nothing(ring_us, office, carrier):
    caller = ring_us("anonymous").keys(KEYED, "1")
    everybody(office, on_duty=True)
    ringing = caller.keys("0").is_taken()
    carrier.post(carrier.action(ringing), sid=FIRST, From="anonymous", **TALKED)

    assert open_ones(office) == []


def test_two_promises_become_one_when_the_other_number_is_owed_a_call_already(ring_us, office, clock):
    ring_us(AT_WORK).leaves()
    clock.go_on(minutes=30)
    caller = ring_us(JANE, SECOND).keys("2", KEYED, "1", "1")

    assert f"We'll ring you by {spoken(office, clock, NOON)}." in caller.hears.text
    (row,) = open_ones(office)
    assert (row.phone, row.called_from, row.calls_missed, row.promised_by) == (AT_WORK, JANE, 2, NOON)
    with office.database.reading() as session:
        assert promises.calls_of(session, [row.id]) == {row.id: [FIRST, SECOND]}


def test_talk_that_was_denied_afterwards_leaves_what_was_asked_for(ring_us, office, carrier):
    """PITFALLS 7: the call's end was reported first, and we took it that they spoke."""
    ring_us().keys("2", KEYED, "1", "2").leaves()
    everybody(office, on_duty=True)
    caller = ring_us(JANE, SECOND)
    ringing = caller.is_taken()
    caller.leaves()
    assert open_ones(office) == []
    carrier.post(carrier.action(ringing), sid=SECOND, From=JANE, **DENIED)

    (row,) = open_ones(office)
    assert (row.phone, row.called_from, row.kind) == (AT_WORK, JANE, "asked")
    assert (row.promised_by, row.slot, row.slot_zone) == (FIVE, (NOON, FIVE), "Europe/London")


def test_withheld_caller_s_talk_that_was_denied_afterwards_leaves_what_they_asked_for(ring_us, office, carrier):
    caller = ring_us("anonymous").keys(KEYED, "1")
    promised = open_ones(office)[0].promised_by
    everybody(office, on_duty=True)
    ringing = caller.keys("0").is_taken()
    caller.leaves()
    assert open_ones(office) == []
    carrier.post(carrier.action(ringing), sid=FIRST, From="anonymous", **DENIED)

    assert [(row.phone, row.kind, row.promised_by) for row in open_ones(office)] == [(AT_WORK, "asked", promised)]


def test_promise_given_anew_is_for_the_number_we_know_not_for_one_they_did_not_agree_to(
    ring_us, office, clock, carrier
):
    """What was owed was settled meanwhile, from another phone of theirs; then everybody is rung in vain."""
    caller = ring_us().keys("2", KEYED)
    with office.database.transaction() as session:
        actions.spoke_elsewhere(session, JANE, clock.now(), clock.now())
    everybody(office, on_duty=True)
    answer = caller.keys("0").hears
    while carrier.rung(answer):
        answer = carrier.post(carrier.action(answer), From=JANE, DialCallStatus="no-answer", DialBridged="false")

    assert "We'll ring you back by" in answer.text
    assert [(row.phone, row.called_from) for row in open_ones(office)] == [(JANE, None)]


def test_repeated_request_asks_for_nothing_twice(ring_us, office, carrier):
    caller = ring_us().keys("2", KEYED, "1")
    again = carrier.key(caller.hears)
    caller.keys("2")
    carrier.post(again, sid=FIRST, From=JANE, Digits="3")

    assert open_ones(office)[0].promised_by == FIVE
    assert len(moves(office)) == 1


def test_call_that_asked_is_missed_because_nobody_could_take_it(ring_us, office):
    ring_us().keys("2", KEYED, "1", "1").leaves()

    with office.database.reading() as session:
        call = session.scalars(select(Call)).one()
    assert (call.outcome, call.missed_because, call.phone) == ("missed", "nobody answered", JANE)
