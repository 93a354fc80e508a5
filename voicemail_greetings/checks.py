"""Whether a greeting is cheerful and succinct: what to say better, with the very words in question. Advice, not a bar. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from office import spoken
from voicemail_greetings import places
from voicemail_greetings.phrases import PHRASES

Rule = Literal["long", "who", "thanks", "promise", "sentence", "phrase", "capitals", "exclamations", "double-negative"]

LONGEST = 15
"""Seconds that anybody likes to listen before they may say something."""

MOST_WORDS = 18
"""Of one sentence: more than one idea."""

MOST_EXCLAMATIONS = 3

ORDINARY = {
    "name": "Jane Smith",
    "time": "a quarter past three this afternoon",
    "team": "Workshop",
    "person": "Priya Shah",
    "holiday": "Christmas Day",
    "until": "Monday morning",
}
"""What usually stands in a place, to tell how long a greeting takes."""

THANKS = re.compile(r"\b(?:thank|thanks|sorry|apolog\w+|grateful|appreciate)\b", re.IGNORECASE)
WHO = re.compile(r"\{(?:business|team|person)\}")
WE = re.compile(r"\b(?:we|us|our)\b", re.IGNORECASE)
PROMISE = re.compile(
    r"\{time\}|\b(?:ring|call|phone)(?:ing)? you\b|\bgive you a (?:ring|call)\b|\breturn your call\b", re.IGNORECASE
)
AND = re.compile(r"\band\b", re.IGNORECASE)
CAPITALS = re.compile(r"\b[^\W\d_]{2,}\b")
SHOUTED = frozenset({"ALL", "AND", "ANY", "ARE", "DO", "IS", "MUST", "NO", "NOT", "NOW", "ONLY", "THE", "WE", "YOU"})
"""Short words in capitals that are no abbreviation; every word of four letters or more counts."""

STORM = re.compile(r"[!?](?:\s*[!?])+")
NEGATIVE = r"(?:can't|cannot|couldn't|won't|don't|doesn't|didn't|isn't|aren't|wouldn't|not|never|nobody|no one|nothing)"
TWICE = re.compile(
    rf"\b{NEGATIVE}(?: (?!(?:and|as|because|but|only|or|since|so|until|when|while)\b)[\w']+){{0,6}}? (?:{NEGATIVE}|without|unless|no)\b"
    r"|\bnot un(?:able|aware|common|happy|important|kind|likely|like|usual|willing)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say better: by which rule, the words found ("" when some are missing), and what would be better."""

    rule: Rule
    words: str
    better: str


def findings(text: str, *, business: str) -> list[Finding]:
    """What could be better in a greeting with places, said for `business`; none: it is good. Any text will do."""
    plain = " ".join(text.replace("’", "'").split())
    kept = " ".join(text.split())
    masked = _masked(plain, " ".join(business.replace("’", "'").split()))
    rules = (
        _long(kept, business),
        _missing(masked, named=masked != plain),
        _sentences(kept, masked),
        _worded(kept, masked),
    )
    return [finding for rule in rules for finding in rule]


def _masked(plain: str, business: str) -> str:
    """The text with the business's own name as one dull word of the same length: it may be called what it likes."""
    if not business:
        return plain
    return re.sub(
        rf"(?<![\w{{]){re.escape(business)}(?!\w)", lambda name: "x" * len(name[0]), plain, flags=re.IGNORECASE
    )


def _long(kept: str, business: str) -> Iterator[Finding]:
    takes = spoken.seconds(places.fill(kept, {**ORDINARY, "business": business}).text)
    if takes > LONGEST:
        longest = max(places.sentences(kept), key=spoken.seconds)
        yield Finding("long", longest, f"It takes about {takes:.0f} seconds: say it in {LONGEST}, or leave this out.")


def _missing(masked: str, *, named: bool) -> Iterator[Finding]:
    """What every caller should hear: who we are, a kind word, and what we do."""
    kind = THANKS.search(masked)
    if not (named or WHO.search(masked) or (kind and WE.search(masked))):
        yield Finding("who", "", "Say who is speaking: “This is {business}.”")
    if not kind:
        yield Finding("thanks", "", "Thank them for calling, or say sorry: “Thank you for calling.”")
    if not PROMISE.search(masked):
        yield Finding("promise", "", "Say what you will do and by when: “We'll ring you back by {time}.”")


def _sentences(kept: str, masked: str) -> Iterator[Finding]:
    """One idea a sentence; a place counts as one word."""
    start = 0
    for sentence in places.sentences(masked):
        start = masked.index(sentence, start)
        words = kept[start : start + len(sentence)]
        start += len(sentence)
        if spoken.words(sentence) > MOST_WORDS:
            yield Finding("sentence", words, "Make two sentences of it: one idea in each.")
        elif len(AND.findall(sentence)) > 1:
            yield Finding("sentence", words, "Say one thing at a time: a full stop instead of “and”.")


def _worded(kept: str, masked: str) -> Iterator[Finding]:
    """Words that push people away, shout, or must be thought about twice."""
    for pattern, better in PHRASES:
        yield from (Finding("phrase", _words(kept, found), better) for found in pattern.finditer(masked))
    for found in CAPITALS.finditer(masked):
        if found[0].isupper() and (len(found[0]) > 3 or found[0] in SHOUTED):
            yield Finding("capitals", _words(kept, found), f"Write “{found[0].lower()}”: capitals are shouting.")
    yield from _exclaimed(kept, masked)
    for found in TWICE.finditer(masked):
        yield Finding("double-negative", _words(kept, found), "Say it without “not”: what is, and what you can do.")


def _exclaimed(kept: str, masked: str) -> Iterator[Finding]:
    storms = [_words(kept, found) for found in STORM.finditer(masked) if "!" in found[0]]
    if not storms and masked.count("!") > MOST_EXCLAMATIONS:
        storms = ["!"]
    yield from (
        Finding("exclamations", words, "One exclamation mark at most at a time, and few in all.") for words in storms
    )


def _words(kept: str, found: re.Match[str]) -> str:
    return kept[found.start() : found.end()]
