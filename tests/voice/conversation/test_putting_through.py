"""Staff phones ring for a caller: in turn or all at once, bounded, and nobody counts as spoken to before a key and a bridge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from voice.calls import CLOSED, NOBODY_ANSWERED
from voice.conversation import putting_through
from voice.conversation.facts import Colleague, Situation, TeamFacts
from voice.conversation.news import AskedAgain, CallEnded, ChoseTeam, Holds, LegEnded, Promised, Rang, Spoke
from voice.conversation.turns import Act, Ask, GoTo, HangUp, Heard, Hold, Ring, Say, Turn

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Make = Callable[..., Situation]
STATUSES = ["completed", "answered", "busy", "no-answer", "failed", "canceled", ""]
BRIDGED = [True, False, None]
TALKED = {(status, True) for status in STATUSES} | {("completed", None), ("answered", None)}
"""What the carrier says after a key was pressed and the two were brought together."""

RANG_BOTH = {1: 1, 2: 1}


def heard(**said: Any) -> Heard:
    return Heard("CA1", phone="+447700900123", **said)


def kinds(turn: Turn) -> list[type[Act]]:
    return [type(act) for act in turn.acts]


def words(turn: Turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask))


def rung(turn: Turn) -> list[Colleague]:
    return [act.staff for act in turn.acts if isinstance(act, Ring)]


@pytest.mark.parametrize(("status", "bridged", "accepted"), list(product(STATUSES, BRIDGED, [True, False])))
def test_only_a_key_and_a_bridge_are_a_talk(
    situation: Make, tom: Colleague, status: str, *, bridged: bool | None, accepted: bool
) -> None:
    said = heard(dial_status=status, bridged=bridged)
    turn = putting_through.rung(said, situation(leg={"accepted": accepted}, rang={1: 1}))
    if accepted and (status, bridged) in TALKED:
        assert turn.news == (LegEnded("spoke", bridged=bridged), Spoke())
        assert turn.acts == (Say("Thank you for calling. Goodbye!"), HangUp())
    else:
        assert Spoke() not in turn.news
        assert rung(turn) == [tom]


@pytest.mark.parametrize(("bridged", "accepted"), list(product(BRIDGED, [True, False])))
def test_caller_gone_while_a_phone_rings_or_talks_is_told_to_nobody(
    situation: Make, *, bridged: bool | None, accepted: bool
) -> None:
    said = heard(call_status="completed", dial_status="completed", bridged=bridged)
    turn = putting_through.rung(said, situation(leg={"accepted": accepted}))
    assert turn.acts == ()
    assert turn.news[-1] == CallEnded()
    assert (Spoke() in turn.news) is (accepted and bridged is not False)


@pytest.mark.parametrize(
    ("status", "accepted", "outcome"),
    [
        ("completed", False, "no-answer"), ("answered", False, "no-answer"), ("completed", True, "failed"),
        ("busy", False, "busy"), ("failed", False, "failed"), ("no-answer", False, "no-answer"),
        ("canceled", False, "no-answer"), ("", False, "no-answer"), ("nonsense", False, "no-answer"),
    ],
)  # fmt: skip
def test_staff_phone_without_a_talk_ended_as_the_carrier_says(
    situation: Make, status: str, *, accepted: bool, outcome: str
) -> None:
    turn = putting_through.rung(heard(dial_status=status, bridged=False), situation(leg={"accepted": accepted}))
    assert turn.news[0] == LegEnded(outcome, bridged=False)


def test_mailbox_that_picked_up_is_followed_by_the_next_phone(situation: Make, tom: Colleague) -> None:
    mailbox = heard(dial_status="completed", bridged=False, dial_seconds=9)
    turn = putting_through.rung(mailbox, situation(leg={}, rang={1: 1}))
    assert turn.acts == (Ring(tom, situation().patience, then="rung"),)
    assert turn.news == (LegEnded("no-answer", bridged=False), Rang(tom))


def test_no_leg_at_all_rings_on(situation: Make, priya: Colleague) -> None:
    assert rung(putting_through.rung(heard(dial_status="completed", bridged=True), situation())) == [priya]


def test_last_phone_in_vain_is_followed_by_the_offer(situation: Make) -> None:
    turn = putting_through.rung(heard(dial_status="no-answer"), situation(leg={}, rang=RANG_BOTH))
    assert kinds(turn) == [Ask, GoTo]
    assert turn.news == (LegEnded("no-answer"), Promised(NOBODY_ANSWERED, NOON))


def test_office_that_closed_meanwhile_rings_nobody_more_and_says_so(situation: Make) -> None:
    turn = putting_through.rung(heard(dial_status="no-answer"), situation(leg={}, is_open=False))
    assert rung(turn) == []
    assert "I'm so sorry, we've just closed. We'll ring you back by noon today." in words(turn)
    assert Promised(CLOSED, NOON) in turn.news


def test_second_round_begins_when_everybody_was_rung_once(situation: Make, priya: Colleague) -> None:
    turn = putting_through.rung(heard(dial_status="no-answer"), situation(leg={}, rang=RANG_BOTH, rounds=2))
    assert rung(turn) == [priya]


def test_phone_after_the_first_rings_alone_in_any_team(situation: Make, tom: Colleague) -> None:
    team = situation(leg={}, rang={1: 1}, strategy="all-at-once")
    assert rung(putting_through.rung(heard(dial_status="no-answer"), team)) == [tom]


@pytest.mark.parametrize(("rings", "asked_again", "more"), [(8, 0, True), (9, 0, False), (9, 1, True), (18, 1, False)])
def test_many_free_people_are_not_all_rung_before_the_caller_is_offered_more(
    situation: Make, rings: int, asked_again: int, *, more: bool
) -> None:
    """Three minutes of twenty seconds each, and as much again each time they ask."""
    everybody = tuple(Colleague(number, "Somebody", "+447700900101") for number in range(80))
    crowd = situation(leg={}, free=everybody, rang=dict.fromkeys(range(rings), 1), asked_again=asked_again)
    assert bool(rung(putting_through.rung(heard(dial_status="no-answer"), crowd))) is more


def test_team_that_was_asked_for_is_rung_in_its_own_way(situation: Make, priya: Colleague) -> None:
    assert rung(putting_through.ring_team(heard(), situation())) == [priya]
    assert putting_through.ring_team(heard(), situation(strategy="all-at-once")).news == (Holds(chosen=False),)
    assert kinds(putting_through.ring_team(heard(), situation(free=()))) == [Ask, GoTo]


def test_caller_who_asks_for_a_person_has_everybody_rung_once_more(situation: Make, priya: Colleague) -> None:
    turn = putting_through.person(heard(), situation(rang=RANG_BOTH))
    assert words(turn) == "Of course. One moment, please."
    assert rung(turn) == [priya]
    assert turn.news == (AskedAgain(), Rang(priya))


def test_everybody_rung_once_more_means_both(situation: Make, tom: Colleague) -> None:
    turn = putting_through.rung(heard(dial_status="no-answer"), situation(leg={}, rang={1: 2, 2: 1}, asked_again=1))
    assert rung(turn) == [tom]


def test_caller_who_asks_for_a_person_holds_when_nobody_is_free(situation: Make) -> None:
    turn = putting_through.person(heard(), situation(free=(), may_hold=True))
    assert kinds(turn) == [Say, Hold]
    assert turn.news == (Holds(chosen=True),)


def test_caller_whose_team_is_busy_is_put_through_to_anybody(situation: Make, teams: tuple[TeamFacts, ...]) -> None:
    turn = putting_through.person(heard(), situation(free=(), team=teams[0], menus=1, may_hold=True))
    assert kinds(turn) == [Say, GoTo]
    assert turn.acts[1] == GoTo("ring_team")
    assert turn.news == (AskedAgain(), ChoseTeam(None))


def test_caller_of_a_business_with_one_team_keeps_it(situation: Make, teams: tuple[TeamFacts, ...]) -> None:
    turn = putting_through.person(heard(), situation(free=(), team=teams[0], may_hold=True))
    assert turn.news == (Holds(chosen=True),)


def test_phone_that_rang_while_they_held_may_ring_once_more_for_a_person(situation: Make, priya: Colleague) -> None:
    assert rung(putting_through.person(heard(), situation(rang={1: 2, 2: 2}, holds=1))) == [priya]


def test_caller_who_asked_often_enough_holds_or_hears_goodbye(situation: Make) -> None:
    often = situation(asked_again=putting_through.ASK_AGAIN_AT_MOST)
    assert kinds(putting_through.person(heard(), replace(often, may_hold=True))) == [Say, Hold]
    goodbye = putting_through.person(heard(), often)
    assert goodbye == Turn((Say("Thank you! We'll ring you by noon today. Goodbye!"), HangUp()))


@pytest.mark.parametrize("different", [{"is_open": False}, {"rule": "message-only"}])
def test_nobody_is_rung_when_closed_or_for_who_may_only_leave_a_message(
    situation: Make, different: dict[str, Any]
) -> None:
    assert kinds(putting_through.person(heard(), situation(**different, may_hold=True))) == [Say, HangUp]


def test_ringing_is_no_longer_than_the_business_is_patient(situation: Make) -> None:
    ring = putting_through.ring(situation(patience=timedelta(seconds=7))).acts[0]
    assert isinstance(ring, Ring)
    assert ring.ring_for == timedelta(seconds=7)
