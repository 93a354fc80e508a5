"""A caller's message: kept with thanks, said again, asked for once more when nothing was said; and never without the notice."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from voice import wording
from voice.calls import BEFORE_THE_BEEP
from voice.conversation import breakdown, endings, offering
from voice.conversation.endings import RECORDINGS_AT_MOST
from voice.conversation.facts import Situation
from voice.conversation.news import CallEnded, Promised, Records
from voice.conversation.steps import CALL_STEPS, next_turn
from voice.conversation.turns import Ask, AskNumber, GoTo, HangUp, Heard, Record, Say, Turn

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
GOODBYE = Turn((Say("Thank you! We'll ring you by noon today. Goodbye!"), HangUp()))
TO_A_PERSON = Turn((GoTo("person"),))
NOTICE = "This call may be recorded."
KEPT = "Thank you! We have your message. To say it again, press 1."
Make = Callable[..., Situation]


def comes_to(step: str, situation: Situation, **heard: Any) -> Turn:
    return next_turn(CALL_STEPS, step, Heard("CA1", **heard), situation)


def said(turn: Turn) -> list[str]:
    """What is said before the beep."""
    acts = turn.acts[: next(number for number, act in enumerate(turn.acts) if isinstance(act, Record))]
    return [act.text for act in acts if isinstance(act, Say)]


@pytest.mark.parametrize("seconds", [2, 180, None])
@pytest.mark.parametrize("key", ["", "#", "5"])
def test_message_left_is_thanked_for_and_may_be_said_again(situation: Make, key: str, seconds: int | None) -> None:
    turn = comes_to("recorded", situation(recordings=1), digits=key, recording_seconds=seconds)
    (ask, *after) = turn.acts
    assert isinstance(ask, Ask)
    assert (ask.text, ask.then, ask.wait.total_seconds()) == (KEPT, "said_again", 3)
    assert (tuple(after), turn.news) == (GOODBYE.acts, ())


def test_key_one_after_a_message_records_another(situation: Make) -> None:
    turn = comes_to("said_again", situation(recordings=1), digits="1")
    assert said(turn) == ["Please tell us after the beep."]
    assert turn.news == (Promised(BEFORE_THE_BEEP, NOON), Records())


@pytest.mark.parametrize("key", ["", "2", "9", "*"])
def test_any_other_key_after_a_message_is_goodbye(situation: Make, key: str) -> None:
    assert comes_to("said_again", situation(recordings=1), digits=key) == GOODBYE


def test_last_message_of_a_call_is_not_offered_to_be_said_again(situation: Make) -> None:
    turn = comes_to("recorded", situation(recordings=RECORDINGS_AT_MOST), recording_seconds=9)
    assert turn.acts == (Say("Thank you! We have your message."), *GOODBYE.acts)


@pytest.mark.parametrize("step", ["said_again", "answered_offer", "leave_message"])
def test_recorder_is_started_so_often_in_a_call_and_no_more(situation: Make, step: str) -> None:
    digits = "3" if step == "answered_offer" else "1"
    assert comes_to(step, situation(recordings=RECORDINGS_AT_MOST), digits=digits) == GOODBYE


@pytest.mark.parametrize("heard", [{"recording_seconds": 1, "digits": "#"}, {"recording_seconds": 0}, None])
def test_who_says_nothing_is_asked_once_more_and_then_let_go_with_the_promise(
    situation: Make, heard: dict[str, Any] | None
) -> None:
    step = "said_nothing" if heard is None else "recorded"
    again = comes_to(step, situation(recordings=1), **(heard or {}))
    assert said(again) == ["I'm sorry, I couldn't hear you.", "Please tell us after the beep."]
    assert again.acts[-1] == GoTo("said_nothing")
    assert comes_to(step, situation(recordings=2), **(heard or {})) == GOODBYE


@pytest.mark.parametrize("step", ["recorded", "said_again"])
def test_zero_asks_for_a_person_however_little_was_said(situation: Make, step: str) -> None:
    assert comes_to(step, situation(recordings=1), digits="0", recording_seconds=1) == TO_A_PERSON


@pytest.mark.parametrize("step", ["recorded", "said_again", "said_nothing", "leave_message"])
def test_caller_who_hangs_up_on_the_recorder_hears_nothing(situation: Make, step: str) -> None:
    turn = comes_to(step, situation(recordings=1), call_status="completed", digits="hangup", recording_seconds=1)
    assert turn == Turn((), (CallEnded(),))


def test_caller_with_a_hidden_number_is_asked_for_it_and_comes_to_the_recorder_in_a_turn_of_its_own(
    situation: Make,
) -> None:
    hidden = situation(phone=None)
    (asked, *silence) = offering.offer(hidden).acts
    assert isinstance(asked, AskNumber)
    assert (
        (asked.then, tuple(silence))
        == ("keyed_number", endings.TO_RECORD)
        == ("keyed_number", (GoTo("leave_message"),))
    )
    assert said(comes_to("leave_message", hidden)) == ["After the beep, please tell us your name and number."]


@pytest.mark.parametrize("different", [{}, {"phone": None}, {"rule": "message-only"}])
def test_notice_is_told_before_the_first_recording_of_a_call(situation: Make, different: dict[str, Any]) -> None:
    step = "greet" if "rule" in different else "leave_message"
    assert said(comes_to(step, situation(notice=NOTICE, **different)))[-2] == NOTICE
    assert NOTICE not in said(comes_to("said_again", situation(notice=NOTICE, recordings=1, **different), digits="1"))


@pytest.mark.parametrize(
    "turn",
    [
        partial(breakdown.put_through, None),
        breakdown.leave_message,
        partial(breakdown.after, Heard("CA1", bridged=False)),
    ],
)
def test_notice_is_told_by_a_house_that_is_down_too(turn: Callable[[str | None], Turn]) -> None:
    (told,) = said(turn(NOTICE))
    before, _, after = told.partition(f"{NOTICE} ")
    assert after.startswith("After the beep,")
    assert said(turn(None)) == [before + after]


@pytest.mark.parametrize("writes", [True, False])
def test_carrier_writes_messages_down_where_the_business_wants_it(situation: Make, *, writes: bool) -> None:
    (record,) = [act for act in endings.message(situation(carrier_writes=writes)).acts if isinstance(act, Record)]
    assert (record.transcribe, record.longest.total_seconds()) == (writes, 180)


def test_what_is_said_about_a_message_is_short() -> None:
    assert wording.seconds(f"{wording.heard_nothing()} {wording.after_the_beep(hidden=True)}") < 6
    assert wording.seconds(wording.message_kept(again=True)) < 5
