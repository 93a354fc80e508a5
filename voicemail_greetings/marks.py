"""Phone numbers and times that somebody says in a message, where they stand in its words. Pure.

They are what whoever rings back looks for. No engine hears each digit right: what stands here is offered, never dialled.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import phonenumbers as plan
from phonenumbers import Leniency, PhoneMetadata, PhoneNumberMatcher

from office import numbers
from voicemail_greetings.spoken_times import TIMES

DIGITS = {
    word: str(value)
    for value, words in enumerate(
        ("zero oh o nought naught", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    for word in words.split()
}
TIMES_SAID = {"double": 2, "triple": 3, "treble": 3}
WORD = re.compile(rf"\+|\d+|\b(?:{'|'.join([*DIGITS, *TIMES_SAID, 'plus', 'hundred'])})\b", re.IGNORECASE)
PAUSE = re.compile(r"[\s,.;()/\u2010-\u2015-]{0,4}|(?:\s*,)?\s+and\s+")
"""What may stand between two digits of one number."""

FEWEST, MOST = 7, 15
"""Digits of a number that is worth offering."""

MOST_WORDS = 20
"""Digits said one by one, with a few doubles."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`text[start:end]` of the words is a "phone" number or a "time"; `phone` is the number in its normal form."""

    kind: str
    start: int
    end: int
    text: str
    phone: str | None = None


def marks(text: str, region: str) -> list[Mark]:
    """Every number and time, from left to right, none within another. `region` ("GB") reads national numbers."""
    phones: list[Mark] = []
    for mark in (*_written(text, region), *_spoken(text, region)):
        if not _meets(mark, phones):
            phones.append(mark)
    times = (Mark("time", found.start(), found.end(), found[0]) for found in TIMES.finditer(text))
    return sorted([*phones, *(time for time in times if not _meets(time, phones))], key=lambda mark: mark.start)


def _meets(mark: Mark, others: list[Mark]) -> bool:
    return any(mark.start < other.end and other.start < mark.end for other in others)


def _written(text: str, region: str) -> Iterator[Mark]:
    """As people write them; the library knows every country's ways, but not the numbers that are kept for fiction."""
    for found in PhoneNumberMatcher(text, region, leniency=Leniency.VALID, max_tries=100):
        phone = _accepted(plan.format_number(found.number, plan.PhoneNumberFormat.E164), region)
        if phone:
            yield Mark("phone", found.start, found.end, found.raw_string, phone)


def _spoken(text: str, region: str) -> Iterator[Mark]:
    """Digits said one after the other: the longest that is a number, then on behind it."""
    for words in _runs(text):
        at = 0
        while at < len(words):
            found = _longest(words, at, region)
            if found is None:
                at += 1
                continue
            end, phone = found
            start, stop = words[at].start(), words[end - 1].end()
            yield Mark("phone", start, stop, text[start:stop], phone)
            at = end


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Words for digits that follow each other with nothing but a pause between them."""
    words = list(WORD.finditer(text))
    begin = 0
    for place, (left, right) in enumerate(pairwise(words), start=1):
        if not PAUSE.fullmatch(text, left.end(), right.start()):
            yield words[begin:place]
            begin = place
    yield words[begin:]


def _longest(words: list[re.Match[str]], at: int, region: str) -> tuple[int, str] | None:
    """Where the longest number that begins with that word ends, and the number."""
    for end in range(min(len(words), at + MOST_WORDS), at, -1):
        digits = _digits([word[0].casefold() for word in words[at:end]])
        phone = _accepted(digits, region) if digits else None
        if phone:
            return end, phone
    return None


def _digits(words: list[str]) -> str | None:
    """0799 of "oh seven double nine"; None when it begins or ends in the middle of something."""
    digits, times = "", 1
    for place, word in enumerate(words):
        if word in TIMES_SAID:
            times *= TIMES_SAID[word]
        elif word in {"+", "plus"} and place == 0:
            digits = "+"
        elif word == "hundred" and digits[-1:].isdigit() and times == 1:
            digits += "00"
        elif (said := DIGITS.get(word, word)).isdigit():
            digits, times = digits + said[:1] * (times - 1) + said, 1
        else:
            return None
    return digits if times == 1 else None


def _accepted(digits: str, region: str) -> str | None:
    """The number that these are, if it is one: as long as one, and begun as one is in that country."""
    if not FEWEST <= len(digits.removeprefix("+")) <= MOST or not digits.isascii():
        return None
    home = PhoneMetadata.metadata_for_region(region, None)
    trunk = home.national_prefix if home else None
    if trunk == "0" and not digits.startswith(("0", "+")):
        return None
    try:
        return numbers.normal(digits, region)
    except numbers.NumberError:
        return None
