"""Whole calls, played by a carrier that takes the unkind choice: each ends, kindly, in a talk, in a promise or in what a person wanted."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import twiml, wording
from voice.conversation import news as told
from voice.conversation import steps
from voice.conversation.endings import RECORDINGS_AT_MOST
from voice.conversation.facts import Situation, Slot, TeamFacts
from voice.conversation.offering import HOLDS_AT_MOST
from voice.conversation.putting_through import ASK_AGAIN_AT_MOST
from voice.conversation.turns import Act, Ask, AskNumber, GoTo, HangUp, Hold, Record, Ring, Say
from voice.standin.schema import check

Make = Callable[..., Situation]
Playings = Callable[..., Any]
NOTICE = "This call may be recorded."
LONGEST_CALL = 40
"""Turns: no call comes near it, whatever is pressed."""

RINGS_AT_MOST = 9
"""Phones of twenty seconds each in three minutes."""


def situations(situation: Make, teams: tuple[TeamFacts, ...], slots: tuple[Slot, ...]) -> st.SearchStrategy[Situation]:
    """Callers of every kind, at an office of every kind."""
    return st.builds(
        situation,
        phone=st.sampled_from(["+447700900123", None]),
        is_open=st.booleans(),
        came_open=st.booleans(),
        closed_because=st.sampled_from([None, "closed", "lunch", "Christmas Day", "<b>"]),
        customer=st.none() | st.text(max_size=80),
        owed=st.booleans(),
        promised_by=st.sampled_from([datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (9, 12)]),
        rule=st.sampled_from([None, "blocked", "message-only", "do-not-call-back"]),
        greeting=st.sampled_from([None, "a" * 64 + ".wav"]),
        music=st.sampled_from([None, "b" * 64 + ".mp3"]),
        teams=st.sampled_from([(), teams, tuple(replace(team, name="\x00<b>") for team in teams)]),
        strategy=st.sampled_from(["longest-idle", "in-turn", "all-at-once"]),
        rounds=st.integers(1, 3),
        free=st.sampled_from([(), situation().free]),
        may_hold=st.booleans(),
        slots=st.sampled_from([(), slots, slots * 3]),
        notice=st.sampled_from([None, NOTICE]),
    )


@pytest.fixture(scope="session")
def any_situation(situation: Make, teams: tuple[TeamFacts, ...], slots: tuple[Slot, ...]) -> Any:
    return situations(situation, teams, slots)


@given(data=st.data())
def test_any_call_ends_in_few_turns_with_somebody_or_a_promise(play: Playings, any_situation: Any, data: Any) -> None:
    playing = play(data.draw(any_situation), lambda options: data.draw(st.sampled_from(options)))
    ends = {type(news) for news in playing.news}
    assert len(playing.heard_by_caller) <= LONGEST_CALL
    assert ends & {told.Spoke, told.Promised, told.CallEnded, told.Unwanted}
    assert told.Spoke not in ends or told.Accepted in ends
    check_goodbye(playing)
    check_documents(playing)
    check_rules(playing)
    check_promise(playing)
    check_names(playing)
    check_notice(playing)


def check_goodbye(playing: Any) -> None:
    """Whoever is there to the end is thanked and told goodbye; no question is the last that a caller hears."""
    for turn in playing.heard_by_caller:
        assert not turn.acts or not isinstance(turn.acts[-1], Ask | AskNumber)
    if playing.is_gone:
        assert told.CallEnded() in playing.news
        return
    *_, last, end = playing.heard_by_caller[-1].acts
    assert "Thank you" in spoken(last)
    assert "Goodbye!" in spoken(last)
    assert end == HangUp()


def check_documents(playing: Any) -> None:
    """Every answer is one that the carrier takes, for what it is used for."""
    for purpose, turn in playing.documents:
        text = twiml.render(turn, lambda step: f"https://ringtrue.test/{step}", "+442071838750")
        assert list(check(ET.fromstring(text.encode()), purpose, has_base=True)) == []


def check_rules(playing: Any) -> None:
    """Nobody's phone rings when we are closed, for a blocked number, or for one that may only leave a message."""
    acts: list[Act] = [act for turn in playing.heard_by_caller for act in turn.acts]
    rule, start = playing.start.rule, playing.start
    if rule in {"blocked", "message-only"} or not start.is_open:
        assert not any(isinstance(act, Ring | Hold) for act in acts)
    if rule == "blocked":
        assert playing.news == [told.Unwanted()]
    if rule in {"do-not-call-back", "message-only", "blocked"} or start.phone is None:
        asked = any(isinstance(news, told.AskedFor) for news in playing.news)
        assert asked or not any("ring you" in spoken(act) for act in acts)


def check_promise(playing: Any) -> None:
    """What is spoken last is what is stored; and nobody is rung on a number that we may not dial."""
    now = playing.situation
    when = wording.spoken_time(now.promised_by, now.now, now.zone)
    if not playing.is_gone and "We'll ring you by" in (last := spoken(playing.heard_by_caller[-1].acts[-2])):
        assert f"by {when}." in last
    for news in playing.news:
        assert not isinstance(news, told.AskedFor) or news.phone in {playing.start.phone, "+447700900456"}


def spoken(act: Act) -> str:
    return act.text if isinstance(act, Say | Ask | AskNumber) else ""


def check_names(playing: Any) -> None:
    """Every step that is named anywhere is there."""
    names = {name for _, turn in playing.documents for act in turn.acts for name in named(act)}
    assert names <= steps.CALL_STEPS.keys() | steps.HOLD_STEPS.keys() | steps.LEG_STEPS.keys()


def check_notice(playing: Any) -> None:
    """Nothing is recorded before the notice that is set was told; and no caller is recorded for ever."""
    acts = [act for turn in playing.heard_by_caller for act in turn.acts]
    first = next((number for number, act in enumerate(acts) if isinstance(act, Record)), None)
    if first is not None and playing.start.notice:
        assert Say(NOTICE) in acts[:first]
    assert playing.news.count(told.Records()) == sum(isinstance(act, Record) for act in acts) <= RECORDINGS_AT_MOST


def named(act: Act) -> list[str]:
    if isinstance(act, GoTo):
        return [act.step] if not act.step.startswith("/") else []
    return [name for field in ("then", "whisper", "hears") if (name := getattr(act, field, None))]


def always(*wanted: Any) -> Callable[..., Any]:
    """Chooses the first of these that there is to choose from; else what comes last, which is never a talk."""
    return lambda options: next((want for want in wanted if want in options), options[-1])


NOBODY_COMES = ("rings out", "no-answer", "not bridged", "in-progress", "open", "waits", "hope", "free")
"""Everybody is free and nobody picks up; on hold there is hope to the last."""


def rings(playing: Any) -> Counter[int]:
    return Counter(act.staff.id for turn in playing.heard_by_caller for act in turn.acts if isinstance(act, Ring))


def test_silent_caller_is_rung_for_and_hears_the_promise_twice(play: Playings, situation: Make) -> None:
    playing = play(situation(rounds=2), always("", *NOBODY_COMES))
    said = " ".join(spoken(act) for turn in playing.heard_by_caller for act in turn.acts)
    assert rings(playing) == {1: 2, 2: 2}
    assert said.count("by noon today") == 2
    assert not playing.is_gone


@pytest.mark.parametrize("rounds", [1, 2, 10])
def test_caller_who_always_asks_for_a_person_while_nobody_answers_hears_goodbye(
    play: Playings, situation: Make, rounds: int
) -> None:
    playing = play(situation(rounds=rounds), always("0", *NOBODY_COMES))
    again = ASK_AGAIN_AT_MOST
    assert playing.news.count(told.AskedAgain()) == again
    assert rings(playing).total() == min(2 * (rounds + again), RINGS_AT_MOST * (1 + again))
    assert playing.heard_by_caller[-1].acts[-1] == HangUp()


@pytest.mark.parametrize("key", ["0", "1"])
def test_caller_who_always_holds_while_nobody_becomes_free_hears_goodbye(
    play: Playings, situation: Make, key: str
) -> None:
    playing = play(situation(free=(), may_hold=True), always(key, *NOBODY_COMES))
    assert playing.news.count(told.Holds(chosen=True)) == HOLDS_AT_MOST
    assert playing.heard_by_caller[-1].acts[-1] == HangUp()


@pytest.mark.parametrize("key", ["2", "9"])
def test_caller_who_always_keys_another_number_is_asked_no_more_than_four_times(
    play: Playings, situation: Make, key: str
) -> None:
    playing = play(situation(free=()), always("07700900456", key, *NOBODY_COMES))
    asked = [act for turn in playing.heard_by_caller for act in turn.acts if isinstance(act, AskNumber)]
    assert len(asked) <= 4
    assert not playing.is_gone


def test_caller_nobody_understands_is_put_through_to_anybody(
    play: Playings, situation: Make, teams: tuple[TeamFacts, ...]
) -> None:
    playing = play(situation(teams=teams), always("9", *NOBODY_COMES))
    assert playing.news.count(told.MenuAsked()) == 2
    assert told.ChoseTeam(None) in playing.news
    assert rings(playing) == {1: 1, 2: 1}


def test_all_at_once_in_vain_is_followed_by_the_promise(play: Playings, situation: Make) -> None:
    playing = play(situation(strategy="all-at-once", rang={1: 1}), always("", *NOBODY_COMES))
    assert [type(news) for news in playing.news] == [told.Holds, told.LeavesHold, told.Promised]
    assert rings(playing) == {}


def test_all_at_once_while_nobody_places_the_phones_rings_them_one_by_one(play: Playings, situation: Make) -> None:
    playing = play(situation(strategy="all-at-once"), always("", *NOBODY_COMES))
    assert rings(playing) == {1: 1, 2: 1}
    assert told.Promised in map(type, playing.news)
