"""One of us hears messages on the staff line: who, when, the sound, and what each key does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from voice import wording
from voice.conversation import news as told
from voice.conversation.facts import MessageFacts, StaffFacts
from voice.conversation.staff_line import MENUS_AT_MOST
from voice.conversation.steps import CALL_STEPS, next_turn
from voice.conversation.turns import Ask, GoTo, Heard, Say, Turn

TEN_PAST_NINE = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
FIRST = MessageFacts(5, 7, "Jane Smith", "+447700900123", TEN_PAST_NINE, "/voice/recordings/5-1-a")
SECOND = MessageFacts(6, 8, None, None, TEN_PAST_NINE, "/voice/recordings/6-1-a")
PROVEN = StaffFacts(1, "Priya Shah", on_duty=True, has_pin=True, proven=True, new_messages=2)
HEARD = told.HeardMessage(5, 7)
RingIn = Callable[..., Turn]


def words(turn: Turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask))


def played(turn: Turn) -> str | None:
    return turn.acts[0].sound if isinstance(turn.acts[0], Ask) else None


@pytest.fixture
def ring_in(situation: Any) -> RingIn:
    """The step that one of us comes to with that key; FIRST is what they heard, SECOND follows."""

    def rung(step: str = "message_key", digits: str = "", menus: int = 1, **facts: Any) -> Turn:
        staff = replace(PROVEN, **{"message": FIRST, "next_message": SECOND, **facts})
        return next_turn(CALL_STEPS, step, Heard("CA1", digits=digits), situation(staff=staff, menus=menus))

    return rung


def test_menu_tells_of_messages_only_when_there_are_new_ones(ring_in: RingIn) -> None:
    assert "For two new messages, 5." in words(ring_in("staff_key"))
    assert "For one new message, 5." in words(ring_in("staff_key", new_messages=1))
    assert "message" not in words(ring_in("staff_key", new_messages=0))


@pytest.mark.parametrize(
    ("on_duty", "waiting", "new"), list(product([True, False], [0, 3], [0, 1, 27, 100]))
)  # fmt: skip
def test_menu_is_told_in_under_ten_seconds_whatever_there_is(*, on_duty: bool, waiting: int, new: int) -> None:
    text = wording.staff_menu(on_duty=on_duty, waiting=waiting, new_messages=new)
    assert wording.seconds(text) < 10
    assert wording.seconds(wording.message_keys()) < 10
    assert text.endswith("For a colleague, 0.")


def test_message_is_played_after_who_left_it_and_when_and_a_key_is_taken_all_the_while(ring_in: RingIn) -> None:
    turn = ring_in("message", message=None, next_message=FIRST)
    asked, keys, on = turn.acts
    assert isinstance(asked, Ask)
    assert asked.text == "From Jane Smith, ten past nine this morning."
    assert (asked.sound, asked.then, asked.sound_first) == (FIRST.sound, "message_key", False)
    assert keys == Ask(wording.message_keys(), then="message_key")
    assert (on, turn.news) == (GoTo("message_key"), ())


def test_no_message_is_told_and_the_menu_follows(ring_in: RingIn) -> None:
    text = words(ring_in("message", message=None, next_message=None))
    assert text.startswith("There is no message for you just now. You're on duty.")


def test_key_one_rings_them_as_the_call_back_that_is_owed(ring_in: RingIn) -> None:
    turn = ring_in(digits="1")
    assert (turn.acts, turn.news) == ((GoTo("claimed"),), (HEARD, told.RingsFor(7)))


def test_key_two_plays_the_next_and_behind_the_last_is_the_menu(ring_in: RingIn) -> None:
    turn = ring_in(digits="2")
    assert (played(turn), turn.news) == (SECOND.sound, (HEARD,))
    assert "From a caller, ten past nine" in words(turn)
    last = words(ring_in(digits="2", next_message=None, new_messages=1))
    assert last.startswith("That was the last one. You're on duty.")
    assert "new message" not in last


def test_key_three_plays_it_again_and_counts(ring_in: RingIn) -> None:
    turn = ring_in(digits="3")
    assert (played(turn), turn.news) == (FIRST.sound, (HEARD, told.MenuAsked()))
    assert words(ring_in(digits="3", menus=MENUS_AT_MOST)).endswith("Goodbye!")


def test_key_four_closes_the_call_back_and_the_next_message_follows(ring_in: RingIn) -> None:
    turn = ring_in(digits="4")
    assert (played(turn), turn.news) == (SECOND.sound, (HEARD, told.ClosesCallback(7)))
    assert words(turn).startswith("Done, thank you. From a caller")


@pytest.mark.parametrize(
    ("digits", "message", "said"),
    [
        ("4", replace(FIRST, may_close=False), "A colleague has this one."),
        ("1", SECOND, "They rang with a hidden number"),
        ("9", FIRST, "once more"),
    ],
)
def test_key_that_does_nothing_says_why_and_asks_again(
    ring_in: RingIn, digits: str, message: MessageFacts, said: str
) -> None:
    turn = ring_in(digits=digits, message=message)
    assert said in words(turn)
    assert (turn.acts[-1], turn.news) == (GoTo("message_key"), (told.MenuAsked(),))


@pytest.mark.parametrize("digits", ["", "0"])
def test_silence_or_zero_leads_back_to_the_menu_and_the_message_is_heard(ring_in: RingIn, digits: str) -> None:
    turn = ring_in(digits=digits)
    assert turn.news == (HEARD, told.MenuAsked())
    assert "For one new message, 5." in words(turn)


@pytest.mark.parametrize("step", ["message", "message_key"])
def test_nobody_hears_a_message_without_their_pin(ring_in: RingIn, step: str) -> None:
    turn = ring_in(step, "1", proven=False)
    assert (words(turn), turn.news) == ("Thank you. Goodbye!", ())


def test_keys_of_the_menu_lead_behind_the_pin_to_messages_and_greetings(ring_in: RingIn) -> None:
    for key, step, on in (("5", "pin_for_messages", "message"), ("6", "pin_for_greeting", "greeting")):
        assert ring_in("staff_key", key).acts == (GoTo(on),)
        assert ring_in("staff_key", key, proven=False).acts[0].then == step  # type: ignore[union-attr]
