"""Whole conversations, played by a carrier that takes the unkind choice: each ends, in a talk or in a promise."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import twiml
from voice.conversation import steps, turns
from voice.conversation.arriving import ASK_AGAIN_AT_MOST
from voice.conversation.turns import Act, Ask, Heard, Ring, RingCustomer, Situation, Turn

Make = Callable[..., Situation]
Choose = Callable[[Sequence[Any]], Any]
KEYS = ["1", "0", "2", "3", "9", "*", "#"]
GONE = "hangs up"
DIALS = ["completed", "answered", "busy", "no-answer", "failed", "canceled", ""]
ALL_STEPS = {step: table for table in (steps.CALL_STEPS, steps.LEG_STEPS, steps.ATTEMPT_STEPS) for step in table}

CALLBACKS = {"method", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"}
MAY_SAY: dict[str, set[str]] = {
    "Response": set(),
    "Say": {"voice", "language", "loop"},
    "Gather": {"input", "action", "method", "timeout", "finishOnKey", "numDigits", "actionOnEmptyResult"},
    "Dial": {"action", "method", "timeout", "timeLimit", "callerId", "answerOnBridge"},
    "Number": {"url", *CALLBACKS, "machineDetection", "amdStatusCallback", "amdStatusCallbackMethod"},
    "Record": {"action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim"}
    | {"recordingStatusCallback", "recordingStatusCallbackEvent", "recordingStatusCallbackMethod"},
    "Redirect": {"method"},
    "Hangup": set(),
}
"""The carrier's verbs and attributes that a document of ours may use."""

INSIDE = {"Gather": {"Say"}, "Dial": {"Number"}, "Response": MAY_SAY.keys() - {"Response", "Number"}}
IN_A_WHISPER = {"Say", "Gather", "Hangup", "Redirect"}


class Playing:
    """A conversation with one phone so far: every turn taken, all the news, and what they make of the situation."""

    def __init__(self, table: dict[str, turns.Step], situation: Situation) -> None:
        self.table, self.situation = table, situation
        self.turns: list[Turn] = []
        self.news: list[turns.News] = []

    def take(self, step: str, **said: Any) -> Turn:
        """One request of the carrier's, and what becomes true."""
        turn = steps.next_turn(self.table, step, Heard("CA1", phone=self.situation.phone, **said), self.situation)
        self.turns.append(turn)
        for said_so in turn.news:
            self.learn(said_so)
        return turn

    def learn(self, news: turns.News) -> None:
        """What the next turn may know."""
        self.news.append(news)
        now, leg = self.situation, self.situation.leg
        match news:
            case turns.Rang(staff):
                leg, rang = turns.LegFacts(staff, accepted=False, caller_waits=True), Counter(now.rang)
                self.situation = replace(now, leg=leg, rang=rang + Counter([staff.id]))
            case turns.Accepted() if leg:
                self.situation = replace(now, leg=replace(leg, accepted=True))
            case turns.LegEnded() if leg:
                self.situation = replace(now, leg=replace(leg, ended=True))
            case turns.AskedAgain():
                self.situation = replace(now, asked_again=now.asked_again + 1)


def play(playing: Playing, step: str, choose: Choose) -> None:
    """Carry out documents until the phone is down, at most a hundred."""
    turn: Turn | None = playing.take(step)
    for _ in range(100):
        if turn is None:
            return
        turn = next(filter(None, (carry_out(playing, act, choose) for act in turn.acts)), None)
    pytest.fail("the conversation goes on for ever")


def carry_out(playing: Playing, act: Act, choose: Choose) -> Turn | None:
    """What an act leads to; None when the next act of the same document follows."""
    match act:
        case turns.Ask(_, then):
            key = choose(["", GONE, *KEYS])
            return hung_up(playing, then) if key == GONE else playing.take(then, digits=key) if key else None
        case turns.Ring(_, _, then):
            pick_up(playing, choose)
            return after_dial(playing, then, choose)
        case turns.RingCustomer(_, _, _, then):
            return after_dial(playing, then, choose)
        case turns.Record(_, then):
            said = choose([{"digits": "#"}, {"digits": "hangup", "call_status": "completed"}, None])
            return playing.take(then, **said) if said else None
        case turns.GoTo(step):
            return playing.take(step)
        case _:
            return None


def after_dial(playing: Playing, then: str, choose: Choose) -> Turn:
    status, bridged = choose(DIALS), choose([True, False, None])
    return playing.take(then, dial_status=status, bridged=bridged, call_status=choose(["in-progress", "completed"]))


def hung_up(playing: Playing, then: str) -> Turn:
    return playing.take(then, call_status="completed")


def pick_up(playing: Playing, choose: Choose) -> None:
    """The staff phone: nobody, or something that hears the whisper and perhaps presses a key."""
    if not choose([False, True]):
        return
    leg = Playing(steps.LEG_STEPS, playing.situation)
    play(leg, "whisper", choose)
    for news in leg.news:
        playing.learn(news)
    playing.turns += leg.turns


def documents(playing: Playing) -> Iterator[ET.Element]:
    for turn in playing.turns:
        text = twiml.render(turn, lambda step: f"https://ringtrue.test/{step}", "+442071838750")
        yield ET.fromstring(text.encode())


def check(document: ET.Element) -> None:
    """Only what the carrier knows, each inside what may hold it, and no question whose silence ends the call."""
    for verb in document.iter():
        assert verb.attrib.keys() <= MAY_SAY[verb.tag]
        assert {inner.tag for inner in verb} <= INSIDE.get(verb.tag, set())
        assert verb.tag != "Dial" or len(verb) == 1
    assert [verb.tag for verb in document][-1:] != ["Gather"]


def drawing(data: st.DataObject) -> Choose:
    return lambda options: data.draw(st.sampled_from(options))


@given(
    data=st.data(), withheld=st.booleans(), is_open=st.booleans(), rounds=st.integers(1, 2), people=st.integers(0, 2)
)
def test_any_call_ends_in_a_talk_or_a_promise_or_a_hang_up(
    situation: Make, *, data: st.DataObject, withheld: bool, is_open: bool, rounds: int, people: int
) -> None:
    usual = situation(is_open=is_open, rounds=rounds)
    start = replace(usual, phone=None if withheld else usual.phone, free=usual.free[:people])
    playing = Playing(steps.CALL_STEPS, start)
    play(playing, "greet", drawing(data))
    assert {type(news) for news in playing.news} & {turns.Spoke, turns.Promised, turns.CallEnded}
    assert turns.Spoke() not in playing.news or turns.Accepted() in playing.news
    for document in documents(playing):
        check(document)


@given(st.data())
def test_any_attempt_rings_the_customer_once_at_most_and_ends(situation: Make, data: st.DataObject) -> None:
    playing = Playing(steps.ATTEMPT_STEPS, situation(attempt={"current": data.draw(st.booleans())}))
    play(playing, "ask_staff", drawing(data))
    rings = [act for turn in playing.turns for act in turn.acts if isinstance(act, RingCustomer)]
    assert len(rings) == playing.news.count(turns.StaffTook()) <= 1
    assert len(playing.turns) <= 4
    for document in documents(playing):
        check(document)


@pytest.mark.parametrize("rounds", [1, 2, 10])
def test_caller_who_always_presses_one_while_nobody_answers_hears_goodbye(situation: Make, rounds: int) -> None:
    playing = Playing(steps.CALL_STEPS, situation(rounds=rounds))
    play(
        playing,
        "greet",
        lambda options: next(want for want in ("1", "no-answer", False, "in-progress") if want in options),
    )
    rings = [act.staff.id for turn in playing.turns for act in turn.acts if isinstance(act, Ring)]
    assert Counter(rings) == {1: rounds + ASK_AGAIN_AT_MOST, 2: rounds + ASK_AGAIN_AT_MOST}
    assert len(playing.turns) == 1 + len(rings) + ASK_AGAIN_AT_MOST
    assert playing.turns[-1].acts[-1] == turns.HangUp()


def test_caller_who_always_presses_one_while_nobody_is_free_hears_goodbye(situation: Make) -> None:
    playing = Playing(steps.CALL_STEPS, situation(free=()))
    play(playing, "greet", lambda options: "1" if "1" in options else options[0])
    assert len(playing.turns) == 1 + ASK_AGAIN_AT_MOST
    assert playing.news.count(turns.AskedAgain()) == ASK_AGAIN_AT_MOST


def heards() -> st.SearchStrategy[Heard]:
    return st.builds(
        Heard,
        sid=st.just("CA1"),
        phone=st.sampled_from([None, "+447700900123"]),
        call_status=st.sampled_from(["in-progress", "ringing", *DIALS]),
        digits=st.sampled_from(["", *KEYS, "11", "hangup"]),
        dial_status=st.sampled_from(DIALS),
        bridged=st.sampled_from([True, False, None]),
        dial_seconds=st.sampled_from([None, 0, 20]),
    )


@pytest.mark.parametrize("step", ALL_STEPS)
@given(heard=heards(), name=st.text(max_size=80), leg=st.booleans(), is_open=st.booleans(), asked=st.integers(0, 3))
def test_any_request_is_answered_with_a_document_that_the_carrier_knows(
    situation: Make, step: str, *, heard: Heard, name: str, leg: bool, is_open: bool, asked: int
) -> None:
    facts = situation(leg={} if leg else None, attempt={})
    facts = replace(facts, customer=name, is_open=is_open, asked_again=asked)
    playing = Playing(ALL_STEPS[step], facts)
    playing.turns = [steps.next_turn(playing.table, step, heard, playing.situation)]
    (document,) = documents(playing)
    check(document)
    assert not (heard.hung_up and list(document))
    assert step not in steps.LEG_STEPS or {verb.tag for verb in document} <= IN_A_WHISPER


@pytest.mark.parametrize("step", [step for step in ALL_STEPS if step not in steps.HEARS_OF_THE_END])
@pytest.mark.parametrize("status", ["completed", "canceled", "no-answer", "busy", "failed"])
def test_hang_up_before_any_step_is_told_and_nothing_is_said(situation: Make, step: str, status: str) -> None:
    heard = Heard("CA1", call_status=status, digits="1")
    news = () if step in steps.LEG_STEPS else (turns.CallEnded(),)
    facts = situation(leg={}, attempt={})
    assert steps.next_turn(ALL_STEPS[step], step, heard, facts) == Turn((), news)


def answers(situation: Make) -> Iterator[Act]:
    """What every step says to the key 1, with people free and without."""
    heard = Heard("CA1", digits="1", dial_status="completed")
    for step, table in ALL_STEPS.items():
        for free in (situation().free, ()):
            yield from steps.next_turn(table, step, heard, situation(leg={}, attempt={}, free=free)).acts


def test_every_step_that_an_act_names_is_there(situation: Make) -> None:
    named = {act.then for act in answers(situation) if isinstance(act, Ask | Ring | RingCustomer)}
    assert named == {"answered_offer", "rung", "take", "ring_customer", "talked", "said"}
    assert named <= ALL_STEPS.keys()
