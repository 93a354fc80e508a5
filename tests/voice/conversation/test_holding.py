"""Waiting in the queue: what is heard and how often, the way out by key, the longest wait, and what follows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from voice import sounds, wording
from voice.calls import ASKED_FOR, BEFORE_THE_BEEP, NOBODY_ANSWERED
from voice.conversation import holding, steps
from voice.conversation.facts import Colleague, Situation
from voice.conversation.news import CallEnded, LeavesHold, Promised, Rang, Records, Spoke
from voice.conversation.turns import Act, Ask, AskNumber, GoTo, HangUp, Heard, LeaveHold, Record, Ring, Say, Turn

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Make = Callable[..., Situation]
SILENCE = Heard("CA1")
RANG_BOTH = {1: 1, 2: 1}


def kinds(turn: Turn) -> list[type[Act]]:
    return [type(act) for act in turn.acts]


def hears(situation: Situation) -> Ask:
    (ask,) = holding.waiting(SILENCE, situation).acts
    assert isinstance(ask, Ask)
    return ask


def waited(situation: Situation, result: str = "leave", **said: Any) -> Turn:
    return steps.next_turn(steps.CALL_STEPS, "waited", Heard("CA1", queue_result=result, **said), situation)


def test_caller_on_hold_hears_their_place_the_keys_and_music(situation: Make) -> None:
    ask = hears(situation(hold={"position": 3}, holds=1))
    assert ask.text == (
        "You're number three in line. For a call-back that keeps your place, press 2; for a message, 3."
    )
    assert (ask.then, ask.sound, ask.sound_first) == ("pressed", sounds.HOLD, False)


def test_business_s_own_music_is_played(situation: Make) -> None:
    assert hears(situation(hold={}, holds=1, music="ours.mp3")).sound == "ours.mp3"


def test_music_that_ships_brings_the_keys_again_within_forty_seconds(situation: Make) -> None:
    ask = hears(situation(hold={"position": 20, "estimate": timedelta(minutes=15)}, holds=1))
    between = wording.seconds(ask.text) + sounds.LENGTHS[sounds.HOLD].total_seconds() + ask.wait.total_seconds()
    assert 30 <= between <= 40 + 1


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (None, ""), (timedelta(), ""), (timedelta(seconds=20), "It's usually under a minute."),
        (timedelta(minutes=1), "It's usually under a minute."),
        (timedelta(minutes=1, seconds=1), "It's usually under two minutes."),
        (timedelta(minutes=12), "It's usually under twelve minutes."), (timedelta(hours=5), ""),
    ],
)  # fmt: skip
def test_usual_wait_is_told_only_when_it_is_known(situation: Make, estimate: timedelta | None, words: str) -> None:
    assert wording.usual_wait(estimate) == words
    text = hears(situation(hold={"estimate": estimate}, holds=1)).text
    assert words in text
    assert ("usually" in text) is bool(words)


@pytest.mark.parametrize(
    ("position", "words"),
    [(1, "You're next in line."), (2, "You're number two in line."), (100, "Thank you for waiting.")],
)
def test_place_in_line_is_told_in_words(position: int, words: str) -> None:
    assert wording.place_in_line(position) == words


def test_caller_for_whom_the_first_phones_ring_hears_a_chime_and_no_keys(situation: Make) -> None:
    ask = hears(situation(hold={}))
    assert (ask.text, ask.sound) == ("", sounds.RINGING)


def test_question_in_the_queue_is_last_so_that_the_carrier_asks_anew(situation: Make) -> None:
    assert kinds(holding.waiting(SILENCE, situation(hold={}, holds=1))) == [Ask]


@pytest.mark.parametrize("different", [{"over": True}, {"hope": False}])
@pytest.mark.parametrize("holds", [0, 1])
def test_wait_that_is_too_long_or_for_nobody_ends(situation: Make, different: dict[str, bool], holds: int) -> None:
    turn = holding.waiting(SILENCE, situation(hold=different, holds=holds))
    assert turn == Turn((LeaveHold(),), (LeavesHold(None),))


def test_caller_who_waits_no_longer_is_led_on(situation: Make) -> None:
    assert holding.waiting(SILENCE, situation(hold=None)) == Turn((LeaveHold(),))


@pytest.mark.parametrize("key", ["2", "3"])
@pytest.mark.parametrize("holds", [0, 1])
def test_key_for_something_else_leaves_the_queue(situation: Make, key: str, holds: int) -> None:
    turn = holding.pressed(Heard("CA1", digits=key), situation(hold={}, holds=holds))
    assert turn == Turn((LeaveHold(),), (LeavesHold(key),))


@pytest.mark.parametrize("key", ["0", "1", "9", "*", "#"])
def test_any_other_key_waits_on_for_the_person(situation: Make, key: str) -> None:
    waits = situation(hold={}, holds=1)
    assert holding.pressed(Heard("CA1", digits=key), waits) == holding.waiting(SILENCE, waits)


def test_who_is_not_to_be_rung_back_is_offered_a_message_only(situation: Make) -> None:
    waits = situation(hold={}, holds=1, rule="do-not-call-back")
    assert hears(waits).text == "You're next in line. For a message, press 3."
    assert kinds(holding.pressed(Heard("CA1", digits="2"), waits)) == [Ask]


@pytest.mark.parametrize("result", ["bridged", "redirected-from-bridged"])
def test_caller_who_was_taken_out_has_spoken(situation: Make, result: str) -> None:
    turn = waited(situation(), result)
    assert turn == Turn((Say("Thank you for calling. Goodbye!"), HangUp()), (Spoke(),))


def test_caller_who_hung_up_after_the_talk_has_spoken_too(situation: Make) -> None:
    assert waited(situation(), "bridged", call_status="completed") == Turn(news=(Spoke(), CallEnded()))


def test_caller_who_hung_up_in_the_queue_hears_nothing(situation: Make) -> None:
    assert waited(situation(hold={}), "hangup", call_status="completed") == Turn(news=(CallEnded(),))


def test_call_back_instead_asks_for_the_number_and_is_promised(situation: Make) -> None:
    turn = waited(situation(wants="2", rang=RANG_BOTH))
    assert kinds(turn) == [AskNumber, GoTo]
    assert turn.news == (Promised(ASKED_FOR, NOON),)


def test_message_instead_is_recorded(situation: Make) -> None:
    turn = waited(situation(wants="3", rang=RANG_BOTH))
    assert kinds(turn) == [Say, Record, GoTo]
    assert turn.news == (Promised(BEFORE_THE_BEEP, NOON), Records())


def test_phones_that_rang_all_at_once_in_vain_are_followed_by_the_offer(situation: Make) -> None:
    turn = waited(situation(rang=RANG_BOTH, may_hold=True, strategy="all-at-once"))
    assert "To hold, press 1" in str(turn.acts)
    assert turn.news == (Promised(NOBODY_ANSWERED, NOON),)


def test_longest_wait_is_followed_by_a_promise_and_no_other_wait(situation: Make) -> None:
    turn = waited(situation(rang=RANG_BOTH, holds=1, may_hold=True))
    assert "I'm so sorry, nobody is free yet. We'll ring you back by noon today." in str(turn.acts)
    assert "To hold" not in str(turn.acts)
    assert turn.news == (Promised(NOBODY_ANSWERED, NOON),)


@pytest.mark.parametrize("result", ["error", "queue-full", "system-error", "redirected", ""])
def test_queue_that_failed_is_left_for_good(situation: Make, result: str) -> None:
    turn = waited(situation(hold={}, rang=RANG_BOTH), result)
    assert turn.news == (LeavesHold(None), Promised(NOBODY_ANSWERED, NOON))


def test_phones_that_nobody_placed_ring_one_by_one_after_all(situation: Make, priya: Colleague) -> None:
    turn = waited(situation(strategy="all-at-once"))
    assert turn.acts == (Ring(priya, situation().patience, then="rung"),)
    assert turn.news == (Rang(priya),)


def test_office_that_closed_while_they_waited_says_so(situation: Make) -> None:
    assert "we've just closed" in str(waited(situation(is_open=False, rang=RANG_BOTH)))
