"""Nobody can take the caller: what is promised in one breath, what they may choose, and how every way ends."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from voice.calls import ASKED_FOR, BEFORE_THE_BEEP, CLOSED, NOBODY_ANSWERED
from voice.conversation import choosing, offering
from voice.conversation.facts import Situation
from voice.conversation.news import Holds, Promised, Records
from voice.conversation.turns import Act, Ask, AskNumber, GoTo, HangUp, Heard, Hold, Record, Say, Turn

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
GOODBYE = Turn((Say("Thank you! We'll ring you by noon today. Goodbye!"), HangUp()))
TO_A_PERSON = Turn((GoTo("person"),))
Make = Callable[..., Situation]


def pressed(digits: str, situation: Situation) -> Turn:
    return choosing.answered_offer(Heard("CA1", digits=digits), situation)


def kinds(turn: Turn) -> list[type[Act]]:
    return [type(act) for act in turn.acts]


def offered(situation: Situation, **how: Any) -> str:
    return " ".join(act.text for act in offering.offer(situation, **how).acts if isinstance(act, Say | Ask | AskNumber))


def test_offer_while_open_promises_and_lets_them_choose(situation: Make) -> None:
    assert offered(situation(may_hold=True)) == (
        "I'm so sorry, everybody is with a customer. We'll ring you back by noon today. "
        "To hold, press 1; for another number or time, 2; for a message, 3."
    )
    assert offering.offer(situation()).news == (Promised(NOBODY_ANSWERED, NOON),)


@pytest.mark.parametrize("different", [{"may_hold": False}, {"may_hold": True, "holds": 3}])
def test_holding_is_offered_only_while_somebody_may_become_free(situation: Make, different: dict[str, Any]) -> None:
    assert offered(situation(**different)).endswith("For another number or time, press 2; for a message, 3.")


def test_caller_who_held_in_vain_is_not_offered_the_same_at_once(situation: Make) -> None:
    text = offered(situation(may_hold=True, holds=1), has_waited=True)
    assert text.startswith("I'm so sorry, nobody is free yet. We'll ring you back by noon today.")
    assert "To hold" not in text


@pytest.mark.parametrize(
    ("because", "came_open", "why"),
    [
        (None, False, "We're closed just now."),
        ("closed", False, "We're closed just now."),
        ("lunch", False, "We're closed for lunch just now."),
        ("Christmas Day", False, "We're closed for Christmas Day."),
        ("<script>\x00", False, "We're closed just now."),
        ("closed", True, "I'm so sorry, we've just closed."),
        ("lunch", True, "I'm so sorry, we've just closed for lunch."),
    ],
)
def test_closed_office_says_why_and_when_it_rings(
    situation: Make, because: str | None, why: str, *, came_open: bool
) -> None:
    closed = situation(is_open=False, may_hold=True, closed_because=because, came_open=came_open)
    assert offered(closed) == (
        f"{why} We'll ring you back by noon today. For another number or time, press 2; for a message, 3."
    )
    assert offering.offer(closed).news == (Promised(CLOSED, NOON),)


def test_promise_that_is_past_is_owned_up_to_and_no_new_time_is_named(situation: Make) -> None:
    text = offered(situation(owed=True, promised_by=NINE))
    assert text.startswith("I'm so sorry, we are late, and everybody is with a customer. You're first in line")
    assert "by " not in text


def test_who_is_not_to_be_rung_back_hears_no_time_but_is_owed_a_person_s_look(situation: Make) -> None:
    shared = situation(rule="do-not-call-back", may_hold=True)
    assert offered(shared) == "I'm so sorry, everybody is with a customer. To hold, press 1; for a message, 3."
    assert offering.offer(shared).news == (Promised(NOBODY_ANSWERED, NOON),)
    assert pressed("2", shared) == pressed("", shared) == Turn((Say("Thank you for calling. Goodbye!"), HangUp()))


@pytest.mark.parametrize("may_hold", [True, False])
def test_caller_with_a_hidden_number_keys_one_or_leaves_a_message(situation: Make, *, may_hold: bool) -> None:
    hidden = situation(phone=None, may_hold=may_hold)
    turn = offering.offer(hidden)
    assert kinds(turn) == [AskNumber, GoTo]
    assert turn.news == (Promised(NOBODY_ANSWERED, NOON),)
    assert "ring you" not in offered(hidden)
    assert ("To hold, 1 and hash." in offered(hidden)) is may_hold


def test_key_one_holds(situation: Make) -> None:
    turn = pressed("1", situation(may_hold=True))
    assert turn.acts[1:] == (Hold("call-7", then="waited"),)
    assert turn.news == (Holds(chosen=True),)


@pytest.mark.parametrize("different", [{"may_hold": False}, {"may_hold": True, "holds": offering.HOLDS_AT_MOST}])
def test_key_one_where_nobody_may_hold_asks_for_a_person(situation: Make, different: dict[str, Any]) -> None:
    assert pressed("1", situation(**different)) == TO_A_PERSON


@pytest.mark.parametrize("is_open", [True, False])
def test_zero_asks_for_a_person(situation: Make, *, is_open: bool) -> None:
    assert pressed("0", situation(is_open=is_open)) == TO_A_PERSON


@pytest.mark.parametrize("is_open", [True, False])
def test_key_two_asks_where_and_when(situation: Make, *, is_open: bool) -> None:
    turn = pressed("2", situation(is_open=is_open))
    assert kinds(turn) == [AskNumber, GoTo]
    assert turn.news == (Promised(ASKED_FOR, NOON),)


def test_key_three_takes_a_message_and_the_promise_stands(situation: Make) -> None:
    turn = pressed("3", situation())
    assert kinds(turn) == [Say, Record, GoTo]
    assert turn.news == (Promised(BEFORE_THE_BEEP, NOON), Records())


@pytest.mark.parametrize("digits", ["", "4", "9", "*", "#", "01", "12", "hangup"])
def test_any_other_key_or_none_says_goodbye_with_the_promise(situation: Make, digits: str) -> None:
    assert pressed(digits, situation(may_hold=True)) == GOODBYE


def test_goodbye_names_no_time_that_is_past(situation: Make) -> None:
    turn = pressed("", situation(owed=True, promised_by=NINE))
    assert turn.acts[0] == Say("Thank you for your patience! You're first in line for our call. Goodbye!")
