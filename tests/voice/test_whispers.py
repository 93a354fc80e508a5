"""What staff hear before they take a caller: in under five seconds, whatever anybody is called or wrote."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import wording

NOTE = "Wants a quote for the blue bike; the rear brake squeaks"


def test_stranger_is_a_caller() -> None:
    assert wording.whisper(None, None, owed=False) == "A caller. Press 1 to take it, 2 to pass."


def test_customer_is_told_with_the_year_since_when() -> None:
    assert wording.whisper("Jane Smith", 2019, owed=False) == ("Jane Smith, a customer since 2019. 1 takes, 2 passes.")


def test_debt_is_told_before_anything_that_was_written_down() -> None:
    assert wording.whisper("Jane Smith", 2019, owed=True, topic=NOTE) == (
        "Jane Smith, since 2019, owed a call. 1 takes, 2 passes."
    )


def test_what_was_written_down_last_is_told_as_far_as_there_is_time() -> None:
    assert wording.whisper("Jane Smith", 2019, owed=False, topic=NOTE) == (
        "Jane Smith, since 2019. Last: Wants a quote. 1 takes, 2 passes."
    )
    assert wording.whisper(None, None, owed=False, topic=NOTE) == (
        "A caller. Last: Wants a quote for the blue. 1 takes, 2 passes."
    )


def test_year_is_left_out_before_what_the_call_is_about() -> None:
    assert wording.whisper("Alexandra Thompson", 1997, owed=True) == (
        "Alexandra Thompson, owed a call. Press 1 to take it, 2 to pass."
    )


def test_year_is_told_in_few_words_when_there_is_something_to_say_after_it() -> None:
    assert wording.whisper("Li Na", 2019, owed=False, topic=NOTE) == (
        "Li Na, since 2019. Last: Wants a quote. 1 takes, 2 passes."
    )
    assert wording.whisper("Li Na", 2019, owed=True).startswith("Li Na, since 2019, owed a call.")


def test_one_word_of_many_is_no_topic() -> None:
    said = wording.whisper("Jane Smith", 2019, owed=False, topic="Counterrevolutionaries misunderstood everything")
    assert said == "Jane Smith, a customer since 2019. 1 takes, 2 passes."


@pytest.mark.parametrize("topic", ["", " ", "\x00", "👍🏽", "<b></b>", "***"])
def test_topic_that_nobody_can_speak_is_none(topic: str) -> None:
    assert wording.whisper("Jane Smith", 2019, owed=False, topic=topic) == wording.whisper(
        "Jane Smith", 2019, owed=False
    )


@pytest.mark.parametrize("name", ["", "\x00\x07", "\ud800", "😀", "<b></b>", "+4477 00123"])
def test_name_that_nobody_can_speak_is_a_caller(name: str) -> None:
    assert wording.whisper(name, None, owed=False) == wording.whisper(None, None, owed=False)


@pytest.mark.parametrize(
    "name", [None, "Jane Smith", "Li Na", "Alexandra Thompson", "Mohammed Al-Rashid", "Siobhán O’Brien"]
)
def test_debt_to_a_usual_name_is_always_told(name: str | None) -> None:
    said = wording.whisper(name, 2019, owed=True, topic=NOTE)
    assert said.startswith(name or "A caller")
    assert "owed a call" in said


@given(
    st.none() | st.text(max_size=200),
    st.none() | st.integers(1900, 2100),
    st.booleans(),
    st.none() | st.text(max_size=2000) | st.just(NOTE * 40),
)
def test_any_whisper_is_said_in_under_five_seconds_and_ends_with_the_keys(
    name: str | None,
    since: int | None,
    owed: bool,  # noqa: FBT001 - hypothesis gives it by position
    topic: str | None,
) -> None:
    said = wording.whisper(name, since, owed=owed, topic=topic)
    assert wording.seconds(said) < 5
    assert said.endswith((". Press 1 to take it, 2 to pass.", ". 1 takes, 2 passes."))
    assert said == " ".join(said.split())
    assert not any(unicodedata.category(letter)[0] == "C" for letter in said)
    assert not owed or "owed a call" in said


def test_staff_whose_caller_has_gone_may_ring_them_back_with_a_key() -> None:
    assert wording.gone_ring_back() == "They've just hung up. To ring them back now, press 1."
