"""Sound is cut and made even: as loud as any other, never too loud, and nothing is made of silence."""

from __future__ import annotations  # array[int] is no object before Python 3.12

import math
import random
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicemail_greetings.levelling import LOUDEST, MARGIN, RATE, WANTED, levelled


def tone(seconds: float, height: int) -> array[int]:
    """A hum, as loud as a voice of that height."""
    return array("h", (round(height * math.sin(at / 4)) for at in range(int(seconds * RATE))))


def hush(seconds: float) -> array[int]:
    """The hiss of a line on which nobody speaks."""
    hiss = random.Random(7)
    return array("h", (hiss.randint(-20, 20) for _ in range(int(seconds * RATE))))


def mean(samples: array[int]) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


@pytest.mark.parametrize("height", [300, 3_000, 30_000])
def test_voice_however_soft_or_loud_becomes_as_loud_as_any_other(height):
    even = levelled(tone(1, height))
    assert mean(even) == pytest.approx(WANTED, rel=0.1)
    assert max(even) <= LOUDEST


def test_one_loud_click_does_not_make_the_voice_quiet():
    voice = tone(2, 1_000)
    voice[100], voice[200] = 32_767, -32_768
    even = levelled(voice)
    assert mean(even) == pytest.approx(WANTED, rel=0.15)
    assert max(even) == -min(even) == pytest.approx(LOUDEST, abs=1)


def test_silence_at_both_ends_is_cut_and_between_words_it_stays():
    said = hush(2) + tone(1, 4_000) + hush(1.5) + tone(1, 4_000) + hush(3)
    assert len(levelled(said)) == pytest.approx(3.5 * RATE + 2 * MARGIN, abs=RATE // 25)


@pytest.mark.parametrize("samples", [array("h"), array("h", bytes(RATE)), hush(2)])
def test_nothing_is_made_of_silence(samples):
    assert levelled(samples) == array("h")


@settings(max_examples=25)
@given(st.lists(st.integers(-32_768, 32_767), max_size=900))
def test_any_sound_stays_within_bounds(samples):
    even = levelled(array("h", samples))
    assert len(even) <= len(samples)
    assert all(-LOUDEST <= sample <= LOUDEST for sample in even)
