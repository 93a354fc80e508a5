"""Numbers and times heard in the words of a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemail_greetings.marks import marks

SAID = """oh zero one two seven double triple hundred plus nine 07700 900123 +44 1 9 half past three at pm tomorrow monday
16:30 99:99 and , . - ( ) o'clock the 5th of may next week ring me ٣ ７ 🛑 \u200b"""
WORDS = st.sampled_from(SAID.split())


def phones(text: str, region: str = "GB") -> list[str | None]:
    return [mark.phone for mark in marks(text, region) if mark.kind == "phone"]


def times(text: str) -> list[str]:
    return [mark.text for mark in marks(text, "GB") if mark.kind == "time"]


@pytest.mark.parametrize(
    "said",
    [
        "07700 900 123",
        "0-7-7-0-0, 9-0-0, 1-2-3.",
        "07 7 double 0 900 1 2 3",
        "oh seven seven double oh, nine oh oh, one two three",
        "Oh seven, seven double oh nine hundred one two three",
        "zero seven seven zero zero nine double zero one two three",
        "plus four four seven seven double oh nine double oh one two three",
        "+44 7700 900123",
        "(07700) 900123",
    ],
)
def test_number_is_found_however_it_was_said(said: str) -> None:
    assert phones(f"Please ring me on {said} thanks") == ["+447700900123"]


def test_numbers_one_after_the_other_are_two() -> None:
    assert phones("020 7183 8750 or 07700 900124") == ["+442071838750", "+447700900124"]


def test_national_number_is_read_as_the_business_does() -> None:
    assert phones("two one two, five five five, oh one nine nine", "US") == ["+12125550199"]


@pytest.mark.parametrize(
    "said",
    ["order 12345678", "one two three", "999", "in 2026", "it costs 1,299.99", "double or nothing", "one of two"],
)
def test_other_digits_are_no_number(said: str) -> None:
    assert phones(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "half past three", "a quarter to five", "3 pm", "3:30 p.m.", "4 pm", "5pm today", "16:30", "tomorrow morning", "at 16:30",
        "tomorrow at ten", "on Monday at ten", "Thursday at ten o'clock", "next week", "the 5th of May", "ten past two",
        "this afternoon", "noon",
    ],
)  # fmt: skip
def test_time_is_found_whole(said: str) -> None:
    assert times(f"Come {said}, please.") == [said.removeprefix("at ")]


def test_full_stop_after_a_time_ends_the_sentence() -> None:
    assert times("I am back by 4 pm.") == ["4 pm"]


@pytest.mark.parametrize("said", ["at one point", "I may come", "one of them", "it is 3.50", "99:99", "room 12"])
def test_other_words_are_no_time(said: str) -> None:
    assert times(said) == []


@given(
    st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join)),
    st.sampled_from(["GB", "US", "DE", "ZZ"]),
)
def test_marks_stand_in_the_text_and_never_in_each_other(text: str, region: str) -> None:
    end = 0
    for mark in marks(text, region):
        assert end <= mark.start < mark.end <= len(text)
        assert text[mark.start : mark.end] == mark.text
        assert (mark.kind == "phone") == (mark.phone is not None)
        end = mark.end
