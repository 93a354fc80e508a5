"""A promise being kept, turn by turn: the staff member's key first, then the customer's phone, then how it went."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from voice import wording
from voice.conversation import ringing_back
from voice.conversation.facts import Situation
from voice.conversation.news import (
    CustomerLegEnded,
    MessagePlayed,
    StaffAnswered,
    StaffPassed,
    StaffSaid,
    StaffSnoozed,
    StaffTook,
)
from voice.conversation.turns import Act, Ask, GoTo, HangUp, Heard, Play, RingCustomer, Say, Turn

Make = Callable[..., Situation]
STALE = [None, {"current": False}]


def heard(**said: Any) -> Heard:
    return Heard("CA2", direction="outbound-api", **said)


def kinds(turn: Turn) -> list[type[Act]]:
    return [type(act) for act in turn.acts]


def words(turn: Turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask))


def test_staff_hear_whom_to_ring_and_since_when(situation: Make) -> None:
    since = {"since": datetime(2026, 11, 24, 9, 10, tzinfo=UTC)}
    turn = ringing_back.ask_staff(heard(), situation(customer="Jane Smith", attempt=since))
    assert words(turn) == (
        "Call-back for Jane Smith, owed since ten past nine this morning. "
        "Press 1 to ring them, 2 for somebody else, 3 in fifteen minutes."
    )
    assert kinds(turn) == [Ask, HangUp]
    assert turn.news == (StaffAnswered(),)


@pytest.mark.parametrize("attempt", STALE)
@pytest.mark.parametrize("step", [ringing_back.ask_staff, ringing_back.ring_customer, ringing_back.asked_again])
def test_stale_attempt_rings_nobody_and_says_why(
    situation: Make, step: Callable[[Heard, Situation], Turn], attempt: dict[str, bool] | None
) -> None:
    turn = step(heard(digits="1"), situation(attempt=attempt))
    assert kinds(turn) == [Say, HangUp]
    assert "taken care of" in words(turn)
    assert turn.news == ()


def test_key_one_rings_the_customer_s_phone(situation: Make) -> None:
    turn = ringing_back.ring_customer(heard(digits="1"), situation(attempt={"phone": "+447700900199"}))
    ring = turn.acts[-1]
    assert isinstance(ring, RingCustomer)
    assert (ring.phone, ring.then) == ("+447700900199", "talked")
    assert (ring.ring_for, ring.talk_for) == (ringing_back.RING_CUSTOMER_FOR, ringing_back.LONGEST_TALK)
    assert turn.news == (StaffTook(),)


@pytest.mark.parametrize("digits", ["", "2", "0", "9", "*", "#", "11"])
def test_any_other_key_leaves_it_to_a_colleague(situation: Make, digits: str) -> None:
    turn = ringing_back.ring_customer(heard(digits=digits), situation(attempt={}))
    assert kinds(turn) == [Say, HangUp]
    assert turn.news == (StaffPassed(),)


@pytest.mark.parametrize("step", [ringing_back.ring_customer, ringing_back.asked_again])
def test_key_three_puts_it_off_while_there_is_time(situation: Make, step: Callable[[Heard, Situation], Turn]) -> None:
    turn = step(heard(digits="3"), situation(attempt={}))
    assert (kinds(turn), turn.news) == ([Say, HangUp], (StaffSnoozed(),))


def test_key_three_too_late_is_said_so_and_asked_once_more(situation: Make) -> None:
    late = situation(attempt={"may_snooze": False})
    turn = ringing_back.ring_customer(heard(digits="3"), late)
    assert turn.acts == (Ask(words(turn), then="asked_again"), HangUp())
    assert turn.news == ()
    assert ringing_back.asked_again(heard(digits="3"), late).news == (StaffPassed(),)


def test_key_four_plays_the_message_once_and_asks_again(situation: Make) -> None:
    left = situation(attempt={"message": "/voice/recordings/7"})
    turn = ringing_back.ring_customer(heard(digits="4"), left)
    assert turn.acts == (Play("/voice/recordings/7"), Ask(words(turn), then="asked_again"), HangUp())
    assert turn.news == (MessagePlayed(),)
    assert ringing_back.asked_again(heard(digits="4"), left).news == (StaffPassed(),)


@pytest.mark.parametrize("message", [True, False])
@pytest.mark.parametrize(
    "said", [None, "", "Brakes", "The brakes of my bike make a terrible noise since Monday, please", "x" * 200]
)
@pytest.mark.parametrize("name", [None, "Jane Smith", "Maximiliane Featherstonehaugh-Cholmondeley"])
def test_call_back_is_told_in_under_ten_seconds(name: str | None, said: str | None, *, message: bool) -> None:
    told = wording.callback_whisper(name, "twenty-five past eleven yesterday morning", said, message=message)
    assert wording.seconds(told) < 10
    assert "1" in told
    assert (("4" in told), "owed since twenty-five past eleven" in told) == (message, True)


@pytest.mark.parametrize(("status", "bridged"), [("completed", True), ("completed", None), ("answered", True)])
def test_after_a_talk_staff_are_asked_how_it_went(situation: Make, status: str, *, bridged: bool | None) -> None:
    said = heard(dial_status=status, dial_sid="CA3", bridged=bridged, dial_seconds=20)
    turn = ringing_back.talked(said, situation(attempt={}))
    assert turn.acts == (Ask(words(turn), then="said"), GoTo("said"))
    assert turn.news == (CustomerLegEnded(status, "CA3", bridged, 20),)


@pytest.mark.parametrize("bridged", [False, None])
@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled", ""])
def test_customer_who_was_not_reached_ends_the_attempt(situation: Make, status: str, *, bridged: bool | None) -> None:
    turn = ringing_back.talked(heard(dial_status=status, bridged=bridged), situation(attempt={}))
    assert kinds(turn) == [Say, HangUp]
    assert turn.news == (CustomerLegEnded(status, None, bridged, None), StaffSaid(None))


def test_pick_up_that_was_never_bridged_is_no_talk(situation: Make) -> None:
    turn = ringing_back.talked(heard(dial_status="completed", bridged=False), situation(attempt={}))
    assert kinds(turn) == [Say, HangUp]


def test_staff_hear_when_the_customer_is_tried_again(situation: Make) -> None:
    next_try = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    turn = ringing_back.talked(heard(dial_status="no-answer"), situation(attempt={"next_try": next_try}))
    assert words(turn) == "They didn't pick up. We'll try again at half past ten this morning. Thank you!"


@pytest.mark.parametrize("attempt", [None, {}])
def test_staff_hear_of_no_next_try_when_there_is_none(situation: Make, attempt: dict[str, bool] | None) -> None:
    turn = ringing_back.talked(heard(dial_status="no-answer"), situation(attempt=attempt))
    assert words(turn) == "They didn't pick up. Thank you!"


@pytest.mark.parametrize("bridged", [True, False, None])
def test_staff_gone_after_the_talk_are_asked_nothing_and_all_is_kept(situation: Make, *, bridged: bool | None) -> None:
    said = heard(call_status="completed", dial_status="completed", bridged=bridged, dial_seconds=20)
    turn = ringing_back.talked(said, situation(attempt={}))
    assert turn == Turn((), (CustomerLegEnded("completed", None, bridged, 20), StaffSaid(None)))


@pytest.mark.parametrize(
    ("digits", "outcome"),
    [
        ("1", "reached"), ("2", "customer-machine"), ("3", "customer-no-answer"),
        ("", None), ("4", None), ("0", None), ("*", None), ("12", None),
    ],
)  # fmt: skip
def test_key_after_the_talk_says_how_it_went(situation: Make, digits: str, outcome: str | None) -> None:
    turn = ringing_back.said(heard(digits=digits), situation(attempt={}))
    assert kinds(turn) == [Say, HangUp]
    assert turn.news == (StaffSaid(outcome),)
