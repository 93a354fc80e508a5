"""A customer's call, turn by turn: greeted, put through, offered what is left, and never counted as spoken to too soon."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from voice.calls import CLOSED, NOBODY_ANSWERED
from voice.conversation import arriving
from voice.conversation.turns import (
    Act,
    Ask,
    AskedAgain,
    CallEnded,
    Colleague,
    GoTo,
    HangUp,
    Heard,
    LegEnded,
    Promised,
    Rang,
    Record,
    Ring,
    Say,
    Situation,
    Spoke,
    Turn,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""What the usual situation promises."""

Make = Callable[..., Situation]
STATUSES = ["completed", "answered", "busy", "no-answer", "failed", "canceled", ""]
BRIDGED = [True, False, None]
TALKED = {(status, True) for status in STATUSES} | {("completed", None), ("answered", None)}
"""What the carrier says after a key was pressed and the two were brought together."""

RANG_BOTH = {1: 1, 2: 1}


def heard(**said: Any) -> Heard:
    return Heard("CA1", phone="+447700900123", **said)


def kinds(turn: Turn) -> list[type[Act]]:
    return [type(act) for act in turn.acts]


def words(turn: Turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask))


def rung(turn: Turn) -> list[Colleague]:
    return [act.staff for act in turn.acts if isinstance(act, Ring)]


def test_open_office_greets_by_name_and_rings_at_once(situation: Make, priya: Colleague) -> None:
    turn = arriving.greet(heard(), situation(customer="Jane Smith"))
    assert words(turn) == "Good morning, Jane Smith! Thank you for calling Harbour Bikes."
    assert turn.acts[1:] == (Ring(priya, situation().patience, then="rung", whisper="whisper"),)
    assert turn.news == (Rang(priya),)


def test_caller_nobody_knows_is_greeted_with_a_whole_sentence(situation: Make) -> None:
    assert words(arriving.greet(heard(), situation())) == "Good morning! Thank you for calling Harbour Bikes."


def test_nobody_free_is_promised_a_call_and_may_try_again(situation: Make) -> None:
    turn = arriving.greet(heard(), situation(free=()))
    assert kinds(turn) == [Say, Ask, GoTo]
    assert "everybody is with a customer. We'll ring you back by noon today. To try us again now, press 1" in words(
        turn
    )
    assert turn.news == (Promised(NOBODY_ANSWERED, NOON),)


def test_closed_office_rings_nobody_and_promises(situation: Make) -> None:
    turn = arriving.greet(heard(), situation(is_open=False))
    assert kinds(turn) == [Say, Say, Say, HangUp]
    assert "We're closed just now. We'll ring you back by noon today. Thank you for calling. Goodbye!" in words(turn)
    assert turn.news == (Promised(CLOSED, NOON),)


@pytest.mark.parametrize(("is_open", "reason"), [(True, NOBODY_ANSWERED), (False, CLOSED)])
def test_withheld_caller_is_offered_the_recorder(situation: Make, *, is_open: bool, reason: str) -> None:
    turn = arriving.greet(heard(), situation(phone=None, is_open=is_open, free=()))
    assert kinds(turn) == [Say, Say, Record, Say, HangUp]
    assert "Your number is hidden from us." in words(turn)
    assert "ring you" not in words(turn)
    assert turn.news == (Promised(reason, NOON),)


@pytest.mark.parametrize(("status", "bridged", "accepted"), list(product(STATUSES, BRIDGED, [True, False])))
def test_only_a_key_and_a_bridge_are_a_talk(
    situation: Make, tom: Colleague, status: str, *, bridged: bool | None, accepted: bool
) -> None:
    turn = arriving.rung(heard(dial_status=status, bridged=bridged), situation(leg={"accepted": accepted}, rang={1: 1}))
    if accepted and (status, bridged) in TALKED:
        assert turn.news == (LegEnded("spoke", bridged=bridged), Spoke())
        assert kinds(turn) == [Say, HangUp]
    else:
        assert Spoke() not in turn.news
        assert rung(turn) == [tom]


@pytest.mark.parametrize(("bridged", "accepted"), list(product(BRIDGED, [True, False])))
def test_caller_gone_while_a_phone_rings_or_talks_is_told_to_nobody(
    situation: Make, *, bridged: bool | None, accepted: bool
) -> None:
    said = heard(call_status="completed", dial_status="completed", bridged=bridged)
    turn = arriving.rung(said, situation(leg={"accepted": accepted}))
    assert turn.acts == ()
    assert turn.news[-1] == CallEnded()
    assert (Spoke() in turn.news) is (accepted and bridged is not False)


@pytest.mark.parametrize(
    ("status", "accepted", "outcome"),
    [
        ("completed", False, "no-answer"), ("answered", False, "no-answer"), ("completed", True, "failed"),
        ("busy", False, "busy"), ("failed", False, "failed"), ("no-answer", False, "no-answer"),
        ("canceled", False, "no-answer"), ("", False, "no-answer"), ("nonsense", False, "no-answer"),
    ],
)  # fmt: skip
def test_staff_phone_without_a_talk_ended_as_the_carrier_says(
    situation: Make, status: str, *, accepted: bool, outcome: str
) -> None:
    turn = arriving.rung(heard(dial_status=status, bridged=False), situation(leg={"accepted": accepted}))
    assert turn.news[0] == LegEnded(outcome, bridged=False)


def test_mailbox_that_picked_up_is_followed_by_the_next_phone(situation: Make, tom: Colleague) -> None:
    mailbox = heard(dial_status="completed", bridged=False, dial_seconds=9)
    turn = arriving.rung(mailbox, situation(leg={}, rang={1: 1}))
    assert turn.acts == (Ring(tom, situation().patience, then="rung"),)
    assert turn.news == (LegEnded("no-answer", bridged=False), Rang(tom))


def test_no_leg_at_all_rings_on(situation: Make, priya: Colleague) -> None:
    assert rung(arriving.rung(heard(dial_status="completed", bridged=True), situation())) == [priya]


def test_last_phone_in_vain_is_followed_by_the_offer(situation: Make) -> None:
    turn = arriving.rung(heard(dial_status="no-answer"), situation(leg={}, rang=RANG_BOTH))
    assert kinds(turn) == [Ask, GoTo]
    assert turn.news == (LegEnded("no-answer"), Promised(NOBODY_ANSWERED, NOON))


def test_office_that_closed_meanwhile_rings_nobody_more(situation: Make) -> None:
    turn = arriving.rung(heard(dial_status="no-answer"), situation(leg={}, is_open=False))
    assert rung(turn) == []
    assert Promised(CLOSED, NOON) in turn.news


def test_second_round_begins_when_everybody_was_rung_once(situation: Make, priya: Colleague) -> None:
    turn = arriving.rung(heard(dial_status="no-answer"), situation(leg={}, rang=RANG_BOTH, rounds=2))
    assert rung(turn) == [priya]


@pytest.mark.parametrize("digits", ["1", "0"])
def test_caller_who_asks_again_has_everybody_rung_once_more(situation: Make, priya: Colleague, digits: str) -> None:
    turn = arriving.answered_offer(heard(digits=digits), situation(rang=RANG_BOTH))
    assert rung(turn) == [priya]
    assert turn.news == (AskedAgain(), Rang(priya))


def test_everybody_rung_once_more_means_both(situation: Make, tom: Colleague) -> None:
    turn = arriving.rung(heard(dial_status="no-answer"), situation(leg={}, rang={1: 2, 2: 1}, asked_again=1))
    assert rung(turn) == [tom]


@pytest.mark.parametrize("digits", ["", "2", "9", "*", "#", "01", "10"])
def test_any_other_key_or_none_says_goodbye_with_the_promise(situation: Make, digits: str) -> None:
    turn = arriving.answered_offer(heard(digits=digits), situation())
    assert turn == Turn((Say("Thank you! We'll ring you by noon today. Goodbye!"), HangUp()))


def test_key_pressed_after_closing_says_goodbye_with_the_promise(situation: Make) -> None:
    turn = arriving.answered_offer(heard(digits="1"), situation(is_open=False))
    assert "by noon today" in words(turn)
    assert kinds(turn) == [Say, HangUp]


def test_caller_who_asked_often_enough_hears_goodbye(situation: Make) -> None:
    turn = arriving.answered_offer(heard(digits="1"), situation(asked_again=arriving.ASK_AGAIN_AT_MOST))
    assert kinds(turn) == [Say, HangUp]
    assert turn.news == ()


@pytest.mark.parametrize(("asked_before", "offered"), [(0, True), (arriving.ASK_AGAIN_AT_MOST - 1, False)])
def test_key_is_offered_only_while_it_still_works(situation: Make, asked_before: int, *, offered: bool) -> None:
    turn = arriving.answered_offer(heard(digits="1"), situation(free=(), asked_again=asked_before))
    assert ("press 1" in words(turn)) is offered
    assert turn.news == (AskedAgain(), Promised(NOBODY_ANSWERED, NOON))


def test_message_left_is_thanked_for(situation: Make) -> None:
    assert arriving.recorded(heard(), situation()) == Turn((Say("Thank you! We have your message. Goodbye!"), HangUp()))


def test_caller_who_hangs_up_on_the_recorder_hears_nothing(situation: Make) -> None:
    turn = arriving.recorded(heard(call_status="completed", digits="hangup"), situation())
    assert turn == Turn((), (CallEnded(),))
