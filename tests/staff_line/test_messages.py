"""Messages heard on the staff line: whose, in what order, and what becomes of each and of its call-back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from callbacks.tables import Attempt, Callback, CallbackCall
from office.tables import Audit, Team
from voicemail_greetings.tables import Message

JANE, AMIR, BEA = "+447700900123", "+447700900124", "+447700900125"
PLAYED = re.compile(r"/voice/recordings/(\d+)-")
Leave = Callable[..., int]


@pytest.fixture
def leave(office: Any, clock: Any, owe: Any) -> Leave:
    """A message for a call-back that is promised in so many minutes; the message's id."""

    def left(phone: str | None = JANE, minutes: int = 60, owed: dict[str, Any] | None = None, **values: Any) -> int:
        now = clock.now()
        callback_id = owe(phone, promised_by=now + timedelta(minutes=minutes), **(owed or {}))
        usual = {"duration_s": 9, "received_at": now, "ended_at": now, "words_by": now, "fetches": 1, "file": "1.wav"}
        sids = {"recording_sid": f"RE{callback_id}", "call_sid": f"CA{callback_id}"}
        with office.database.transaction() as session:
            session.add(CallbackCall(call_sid=sids["call_sid"], callback_id=callback_id))
            session.add(message := Message(**{**usual, **sids, **values}))
            session.flush()
            return message.id

    return left


def played(text: str) -> list[int]:
    return [int(found) for found in PLAYED.findall(text)]


def heard(rows: Any) -> dict[int, str | None]:
    return {row.id: row.heard_by for row in rows(Message)}


def test_new_messages_come_first_by_urgency_and_what_has_nothing_in_it_last(rings, leave, rows, clock):
    silent = leave("+447700900126", 5, label="silent")
    old = leave(AMIR, 10, heard_at=clock.now(), heard_by="Tom Okafor")
    later, first = leave(JANE, 60), leave(BEA, 20)
    phone = rings()
    assert "Three new messages, 5." in phone.text
    assert [played(phone.prove("5")), *(played(phone.key("2")) for _ in range(2))] == [[first], [later], [silent]]
    assert "That was the last one." in phone.key("2")
    assert "new message" not in phone.text
    assert heard(rows) == dict.fromkeys((silent, later, first), "Priya Shah") | {old: "Tom Okafor"}
    assert [(row.by, row.action, row.about) for row in rows(Audit)] == [
        ("Priya Shah", "heard", f"callback:{callback_id}") for callback_id in (4, 3, 1)
    ]


def test_messages_that_were_heard_are_there_to_be_heard_again_in_their_order(rings, leave, clock):
    one, two = (leave(phone, when, heard_at=clock.now()) for phone, when in ((JANE, 20), (AMIR, 40)))
    phone = rings()
    assert "new message" not in phone.text
    assert [played(phone.prove("5")), played(phone.key("3")), played(phone.key("2"))] == [[one], [one], [two]]
    assert "That was the last one." in phone.key("2")


def test_only_messages_of_ones_own_teams_that_are_open_and_there_are_heard(office, rings, leave):
    with office.database.transaction() as session:
        session.add(sales := Team(name="Sales", strategy="longest-idle"))
        session.flush()
        other = sales.id
    leave(JANE, owed={"team_id": other})
    leave(AMIR, owed={"state": "done", "outcome": "reached"})
    leave(BEA, file=None)
    phone = rings()
    assert "new message" not in phone.text
    assert "There is no message for you just now." in phone.prove("5")
    theirs = leave("+447700900126", owed={"team_id": other, "prefer_id": 1})
    assert played(phone.key("5")) == [theirs]


def test_key_one_rings_whoever_left_the_message_that_was_heard_and_not_the_most_urgent(rings, leave, rows):
    leave(AMIR, 90)
    leave(JANE, 60)
    phone = rings()
    phone.prove("5")
    phone.key("2")
    assert "Call-back for" in phone.key("1")
    assert [(row.callback_id, row.customer_phone, row.by) for row in rows(Attempt)] == [(1, AMIR, "Priya Shah")]


def test_key_one_keeps_the_promise_of_the_message_though_they_asked_for_another_to_be_rung_before(
    rings, leave, owe, rows, clock
):
    owe(BEA, called_from=JANE, promised_by=clock.now() + timedelta(minutes=20))
    leave(JANE, 60)
    phone = rings()
    phone.prove("5")
    phone.key("1")
    assert [(row.callback_id, row.customer_phone) for row in rows(Attempt)] == [(2, JANE)]
    assert [row.state for row in rows(Callback)] == ["waiting", "calling"]


def test_key_four_closes_the_call_back_with_who_and_why(rings, leave, rows):
    following, _ = leave(AMIR, 90), leave(JANE, 60)
    phone = rings()
    phone.prove("5")
    assert played(phone.key("4")) == [following]
    done = next(row for row in rows(Callback) if row.phone == JANE)
    assert (done.state, done.outcome, done.closed_by, done.close_note) == (
        "done", "cancelled", "Priya Shah", "dealt with on the phone",
    )  # fmt: skip
    assert [row.action for row in rows(Audit)] == ["heard", "done"]
    assert played(phone.key("3")) == [following]


def test_call_back_that_a_colleague_has_is_not_closed(rings, leave, rows, clock):
    leave(owed={"state": "claimed", "owner": "Tom Okafor", "owner_id": 2,
                "claimed_until": clock.now() + timedelta(hours=1)})  # fmt: skip
    phone = rings()
    phone.prove("5")
    assert "A colleague has this one." in phone.key("4")
    assert rows(Callback)[0].state == "claimed"


def test_key_is_about_the_message_that_was_heard_whatever_came_in_since(rings, leave, rows):
    leave(JANE, 60)
    phone = rings()
    phone.prove("5")
    leave(AMIR, 5)
    assert "once more" in phone.key("9")
    phone.key("4")
    assert {row.phone: row.state for row in rows(Callback)} == {JANE: "done", AMIR: "waiting"}


def test_message_of_a_caller_with_a_hidden_number_is_heard_and_rings_nobody(rings, leave, rows):
    leave(None, owed={"needs_person": True, "next_try_at": None})
    phone = rings()
    phone.prove("5")
    assert "a hidden number" in phone.key("1")
    assert rows(Attempt) == []


def test_nobody_hears_a_message_without_their_pin(rings, leave, rows):
    left = leave()
    phone = rings()
    assert played(phone.key("5")) == []
    assert played(phone.key("9999")) == []
    assert heard(rows) == {left: None}
