"""What a customer said or wrote, quoted: as many of the first words as there is room for. Pure."""

from voice.wording.names import clean

CUT = "..."
"""After words that were cut off. Read, it says so; `spoken` leaves it out, so no voice says it."""

PLAIN = str.maketrans({"’": "'", "‘": "'", "“": "'", "”": "'", '"': "'", "…": CUT, "–": "-", "—": "-"})
"""One curly apostrophe or dash would more than halve what a text can hold; and a quotation is between double ones."""


def first_words(text: str | None, limit: int) -> str:
    """The first words of it in `limit` characters at most, CUT included; empty when there are none."""
    whole = (text or "").translate(PLAIN)
    if len(said := clean(whole, limit)) == len(clean(whole, len(whole))):
        return said
    return clean(whole, limit - len(CUT)).rstrip(" .,;:-") + CUT
