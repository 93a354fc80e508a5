"""An attempt at our addresses, as the carrier posts it: staff first, a key, then the customer, then how it went."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from callbacks import actions, claims, in_time, sweep
from callbacks.carry_out import carry_out
from callbacks.claims import Who
from callbacks.tables import Callback
from office import audit, people
from office.tables import Text
from voice.tables import Call
from voicemail_greetings import recordings
from voicemail_greetings.tables import Message

JANE = "+447700900123"
CUSTOMER_LEG = "CA" + "6" * 32
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60", "DialCallSid": CUSTOMER_LEG}
NOT_THERE = {"DialCallStatus": "no-answer", "DialBridged": "false", "DialCallSid": CUSTOMER_LEG}


def test_promise_is_kept_when_they_spoke(phone, row, tried, office, clock):
    asked = phone("ask_staff")
    ringing = phone("ring_customer", Digits="1")
    phone("customer_report", sid=CUSTOMER_LEG, CallStatus="ringing")
    clock.go_on(seconds=5)
    phone("customer_report", sid=CUSTOMER_LEG, CallStatus="in-progress")
    clock.go_on(seconds=60)
    how = phone("talked", **TALKED)
    phone("said", Digits="1")
    phone("report", CallStatus="completed", CallDuration="80")

    assert "Press 1 to ring them" in asked.text
    assert ">+447700900123</Number>" in ringing.text
    assert "If you spoke, press 1" in how.text
    assert (row().state, row().outcome, row().owner) == ("done", "reached", "Priya Shah")
    assert row().spoke_at < row().promised_by
    assert [(attempt.outcome, attempt.customer_sid) for attempt in tried()] == [("reached", CUSTOMER_LEG)]
    with office.database.reading() as session:
        call = session.scalars(select(Call).where(Call.sid == CUSTOMER_LEG)).one()
    assert (call.direction, call.outcome, call.answered_by) == ("outbound", "spoke", 1)


def test_customer_is_not_rung_before_the_key(phone):
    asked = phone("ask_staff")

    assert "+447700900123" not in asked.text
    assert asked.text.endswith("<Hangup /></Response>")


def test_mailbox_on_the_staff_phone_is_nobodys_answer(phone, row, tried, clock):
    phone("ask_staff")
    phone("report", CallStatus="completed", CallDuration="9")

    assert [attempt.outcome for attempt in tried()] == ["staff-no-answer"]
    assert (row().state, row().tries) == ("waiting", 0)
    assert row().next_try_at > clock.now()


@pytest.mark.parametrize("status", ["busy", "no-answer", "canceled"])
def test_staff_phone_that_is_not_picked_up_lets_another_ring(phone, row, office, calls, status, clock):
    phone("report", CallStatus=status)
    clock.go_on(seconds=25)
    carry_out(office, row().id)

    assert [asked["To"] for asked in calls.created] == ["+447700900101", "+447700900102"]


def test_staff_member_who_passes_leaves_it_to_a_colleague(phone, tried):
    phone("ask_staff")
    passed = phone("ring_customer", Digits="2")

    assert "Dial" not in passed.text
    assert [attempt.outcome for attempt in tried()] == ["staff-passed"]


def test_stale_attempt_hears_so_and_no_customer_is_rung(phone, office, row, clock):
    """The fence at answer: the customer got through meanwhile."""
    phone("ask_staff")
    with office.database.transaction() as session:
        actions.spoke_elsewhere(session, "+447700900123", clock.now(), clock.now())
    stale = phone("ring_customer", Digits="1")

    assert "Dial" not in stale.text
    assert row().outcome == "answered-elsewhere"


def test_phone_that_is_picked_up_while_another_rings_for_it_rings_no_customer(phone, office, row, calls, clock):
    """Its claim was lost meanwhile, though the call-back is in a call: the other's."""
    clock.go_on(minutes=100)
    with office.database.transaction() as session:
        callback = session.get_one(Callback, row().id)
        callback.state, callback.fence, callback.next_try_at = "waiting", callback.fence + 1, clock.now()
    carry_out(office, row().id)
    assert [asked["To"] for asked in calls.created] == ["+447700900101", "+447700900102"]

    assert "<Gather" not in phone("ask_staff").text
    assert "<Dial" not in phone("ring_customer", Digits="1").text
    assert (row().state, row().fence) == ("calling", 3)


def test_staff_member_who_had_taken_it_and_passes_gives_it_back(phone, office, row):
    with office.database.transaction() as session:
        claims.claim(session, row().id, Who("Priya Shah", 1), row().promised_by, row().missed_at)
    phone("ask_staff")
    phone("ring_customer", Digits="2")
    assert (row().state, row().owner) == ("waiting", None)


def test_wrong_fence_is_no_address_of_ours(phone, carrier, tried):
    (attempt,) = tried()

    assert carrier.post(f"/callbacks/attempts/{attempt.id}/{attempt.fence + 1}/ask_staff").status_code == 404


@pytest.mark.parametrize(
    ("said", "outcome", "state"),
    [("1", "reached", "done"), ("2", "customer-machine", "waiting"), ("3", "customer-no-answer", "waiting")],
)
def test_staff_member_says_how_it_went(phone, row, tried, said, outcome, state):
    phone("ring_customer", Digits="1")
    phone("talked", **TALKED)
    phone("said", Digits=said)

    assert ([attempt.outcome for attempt in tried()], row().state) == ([outcome], state)


@pytest.mark.parametrize(("keys", "assumed"), [("", True), ("1", False)])
def test_fifteen_seconds_with_a_person_count_when_nobody_says_otherwise(phone, row, tried, keys, assumed):
    phone("ring_customer", Digits="1")
    phone("talked", **{**TALKED, "DialCallDuration": "15"})
    phone("said", Digits=keys)

    assert (row().outcome, tried()[0].assumed) == ("reached", assumed)


def test_machine_is_an_attempt_however_long_it_talked(phone, row, tried):
    phone("ring_customer", Digits="1")
    phone("machine_report", sid=CUSTOMER_LEG, AnsweredBy="machine_start")
    phone("talked", **{**TALKED, "CallStatus": "completed"})

    assert [attempt.outcome for attempt in tried()] == ["customer-machine"]
    assert row().state == "waiting"


@pytest.mark.parametrize(
    ("status", "outcome", "after"), [("no-answer", "customer-no-answer", 600), ("busy", "customer-busy", 180)]
)
def test_customer_who_does_not_pick_up_is_tried_again(phone, row, tried, status, outcome, after, clock):
    phone("ring_customer", Digits="1")
    told = phone("talked", **{**NOT_THERE, "DialCallStatus": status})
    phone("report", CallStatus="completed")

    assert "They didn't pick up" in told.text
    assert [attempt.outcome for attempt in tried()] == [outcome]
    assert (row().tries, (row().next_try_at - clock.now()).total_seconds()) == (1, after)


def test_number_that_the_carrier_will_not_dial_is_for_a_person(phone, row, tried):
    phone("ring_customer", Digits="1")
    told = phone("talked", **{**NOT_THERE, "DialCallStatus": "failed"})

    assert "again" not in told.text
    assert [attempt.outcome for attempt in tried()] == ["refused"]
    assert (row().needs_person, row().next_try_at, row().state) == (True, None, "waiting")


def test_phone_that_rang_in_vain_rang_in_time(phone, row, clock):
    phone("ring_customer", Digits="1")
    clock.go_on(seconds=25)
    phone("talked", **NOT_THERE)

    assert row().first_rang_at == clock.now().replace(second=0)


def test_reports_twice_and_out_of_order_change_nothing(phone, row, tried):
    """PITFALLS 7 and 9."""
    phone("ring_customer", Digits="1")
    phone("talked", **TALKED)
    phone("said", Digits="1")
    before = (row().state, row().outcome, row().tries, row().spoke_at)
    for step, said in [
        ("report", {"CallStatus": "completed"}), ("report", {"CallStatus": "ringing"}), ("said", {"Digits": "3"}),
        ("talked", NOT_THERE), ("customer_report", {"CallStatus": "no-answer"}), ("ring_customer", {"Digits": "2"}),
        ("report", {"CallStatus": "busy"}), ("machine_report", {"AnsweredBy": "machine_start"}),
    ]:  # fmt: skip
        phone(step, **said)

    assert (row().state, row().outcome, row().tries, row().spoke_at) == before
    assert [attempt.outcome for attempt in tried()] == ["reached"]


def test_end_of_the_staff_leg_before_word_of_the_customers_waits_for_it(phone, row, tried):
    """Reports of one event come in any order: the first must not decide alone."""
    phone("ring_customer", Digits="1")
    phone("report", CallStatus="completed", CallDuration="70")
    assert row().state == "calling"
    phone("customer_report", sid=CUSTOMER_LEG, CallStatus="completed", CallDuration="60")
    phone("talked", **{**TALKED, "CallStatus": "completed"})

    assert [attempt.outcome for attempt in tried()] == ["reached"]


def test_person_is_free_again_after_a_rest(phone, office, clock):
    phone("ring_customer", Digits="1")
    phone("talked", **TALKED)
    phone("said", Digits="1")

    with office.database.reading() as session:
        assert [person.name for person in people.free(session, clock.now())] == ["Tom Okafor"]
        clock.go_on(seconds=20)
        assert len(people.free(session, clock.now())) == 2


def test_tries_used_up_end_it_as_unreachable_and_the_customer_is_told(office, due, calls, carrier, row, clock):
    calls.takes()
    for number in range(4):
        carry_out(office, due)
        base = calls.created[number]["Url"].removesuffix("ask_staff")
        carrier.post(base + "ring_customer", Digits="1")
        carrier.post(base + "talked", **NOT_THERE)
        clock.set(max(row().next_try_at or clock.now(), clock.now()))

    assert (row().tries, row().state, row().outcome, row().closed_by) == (4, "done", "unreachable", None)
    assert (in_time.rang_in_time(row(), clock.now()), in_time.kept(row(), clock.now())) == (True, False)
    assert row().promised_by - timedelta(minutes=10) <= row().closed_at < row().promised_by
    with office.database.reading() as session:
        assert [text.to for text in session.scalars(select(Text).where(Text.reason == f"unreachable:{due}"))] == [JANE]


def test_customer_in_a_call_to_us_when_we_would_ring_them_costs_no_try(phone, row, office, clock):
    """PITFALLS 32: their phone was not dialled."""
    phone("ask_staff")
    with office.database.transaction() as session:
        session.add(
            Call(sid="CA" + "9" * 32, direction="inbound", phone=JANE, started_at=clock.now(), seen_at=clock.now())
        )
    told = phone("ring_customer", Digits="1")

    assert "on the line with us" in told.text
    assert (row().tries, row().staff_misses, row().next_try_at - clock.now()) == (0, 0, timedelta(minutes=3))


def test_staff_member_who_puts_it_off_is_rung_for_it_again_and_nobody_else(phone, office, row, calls, clock):
    told = phone("ring_customer", Digits="3")
    phone("report", CallStatus="completed")
    clock.go_on(minutes=14)

    assert "In fifteen minutes" in told.text
    assert (row().state, row().owner, row().staff_misses) == ("claimed", "Priya Shah", 0)
    assert sweep.due(office) == []
    clock.go_on(minutes=1)
    assert sweep.due(office) == [row().id]
    assert carry_out(office, row().id)
    assert [asked["To"] for asked in calls.created] == ["+447700900101", "+447700900101"]


def test_putting_it_off_past_the_promise_is_refused_and_asked_once_more(phone, row, clock):
    clock.set(row().promised_by - timedelta(minutes=17))
    told = phone("ring_customer", Digits="3")
    ringing = phone("asked_again", Digits="1")

    assert "too late" in told.text
    assert ">+447700900123</Number>" in ringing.text


def test_what_the_customer_wrote_and_left_is_told_and_their_message_played(phone, client, office, row, clock):
    clock.go_on(minutes=1)
    with office.database.transaction() as session:
        people.keep_text(session, JANE, "SM1", "The brakes make a noise", clock.now())
        times = {"received_at": clock.now(), "ended_at": clock.now(), "words_by": clock.now()}
        message = Message(recording_sid="RE1", call_sid="CA" + "1" * 32, duration_s=2, fetches=1, **times)
        message.file = "1.wav"
        session.add(message)
    recordings.folder(office).mkdir(parents=True, exist_ok=True)
    (recordings.folder(office) / "1.wav").write_bytes(b"RIFF....")
    asked, played = phone("ask_staff"), phone("ring_customer", Digits="4")
    (where,) = re.findall(r"<Play>https://ringtrue\.test(/[^<]+)</Play>", played.text)

    assert "They wrote: The brakes" in asked.text
    assert "4 plays the message" in asked.text
    assert client.get(where).data == b"RIFF...."
    forged = where[:-1] + ("1" if where.endswith("0") else "0")
    assert client.get(forged).status_code == 404
    clock.go_on(minutes=11)
    assert client.get(where).status_code == 404
    with office.database.reading() as session:
        assert [(deed.by, deed.action) for deed in audit.of(session, f"callback:{row().id}")] == [
            ("Priya Shah", "played")
        ]
