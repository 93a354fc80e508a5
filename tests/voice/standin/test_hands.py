"""People who hold phones in their hands: whose phones ring until they act, how fast time passes, and for how long."""

from typing import Any

from voice.standin.client import StandIn
from voice.standin.pace import Pace
from voice.standin.phones import BUSY, BY_HAND, RINGS_OUT, Behaviour, Phones

JANE, BUSINESS, PRIYA = "+447700900123", "+442071838750", "+447700900101"


def test_phone_in_somebodys_hands_rings_until_they_act_and_uses_nothing_up() -> None:
    held, answers = Phones(), Behaviour("answers")
    held.set(PRIYA, [answers, RINGS_OUT])
    held.hold("one", [PRIYA])
    assert [held.next(PRIYA, engaged=engaged) for engaged in (False, True)] == [BY_HAND, BUSY]
    held.hold("one", [JANE])
    assert held.next(PRIYA, engaged=False) is answers


def test_hands_that_are_not_heard_of_any_more_hold_nothing() -> None:
    held, answers = Phones(), Behaviour("answers")
    held.set(PRIYA, [answers])
    held.hold("one", [PRIYA])
    held.hold("two", [PRIYA], seconds=0)
    assert (held.holds_on("one"), held.holds_on("two"), held.holds_on("three")) == (True, False, False)
    held.hold("one", [PRIYA], seconds=0)
    assert held.next(PRIYA, engaged=False) is answers


def test_time_passes_by_hand_for_a_while_and_never_goes_back() -> None:
    pace = Pace(1000, 2)
    before = pace.now()
    assert pace.real(10) == 0.01
    pace.slow_down(60)
    assert pace.real(10) == 5
    assert 0 <= pace.now() - before < 60
    pace.slow_down(0)
    assert pace.real(10) == 0.01


def test_call_of_these_hands_is_known_by_their_name_alone(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = "<Say>Hello</Say><Pause length='60'/>"
    carrier.dial("+447700900199", BUSINESS)
    carrier._ask("POST", "/calls", {"from": JANE, "to": BUSINESS, "by": "one"})
    carrier.wait_for("hears", phone=JANE)
    mine, others = carrier._ask("GET", "/hands/one"), carrier._ask("GET", "/hands/another")
    assert (mine["call"]["phone"], mine["events"][0]["kind"], mine["events"][0]["phone"]) == (JANE, "dialled", JANE)
    assert (others["call"], others["events"], len(others["legs"])) == (None, [], 2)


def test_whoever_goes_away_without_a_word_puts_the_phones_down_that_nobody_else_holds(
    carrier: StandIn, documents: dict[str, Any]
) -> None:
    documents["/incoming"] = f"<Dial timeLimit='9999'>{PRIYA}</Dial>"
    carrier._ask("PUT", "/hands/another", {"phones": [PRIYA]})
    carrier._ask("PUT", "/hands/one", {"phones": [JANE, PRIYA], "seconds": 0.3})
    carrier._ask("POST", "/calls", {"from": JANE, "to": BUSINESS, "by": "one"})
    carrier.wait_for("rings", phone=PRIYA)
    carrier.act(PRIYA, answer=True)
    carrier.wait_for("bridged", phone=JANE)
    assert carrier.wait_for("hung-up")["phone"] == JANE
