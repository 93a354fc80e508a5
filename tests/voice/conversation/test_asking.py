"""Asking for a call-back: which number, read back before it counts, and when; spoken as it is stored."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from voice.calls import ASKED_FOR, BEFORE_THE_BEEP
from voice.conversation import asking
from voice.conversation.facts import KeyedFacts, Situation, Slot
from voice.conversation.news import AskedFor, Holds, Keyed, Promised, Records
from voice.conversation.turns import Act, Ask, AskNumber, GoTo, HangUp, Heard, Hold, Record, Say, Turn

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
JANE, MOBILE = "+447700900123", "+447700900456"
GOOD, BAD = KeyedFacts(MOBILE, left=2), KeyedFacts(None, left=2)
TO_A_PERSON = Turn((GoTo("person"),))
Make = Callable[..., Situation]


def said(digits: str) -> Heard:
    return Heard("CA1", digits=digits)


def kinds(turn: Turn) -> list[type[Act]]:
    return [type(act) for act in turn.acts]


def words(turn: Turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask | AskNumber))


def test_caller_is_asked_for_a_number_and_owed_a_call_meanwhile(situation: Make) -> None:
    turn = asking.ask_number(situation())
    assert words(turn) == "Please key the number to ring, then hash; for this one, just hash."
    assert turn.acts[1:] == (GoTo("keyed_number"),)
    assert turn.news == (Promised(ASKED_FOR, NOON),)


def test_caller_with_a_hidden_number_who_keys_none_leaves_a_message(situation: Make) -> None:
    turn = asking.ask_number(situation(phone=None))
    assert kinds(turn) == [AskNumber, GoTo]
    assert "for this one" not in words(turn)


def test_number_is_read_back_figure_by_figure(situation: Make) -> None:
    turn = asking.keyed_number(said("07700900456"), situation(keyed=GOOD))
    assert words(turn) == "That's 0 7 7 0 0, 9 0 0, 4 5 6. If that's right, press 1; to key it again, 2."
    assert turn.acts[1:] == (GoTo("confirmed_number"),)
    assert turn.news == (Keyed(MOBILE),)


@pytest.mark.parametrize("digits", ["1", ""])
def test_number_that_is_right_counts_at_once(situation: Make, digits: str) -> None:
    turn = asking.confirmed_number(said(digits), situation(number_to_ring=MOBILE))
    assert turn == Turn((GoTo("chose_number"),), (AskedFor(MOBILE, None),))


@pytest.mark.parametrize("digits", ["2", "3", "9", "*"])
def test_number_that_is_wrong_is_forgotten_and_keyed_again(situation: Make, digits: str) -> None:
    turn = asking.confirmed_number(said(digits), situation(number_to_ring=MOBILE))
    assert kinds(turn) == [AskNumber, GoTo]
    assert turn.news == (Keyed(None), Promised(ASKED_FOR, NOON))


def test_lone_hash_means_the_number_that_they_ring_from(situation: Make) -> None:
    turn = asking.keyed_number(said(""), situation(number_to_ring=MOBILE))
    assert turn == Turn((GoTo("chose_number"),), (AskedFor(JANE, None),))


def test_number_that_we_may_not_dial_is_refused_and_keyed_again(situation: Make) -> None:
    turn = asking.keyed_number(said("09098790000"), situation(keyed=BAD))
    assert words(turn).startswith("I'm sorry, we can't ring that number. Please key the number to ring")
    assert turn.news == (Keyed(None), Promised(ASKED_FOR, NOON))


@pytest.mark.parametrize("keyed", [None, KeyedFacts(None, left=0), KeyedFacts(MOBILE, left=-1)])
def test_last_number_in_vain_leaves_it_at_their_own(situation: Make, keyed: KeyedFacts | None) -> None:
    turn = asking.keyed_number(said("77"), situation(keyed=keyed))
    assert kinds(turn) == [Say, GoTo]
    assert turn.news == (Keyed(None), AskedFor(JANE, None))


def test_last_number_in_vain_of_a_caller_with_a_hidden_one_is_the_recorder(situation: Make) -> None:
    turn = asking.keyed_number(said("77"), situation(phone=None, number_to_ring=MOBILE))
    assert kinds(turn) == [Say, Say, Record, GoTo]
    assert "tell us your name and number" in words(turn)
    assert "ring you" not in words(turn)
    assert turn.news == (Keyed(None), Promised(BEFORE_THE_BEEP, NOON), Records())


def test_last_number_that_they_may_key_is_read_back_still(situation: Make) -> None:
    turn = asking.keyed_number(said("07700900456"), situation(keyed=KeyedFacts(MOBILE, left=0)))
    assert turn.news == (Keyed(MOBILE),)


@pytest.mark.parametrize("step", [asking.keyed_number, asking.confirmed_number, asking.chose_time])
def test_zero_asks_for_a_person_at_any_question(
    situation: Make, slots: tuple[Slot, ...], step: Callable[[Heard, Situation], Turn]
) -> None:
    assert step(said("0"), situation(number_to_ring=MOBILE, slots=slots)) == TO_A_PERSON


def test_caller_with_a_hidden_number_who_presses_zero_keeps_the_one_they_keyed(situation: Make) -> None:
    turn = asking.confirmed_number(said("0"), situation(phone=None, number_to_ring=MOBILE))
    assert turn == Turn((GoTo("person"),), (AskedFor(MOBILE, None),))


def test_caller_with_a_hidden_number_may_hold_by_one_and_hash(situation: Make) -> None:
    turn = asking.keyed_number(said("1"), situation(phone=None, may_hold=True))
    assert kinds(turn) == [Say, Hold]
    assert turn.news == (Holds(chosen=True),)
    assert Holds not in map(type, asking.keyed_number(said("1"), situation(may_hold=True)).news)


def test_times_are_offered_with_the_soonest_first(situation: Make, slots: tuple[Slot, ...]) -> None:
    turn = asking.chose_number(said(""), situation(slots=slots))
    assert words(turn) == ("When shall we ring? As soon as we can, press 1; this afternoon, 2; tomorrow morning, 3.")
    assert turn.acts[1:] == (GoTo("chose_time"),)


def test_no_time_to_choose_from_is_goodbye(situation: Make) -> None:
    assert asking.chose_number(said(""), situation()).acts == (
        Say("Thank you! We'll ring you by noon today. Goodbye!"),
        HangUp(),
    )


@pytest.mark.parametrize(("key", "index", "when"), [("2", 0, "five o'clock this afternoon"), ("3", 1, "noon tomorrow")])
def test_time_that_was_chosen_is_stored_and_spoken_by_its_end(
    situation: Make, slots: tuple[Slot, ...], key: str, index: int, when: str
) -> None:
    turn = asking.chose_time(said(key), situation(slots=slots, number_to_ring=MOBILE))
    assert turn.news == (AskedFor(MOBILE, slots[index]),)
    assert turn.acts == (Say(f"Thank you! We'll ring you by {when}. Goodbye!"), HangUp())


@pytest.mark.parametrize("digits", ["1", "", "4", "9", "*", "22"])
def test_as_soon_as_we_can_leaves_the_promise_as_it_is(situation: Make, slots: tuple[Slot, ...], digits: str) -> None:
    turn = asking.chose_time(said(digits), situation(slots=slots))
    assert turn == Turn((Say("Thank you! We'll ring you by noon today. Goodbye!"), HangUp()))


@pytest.mark.parametrize("key", ["6", "7"])
def test_part_of_a_day_that_was_not_told_cannot_be_chosen(situation: Make, slots: tuple[Slot, ...], key: str) -> None:
    many: dict[str, Any] = {"slots": slots * 3}
    assert asking.chose_time(said(key), situation(**many)).news == ()
    assert words(asking.chose_number(said(""), situation(**many))).endswith("tomorrow morning, 5.")
