"""What stands out in the words of a message: numbers and times. Pure, and worked out once for the same words."""

from dataclasses import dataclass
from functools import lru_cache

from voicemail_greetings.marks import Mark, marks

REMEMBERED = 1024
"""Messages: lists are asked for every few seconds, and the words of a message hardly ever change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the words; `kind` is "phone" or "time" where they are one, else None."""

    text: str
    kind: str | None = None


@lru_cache(maxsize=REMEMBERED)
def marked(words: str, region: str) -> tuple[Mark, ...]:
    """The numbers and times in the words; `region` ("GB") reads national numbers."""
    return tuple(marks(words, region))


def pieces(words: str, region: str) -> tuple[Piece, ...]:
    """All of the words, cut where something stands out."""
    found, at = [], 0
    for mark in marked(words, region):
        found += [Piece(words[at : mark.start]), Piece(words[mark.start : mark.end], mark.kind)]
        at = mark.end
    return tuple(piece for piece in (*found, Piece(words[at:])) if piece.text)
