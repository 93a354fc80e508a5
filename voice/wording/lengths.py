"""Words from outside at a length that the ear bears, by the estimate of how long a text takes to say."""

from office.spoken import heard, seconds, words
from voice.wording.names import SIGNS

__all__ = ["heard", "seconds", "shortened", "words"]

NEVER_LAST = frozenset({"&", "a", "an", "and", "at", "for", "in", "of", "on", "or", "the", "to", "with"})
"""Words that keep the ear waiting for another."""


def shortened(text: str, longest: float) -> str:
    """As many of its first words as are said in `longest` seconds; of a single word that is longer, its first letters."""
    if seconds(text) <= longest:
        return text
    kept = text.split()
    while len(kept) > 1 and (seconds(" ".join(kept)) > longest or kept[-1].casefold() in NEVER_LAST):
        kept.pop()
    left = " ".join(kept)
    while seconds(left) > longest:
        left = left[:-1]
    return left.rstrip(SIGNS + " ")
