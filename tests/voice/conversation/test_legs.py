"""What decides whether an outside phone may have the caller: one key, pressed while the caller is there."""

from collections.abc import Callable
from typing import Any

import pytest

from voice.conversation import legs, steps
from voice.conversation.facts import Situation
from voice.conversation.news import Accepted, LegEnded, RingsBack, Spoke
from voice.conversation.turns import Ask, GoTo, HangUp, Heard, Say, TakeFromHold, Turn

Make = Callable[..., Situation]
PICKED_UP = Heard("CA2", parent_sid="CA1", direction="outbound-dial")
GONE = [{"caller_waits": False}, {"caller_waits": False, "ended": True}]
TAKEN = [{"taken": True}, {"ended": True}, {"taken": True, "caller_waits": False}]
ASKS_TO_RING_BACK = Turn(
    (Ask("They've just hung up. To ring them back now, press 1.", "ring_back", legs.WAIT_FOR_KEY), HangUp())
)


def pressed(digits: str) -> Heard:
    return Heard("CA2", parent_sid="CA1", direction="outbound-dial", digits=digits)


def connects(turn: Turn) -> bool:
    """A staff phone's document that ends without a hang-up connects the two."""
    return not any(isinstance(act, HangUp) for act in turn.acts)


def words(turn: Turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask))


@pytest.mark.parametrize("placed", [True, False])
def test_staff_hear_who_calls_and_are_hung_up_on_without_a_key(situation: Make, *, placed: bool) -> None:
    turn = legs.whisper(PICKED_UP, situation(customer="Jane Smith", since=2019, leg={"placed_by_us": placed}))
    ask, end = turn.acts
    assert isinstance(ask, Ask)
    assert ask.text.startswith("Jane Smith, a customer since 2019.")
    assert (ask.then, ask.wait, end) == ("take", legs.WAIT_FOR_KEY, HangUp())
    assert turn.news == ()


def test_staff_hear_what_is_owed_or_was_last_about(situation: Make) -> None:
    assert "owed a call" in words(legs.whisper(PICKED_UP, situation(owed=True, leg={})))
    assert "gear cable" in words(legs.whisper(PICKED_UP, situation(topic="gear cable", leg={})))


@pytest.mark.parametrize("leg", [None, *GONE, *TAKEN])
def test_staff_who_pick_up_for_nobody_are_told_and_asked_nothing(situation: Make, leg: dict[str, bool] | None) -> None:
    turn = legs.whisper(PICKED_UP, situation(leg=leg))
    assert [type(act) for act in turn.acts] == [Say, HangUp]
    assert turn.news == ()


@pytest.mark.parametrize("leg", TAKEN)
@pytest.mark.parametrize("placed", [True, False])
def test_staff_whose_colleague_was_faster_hear_so(situation: Make, leg: dict[str, bool], *, placed: bool) -> None:
    for turn in (legs.whisper(PICKED_UP, situation(leg={**leg, "placed_by_us": placed, "owed": True})),
                 legs.take(pressed("1"), situation(leg={**leg, "placed_by_us": placed, "owed": True}))):  # fmt: skip
        assert words(turn) == "Thank you. A colleague has this call."
        assert Accepted() not in turn.news


def test_key_one_inside_the_caller_s_dial_connects_them(situation: Make) -> None:
    turn = legs.take(pressed("1"), situation(leg={}))
    assert connects(turn)
    assert turn.news == (Accepted(),)


def test_key_one_on_a_phone_that_we_placed_takes_them_out_of_the_queue(situation: Make) -> None:
    turn = legs.take(pressed("1"), situation(leg={"placed_by_us": True}))
    assert turn == Turn((TakeFromHold("call-7", then="talked"),), (Accepted(),))


@pytest.mark.parametrize("placed", [True, False])
def test_key_one_told_twice_takes_the_caller_twice_the_same(situation: Make, *, placed: bool) -> None:
    again = legs.take(pressed("1"), situation(leg={"accepted": True, "placed_by_us": placed}))
    assert again == legs.take(pressed("1"), situation(leg={"placed_by_us": placed}))


@pytest.mark.parametrize("digits", ["", "2", "0", "3", "9", "#", "*", "11", "12", "１"])
@pytest.mark.parametrize("placed", [True, False])
def test_any_other_key_passes_and_is_never_connected(situation: Make, digits: str, *, placed: bool) -> None:
    turn = legs.take(pressed(digits), situation(leg={"placed_by_us": placed}))
    assert turn == Turn((HangUp(),), (LegEnded("passed"),))


@pytest.mark.parametrize("leg", [None, *GONE])
def test_caller_gone_at_the_key_is_told_and_nobody_is_connected(situation: Make, leg: dict[str, bool] | None) -> None:
    turn = legs.take(pressed("1"), situation(leg=leg))
    assert not connects(turn)
    assert Accepted() not in turn.news


@pytest.mark.parametrize("step", [legs.whisper, legs.take])
def test_caller_gone_from_the_queue_may_be_rung_back_at_once(
    situation: Make, step: Callable[[Heard, Situation], Turn]
) -> None:
    gone = situation(leg={"placed_by_us": True, "caller_waits": False, "owed": True})
    assert step(pressed("1"), gone) == ASKS_TO_RING_BACK


@pytest.mark.parametrize("different", [{"placed_by_us": False}, {"owed": False}])
def test_caller_gone_is_not_rung_back_from_inside_their_dial_or_when_nothing_is_owed(
    situation: Make, different: dict[str, bool]
) -> None:
    leg = {"placed_by_us": True, "caller_waits": False, "owed": True, **different}
    assert "press 1" not in words(legs.whisper(PICKED_UP, situation(leg=leg)))


def talked(situation: Situation, **said: Any) -> Turn:
    return steps.next_turn(steps.LEG_STEPS, "talked", Heard("CA2", direction="outbound-api", **said), situation)


@pytest.mark.parametrize("bridged", [True, None])
def test_talk_from_the_queue_ends_the_phone_s_part(situation: Make, *, bridged: bool | None) -> None:
    turn = talked(situation(leg={"accepted": True}), dial_status="completed", bridged=bridged)
    assert turn == Turn((HangUp(),), (LegEnded("spoke", bridged=bridged), Spoke()))


def test_staff_member_who_hung_up_first_has_spoken_too(situation: Make) -> None:
    turn = talked(situation(leg={}), dial_status="completed", bridged=True, call_status="completed")
    assert turn == Turn(news=(LegEnded("spoke", bridged=True), Spoke()))


@pytest.mark.parametrize(("status", "bridged"), [("no-answer", False), ("failed", None), ("completed", False)])
def test_caller_who_left_the_queue_at_that_instant_may_be_rung_back(
    situation: Make, status: str, *, bridged: bool | None
) -> None:
    gone = situation(leg={"placed_by_us": True, "accepted": True, "caller_waits": False, "owed": True})
    turn = talked(gone, dial_status=status, bridged=bridged)
    assert turn == Turn(ASKS_TO_RING_BACK.acts, (LegEnded("failed", bridged=bridged),))


def test_caller_who_is_still_there_is_not_rung_back(situation: Make) -> None:
    there = situation(leg={"placed_by_us": True, "accepted": True, "owed": True})
    assert "press 1" not in words(talked(there, dial_status="no-answer", bridged=False))


def test_staff_member_who_rings_back_goes_on_with_the_attempt(situation: Make) -> None:
    assert legs.ring_back(pressed("1"), situation(leg={})) == Turn((GoTo("ringing_back"),), (RingsBack(),))
    turn = legs.ringing_back(PICKED_UP, situation(attempt={"path": "/callbacks/attempts/3/1"}))
    assert turn == Turn((GoTo("/callbacks/attempts/3/1/ask_staff"),))


@pytest.mark.parametrize("attempt", [None, {"current": False}])
def test_attempt_that_is_somebody_else_s_is_not_gone_on_with(situation: Make, attempt: dict[str, bool] | None) -> None:
    turn = legs.ringing_back(PICKED_UP, situation(attempt=attempt))
    assert [type(act) for act in turn.acts] == [Say, HangUp]


@pytest.mark.parametrize("digits", ["", "2", "0"])
def test_any_other_key_leaves_the_call_back_as_it_is(situation: Make, digits: str) -> None:
    turn = legs.ring_back(pressed(digits), situation(leg={}))
    assert turn.news == ()
    assert turn.acts[-1] == HangUp()
