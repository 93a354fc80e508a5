"""Words of a message that tell of urgency or a complaint. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from office.profile import WordsPolicy

NOT = "no|not|never|nothing|none|neither|nor|without|hardly|cannot|nicht|kein|keine|keinen|nie|ohne|pas|sans|jamais|sin"
BETWEEN = (
    "a|an|the|any|that|this|so|too|very|really|particularly|terribly|super|exactly|quite|at all|is|was|it|it's|to|be|"
    "my|have|want to|wish to|in|of an|about"
)
"""What may stand between "not" and the word: "it is not that urgent", "nothing very urgent"."""

DENIED = re.compile(rf"(?:\b(?:{NOT})|n't)(?:\s+(?:{BETWEEN}))*\s+$")


def found(text: str, policy: WordsPolicy) -> list[str]:
    """Each word or phrase of the policy that the text has and does not deny, after what it tells of: ["urgent: leak"]."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    told = (("urgent", policy.urgent), ("complaint", policy.complaint))
    return [f"{kind}: {phrase}" for kind, phrases in told for phrase in _unique(phrases) if _says(plain, phrase)]


def _unique(phrases: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(phrase.casefold().replace("’", "'").split()) for phrase in phrases))


def _says(plain: str, phrase: str) -> bool:
    return any(not DENIED.search(plain[: match.start()][-80:]) for match in _pattern(phrase).finditer(plain))


@lru_cache(maxsize=512)
def _pattern(phrase: str) -> re.Pattern[str]:
    """As whole words; between them any space or hyphen. An empty phrase is found nowhere."""
    words = r"[\s-]+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)" if words else r"(?!)")
