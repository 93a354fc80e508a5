"""Every step, asked whatever the carrier may ask: an answer that it takes, and nothing said to who is gone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice import twiml
from voice.conversation import news as told
from voice.conversation import steps, turns
from voice.conversation.facts import HoldFacts, KeyedFacts, Situation, Slot, StaffFacts, TeamFacts
from voice.conversation.turns import Ask, GoTo, Heard, Record, Ring, RingCustomer, Turn
from voice.standin.schema import Purpose, check

Make = Callable[..., Situation]
KEYS = ["1", "0", "2", "3", "9", "*", "#"]
DIALS = ["completed", "answered", "busy", "no-answer", "failed", "canceled", ""]
QUEUE_RESULTS = ["", "bridged", "leave", "hangup", "error", "redirected"]
TABLES: dict[str, tuple[dict[str, turns.Step], Purpose]] = {
    "call": (steps.CALL_STEPS, "call"),
    "hold": (steps.HOLD_STEPS, "queue-wait"),
    "attempt": (steps.ATTEMPT_STEPS, "call"),
}
"""Each table, and what the carrier uses its answers for. Those of the staff phones are in between: see below."""

ALL_STEPS = [(table, step) for table, (of, _) in TABLES.items() for step in of]
IN_A_WHISPER = ["whisper", "take"]
OF_A_PHONE_WE_PLACED = list(steps.LEG_STEPS)


def document(turn: Turn) -> ET.Element:
    return ET.fromstring(twiml.render(turn, lambda step: f"https://ringtrue.test/{step}", "+442071838750").encode())


def heards() -> st.SearchStrategy[Heard]:
    return st.builds(
        Heard,
        sid=st.just("CA1"),
        phone=st.sampled_from([None, "+447700900123"]),
        call_status=st.sampled_from(["in-progress", "ringing", *DIALS]),
        digits=st.sampled_from(["", *KEYS, "11", "07700900456", "hangup"]),
        speech=st.text(max_size=20),
        dial_status=st.sampled_from(DIALS),
        bridged=st.sampled_from([True, False, None]),
        dial_seconds=st.sampled_from([None, 0, 20]),
        queue_result=st.sampled_from(QUEUE_RESULTS),
    )


@pytest.fixture(scope="session")
def any_facts(situation: Make, teams: tuple[TeamFacts, ...], slots: tuple[Slot, ...]) -> Any:
    """Situations in which a step is asked for that nobody expects it in, too."""
    hold = st.builds(
        HoldFacts,
        position=st.integers(0, 200),
        estimate=st.none() | st.timedeltas(timedelta(), timedelta(hours=3)),
        waited=st.just(timedelta()),
        hope=st.booleans(),
        over=st.booleans(),
    )
    return st.builds(
        situation,
        phone=st.sampled_from([None, "+447700900123"]),
        customer=st.text(max_size=80),
        topic=st.none() | st.text(max_size=200),
        closed_because=st.none() | st.text(max_size=80),
        is_open=st.booleans(),
        free=st.sampled_from([(), situation().free]),
        asked_again=st.integers(0, 3),
        menus=st.integers(0, 9),
        holds=st.integers(0, 4),
        may_hold=st.booleans(),
        wants=st.sampled_from([None, "2", "3"]),
        teams=st.sampled_from([(), teams]),
        slots=st.sampled_from([(), slots]),
        hold=st.none() | hold,
        keyed=st.sampled_from([None, KeyedFacts(None, 1), KeyedFacts("+447700900456", 0)]),
        rule=st.sampled_from([None, "blocked", "message-only", "do-not-call-back"]),
        staff=st.none() | st.builds(StaffFacts, st.just(1), st.text(max_size=80), st.booleans(), st.integers(0, 9)),
        leg=st.none()
        | st.fixed_dictionaries({name: st.booleans() for name in ("accepted", "caller_waits", "taken", "owed")}),
        attempt=st.none() | st.fixed_dictionaries({"current": st.booleans()}),
    )


@pytest.mark.parametrize(("table", "step"), ALL_STEPS)
@settings(max_examples=40)  # of each of some fifty steps
@given(heard=heards(), data=st.data())
def test_any_request_is_answered_with_a_document_that_the_carrier_takes(
    any_facts: Any, table: str, step: str, *, heard: Heard, data: st.DataObject
) -> None:
    of, purpose = TABLES[table]
    answer = document(steps.next_turn(of, step, heard, data.draw(any_facts)))
    assert list(check(answer, purpose, has_base=True)) == []
    assert not (heard.hung_up and list(answer))
    assert purpose != "call" or [verb.tag for verb in answer][-1:] != ["Gather"]


@pytest.mark.parametrize("placed", [True, False])
@given(heard=heards(), data=st.data())
def test_any_request_of_a_staff_phone_is_answered_with_what_it_may_hear(
    any_facts: Any, *, placed: bool, heard: Heard, data: st.DataObject
) -> None:
    """What a phone inside the caller's dial hears may dial nobody (twilio.md 2.2)."""
    facts: Situation = data.draw(any_facts)
    leg = facts.leg and replace(facts.leg, placed_by_us=placed)
    step = data.draw(st.sampled_from(OF_A_PHONE_WE_PLACED if placed else IN_A_WHISPER))
    answer = document(steps.next_turn(steps.LEG_STEPS, step, heard, replace(facts, leg=leg)))
    assert list(check(answer, "call" if placed else "whisper", has_base=True)) == []
    assert not (heard.hung_up and list(answer))


ENDS = ["completed", "canceled", "no-answer", "busy", "failed"]


@pytest.mark.parametrize(("table", "step"), [named for named in ALL_STEPS if named[1] not in steps.HEARS_OF_THE_END])
@pytest.mark.parametrize("status", ENDS)
def test_hang_up_before_any_step_is_told_and_nothing_is_said(
    situation: Make, table: str, step: str, status: str
) -> None:
    heard, facts = Heard("CA1", call_status=status, digits="1"), situation(leg={}, attempt={}, hold={})
    assert steps.next_turn(TABLES[table][0], step, heard, facts) == Turn((), (told.CallEnded(),))


@pytest.mark.parametrize("step", [step for step in steps.LEG_STEPS if step not in steps.HEARS_OF_THE_END])
@pytest.mark.parametrize("status", ENDS)
def test_staff_phone_that_is_down_says_nothing_of_the_caller(situation: Make, step: str, status: str) -> None:
    heard = Heard("CA1", call_status=status, digits="1")
    assert steps.next_turn(steps.LEG_STEPS, step, heard, situation(leg={}, attempt={})) == Turn()


def test_no_step_of_a_caller_has_the_name_of_one_in_the_queue_or_on_a_staff_phone() -> None:
    """An address is made of the name alone."""
    for others in (steps.HOLD_STEPS, steps.LEG_STEPS):
        assert steps.CALL_STEPS.keys().isdisjoint(others)
    assert steps.HOLD_STEPS.keys().isdisjoint(steps.LEG_STEPS)


def play_attempt(facts: Situation, choose: Callable[[Sequence[Any]], Any]) -> list[Turn]:
    """A promise being kept, to its end: keys, silence, and how the customer's phone ended."""
    taken = [steps.next_turn(steps.ATTEMPT_STEPS, "ask_staff", Heard("CA2"), facts)]
    while (onward := _led_on(taken[-1], choose)) and len(taken) < 20:
        taken.append(steps.next_turn(steps.ATTEMPT_STEPS, *onward, facts))
    return taken


def _led_on(turn: Turn, choose: Callable[[Sequence[Any]], Any]) -> tuple[str, Heard] | None:
    for act in turn.acts:
        match act:
            case Ask(then=then) if key := choose(["", *KEYS]):
                return then, Heard("CA2", digits=key)
            case RingCustomer(then=then):
                status, bridged = choose(DIALS), choose([True, False, None])
                call_status = choose(["in-progress", "completed"])
                return then, Heard("CA2", dial_status=status, bridged=bridged, call_status=call_status)
            case GoTo(step):
                return step, Heard("CA2")
    return None


@given(st.data())
def test_any_attempt_rings_the_customer_once_at_most_and_ends(situation: Make, data: st.DataObject) -> None:
    facts = situation(attempt={"current": data.draw(st.booleans())})
    taken = play_attempt(facts, lambda options: data.draw(st.sampled_from(options)))
    rings = [act for turn in taken for act in turn.acts if isinstance(act, RingCustomer)]
    news = [said for turn in taken for said in turn.news]
    assert len(rings) == news.count(told.StaffTook()) <= 1
    assert len(taken) <= 4
    assert not any(isinstance(act, Ring | Record) for turn in taken for act in turn.acts)
