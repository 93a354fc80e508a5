"""How names and other words from outside are spoken: without markup, pictures and control characters, at a sane length."""

import re
import unicodedata

LONGEST_NAME = 60
"""Characters of a name that we speak: about four seconds, as long as a greeting can bear."""

MARKUP = re.compile(r"<[^<>]*>")

SIGNS = "&'’.,-–—·/"
"""What a voice passes over, or knows how to say, when it stands alone. It reads out the name of any other."""

ROW_OF_SIGNS = re.compile(rf"([{re.escape(SIGNS)}])[{re.escape(SIGNS)}]+")


def clean(text: str, longest: int = LONGEST_NAME) -> str:
    """Text that can be spoken and stands in XML: no control characters, one space between words, a sane length."""
    words = unicodedata.normalize("NFC", " ".join(_spaced(text).split()))
    return words if len(words) <= longest else words[: longest + 1].rsplit(" ", 1)[0][:longest]


def spoken(text: str | None, longest: int = LONGEST_NAME) -> str:
    """Words from outside as a voice can say them: no markup, no pictures, no rows of signs. Empty when nothing is left."""
    bare = _spaced(MARKUP.sub(" ", text or ""))
    plain = "".join(letter if _is_said(letter) else " " for letter in bare)
    # What hung on a picture (a skin tone, a variant) is left as a word without any letter or digit.
    begun = (word if word == "&" else word.lstrip(SIGNS) for word in ROW_OF_SIGNS.sub(r"\1", plain).split())
    words = [word for word in begun if word == "&" or any(map(str.isalnum, word))]
    return re.sub(r"^\W+", "", clean(" ".join(words), longest)).rstrip(SIGNS + " ")


def spoken_name(name: str | None) -> str | None:
    """A name as a voice can say it; None when no letter is left: then the sentence without a name is spoken."""
    said = spoken(name)
    return said if any(map(str.isalpha, said)) else None


def _spaced(text: str) -> str:
    """Without what no voice says: a soft hyphen or a joiner (Cf) stands inside a word, every other such character between two."""
    seen = (letter for letter in text if unicodedata.category(letter) != "Cf")
    return "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in seen)


def _is_said(letter: str) -> bool:
    """Letters, marks, figures, spaces and the signs that we know."""
    return letter in SIGNS or unicodedata.category(letter)[0] in "LMNZ"
