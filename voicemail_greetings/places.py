"""The places in a greeting's text ({name}, {time}), filled so that every sentence stays whole, and what is wrong with them. Pure.

Only the places below are ever filled; nothing that a manager types is evaluated.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PLACES = ("name", "time", "team", "person", "business", "holiday", "until")
"""The caller, the promised time as it is spoken, their team, whom they want, us, today's holiday, when the person is back."""

LONGEST = 400
"""Characters of a greeting as it is written: more than anybody listens to."""

IN_BRACES = re.compile(r"\{([^{}]*)\}")

LOOSE = re.compile(r"\{[^\s{}]{0,30}|[^\s{}]{0,30}\}")
"""A brace left over, with the words at it."""

ENDING = re.compile(r"(?<![.!?…])[.!?…]+[\"')”’]*\s+|[。！？]+\s*")
"""The end of a sentence."""

SHORT_FORMS = frozenset({"mr", "mrs", "ms", "mx", "dr", "st", "prof", "rev", "a.m", "p.m"})
"""Words that end in a full stop where no sentence does."""

LONGEST_SHORT = 6
"""Characters: the longest of them, with what stands before it."""

HAILS = "hello|hi|hey|morning|afternoon|evening|day|you|thanks|sorry|welcome|back|again|goodbye|bye|calling|ringing"
"""Words after which a caller's name may stand, or just as well be left out."""

NAME_FIRST = re.compile(r"^(\W*)(?:dear\s+)?\{name\}[,;:.!?…]+\s*(\w?)", re.IGNORECASE)
NAME_AFTER_A_PAUSE = re.compile(r"\s*[,;:–—-]\s*\{name\}(?=\s*(?:[,;:.!?…–—]|$)|\s+and\b)")
NAME_AFTER_A_HAIL = re.compile(rf"\b({HAILS})\s+\{{name\}}(?=\s|[,;:.!?…–—]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filled:
    """What is spoken; `tells_when`: the promised time is in it."""

    text: str
    tells_when: bool


def fill(text: str, values: Mapping[str, str | None]) -> Filled:
    """The greeting with its places filled by `values` (as they are spoken; None or blank: absent), in whole sentences only.

    An absent {name} is left out where it only calls somebody by it ("Hello {name}, thank you"). A sentence that needs any other
    place that is absent or unknown falls away whole. Nothing is left: "".
    """
    known = {place: value for place in PLACES if (value := " ".join((values.get(place) or "").split()))}
    said = [(sentence, _filled(sentence, known)) for sentence in sentences(text)]
    tells_when = any(whole and "{time}" in sentence for sentence, whole in said)
    return Filled(" ".join(whole for _, whole in said if whole), tells_when)


def sentences(text: str) -> list[str]:
    """The sentences of a text as it is written, one space between words, each with its closing sign."""
    plain = " ".join(text.split())
    ends = [
        end.end() for end in ENDING.finditer(plain) if _is_end(plain[max(0, end.start() - LONGEST_SHORT) : end.start()])
    ]
    cut = (plain[start:end].strip() for start, end in zip([0, *ends], [*ends, len(plain)], strict=True))
    return [sentence for sentence in cut if sentence]


def _is_end(before: str) -> bool:
    return before.rpartition(" ")[2].casefold() not in SHORT_FORMS


def _filled(sentence: str, known: Mapping[str, str]) -> str:
    """The sentence as it is spoken; "" when it cannot be whole."""
    written = sentence if "name" in known else _without_name(sentence)
    if any(place not in known for place in IN_BRACES.findall(written)):
        return ""
    parts = IN_BRACES.split(written)
    parts[::2] = [part.replace("{", "").replace("}", "") for part in parts[::2]]
    parts[1::2] = [known[place] for place in parts[1::2]]
    said = " ".join("".join(parts).split())
    return said if any(map(str.isalnum, said)) else ""


def _without_name(sentence: str) -> str:
    """Called by no name; a {name} that the sentence needs is left, and the sentence falls away."""
    for pattern, kept in ((NAME_AFTER_A_PAUSE, ""), (NAME_AFTER_A_HAIL, r"\1")):
        sentence = pattern.sub(kept, sentence)
    return NAME_FIRST.sub(lambda first: f"{first[1]}{first[2].upper()}", sentence)


def problems(text: str) -> list[str]:
    """What is wrong with a greeting's text, each with the words in question and how to mend it; none: it can be kept."""
    if not text.strip():
        return ["The text is empty; write what callers shall hear."]
    found = [*_unknown(text), *_loose(text), *_unspeakable(text)]
    if len(text) > LONGEST:
        found.append(f"The text has {len(text)} characters; say it in {LONGEST} or fewer.")
    return found


def _unknown(text: str) -> Iterator[str]:
    for place in dict.fromkeys(IN_BRACES.findall(text)):
        if place not in PLACES:
            word = re.sub(r"[\W\d].*", "", place.strip().casefold(), flags=re.DOTALL)
            near = difflib.get_close_matches(word[:20], PLACES, n=1)
            instead = f"{{{near[0]}}}" if near else f"one of {', '.join(f'{{{each}}}' for each in PLACES)}"
            yield f"“{{{_shown(place)}}}” is not a place that we can fill; write {instead}."


def _loose(text: str) -> Iterator[str]:
    left = IN_BRACES.sub(lambda place: " " * len(place[0]), text)
    for found in LOOSE.findall(left):
        yield f"“{_shown(found)}” has a brace without its other half; close it, as in {{name}}, or leave it out."


def _unspeakable(text: str) -> Iterator[str]:
    """Control characters but line breaks and tabs, and what no XML may hold."""
    for letter in dict.fromkeys(text):
        if letter in "\ufffe\uffff" or (unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\r\n"):
            yield f"“U+{ord(letter):04X}” is a control character that no voice can say; leave it out."


def _shown(words: str) -> str:
    """As much of the words as a message can show."""
    seen = "".join(letter if letter.isprintable() else "�" for letter in words)
    return seen if len(seen) <= 30 else f"{seen[:29]}…"
