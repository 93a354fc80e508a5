"""What a page says about the words of a greeting: what stops them, what could be better and how, and how they sound. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from console import wording
from console.greetings import shown as greetings_shown
from console.greetings.keys import Key
from office.profile import Profile
from voicemail_greetings import checks, choice, places
from voicemail_greetings.checks import Finding

LONGEST = checks.LONGEST

QUOTED = re.compile(r"“([^”]+)”")
FEW = 2
"""Words of a sentence that say nothing any more when the rest of it is left out: "as", "please"."""

LEAVE_OUT = "Leave it out"

JOINED = re.compile(r"^(?:and|as|because|but|so)\b[\s,]*|[\s,]*\b(?:and|as|because|but|so)(?=\W*$)", re.IGNORECASE)
"""Words at either end that joined what was left out to the rest."""

PASSED = {
    "long": "Brief",
    "who": "Says who we are",
    "thanks": "Says thank you, or sorry",
    "promise": "Says that we’ll ring back",
    "phrase": "No words that push people away",
}
"""What is good about a text in which a rule finds nothing."""

FIRST = {"who", "thanks"}
"""What is missing and belongs to the beginning."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`words` of the text ("": something is missing) and what would be `better`; `instead`: the whole text with that done, None: a person must."""

    words: str
    better: str
    instead: str | None

    @property
    def leaves_out(self) -> bool:
        """Whether to follow it makes the text shorter by some words and adds none."""
        return self.better.startswith(LEAVE_OUT) or "leave this out" in self.better


@dataclass(frozen=True, slots=True)
class Checked:
    """`seconds` it takes; what `stops` it, what could be better, what is `good` already; `known` and `unknown`: what two callers would hear."""

    text: str
    seconds: float
    stops: tuple[str, ...]
    advice: tuple[Advice, ...]
    good: tuple[str, ...]
    known: str
    unknown: str


def look_at(text: str, key: Key, profile: Profile) -> Checked:
    """All that there is to say about a text for that."""
    seconds = greetings_shown.tenths(greetings_shown.seconds_of(text, profile.name))
    wrong = tuple(stops(text, key.situation, profile))
    found = checks.findings(text, business=profile.name) if text.strip() else []
    advice = tuple(Advice(each.words, each.better, instead(text, each)) for each in found)
    known, unknown = (sample(text, key, profile, known=is_known) for is_known in (True, False))
    good = tuple(_good(text, {each.rule for each in found})) if text.strip() else ()
    return Checked(text, seconds, wrong, advice, good, known, unknown)


def stops(text: str, situation: choice.Situation, profile: Profile) -> list[str]:
    """What keeps callers from hearing a text, in sentences; none: they may. All else only advises."""
    wrong = places.problems(text)
    takes_s = greetings_shown.seconds_of(text, profile.name)
    if takes_s > LONGEST:
        wrong.append(f"It takes about {takes_s:.0f} seconds to say; {LONGEST} are the most.")
    if not wrong and not greetings_shown.example(text, situation, profile).text:
        wrong.append(f"Nothing of it would be said: its places have nothing in them when it is for {situation}.")
    return wrong


def _good(text: str, found: Collection[str]) -> Iterator[str]:
    """What passed, in the words of the page."""
    told = PASSED | ({"promise": "Says when we’ll ring"} if "{time}" in text else {})
    yield from (words for rule, words in told.items() if rule not in found)
    if "{name}" in text:
        yield "Uses the caller’s name"


def sample(text: str, key: Key, profile: Profile, *, known: bool) -> str:
    """What a caller would hear, one whom we greet by name or one whom we don't; "": nothing."""
    own = {"team": key.team, "person": key.staff, "holiday": key.holiday}
    named = {place: value for place, value in own.items() if value}
    said = greetings_shown.example(text, key.situation, profile, {**named, **({} if known else {"name": None})})
    return wording.legible(said.text)


def instead(text: str, finding: Finding) -> str | None:
    """The text as the finding would have it, None when only its writer can tell; words of it are one space apart."""
    plain = " ".join(text.split())
    quoted = QUOTED.search(finding.better)
    better = quoted[1] if quoted and not finding.better.startswith(LEAVE_OUT) else ""
    if finding.rule == "exclamations":
        return plain.replace(finding.words, "?" if "?" in finding.words else "!" if len(finding.words) > 1 else ".")
    if not finding.words:
        return f"{better} {plain}" if finding.rule in FIRST else f"{plain} {better}"
    if better.endswith("…?") or (not better and "eave " not in finding.better):
        return None
    return _said_otherwise(plain, finding.words, better) or None


def _said_otherwise(plain: str, words: str, better: str) -> str:
    """A whole sentence takes the place of the one with the words, once; anything else of the words alone."""
    sentences = places.sentences(plain)
    at = next((place for place, each in enumerate(sentences) if words in each), None)
    if at is None:
        return plain.replace(words, better, 1)
    if better.endswith("."):
        sentences[at] = "" if better in plain else better
    else:
        left = _mended(sentences[at].replace(words, better, 1), shorter=not better)
        sentences[at] = left if better or _count(left) > FEW else ""
    return " ".join(filter(None, sentences))


def _mended(sentence: str, *, shorter: bool) -> str:
    """What is left of a sentence, with its first letter large."""
    plain = re.sub(r"^[\s,;:–—-]+", "", " ".join(sentence.split()))
    left = re.sub(r"\s+([.,;:!?])", r"\1", JOINED.sub("", plain) if shorter else plain)
    return left[:1].upper() + left[1:]


def _count(said: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in said.split())
