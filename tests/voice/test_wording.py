"""What callers and staff hear: times and names in words, and sentences that are whole with a name or without."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import wording

LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
TUESDAY_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
UNSPEAKABLE = [
    "",
    "   ",
    "\x00\x07",
    "\u200b\u200d",
    "\ud800",
    "😀",
    "👍🏽❤️",
    "<b></b>",
    "<<>>",
    "- &",
    "'",
    "+4477 00123",
]


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def said_on_tuesday_at_ten(moment: str) -> str:
    return wording.spoken_time(at(moment), TUESDAY_TEN, LONDON)


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("09:00", "nine o'clock"), ("09:01", "one minute past nine"), ("09:02", "two minutes past nine"),
        ("09:05", "five past nine"), ("09:10", "ten past nine"), ("09:12", "twelve minutes past nine"),
        ("09:15", "a quarter past nine"), ("09:20", "twenty past nine"), ("09:21", "twenty-one minutes past nine"),
        ("09:25", "twenty-five past nine"), ("09:29", "twenty-nine minutes past nine"), ("09:30", "half past nine"),
        ("09:31", "twenty-nine minutes to ten"), ("09:35", "twenty-five to ten"), ("09:39", "twenty-one minutes to ten"),
        ("09:40", "twenty to ten"), ("09:45", "a quarter to ten"), ("09:50", "ten to ten"), ("09:55", "five to ten"),
        ("09:59", "one minute to ten"), ("00:00", "midnight"), ("00:15", "a quarter past midnight"),
        ("00:45", "a quarter to one"), ("11:45", "a quarter to twelve"), ("12:00", "noon"),
        ("12:15", "a quarter past twelve"), ("12:45", "a quarter to one"), ("13:00", "one o'clock"),
        ("15:15", "a quarter past three"), ("22:30", "half past ten"), ("23:45", "a quarter to twelve"),
    ],
)  # fmt: skip
def test_clock_is_read_as_people_read_it(clock: str, words: str) -> None:
    assert wording.clock_words(datetime.fromisoformat(f"2026-11-24T{clock}").replace(tzinfo=LONDON)) == words


def test_every_minute_of_a_day_is_read_in_words_of_its_own() -> None:
    midnight = at("2026-11-24T00:00")
    spoken = {wording.spoken_time(midnight + timedelta(minutes=m), midnight, LONDON) for m in range(24 * 60)}
    assert len(spoken) == 24 * 60
    assert all(re.fullmatch(r"[a-z' -]+", words) for words in spoken)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T11:59", "one minute to twelve this morning"),
        ("2026-11-24T12:00", "noon today"),
        ("2026-11-24T12:01", "one minute past twelve this afternoon"),
        ("2026-11-24T15:15", "a quarter past three this afternoon"),
        ("2026-11-24T17:59", "one minute to six this afternoon"),
        ("2026-11-24T18:00", "six o'clock this evening"),
        ("2026-11-24T20:59", "one minute to nine this evening"),
        ("2026-11-24T21:00", "nine o'clock tonight"),
        ("2026-11-25T00:00", "midnight tonight"),
        ("2026-11-25T00:12", "twelve minutes past midnight tonight"),
        ("2026-11-25T01:00", "one o'clock tomorrow morning"),
        ("2026-11-25T09:10", "ten past nine tomorrow morning"),
        ("2026-11-25T12:00", "noon tomorrow"),
        ("2026-11-25T21:30", "half past nine tomorrow night"),
        ("2026-11-26T00:00", "midnight tomorrow night"),
        ("2026-11-26T09:10", "ten past nine on Thursday morning"),
        ("2026-11-27T12:00", "noon on Friday"),
        ("2026-11-30T09:10", "ten past nine on Monday morning"),
        ("2026-12-01T09:10", "ten past nine on the morning of Tuesday the 1st of December"),
        ("2026-12-02T12:00", "noon on Wednesday the 2nd of December"),
        ("2026-12-03T14:00", "two o'clock on the afternoon of Thursday the 3rd of December"),
        ("2026-12-11T09:00", "nine o'clock on the morning of Friday the 11th of December"),
        ("2026-12-22T18:30", "half past six on the evening of Tuesday the 22nd of December"),
        ("2027-01-13T09:00", "nine o'clock on the morning of Wednesday the 13th of January"),
    ],
)
def test_promise_is_spoken_as_people_say_it(moment: str, words: str) -> None:
    assert said_on_tuesday_at_ten(moment) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T09:10", "ten past nine this morning"),
        ("2026-11-23T16:00", "four o'clock yesterday afternoon"),
        ("2026-11-23T12:00", "noon yesterday"),
        ("2026-11-23T22:00", "ten o'clock last night"),
        ("2026-11-20T09:10", "ten past nine on the morning of Friday the 20th of November"),
    ],
)
def test_promise_that_is_past_is_told_to_staff_as_past(moment: str, words: str) -> None:
    assert said_on_tuesday_at_ten(moment) == words


@pytest.mark.parametrize(
    ("now", "moment", "zone", "words"),
    [
        # London's clocks go forward in the night to Sunday 29 March 2026 and back on Sunday 25 October.
        ("2026-03-28T17:00", "2026-03-29T09:00", LONDON, "nine o'clock tomorrow morning"),
        ("2026-03-29T00:30", "2026-03-29T09:00", LONDON, "nine o'clock this morning"),
        ("2026-10-24T23:30", "2026-10-25T09:00", LONDON, "nine o'clock tomorrow morning"),
        ("2026-10-25T00:30", "2026-10-26T09:00", LONDON, "nine o'clock tomorrow morning"),
        ("2026-10-04T01:30", "2026-10-04T09:00", LORD_HOWE, "nine o'clock this morning"),
        ("2026-04-04T22:00", "2026-04-05T09:15", LORD_HOWE, "a quarter past nine tomorrow morning"),
    ],
)
def test_clock_change_leaves_days_and_hours_as_the_office_says_them(
    now: str, moment: str, zone: ZoneInfo, words: str
) -> None:
    assert wording.spoken_time(at(moment, zone), at(now, zone), zone) == words


def test_equal_moment_is_spoken_in_the_office_s_own_zone() -> None:
    moment = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)
    assert wording.spoken_time(moment, moment, LONDON) == "half past eleven tonight"
    assert wording.spoken_time(moment, moment, LORD_HOWE) == "nine o'clock this morning"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Jane\x00 \x1b[31mSmith", "Jane 31mSmith"),
        ("  Jane\r\n\tSmith ", "Jane Smith"),
        ("<b>Jane</b> Smith", "Jane Smith"),
        ("Jane <script>alert(1)", "Jane alert 1"),
        ("Jane ❤️ Smith 👍🏽", "Jane Smith"),
        ("Smi\u00adth", "Smith"),
        ("\u202eJane", "Jane"),
        ("Jose\u0301", "José"),
        ("Smith & Sons", "Smith & Sons"),
        ("Smith && Co.,", "Smith & Co"),
        ("Jane ***(mobile)*** #2", "Jane mobile 2"),
        ("Jane (,mobile) .Smith", "Jane mobile Smith"),
        ("Jane......Smith-----", "Jane.Smith"),
        ("J. R. O’Brien-Shah", "J. R. O’Brien-Shah"),
        ('"Jane" = Smith; x', "Jane Smith x"),
        ("सीता", "सीता"),
        ("रमेश कुमार", "रमेश कुमार"),
        ("7-Eleven", "7-Eleven"),
    ],
)
def test_name_is_spoken_without_what_is_no_speech(written: str, spoken: str) -> None:
    assert wording.spoken_name(written) == spoken


def test_endless_name_is_cut_between_words() -> None:
    assert wording.spoken_name("Wolfeschlegel " * 15) == " ".join(["Wolfeschlegel"] * 4)


def test_endless_word_is_cut_at_the_length_we_speak() -> None:
    assert wording.spoken_name("a" * 200) == "a" * wording.LONGEST_NAME


def test_text_that_ends_with_a_whole_word_at_the_limit_keeps_that_word() -> None:
    assert wording.clean("Jane Smith and more", longest=10) == "Jane Smith"


@given(st.text(max_size=200))
def test_any_words_are_spoken_at_a_sane_length_without_what_is_no_speech(text: str) -> None:
    spoken = wording.spoken(text)
    assert len(spoken) <= wording.LONGEST_NAME
    assert spoken == " ".join(spoken.split())
    assert not any(unicodedata.category(letter)[0] in "CS" for letter in spoken)
    assert not spoken or (any(map(str.isalnum, spoken)) and spoken[0].isalnum())


@pytest.mark.parametrize("name", [None, *UNSPEAKABLE])
def test_name_that_nobody_can_speak_leaves_no_gap(name: str | None) -> None:
    assert wording.spoken_name(name) is None
    assert wording.callback_whisper(name, "noon today").startswith("Call-back for a caller, owed since noon today.")
    assert wording.ringing_customer(name) == "Ringing them now."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0), ("Good morning!", 2), ("I'm sorry", 2), ("Smith & Co", 3), ("Al-Rashid", 2), ("since 2019", 3),
        ("in 1997", 4), ("Press 1", 2), ("07700", 5), ("\u0663", 1), ("10 - 12", 4), ("王小明", 3), ("रमेश कुमार", 2), ("...", 0),
    ],
)  # fmt: skip
def test_words_are_counted_as_people_hear_them(text: str, words: int) -> None:
    assert wording.words(text) == words


def test_seconds_follow_the_slower_of_letters_and_words() -> None:
    assert wording.seconds("a " * 17) == pytest.approx(17 / 170 * 60)
    assert wording.seconds("lengthier sentences " * 9) == pytest.approx((20 * 9 - 1) / 15)


def test_figures_take_as_long_as_their_words() -> None:
    assert wording.seconds("0 7 since 2019, 王") == wording.seconds("zero seven since twenty nineteen xxx")


@given(st.text(max_size=300))
def test_more_text_never_takes_less_time(text: str) -> None:
    assert 0 <= wording.seconds(text) < wording.seconds(f"{text} and so on")


@pytest.mark.parametrize(
    ("text", "longest", "left"),
    [
        ("Jane Smith", 2, "Jane Smith"),
        ("Harbour Bikes and", 9, "Harbour Bikes and"),
        ("The Old Harbour Bike Repair and Sales Company", 2.2, "The Old Harbour Bike Repair"),
        ("Smith, Jones and Partners", 1.1, "Smith, Jones"),
        ("Smith, Jones and Partners", 0.5, "Smith"),
        ("a" * 60, 1, "a" * 15),
        ("王小明", 0.8, "王小"),
    ],
)
def test_text_is_shortened_at_a_word_that_may_stand_last(text: str, longest: float, left: str) -> None:
    assert wording.shortened(text, longest) == left


@given(st.text(max_size=200), st.sampled_from([0.7, 1.1, 2.2]))
def test_shortened_text_is_a_beginning_that_fits(text: str, longest: float) -> None:
    spoken = wording.spoken(text)
    left = wording.shortened(spoken, longest)
    assert spoken.startswith(left)
    assert wording.seconds(left) <= longest
    assert bool(left) == bool(spoken)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "zero"), (1, "one"), (12, "twelve"), (19, "nineteen"), (20, "twenty"), (42, "forty-two"), (99, "ninety-nine")]
)  # fmt: skip
def test_number_is_spoken_in_words(number: int, words: str) -> None:
    assert wording.in_words(number) == words


@pytest.mark.parametrize("when", [None, "noon today"])
def test_every_ending_thanks(when: str | None) -> None:
    goodbye = wording.goodbye(when)
    assert goodbye.startswith("Thank you")
    assert ("We'll ring you by noon today." in goodbye) is (when is not None)


@pytest.mark.parametrize(
    ("next_try", "words"),
    [
        ("noon today", "They didn't pick up. We'll try again at noon today. Thank you!"),
        (None, "They didn't pick up. Thank you!"),
    ],
)
def test_staff_hear_when_we_try_again(next_try: str | None, words: str) -> None:
    assert wording.customer_not_there(next_try) == words
