"""How long a text is in the ear: its words as people hear them, and the seconds that it takes to say. Pure."""

import re
import unicodedata

LETTERS_A_SECOND = 15
WORDS_A_MINUTE = 170
"""What voices on the telephone speak, at an easy pace. Long words are slow by the first, short ones by the second."""

LETTERS_A_SYLLABLE = 3
"""What a character counts for that is a whole syllable, as in Chinese, Japanese and Korean."""

SIGNS_HEARD = {"&": " and ", "-": " ", "–": " ", "—": " ", "/": " ", "_": " ", **dict.fromkeys(",.:;!?·'’\"", "")}
"""Signs, and what is heard of them."""

YEAR = re.compile(r"(?<!\d)(19|20)(\d\d)(?!\d)")

TEENS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def words(text: str) -> int:
    """How many words people hear: "Smith & Co" has three, "Al-Rashid" two, "2019" two, 王小明 three."""
    return _count(heard(text))


def seconds(text: str) -> float:
    """About how long it takes to say, by the slower of the two rates."""
    said = heard(text)
    return max(len(said) / LETTERS_A_SECOND, _count(said) * 60 / WORDS_A_MINUTE)


def _count(said: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in said.split())


def heard(text: str) -> str:
    """The text with its figures and signs as they are heard: a year in two halves, every other number figure by figure."""
    spelt = YEAR.sub(lambda year: f"{in_words(int(year[1]))} {in_words(int(year[2]))}", text)
    return " ".join("".join(map(_spelt, spelt)).split())


def _spelt(letter: str) -> str:
    if letter in SIGNS_HEARD:
        return SIGNS_HEARD[letter]
    if letter.isdecimal():
        return f" {in_words(unicodedata.decimal(letter))} "
    return f" {letter * LETTERS_A_SYLLABLE} " if unicodedata.east_asian_width(letter) in {"W", "F"} else letter


def in_words(count: int) -> str:
    """A number from 0 to 99: "seven", "forty-two"."""
    if count < 20:
        return TEENS[count]
    tens, ones = TENS[count // 10 - 2], count % 10
    return f"{tens}-{TEENS[ones]}" if ones else tens
