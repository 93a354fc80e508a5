"""What counts as missed, what a caller hears when nobody comes, and who may be rung for whom."""

from datetime import timedelta

import pytest
import responses

from callbacks import attempts, claims, ring_me
from callbacks.carry_out import carry_out
from callbacks.claims import Who
from callbacks.tables import Callback
from office import contact_rules, people
from office.people import Person
from voice import calls

JANE = "+447700900123"
SECOND, STAFF_LEG = "CA" + "2" * 32, "CA" + "9" * 32
CREATE = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32 + "/Calls.json"
PRIYA, TOM = Person(1, "Priya Shah", "+447700900101"), Person(2, "Tom Okafor", "+447700900102")
CONNECTED = {"From": JANE, "DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
GONE = {"From": JANE, "CallStatus": "completed"}


@pytest.fixture
def due(office, carrier, owed, clock) -> int:
    """Jane was missed a minute ago: the id of the call-back, which may be tried now."""
    carrier.post("/voice/status", SECOND, **GONE, CallDuration="20")
    clock.go_on(minutes=1)
    row: Callback = owed()[0]
    return row.id


def test_pitfall_20_call_that_the_second_phone_took_is_not_missed_though_the_first_rang_in_vain(
    carrier, rings, the_call, owed
):
    answer = rings()
    answer = carrier.post(carrier.action(answer), From=JANE, DialCallStatus="no-answer", DialBridged="false")
    carrier.take(answer)
    carrier.post(carrier.action(answer), **CONNECTED)
    carrier.post("/voice/status", **GONE, CallDuration="60")

    call = the_call()
    assert (call.outcome, call.missed_because, call.answered_by, owed()) == ("spoke", None, TOM.id, [])


@pytest.mark.parametrize(("lasted", "because"), [("2", calls.VERY_SHORT), ("9", calls.GAVE_UP)])
def test_pitfall_21_short_ring_is_kept_and_labelled_so_that_it_can_be_told_from_the_others(
    carrier, rings, the_call, owed, lasted, because
):
    rings()
    carrier.post("/voice/status", **GONE, CallDuration=lasted)

    assert (the_call().outcome, the_call().missed_because) == ("missed", because)
    assert [row.needs_person for row in owed()] == [because == calls.VERY_SHORT]


def test_pitfall_28_claim_whose_phone_never_came_up_is_anybodys_again_in_seconds(office, due, clock):
    with office.database.transaction() as session:
        ring_me.ask(session, due, PRIYA, office.business(session), clock.now())
    clock.go_on(seconds=31)
    with office.database.transaction() as session:
        assert claims.free_lapsed(session, clock.now()) == [due]
        claims.claim(session, due, Who(TOM.name, TOM.id), clock.now() + timedelta(minutes=30), clock.now())
        assert session.get_one(Callback, due).owner == TOM.name


def test_pitfall_28_claim_whose_phone_was_picked_up_stays_theirs(office, due, carrier, clock):
    with office.database.transaction() as session:
        ring_me.ask(session, due, PRIYA, office.business(session), clock.now())
    with office.database.transaction() as session:
        made = ring_me.to_ring(session, due, clock.now())
    assert made is not None
    carrier.post(f"/callbacks/attempts/{made.attempt_id}/{made.fence}/ask_staff", STAFF_LEG)
    clock.go_on(seconds=31)

    with office.database.transaction() as session:
        assert claims.free_lapsed(session, clock.now()) == []


def test_pitfall_29_caller_who_rings_while_a_call_back_is_being_placed_is_given_somebody_else(
    office, due, carrier, twilio
):
    """The carrier has been asked for Priya's phone, and has not answered yet."""
    meanwhile = []

    def asked(request):
        meanwhile.append(carrier.rung(carrier.post("/voice/incoming", From="+447700900124", CallStatus="ringing")))
        return 201, {}, f'{{"sid": "{STAFF_LEG}", "status": "queued"}}'

    twilio.add_callback(responses.POST, CREATE, callback=asked)

    assert carry_out(office, due)
    assert meanwhile == [TOM.phone]


def test_pitfall_29_person_is_reserved_with_the_claim_itself(office, due, clock):
    with office.database.transaction() as session:
        assert attempts.claim(session, due, PRIYA, clock.now())
        assert [person.name for person in people.free(session, clock.now())] == [TOM.name]


@pytest.mark.parametrize("rule", [None, contact_rules.BLOCKED, contact_rules.MESSAGE_ONLY])
def test_pitfall_30_whoever_is_not_put_through_is_answered_and_spoken_to_and_never_rejected(office, rings, clock, rule):
    """Closed, blocked, or to leave a message: what a rejected call is told nobody hears."""
    clock.set(clock.now().replace(hour=20))
    if rule:
        with office.database.transaction() as session:
            contact_rules.set_rule(session, JANE, rule, by="Priya Shah", now=clock.now())
    heard = rings().text
    first_words = heard.index("<Say")

    assert "<Reject" not in heard
    assert max(heard.find("<Record"), heard.find("<Gather"), heard.find("<Hangup")) > first_words
