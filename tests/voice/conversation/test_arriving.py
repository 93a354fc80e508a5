"""The first turn of a customer's call: greeted, and put through; or turned away kindly, or told when we ring."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from voice.calls import BEFORE_THE_BEEP, CLOSED, NOBODY_ANSWERED
from voice.conversation import arriving
from voice.conversation.facts import Colleague, Situation, StaffFacts, TeamFacts
from voice.conversation.news import Holds, MenuAsked, OwnCall, Promised, Rang, Records, Unwanted
from voice.conversation.turns import Act, Ask, GoTo, HangUp, Heard, Hold, Play, Record, Ring, Say, Turn

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""What the usual situation promises."""

ELEVEN = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
HELLO = "Good morning, Jane Smith! Thank you for calling Harbour Bikes."
Make = Callable[..., Situation]


def greet(situation: Situation) -> Turn:
    return arriving.greet(Heard("CA1", phone="+447700900123"), situation)


def kinds(turn: Turn) -> list[type[Act]]:
    return [type(act) for act in turn.acts]


def words(turn: Turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask))


def test_open_office_greets_by_name_and_rings_at_once(situation: Make, priya: Colleague) -> None:
    turn = greet(situation(customer="Jane Smith"))
    assert turn.acts == (Say(HELLO), Ring(priya, situation().patience, then="rung", whisper="whisper"))
    assert turn.news == (Rang(priya),)


def test_nobody_free_is_promised_a_call_after_the_greeting(situation: Make) -> None:
    turn = greet(situation(free=()))
    assert kinds(turn) == [Say, Ask, GoTo]
    assert "everybody is with a customer. We'll ring you back by noon today." in words(turn)
    assert turn.news == (Promised(NOBODY_ANSWERED, NOON),)


def test_closed_office_rings_nobody_and_promises(situation: Make) -> None:
    turn = greet(situation(is_open=False, came_open=False))
    assert kinds(turn) == [Say, Ask, GoTo]
    assert "We're closed just now. We'll ring you back by noon today." in words(turn)
    assert turn.news == (Promised(CLOSED, NOON),)


def test_team_whose_phones_ring_all_at_once_has_the_caller_wait_for_them(situation: Make) -> None:
    turn = greet(situation(customer="Jane Smith", strategy="all-at-once"))
    assert turn.acts == (Say(HELLO), Hold("call-7", then="waited", hears="waiting"))
    assert turn.news == (Holds(chosen=False),)


def test_team_whose_phones_ring_all_at_once_with_nobody_free_holds_nobody(situation: Make) -> None:
    assert Hold not in kinds(greet(situation(strategy="all-at-once", free=())))


def test_recorded_greeting_is_played_instead_of_ours(situation: Make, priya: Colleague) -> None:
    turn = greet(situation(greeting="hello.wav"))
    assert turn.acts == (Play("hello.wav"), Ring(priya, situation().patience, then="rung"))


def test_caller_who_is_owed_a_call_hears_so_and_not_the_recording(situation: Make) -> None:
    turn = greet(situation(greeting="hello.wav", owed=True, customer="Jane Smith"))
    assert kinds(turn) == [Say, Ring]
    assert "sorry we missed you" in words(turn).lower()


def test_two_teams_are_told_in_the_same_breath_as_the_greeting(situation: Make, teams: tuple[TeamFacts, ...]) -> None:
    turn = greet(situation(customer="Jane Smith", teams=teams))
    assert kinds(turn) == [Ask, GoTo]
    assert words(turn).startswith(f"{HELLO} Just say or press: Workshop, 1;")
    assert turn.news == (MenuAsked(),)


def test_recorded_greeting_comes_before_the_menu(situation: Make, teams: tuple[TeamFacts, ...]) -> None:
    ask = greet(situation(greeting="hello.wav", teams=teams)).acts[0]
    assert isinstance(ask, Ask)
    assert (ask.sound, ask.sound_first) == ("hello.wav", True)
    assert ask.text.startswith("Just say or press")


def test_caller_who_is_owed_a_call_hears_no_menu(situation: Make, teams: tuple[TeamFacts, ...]) -> None:
    assert kinds(greet(situation(teams=teams, owed=True))) == [Say, Ring]


@pytest.mark.parametrize("number", [0, 1])
def test_business_with_one_team_has_no_menu(situation: Make, teams: tuple[TeamFacts, ...], number: int) -> None:
    assert kinds(greet(situation(teams=teams[:number]))) == [Say, Ring]


def test_closed_office_with_two_teams_asks_for_none(situation: Make, teams: tuple[TeamFacts, ...]) -> None:
    assert "Workshop" not in words(greet(situation(teams=teams, is_open=False)))


@pytest.mark.parametrize("is_open", [True, False])
def test_blocked_caller_hears_a_short_goodbye_and_nothing_is_owed(situation: Make, *, is_open: bool) -> None:
    turn = greet(situation(rule="blocked", is_open=is_open))
    assert turn.acts == (Say("Thank you for calling. I'm sorry, we can't take your call. Goodbye!"), HangUp())
    assert turn.news == (Unwanted(),)


@pytest.mark.parametrize("is_open", [True, False])
def test_message_only_caller_rings_nobody_and_leaves_one(
    situation: Make, teams: tuple[TeamFacts, ...], *, is_open: bool
) -> None:
    turn = greet(situation(rule="message-only", is_open=is_open, teams=teams))
    assert kinds(turn) == [Say, Say, Record, GoTo]
    assert turn.news == (Promised(BEFORE_THE_BEEP, NOON), Records())


def test_message_only_caller_hears_no_time_that_we_would_not_keep(situation: Make) -> None:
    assert "ring you" not in words(greet(situation(rule="message-only")))


@pytest.mark.parametrize("rule", [None, "blocked"])
def test_one_of_us_gets_the_staff_line_whatever_else_is_known(situation: Make, rule: str | None) -> None:
    turn = greet(situation(staff=StaffFacts(1, "Priya Shah", on_duty=True), rule=rule))
    assert OwnCall() in turn.news
    assert Rang not in map(type, turn.news)


def late(situation: Make, **different: Any) -> str:
    """What somebody hears whom we promised a call before now."""
    return words(greet(situation(owed=True, promised_by=ELEVEN.replace(hour=9), **different)))


def test_promise_that_is_past_is_never_spoken_as_if_to_come(situation: Make) -> None:
    for said in (late(situation, free=()), late(situation, is_open=False, came_open=False)):
        assert "You're first in line for our call." in said
        assert "ring you back by" not in said
