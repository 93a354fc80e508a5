"""The greeting: warm, whole and short for everybody who rings, and what it says to those we know."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import wording
from voice.conversation.facts import Colleague, Situation

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PRIYA = Colleague(1, "Priya Shah", "+447700900101")
TOM = Colleague(2, "Tom Okafor", "+447700900102")
USUAL = Situation(
    now=NOW,
    zone=ZoneInfo("Europe/London"),
    business="Harbour Bikes",
    is_open=True,
    promised_by=NOW + timedelta(hours=2),
    patience=timedelta(seconds=20),
    rounds=1,
    phone="+447700900123",
    customer="Jane Smith",
    free=(PRIYA, TOM),
)
PLAIN = "Good morning, Jane Smith! Thank you for calling Harbour Bikes."
NAMES = ["Jane Smith", "Li Na", "Alexandra Thompson", "Mohammed Al-Rashid", "Siobhán O’Brien", "王小明", "रमेश कुमार"]
BUSINESSES = ["Harbour Bikes", "7-Eleven", "Smith & Sons", "The Old Harbour Bike Shop", "Bäckerei Müller", "Yahoo!"]
CASES: list[dict[str, Any]] = [
    {},
    {"is_open": False},
    {"phone": None, "customer": None},
    {"known": False},
    {"birthday": True},
    {"years": 1},
    {"years": 77},
    {"owed": True},
    {"owed": True, "free": ()},
    {"owed": True, "is_open": False},
    {"owed": True, "tried": PRIYA},
    {"owed": True, "tried": TOM},
    {"owed": True, "promised_by": NOW},
]
BETWEEN_US = st.fixed_dictionaries(
    {name: st.booleans() for name in ("owed", "known", "birthday", "is_open")}
    | {
        "years": st.none() | st.integers(-3, 400),
        "tried": st.none() | st.builds(Colleague, st.integers(1, 2), st.text(max_size=200), st.just("+447700900101")),
        "free": st.sampled_from([(), (PRIYA,), (TOM, PRIYA)]),
        "promised_by": st.sampled_from([NOW, NOW + timedelta(hours=2)]),
        "now": st.integers(0, 23).map(lambda hours: NOW + timedelta(hours=hours)),
    }
)


def hello(**different: Any) -> str:
    return wording.hello(replace(USUAL, **different))


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("03:59", "Good evening"), ("04:00", "Good morning"), ("11:59", "Good morning"), ("12:00", "Good afternoon"),
        ("17:59", "Good afternoon"), ("18:00", "Good evening"), ("23:59", "Good evening"), ("00:00", "Good evening"),
    ],
)  # fmt: skip
def test_greeting_follows_the_office_s_clock(local: str, words: str) -> None:
    summer = datetime.fromisoformat(f"2026-07-14T{local}").replace(tzinfo=USUAL.zone).astimezone(UTC)
    said = hello(now=summer, promised_by=summer + timedelta(hours=2))
    assert said == f"{words}, Jane Smith! Thank you for calling Harbour Bikes."


def test_caller_while_closed_is_greeted_like_everybody() -> None:
    assert hello(is_open=False) == PLAIN


def test_caller_whose_name_is_not_certain_hears_a_sentence_just_as_whole() -> None:
    assert hello(customer=None) == "Good morning! Thank you for calling Harbour Bikes."


def test_withheld_caller_is_not_taken_for_a_new_one() -> None:
    assert hello(customer=None, phone=None, known=False) == "Good morning! Thank you for calling Harbour Bikes."


def test_first_call_from_a_number_is_welcomed() -> None:
    assert hello(customer=None, known=False) == "Good morning, and welcome to Harbour Bikes! Thank you for calling."


def test_caller_who_is_owed_a_call_is_put_straight_through() -> None:
    assert hello(owed=True) == (
        "Good morning, Jane Smith! Harbour Bikes here. Sorry we missed you, putting you straight through."
    )
    assert hello(owed=True, customer=None, business="Bikes") == (
        "Good morning! Bikes here. I'm sorry we missed you, let me put you straight through."
    )


@pytest.mark.parametrize("why", [{"is_open": False}, {"free": ()}, {"rule": "message-only"}])
def test_caller_for_whom_no_phone_rings_is_not_told_that_they_are_put_through(why: dict[str, Any]) -> None:
    assert hello(owed=True, **why) == f"{PLAIN} I'm sorry we missed you."


def test_caller_who_rings_back_is_thanked_and_told_whose_phone_rings() -> None:
    assert hello(owed=True, tried=PRIYA) == (
        "Good morning, Jane Smith! Harbour Bikes here, thanks for ringing back! I'll try Priya Shah."
    )


@pytest.mark.parametrize(
    "why",
    [
        {"tried": TOM},
        {"tried": PRIYA, "free": ()},
        {"tried": PRIYA, "is_open": False},
        {"tried": replace(PRIYA, name="😀"), "free": (replace(PRIYA, name="😀"),)},
    ],
)
def test_caller_who_rings_back_is_told_no_name_but_of_whoever_is_rung_first(why: dict[str, Any]) -> None:
    thanks = "Good morning, Jane Smith! Harbour Bikes here, thanks for ringing back!"
    assert hello(owed=True, **why) == thanks


def test_caller_whose_promise_is_past_hears_sorry_whoever_tried_them() -> None:
    assert hello(owed=True, promised_by=NOW, tried=PRIYA) == f"{PLAIN} I'm so sorry we're late."


def test_birthday_is_wished() -> None:
    assert hello(birthday=True, years=5) == (
        "Good morning, Jane Smith, and happy birthday! Thank you for calling Harbour Bikes."
    )


@pytest.mark.parametrize(
    ("years", "words"),
    [(1, "One year with us today"), (5, "Five years with us today"), (20, "Twenty years with us today")],
)
def test_anniversary_is_told_in_words(years: int, words: str) -> None:
    assert hello(years=years) == f"Good morning, Jane Smith! {words}: thank you for choosing Harbour Bikes!"


@pytest.mark.parametrize("years", [0, -1, 100, 126])
def test_years_of_custom_that_nobody_can_have_are_not_told(years: int) -> None:
    assert hello(years=years) == PLAIN


@pytest.mark.parametrize("day", [{"birthday": True}, {"years": 5}])
@pytest.mark.parametrize("owed", [{}, {"promised_by": NOW}, {"tried": PRIYA}])
def test_nobody_is_wished_a_happy_day_while_we_owe_them_a_call(day: dict[str, Any], owed: dict[str, Any]) -> None:
    assert hello(owed=True, **owed, **day) == hello(owed=True, **owed)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("business", BUSINESSES)
@pytest.mark.parametrize("name", NAMES)
def test_usual_names_are_said_whole(case: dict[str, Any], business: str, name: str) -> None:
    said = hello(business=business, **{"customer": name, **case})
    assert business.rstrip("!") in said
    assert name in said or "customer" in case
    assert "  " not in said


@pytest.mark.parametrize("case", CASES)
def test_endless_names_are_shortened_at_a_word(case: dict[str, Any]) -> None:
    said = hello(business="The Old Harbour Bike " * 10, **{"customer": "Wolfeschlegel " * 15, **case})
    assert "Wolfeschlegel" in said or "customer" in case
    assert "The Old Harbour" in said


def test_few_words_that_take_long_are_too_many() -> None:
    company = "Donaudampfschifffahrtsgesellschaft Oberammergau"
    said = hello(business=company, customer="Wolfeschlegelsteinhausen Bergerdorff")
    assert said == "Good morning, Wolfeschlegelsteinhausen! Thank you for calling Donaudampfschifffahrtsgesellschaf."


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("nothing", ["", "\x00\x07", "\ud800", "😀", "<b></b>", "+4477 00123", "- &"])
def test_name_that_nobody_can_speak_leaves_no_gap(case: dict[str, Any], nothing: str) -> None:
    assert hello(**{**case, "customer": nothing}) == hello(**{**case, "customer": None})


def test_business_that_nobody_can_speak_is_our_office() -> None:
    assert hello(business="🚲") == "Good morning, Jane Smith! Thank you for calling our office."


def test_business_with_a_number_for_a_name_is_called_by_it() -> None:
    assert hello(business="118 118") == "Good morning, Jane Smith! Thank you for calling 118 118."


@given(BETWEEN_US, st.none() | st.text(max_size=200), st.text(min_size=1, max_size=100))
def test_any_greeting_is_at_most_fifteen_words_whole_and_speakable(
    between_us: dict[str, Any], name: str | None, business: str
) -> None:
    said = hello(customer=name, business=business, **between_us)
    assert max(len(said.split()), wording.words(said)) <= 15
    assert wording.seconds(said) <= 7
    assert said.startswith(("Good morning", "Good afternoon", "Good evening"))
    assert said == " ".join(said.split())
    assert not any(unicodedata.category(letter)[0] == "C" for letter in said)
    assert not any(gap in said for gap in (", !", " ,", " !", "None", "{", "}", ",,"))
