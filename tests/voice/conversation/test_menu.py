"""Which team a caller would like: by key, in words, or not at all; nobody is asked for ever, and a person is one key away."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from voice import wording
from voice.conversation import menu
from voice.conversation.facts import Colleague, Situation, TeamFacts
from voice.conversation.news import ChoseTeam, MenuAsked, Promised, Rang
from voice.conversation.turns import Ask, GoTo, Heard, Ring, Turn

Make = Callable[..., Situation]
HELLO = "Good morning, Jane Smith! Thank you for calling Harbour Bikes."
PARTS = TeamFacts(3, "Parts & Service", "3")
CAFE = TeamFacts(4, "Workshop Café", "4")
GREEK = TeamFacts(5, "Πωλήσεις", "5")
NAMELESS = TeamFacts(6, "😀", "6")


@pytest.fixture
def asked(situation: Make, teams: tuple[TeamFacts, ...]) -> Situation:
    """After the menu was heard once."""
    return situation(teams=(*teams, PARTS, CAFE, GREEK, NAMELESS), menus=1)


def said(speech: str, situation: Situation) -> Turn:
    return menu.chose_team(Heard("CA1", speech=speech), situation)


def pressed(digits: str, situation: Situation) -> Turn:
    return menu.chose_team(Heard("CA1", digits=digits), situation)


def chosen(turn: Turn) -> int | None:
    """The team that the turn goes on with; None: anybody's phone, or the menu again."""
    (team_id,) = [news.team_id for news in turn.news if isinstance(news, ChoseTeam)] or [None]
    return team_id


def test_menu_tells_the_keys_most_used_first_and_who_takes_anybody(asked: Situation) -> None:
    ask, onward = menu.ask(replace(asked, teams=asked.teams[:3]), HELLO).acts
    assert isinstance(ask, Ask)
    assert ask.text == (f"{HELLO} Just say or press: Workshop, 1; Sales, 2; Parts & Service, 3; anybody, 0.")
    assert (ask.then, onward) == ("chose_team", GoTo("chose_team"))


def test_menu_listens_for_every_team_and_for_anybody(asked: Situation) -> None:
    ask = menu.ask(asked).acts[0]
    assert isinstance(ask, Ask)
    assert {"Workshop", "Sales", "Parts & Service", "person", "anybody"} <= set(ask.listen)
    assert "" not in ask.listen


def test_key_of_a_team_rings_that_team_in_a_turn_of_its_own(asked: Situation) -> None:
    assert pressed("2", asked) == Turn((GoTo("ring_team"),), (ChoseTeam(2),))


@pytest.mark.parametrize(
    ("speech", "team_id"),
    [
        ("workshop", 1), ("Workshop.", 1), ("the WORKSHOP, please", 1), ("um, sales I think", 2),
        ("parts and service", 3), ("Parts & Service", 3), ("service", None), ("parts", None),
        ("the workshop cafe", 4), ("Workshop Café!", 4), ("workshop and the café", 1),
        ("ΠΩΛΉΣΕΙΣ", 5), ("two", 2), ("number two.", 2), ("2", 2), ("press 1", 1),
        ("I have not been here for one year", None), ("workshops", None), ("", None), ("salesman", None),
    ],
)  # fmt: skip
def test_team_is_known_by_its_name_in_what_was_said(asked: Situation, speech: str, team_id: int | None) -> None:
    assert chosen(said(speech, asked)) == team_id


@pytest.mark.parametrize("speech", ["</Say><Dial>+3906123</Dial>", "[a-z]+", "%s {0} \\", "\x00", "w" * 5000, "😀"])
def test_hostile_speech_is_only_ever_matched(asked: Situation, speech: str) -> None:
    turn = said(speech, asked)
    assert MenuAsked() in turn.news
    assert speech not in str(turn)


@pytest.mark.parametrize("speech", ["a person", "A human, please!", "anybody", "could I speak to someone", "operator"])
def test_caller_who_asks_for_a_person_has_anybody_rung_at_once(asked: Situation, priya: Colleague, speech: str) -> None:
    turn = said(speech, asked)
    assert turn.acts == (Ring(priya, asked.patience, then="rung"),)
    assert turn.news == (ChoseTeam(None), Rang(priya))


def test_zero_has_anybody_rung_at_once(asked: Situation, priya: Colleague) -> None:
    assert pressed("0", asked).news == (ChoseTeam(None), Rang(priya))


def test_anybody_is_rung_one_by_one_whatever_a_team_s_way(asked: Situation, priya: Colleague) -> None:
    assert pressed("0", replace(asked, strategy="all-at-once")).news == (ChoseTeam(None), Rang(priya))


@pytest.mark.parametrize("digits", ["", "8", "9", "*", "#"])
def test_silence_or_a_wrong_key_is_asked_once_more(asked: Situation, digits: str) -> None:
    turn = pressed(digits, asked)
    ask, onward = turn.acts
    assert isinstance(ask, Ask)
    assert ask.text.startswith("Sorry, once more. Just say or press: Workshop, 1;")
    assert (turn.news, onward) == ((MenuAsked(),), GoTo("chose_team"))


@pytest.mark.parametrize("digits", ["", "9", "*"])
def test_silence_or_a_wrong_key_for_the_second_time_rings_anybody(
    asked: Situation, priya: Colleague, digits: str
) -> None:
    assert pressed(digits, replace(asked, menus=2)).news == (ChoseTeam(None), Rang(priya))


def test_anybody_with_nobody_free_is_the_offer(asked: Situation) -> None:
    turn = pressed("0", replace(asked, free=()))
    assert [type(news) for news in turn.news] == [ChoseTeam, Promised]


def test_office_that_closed_while_the_menu_was_heard_rings_nobody(asked: Situation) -> None:
    turn = pressed("0", replace(asked, is_open=False))
    assert "we've just closed" in str(turn)
    assert Ring not in map(type, turn.acts)


USUAL = [("Workshop", "1"), ("Sales", "2"), ("Accounts", "3"), ("Hire", "4")]


@pytest.mark.parametrize("number", [2, 3, 4])
def test_usual_menu_takes_less_than_ten_seconds_with_its_greeting(number: int) -> None:
    told = wording.menu(USUAL[:number], HELLO)
    assert wording.seconds(f"{HELLO} {told}") < 10
    assert all(name in told for name, _ in USUAL[:number])


@pytest.mark.parametrize("name", ["Accounts", "Customer Relations and Complaints Department " * 3, "x" * 200])
@pytest.mark.parametrize("number", [1, 2, 9])
def test_menu_takes_less_than_ten_seconds_whatever_the_teams_are_called(name: str, number: int) -> None:
    told = wording.menu([(name, str(key)) for key in range(1, number + 1)])
    assert wording.seconds(told) < 10
    assert told.startswith(f"Just say or press: {name[:8]}")
    assert told.endswith("; anybody, 0.")


def test_menu_leaves_out_the_least_used_when_there_is_no_time(asked: Situation) -> None:
    told = wording.menu(USUAL, f"{HELLO} {HELLO}")
    assert told == "Just say or press: Workshop, 1; anybody, 0."


def test_team_whose_name_cannot_be_said_is_not_told() -> None:
    assert wording.menu([("😀", "1"), ("Sales", "2")]) == "Just say or press: Sales, 2; anybody, 0."
    assert wording.menu([("😀", "1")]) == "Just say or press: anybody, 0."
