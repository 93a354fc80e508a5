"""Cheerful and succinct: good greetings are left alone, and of each bad one is told what and how to say it better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemail_greetings.checks import findings

GOOD = [
    "Thank you for calling {business}. We're closed just now, and we'll ring you back by {time}.",
    "Hello {name}! Sorry we missed you. We'll ring you back by {time}.",
    "This is Harbour Bikes. I'm so sorry, every hand is on a spanner. We'll ring you by {time}.",
    "Thanks for ringing the {team}! We're at lunch. Somebody will call you by {time}.",
    "I'm so sorry, everybody is with a customer. We'll ring you back by {time}.",
    "{person} is away until {until}, I'm sorry. We'll ring you back by {time}.",
    "Merry Christmas, {name}, and thank you for calling {business}! We'll ring you back by {time}.",
    "Thank you! We’re out on the water. We’ll ring you back by {time}.",
    "Good evening, and thank you for calling us. We're home with our families. We'll call you by {time}.",
    "{business} here, sorry to miss you! We're in the van just now. We'll give you a call by {time}.",
    "Thank you for calling. The BMW and MOT desks are busy. We'll ring you back by {time}.",
    "I'm sorry, we can't come to the phone. We'll ring you by {time}, and we won't forget!",
    "Thank you for calling HARBOUR BIKES. We'll ring you about your policy by {time}.",
    "Hi! Harbour Bikes. Thank you for your call! We'll phone you by {time}!",
]

LONG = (
    "Thank you for calling {business}. We have looked after bicycles here since long before anybody remembers. "
    "Every one of them is dear to us. The tea is on, the dog is asleep. We'll ring you back by {time}."
)

BAD = [
    ("", {"who", "thanks", "promise"}),
    ("Hello.", {"who", "thanks", "promise"}),
    ("We're closed.", {"who", "thanks", "promise"}),
    ("Thank you! Goodbye.", {"who", "promise"}),
    ("This is {business}. We'll ring you by {time}.", {"thanks"}),
    ("Thank you for calling {business}.", {"promise"}),
    ("Sorry! Back by {time}.", {"who"}),
    (LONG, {"long"}),
    ("Thank you for calling us and we'll ring you back and tell you more by {time}.", {"sentence"}),
    (
        "Thank you for calling {business} where today the whole team is out on the long harbour ride until late. We'll ring you by {time}.",
        {"sentence"},
    ),
    ("Unfortunately we're closed. Thank you. We'll ring you by {time}.", {"phrase"}),
    ("Your call is important to us. Sorry, we're closed. We'll ring you by {time}.", {"phrase"}),
    ("Thank you. Please listen carefully. We'll ring you by {time}.", {"phrase"}),
    ("Thank you. Our menu has recently changed. We'll ring you by {time}.", {"phrase"}),
    ("Thank you. This call may be monitored for quality purposes. We'll ring you by {time}.", {"phrase"}),
    ("Thank you. This was recorded at our own studio. We'll ring you by {time}.", {"phrase"}),
    ("Sorry, all our agents are currently busy. We'll ring you by {time}.", {"phrase"}),
    ("Sorry, all of our operators are busy. We'll ring you by {time}.", {"phrase"}),
    ("Please be advised that we're closed, sorry. We'll ring you by {time}.", {"phrase"}),
    ("Sorry, please don’t hang up. We'll ring you by {time}.", {"phrase"}),
    ("Thank you. You must wait. We'll ring you by {time}.", {"phrase"}),
    ("Sorry, it is our policy to close. We'll ring you by {time}.", {"phrase"}),
    ("Thank you. We'll ring you at our earliest convenience.", {"phrase"}),
    ("Thank you. We'll ring you as soon as possible.", {"phrase"}),
    ("Thank you. Leave a message after the beep. We'll ring you by {time}.", {"phrase"}),
    ("Thank you. We are CLOSED. We'll ring you by {time}.", {"capitals"}),
    ("Thank you. Do NOT worry. We'll ring you by {time}.", {"capitals"}),
    ("Thank you!!! We'll ring you by {time}.", {"exclamations"}),
    ("Hi! Hello! Thank you! We'll ring you! By {time}!", {"exclamations"}),
    ("Sorry, we cannot say that we will not be late. We'll ring you by {time}.", {"double-negative"}),
    ("Sorry, we can’t ring without a number. We'll ring you by {time}.", {"double-negative"}),
    ("Thank you, it's not unusual. We'll ring you by {time}.", {"double-negative"}),
    (
        "UNFORTUNATELY all our lines are busy!! Please do not hang up.",
        {"who", "thanks", "promise", "phrase", "capitals", "exclamations"},
    ),
]


@pytest.mark.parametrize("text", GOOD)
def test_good_greeting_is_left_alone(text: str) -> None:
    assert findings(text, business="Harbour Bikes") == []


@pytest.mark.parametrize(("text", "rules"), BAD)
def test_bad_greeting_is_told_what_is_wrong(text: str, rules: set[str]) -> None:
    assert {finding.rule for finding in findings(text, business="Harbour Bikes")} == rules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sorry, please don’t  hang up. We'll ring you by {time}.", "please don’t hang up"),
        ("Thank you. We are CLOSED. We'll ring you by {time}.", "CLOSED"),
        ("Sorry ! ?! We'll ring you by {time}.", "! ?!"),
        ("Thank you for calling us and waiting and hoping. We'll ring you.", "Thank you for calling us and waiting and hoping."),
        ("Harbour Bikes is UNFORTUNATE, sorry. We'll ring you.", "UNFORTUNATE"),
        ("Sorry, we can’t ring without a number. We'll ring you.", "can’t ring without"),
    ],
)  # fmt: skip
def test_very_words_are_named(text: str, words: str) -> None:
    assert [finding.words for finding in findings(text, business="Harbour  Bikes")] == [words]


def test_long_greeting_is_told_its_seconds_and_its_longest_sentence() -> None:
    (finding,) = findings(LONG, business="Harbour Bikes")
    assert finding.words == "We have looked after bicycles here since long before anybody remembers."
    assert finding.better == "It takes about 16 seconds: say it in 15, or leave this out."


@pytest.mark.parametrize("business", ["ALL LINES BUSY!! AND SO ON AND ON", "Unfortunately", "{time", "(", ""])
def test_business_may_be_called_what_it_likes(business: str) -> None:
    assert findings(f"Thank you for calling {business}. We'll ring you by {{time}}.", business=business) == []


words = st.lists(
    st.sampled_from(["Sorry", "can't", "{business}", "NOT", "!", "’", "and", ".", "{", "\ud800", "Unfortunately"])
)


@given(st.text() | words.map(" ".join), st.text())
def test_any_text_of_anybody_can_be_looked_at(text: str, business: str) -> None:
    for finding in findings(text, business=business):
        assert finding.words in " ".join(text.split())
        assert finding.better


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["!?", "{", "a. ", "can't ", "{name}, "])
def test_endless_text_is_looked_at_in_no_time(piece: str) -> None:
    assert findings(piece * 20_000, business="Harbour Bikes") != []
