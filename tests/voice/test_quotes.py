"""What customers said, quoted in texts and whispers; and what our own people are told of messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import wording
from voice.wording import notices, quotes


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("The chain fell off.", 40, "The chain fell off."),
        ("The chain fell off, and the brake is gone", 22, "The chain fell off..."),
        ("Aaaaaaaaaaaaaaaaaaaa", 10, "Aaaaaaa..."),
        ("It’s “Daisy”\x00\n\tagain", 40, "It's 'Daisy' again"),
        (None, 40, ""),
        (" \n ", 40, ""),
    ],
)
def test_first_words_are_cut_at_a_word_and_plain(text, limit, said):
    assert quotes.first_words(text, limit) == said


@given(st.text(max_size=200), st.integers(10, 120))
def test_first_words_never_exceed_their_room(text, limit):
    assert len(quotes.first_words(text, limit)) <= limit


def test_voice_does_not_say_that_words_were_cut_off():
    said = wording.spoken(quotes.first_words("the chain fell off and the brake is gone", 25), 120)

    assert said == "the chain fell off and"


@pytest.mark.parametrize(
    ("business", "link", "begins"),
    [
        ("Harbour Bikes", "https://b.test/c", "Harbour Bikes: Jane Smith (+44 "),
        ("Bikes " * 10, f"https://{'b' * 60}.test", "Jane Smith (+44 "),
    ],
)
def test_notice_names_the_business_where_one_text_has_room_for_it(business, link, begins):
    said = notices.message_left(business, "Jane Smith (+44 7700 900123)", 125, "by 15:00", link)

    assert said.startswith(begins)
    assert said.endswith(f" left a message of 2:05. Promised by 15:00. {link}")
    assert len(said) <= 160


@pytest.mark.parametrize(
    ("name", "phone", "said"),
    [
        ("Jane Smith", "+447700900123", "Jane Smith (+44 7700 900123)"),
        (None, "+447700900123", "+44 7700 900123"),
        ("Jane Smith", None, "Jane Smith (number withheld)"),
        (None, None, "A caller (number withheld)"),
    ],
)
def test_caller_is_named_with_the_whole_number(name, phone, said):
    assert notices.caller(name, phone) == said
