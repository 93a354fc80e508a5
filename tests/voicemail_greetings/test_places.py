"""Places in a greeting: filled in whole sentences whatever is known, and told of when they are wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemail_greetings import places

KNOWN = {
    "name": "Jane Smith",
    "time": "noon today",
    "team": "Workshop",
    "person": "Priya Shah",
    "business": "Harbour Bikes",
    "holiday": "Christmas Day",
    "until": "nine o'clock on Monday morning",
}


@pytest.mark.parametrize(
    ("written", "nameless"),
    [
        ("Hello {name}, thank you.", "Hello, thank you."),
        ("{name}, thank you.", "Thank you."),
        ("Dear {name}, we're closed.", "We're closed."),
        ("Good morning, {name}!", "Good morning!"),
        ("Hello, {name}, thank you.", "Hello, thank you."),
        ("Thank you, {name}, for calling.", "Thank you, for calling."),
        ("Thank you {name} for calling.", "Thank you for calling."),
        ("Hello {name} and welcome.", "Hello and welcome."),
        ("I'm so sorry – {name}.", "I'm so sorry."),
        ("{name}! Thank you.", "Thank you."),
        ("Hello {name}", "Hello"),
        ("We know {name} well. Goodbye!", "Goodbye!"),
        ("{name} is a friend. Goodbye!", "Goodbye!"),
        ("Hello {name}'s friends. Goodbye!", "Goodbye!"),
        ("This is for {name}. Goodbye!", "Goodbye!"),
        ("{name}", ""),
    ],
)
def test_caller_without_a_name_hears_a_whole_sentence(written: str, nameless: str) -> None:
    assert places.fill(written, {**KNOWN, "name": None}).text == nameless
    assert places.fill(written, KNOWN).text == written.replace("{name}", "Jane Smith")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("We're closed for {holiday}. Thank you!", "Thank you!"),
        ("{person} is away until {until}. Ask for the {team}.", "Ask for the Workshop."),
        ("Ask for Mr. {person} today. Thank you!", "Thank you!"),
        ("thank you. we open at {until}. bye", "thank you. bye"),
        ("{nobody} rings. Thank you!", "Thank you!"),
        ("We're {holiday}", ""),
        ("{holiday}… “Thank you.”", "“Thank you.”"),
        ("!", ""),
        ("", ""),
    ],
)
def test_sentence_that_needs_what_is_absent_falls_away_whole(written: str, said: str) -> None:
    values = {"team": "Workshop", "holiday": " ", "person": None}
    assert places.fill(written, values).text == said


@pytest.mark.parametrize(
    ("written", "time", "tells"),
    [
        ("We'll ring you by {time}.", "noon", True),
        ("We'll ring you by {time}.", None, False),
        ("{person} rings you by {time}. Thank you!", "noon", False),
        ("We'll ring you soon.", "noon", False),
    ],
)
def test_whether_the_time_is_told_is_known(written: str, time: str | None, *, tells: bool) -> None:
    assert places.fill(written, {"time": time}).tells_when is tells


@pytest.mark.parametrize("place", ["name.__class__", "name!r", "name:>99999999", "0", "", "{name}", "time[0]"])
def test_nothing_that_is_typed_is_evaluated(place: str) -> None:
    assert "999" not in (said := places.fill(f"Hello, {{{place}}} is here. Thank you!", KNOWN).text)
    assert "{" not in said
    assert places.problems(f"Hello, {{{place}}}.") != []


def test_value_with_braces_is_not_filled_again() -> None:
    assert places.fill("Hello {name}.", {"name": "{time}", "time": "noon"}).text == "Hello {time}."


@given(
    st.lists(st.sampled_from([*(f"{{{place}}}" for place in places.PLACES), "{x}", "{", "}", ". ", "! ", ", ", " ", "hello"])),
    st.sets(st.sampled_from(places.PLACES)),
)  # fmt: skip
def test_no_brace_and_no_gap_is_ever_spoken(parts: list[str], known: set[str]) -> None:
    said = places.fill("".join(parts), {place: KNOWN[place] for place in known})
    assert not set("{}") & set(said.text)
    assert said.text == " ".join(said.text.split())
    assert said.tells_when == (KNOWN["time"] in said.text)
    assert said.text == "" or any(map(str.isalnum, said.text))


@given(st.text())
def test_any_text_can_be_filled_and_looked_at(text: str) -> None:
    places.fill(text, {})
    assert places.problems(text) or text.strip()


@pytest.mark.parametrize("text", ["We'll ring you by {time}.", "One line.\r\nAnother, {name}.", "a" * 400])
def test_good_text_has_no_problems(text: str) -> None:
    assert places.problems(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hi {nmae}.", "“{nmae}” is not a place that we can fill; write {name}."),
        ("Hi { Name }.", "“{ Name }” is not a place that we can fill; write {name}."),
        ("Hi {name.__class__}.", "“{name.__class__}” is not a place that we can fill; write {name}."),
        ("Hi {name", "“{name” has a brace without its other half; close it, as in {name}, or leave it out."),
        ("Hi name}.", "“name}” has a brace without its other half; close it, as in {name}, or leave it out."),
        (" \n", "The text is empty; write what callers shall hear."),
        ("a" * 401, "The text has 401 characters; say it in 400 or fewer."),
        ("Hi\x07.", "“U+0007” is a control character that no voice can say; leave it out."),
        ("Hi\ud800.", "“U+D800” is a control character that no voice can say; leave it out."),
    ],
)
def test_problem_is_told_with_its_words_and_how_to_mend_it(text: str, problem: str) -> None:
    assert places.problems(text) == [problem]


def test_place_like_no_other_is_answered_with_all_that_there_are() -> None:
    (problem,) = places.problems("Hi {xyz}.")
    assert problem.endswith("one of {name}, {time}, {team}, {person}, {business}, {holiday}, {until}.")


def test_all_problems_are_told_at_once() -> None:
    assert len(places.problems("{x} {x} {y} {\x00" + "a" * 400)) == 5
