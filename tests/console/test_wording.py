"""The sentences of the pages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console import wording

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (3720, "1 h 2 min"), (172_799, "47 h 59 min"), (172_800, "2 days")],
)  # fmt: skip
def test_length_is_whole_minutes_until_the_last(seconds: int, words: str) -> None:
    assert wording.length(timedelta(seconds=seconds)) == words
    assert wording.length(timedelta(seconds=-seconds)) == words


def test_promised_time_itself_is_not_over() -> None:
    assert wording.time_left(NOON, NOON) == "in 0 s"
    assert wording.time_left(NOON, NOON + timedelta(seconds=1)) == "1 s over"


@pytest.mark.parametrize(
    ("away", "words"), [(0, None), (1, "Wed"), (6, "Mon"), (7, "1 Dec"), (-1, "Mon"), (-24, "31 Oct")]
)
def test_day_that_is_not_today_is_named(away: int, words: str | None) -> None:
    assert wording.day(NOON + timedelta(days=away), NOON, LONDON) == words


@pytest.mark.parametrize(
    ("phone", "words"), [("+447700900123", "07700 900123"), ("+442079460321", "020 7946 0321"), ("+15005550006", "+1 500-555-0006")]
)  # fmt: skip
def test_number_is_written_as_people_at_home_write_it(phone: str, words: str) -> None:
    assert wording.number(phone, "GB") == words


@pytest.mark.parametrize(
    ("late", "first", "coming", "words"),
    [
        (0, None, None, ("Nobody is waiting for us.", "")),
        (0, None, ("Jane", "12:04"), ("Nobody is past their time.", "Jane is next, by 12:04.")),
        (1, "Gwen", None, ("One customer is past their time.", "A quick call to Gwen still means a lot.")),
        (2, "Gwen", ("Jane", "12:04"), ("Two customers are past their time.", "Gwen comes first. The next promise is to Jane, by 12:04.")),
        (13, "Gwen", None, ("13 customers are past their time.", "Gwen comes first.")),
    ],
)  # fmt: skip
def test_news_say_how_things_stand_and_what_is_next(
    late: int, first: str | None, coming: tuple[str, str] | None, words: tuple[str, str]
) -> None:
    assert wording.news(late, first, coming) == words


def test_day_without_a_promise_and_one_without_a_kept_one_are_told_as_they_are() -> None:
    assert wording.all_clear(0, 0, done=0) == "A quiet line so far."
    assert wording.all_clear(0, 0, done=1) == "All clear."
    assert wording.all_clear(0, 2, done=3) == "All clear. Two promises, none kept."


@pytest.mark.parametrize(
    ("code", "words"), [(None, None), ("en-GB", None), ("fr", "French"), ("pt-BR", "Portuguese"), ("tlh", "Klingon"), ("xqz", "xqz")]
)  # fmt: skip
def test_language_is_named_unless_it_is_ours(code: str | None, words: str | None) -> None:
    assert wording.language(code) == words


@pytest.mark.parametrize(
    ("name", "letters"), [("Priya Shah", "PS"), ("Cher", "C"), ("Jean-Luc de la Tour", "JT"), ("", "?"), ("…", "?"), ("Zoë Ångström", "ZÅ")]
)  # fmt: skip
def test_initials_of_any_name(name: str, letters: str) -> None:
    assert wording.initials(name) == letters


def test_words_lose_what_would_turn_the_line_round() -> None:
    assert wording.legible("\u202eevil\u2066\x00 name\n") == "evil name"
    assert wording.legible("Zoë 👩‍🔧 O’Neil") == "Zoë 👩‍🔧 O’Neil"
