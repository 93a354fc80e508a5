"""What is said to a caller whom nobody can take: in one breath, whole sentences, and a thank-you at every end."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import wording
from voice.wording.offers import ONE_BREATH

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TIMES = [
    wording.spoken_time(NOW + timedelta(days=days, minutes=minutes), NOW, LONDON)
    for days, minutes in ((0, 75), (0, 317), (1, 62), (6, 5))
]
"""As the next week's promises sound: "a quarter past three this afternoon"."""

WHYS = ["closed", "lunch", "Christmas Day", "Substitute day for the Coronation of King Charles", "x" * 200]
ENDINGS = [
    wording.goodbye(None),
    wording.goodbye("noon today"),
    wording.goodbye_late(),
    wording.message_thanks(),
    wording.not_taken(),
]


@pytest.mark.parametrize(("when", "hold", "call_back"), list(product(TIMES, [True, False], [True, False])))
def test_offer_while_open_is_one_breath(when: str, *, hold: bool, call_back: bool) -> None:
    keys = wording.choices(hold=hold, call_back=call_back)
    for sorry in (wording.nobody_free(), wording.still_nobody_free()):
        assert wording.seconds(f"{sorry} {wording.we_ring_back(when)} {keys}") <= ONE_BREATH


def test_offer_after_a_promise_that_is_past_is_one_breath() -> None:
    keys = wording.choices(hold=True, call_back=True)
    text = f"{wording.nobody_free(late=True)} {wording.first_in_line()} {keys}"
    assert wording.seconds(text) <= ONE_BREATH
    assert text.count("sorry") == 1


@pytest.mark.parametrize(("why", "when", "just_now"), list(product(WHYS, TIMES, [True, False])))
def test_offer_while_closed_is_one_breath_whatever_the_day_is_called(why: str, when: str, *, just_now: bool) -> None:
    closed = wording.we_are_closed(why, just_now=just_now)
    keys = wording.choices(hold=False, call_back=True)
    assert wording.seconds(f"{closed} {wording.we_ring_back(when)} {keys}") <= ONE_BREATH


@pytest.mark.parametrize("hold", [True, False])
def test_offer_to_a_caller_with_a_hidden_number_is_one_breath(*, hold: bool) -> None:
    assert wording.seconds(f"{wording.nobody_free()} {wording.hidden_number(hold=hold)}") <= ONE_BREATH


@pytest.mark.parametrize(
    ("hold", "call_back", "keys"),
    [
        (True, True, "To hold, press 1; for another number or time, 2; for a message, 3."),
        (True, False, "To hold, press 1; for a message, 3."),
        (False, True, "For another number or time, press 2; for a message, 3."),
        (False, False, "For a message, press 3."),
    ],
)
def test_only_keys_that_work_are_told(keys: str, *, hold: bool, call_back: bool) -> None:
    assert wording.choices(hold=hold, call_back=call_back) == keys


@given(st.none() | st.text(max_size=200), st.booleans())
def test_any_name_of_a_holiday_leaves_the_sentence_whole(why: str | None, just_now: bool) -> None:  # noqa: FBT001
    text = wording.we_are_closed(why, just_now=just_now)
    assert text.endswith(".")
    assert "  " not in text
    assert " ." not in text
    assert "for ." not in text


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_thanks_and_says_goodbye(ending: str) -> None:
    assert ending.startswith("Thank you")
    assert ending.endswith("Goodbye!")


@pytest.mark.parametrize("when", [None, "noon today"])
def test_goodbye_says_the_promise_once_more(when: str | None) -> None:
    assert ("We'll ring you by noon today." in wording.goodbye(when)) is (when is not None)


@pytest.mark.parametrize("phone", ["+447700900123", "+441534456789", "+3531234567", "+14165550123"])
def test_read_back_of_any_number_is_short_and_whole(phone: str) -> None:
    text = wording.read_back(phone)
    assert wording.seconds(text) < 10
    assert [letter for letter in text.split(".")[0] if letter.isdigit()][-4:] == list(phone[-4:])


@pytest.mark.parametrize("number", [0, 1, 4])
def test_every_part_of_a_day_is_told_with_its_key(number: int) -> None:
    text = wording.which_time(["this afternoon", "this evening", "tomorrow morning", "tomorrow afternoon"][:number])
    assert "As soon as we can, press 1" in text
    assert text.endswith(f", {number + 1}." if number else ", press 1.")


def test_usual_times_are_told_in_one_breath() -> None:
    parts = ["this afternoon", "this evening", "tomorrow morning", "tomorrow afternoon"]
    assert wording.seconds(wording.which_time(parts)) <= ONE_BREATH
