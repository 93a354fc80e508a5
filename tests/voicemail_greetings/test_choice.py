"""Which greeting a caller hears: whose goes before what for, the newer before the older, and there always is one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemail_greetings import stock
from voicemail_greetings.choice import SITUATIONS, Asked, Greeting, Situation, choose

WORKSHOP, SALES, PRIYA = 1, 2, 7
BUSINESS = (None, None)
TEAM = (WORKSHOP, None)
PERSON = (None, PRIYA)
CHRISTMAS = Asked("holiday", WORKSHOP, PRIYA, "Christmas Day", is_open=False, team="Workshop", person="Priya Shah")
AWAY = replace(CHRISTMAS, situation="away", holiday=None)


def made(
    number: int, owner: tuple[int | None, int | None], situation: Situation, holiday: str | None = None
) -> Greeting:
    return Greeting(number, situation, *owner, holiday, text=f"Greeting {number}.", sound=None)


def blank(greeting: Greeting) -> Greeting:
    return replace(greeting, text=None)


IN_ORDER = [
    made(1, PERSON, "holiday", "Christmas Day"),
    made(2, PERSON, "holiday"),
    made(3, PERSON, "closed"),
    made(4, TEAM, "holiday", "christmas  day"),
    made(5, TEAM, "holiday"),
    made(6, TEAM, "closed"),
    made(7, BUSINESS, "holiday", "Christmas Day"),
    made(8, BUSINESS, "holiday"),
    made(9, BUSINESS, "closed"),
]
"""For Christmas Day, the most fitting first."""

UNRELATED = [
    made(20, PERSON, "holiday", "Boxing Day"),
    made(21, (SALES, None), "holiday", "Christmas Day"),
    made(22, (None, 8), "closed"),
    made(23, TEAM, "busy"),
    made(24, BUSINESS, "lunch"),
    made(25, PERSON, "away"),
]


@pytest.mark.parametrize("gone", range(len(IN_ORDER)))
def test_most_fitting_of_those_left_is_chosen(gone: int) -> None:
    assert choose([*UNRELATED, *reversed(IN_ORDER[gone:])], CHRISTMAS).greeting == IN_ORDER[gone]


@pytest.mark.parametrize("language", ["en-GB", "en-US"])
def test_business_without_any_greeting_is_given_ours_in_its_language(language: str) -> None:
    asked = replace(CHRISTMAS, language=language)
    assert choose(UNRELATED, asked).greeting == stock.greeting("holiday", language)


def test_newer_of_two_for_the_same_is_chosen_in_whatever_order_they_come() -> None:
    older, newer = made(9, TEAM, "closed"), made(10, TEAM, "closed")
    asked = Asked("closed", WORKSHOP)
    assert choose([newer, older], asked).greeting == choose([older, newer], asked).greeting == newer


def test_newest_that_is_blank_goes_back_to_ours_although_the_business_has_its_own() -> None:
    asked = Asked("closed", WORKSHOP, team="Workshop")
    chosen = choose([made(1, BUSINESS, "closed"), made(2, TEAM, "closed"), blank(made(3, TEAM, "closed"))], asked)
    assert chosen.greeting == stock.greeting("closed", "en-GB")
    assert chosen.because == "Ringtrue’s own, for when you’re closed; Workshop went back to it."


def test_blank_one_for_closed_does_not_hide_the_business_s_own_for_the_holiday() -> None:
    for_holidays = made(1, BUSINESS, "holiday")
    assert choose([for_holidays, blank(made(2, TEAM, "closed"))], CHRISTMAS).greeting == for_holidays


def test_greeting_of_spaces_alone_is_blank() -> None:
    spaces = replace(made(1, BUSINESS, "busy"), text="  ")
    assert choose([spaces], Asked("busy")).greeting == stock.greeting("busy", "en-GB")


@pytest.mark.parametrize(
    ("is_open", "holiday", "situation"),
    [
        (True, None, "busy"),
        (True, "Christmas Day", "busy"),
        (False, None, "closed"),
        (False, "Christmas Day", "holiday"),
    ],
)
def test_person_away_without_words_for_it_is_as_the_house_is(
    situation: Situation, holiday: str | None, *, is_open: bool
) -> None:
    theirs = [made(number, PERSON, each) for number, each in enumerate(SITUATIONS, 1) if each != "away"]
    asked = replace(AWAY, is_open=is_open, holiday=holiday)
    assert choose([*theirs, made(9, TEAM, "away")], asked).greeting.situation == situation
    assert choose([*theirs, made(9, PERSON, "away")], asked).greeting.situation == "away"


def test_lunch_without_words_for_it_is_closed() -> None:
    closed = made(1, BUSINESS, "closed")
    assert choose([closed, made(2, BUSINESS, "busy")], Asked("lunch")).greeting == closed


@pytest.mark.parametrize("holiday", [None, " "])
def test_holiday_without_a_name_is_said_to_be_closed(holiday: str | None) -> None:
    assert choose([], Asked("holiday", holiday=holiday)).greeting == stock.greeting("closed", "en-GB")


@pytest.mark.parametrize(
    ("greetings", "asked", "because"),
    [
        (
            [made(1, TEAM, "closed")],
            CHRISTMAS,
            "Workshop’s own, for when you’re closed; it has none for Christmas Day.",
        ),
        ([made(1, TEAM, "holiday")], CHRISTMAS, "Workshop’s own, for any holiday; it has none for Christmas Day."),
        ([made(1, TEAM, "holiday", "CHRISTMAS DAY")], CHRISTMAS, "Workshop’s own, for Christmas Day."),
        (
            [made(1, PERSON, "closed")],
            AWAY,
            "Priya Shah’s own, for when you’re closed; they have none for when they’re away.",
        ),
        ([made(1, BUSINESS, "away")], AWAY, "The business’s own, for when they’re away."),
        (
            [made(1, BUSINESS, "busy")],
            Asked("busy", business="Harbour Bikes"),
            "Harbour Bikes’ own, for when nobody’s free.",
        ),
        ([made(1, TEAM, "busy")], Asked("busy", WORKSHOP, team="Sales"), "Sales’ own, for when nobody’s free."),
        ([made(1, TEAM, "busy")], Asked("busy", WORKSHOP), "The team’s own, for when nobody’s free."),
        ([], CHRISTMAS, "Ringtrue’s own, for Christmas Day; nobody has made another."),
        ([], Asked("busy"), "Ringtrue’s own, for when nobody’s free; nobody has made another."),
    ],
)
def test_manager_is_told_why_this_one(greetings: list[Greeting], asked: Asked, because: str) -> None:
    assert choose(greetings, asked).because == because


owners = st.sampled_from([BUSINESS, TEAM, PERSON, (SALES, None), (None, 8)])
days = st.sampled_from([None, "Christmas Day", "Boxing Day", " "])
contents = st.sampled_from([("Hello.", None), (None, "a.wav"), (None, None), ("", "")])


@st.composite
def greetings_of_any_kind(draw: st.DrawFn) -> list[Greeting]:
    kinds = draw(st.lists(st.tuples(st.sampled_from(SITUATIONS), owners, days, contents), max_size=8))
    made_in_turn = [
        Greeting(number, kind, *owner, day, *content) for number, (kind, owner, day, content) in enumerate(kinds, 1)
    ]
    return draw(st.permutations(made_in_turn))


questions = st.builds(
    Asked, st.sampled_from(SITUATIONS), st.sampled_from([None, WORKSHOP]), st.sampled_from([None, PRIYA]), days,
    st.sampled_from(["en-GB", "en-US", "de-DE", ""]), st.booleans(),
)  # fmt: skip


@given(greetings_of_any_kind(), questions)
def test_something_is_always_heard_and_always_the_same(greetings: list[Greeting], asked: Asked) -> None:
    chosen = choose(greetings, asked)
    assert chosen.greeting.sound or (chosen.greeting.text or "").strip()
    assert choose(list(reversed(greetings)), asked) == chosen


@given(greetings_of_any_kind(), questions, st.sampled_from(SITUATIONS), st.sampled_from([(SALES, None), (None, 8)]))
def test_greeting_of_somebody_else_changes_nothing(
    greetings: list[Greeting], asked: Asked, situation: Situation, owner: tuple[int | None, int | None]
) -> None:
    assert choose([*greetings, made(99, owner, situation)], asked) == choose(greetings, asked)
