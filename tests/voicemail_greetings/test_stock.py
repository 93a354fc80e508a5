"""The greetings that ship: good by our own checks, whole without anything known, and one breath with the keys."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from office import spoken
from voice import wording
from voice.wording.offers import ONE_BREATH
from voicemail_greetings import checks, places, stock
from voicemail_greetings.greeting import SITUATIONS, Situation

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TIMES = [
    wording.spoken_time(NOW + timedelta(days=days, minutes=minutes), NOW, ZoneInfo("Europe/London"))
    for days, minutes in ((0, 75), (0, 317), (1, 62), (6, 5))
]
LANGUAGES = ["en-GB", "en-US"]
EACH = list(product(SITUATIONS, LANGUAGES))


def text(situation: Situation, language: str) -> str:
    return stock.greeting(situation, language).text or ""


@pytest.mark.parametrize(("situation", "language"), EACH)
def test_stock_greeting_is_good(situation: Situation, language: str) -> None:
    assert places.problems(text(situation, language)) == []
    assert checks.findings(text(situation, language), business="Harbour Bikes") == []


@pytest.mark.parametrize(("situation", "language", "when"), [(*each, when) for each in EACH for when in TIMES])
def test_stock_greeting_with_the_keys_is_one_breath(situation: Situation, language: str, when: str) -> None:
    said = places.fill(text(situation, language), {**checks.ORDINARY, "time": when})
    keys = wording.choices(hold=situation == "busy", call_back=True)
    assert said.tells_when
    assert spoken.seconds(f"{said.text} {keys}") <= ONE_BREATH


@pytest.mark.parametrize(
    ("situation", "said"),
    [
        ("busy", "I'm so sorry, everybody is with a customer. We'll ring you back by noon."),
        ("closed", "We're closed just now. We'll ring you back by noon. Thank you!"),
        ("lunch", "We're closed for lunch just now. We'll ring you back by noon. Thank you!"),
        ("holiday", "We're closed for Christmas Day. We'll ring you back by noon. Thank you!"),
        ("away", "Priya is away until Monday. We'll ring you back by noon. Thank you!"),
    ],
)
def test_stranger_hears_whole_sentences(situation: Situation, said: str) -> None:
    values = {"time": "noon", "holiday": "Christmas Day", "person": "Priya", "until": "Monday"}
    assert places.fill(text(situation, "en-GB"), values).text == said


@pytest.mark.parametrize(
    ("language", "british"),
    [
        ("en-GB", True),
        ("en-AU", True),
        ("de-DE", True),
        ("", True),
        ("en-US", False),
        ("en-CA", False),
        ("EN_us", False),
    ],
)
def test_americans_hear_american_and_everybody_else_british(language: str, *, british: bool) -> None:
    assert ("We'll ring you back" in text("closed", language)) is british
    assert ("right now" in text("closed", language)) is not british
