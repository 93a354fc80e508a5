"""What decides whether an outside phone may have the caller: one key, pressed while the caller is there."""

from collections.abc import Callable

import pytest

from voice.conversation import legs
from voice.conversation.turns import Accepted, Ask, HangUp, Heard, LegEnded, Say, Situation, Turn

Make = Callable[..., Situation]
PICKED_UP = Heard("CA2", parent_sid="CA1", direction="outbound-dial")


def pressed(digits: str) -> Heard:
    return Heard("CA2", parent_sid="CA1", direction="outbound-dial", digits=digits)


def connects(turn: Turn) -> bool:
    """A staff phone's document that ends without a hang-up connects the two."""
    return not any(isinstance(act, HangUp) for act in turn.acts)


def test_staff_hear_who_calls_and_are_hung_up_on_without_a_key(situation: Make) -> None:
    turn = legs.whisper(PICKED_UP, situation(customer="Jane Smith", since=2019, leg={}))
    ask, end = turn.acts
    assert isinstance(ask, Ask)
    assert ask.text.startswith("Jane Smith, a customer since 2019.")
    assert (ask.then, ask.wait, end) == ("take", legs.WAIT_FOR_KEY, HangUp())
    assert turn.news == ()


def test_staff_hear_what_is_owed(situation: Make) -> None:
    ask = legs.whisper(PICKED_UP, situation(owed=True, leg={})).acts[0]
    assert isinstance(ask, Ask)
    assert "We owe them a call" in ask.text


@pytest.mark.parametrize("leg", [None, {"caller_waits": False}, {"ended": True}])
def test_staff_who_pick_up_for_nobody_are_told_and_asked_nothing(situation: Make, leg: dict[str, bool] | None) -> None:
    turn = legs.whisper(PICKED_UP, situation(leg=leg))
    assert [type(act) for act in turn.acts] == [Say, HangUp]
    assert turn.news == ()


def test_key_one_takes_the_caller(situation: Make) -> None:
    turn = legs.take(pressed("1"), situation(leg={}))
    assert connects(turn)
    assert turn.news == (Accepted(),)


def test_key_one_told_twice_takes_the_caller_twice_the_same(situation: Make) -> None:
    again = legs.take(pressed("1"), situation(leg={"accepted": True}))
    assert again == legs.take(pressed("1"), situation(leg={}))


@pytest.mark.parametrize("digits", ["", "2", "0", "3", "9", "#", "*", "11", "12", "１"])
def test_any_other_key_passes_and_is_never_connected(situation: Make, digits: str) -> None:
    turn = legs.take(pressed(digits), situation(leg={}))
    assert turn == Turn((HangUp(),), (LegEnded("passed"),))


def test_caller_gone_at_the_key_is_told_and_nobody_is_connected(situation: Make) -> None:
    turn = legs.take(pressed("1"), situation(leg={"caller_waits": False}))
    assert [type(act) for act in turn.acts] == [Say, HangUp]
    assert Accepted() not in turn.news


@pytest.mark.parametrize("leg", [None, {"ended": True}])
def test_key_on_a_phone_that_is_no_longer_the_one_takes_nobody(situation: Make, leg: dict[str, bool] | None) -> None:
    turn = legs.take(pressed("1"), situation(leg=leg))
    assert not connects(turn)
    assert Accepted() not in turn.news
