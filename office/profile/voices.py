"""The English voices that the carrier offers, and the pairs of voice and language that it speaks.

Facts from Twilio's list of available voices; English only, since our sentences are. What is not on the list is refused:
to a pair that does not fit the carrier says nothing at all (twilio.md 2.3, 13520), and a caller would hear silence.
"""

import difflib
from collections.abc import Iterator
from typing import Final

from office.profile.values import text

PLAIN = frozenset({"en-CA", "en-GB", "en-US"})
"""What the voice speaks that the carrier takes when none is named (`man`). Any other language needs a named voice."""

POLLY: Final = {
    "en-AU": "Nicole Russell Olivia-Neural Olivia-Generative",
    "en-GB": "Amy Brian Emma Amy-Neural Arthur-Neural Brian-Neural Emma-Neural Amy-Generative",
    "en-IE": "Niamh-Neural",
    "en-IN": "Aditi Raveena Kajal-Neural Kajal-Generative",
    "en-NZ": "Aria-Neural",
    "en-US": (
        "Ivy Joanna Joey Justin Kendra Kimberly Matthew Salli Danielle-Neural Gregory-Neural Ivy-Neural Joanna-Neural "
        "Joey-Neural Justin-Neural Kendra-Neural Kevin-Neural Kimberly-Neural Matthew-Neural Ruth-Neural Salli-Neural "
        "Stephen-Neural Danielle-Generative Joanna-Generative Matthew-Generative Ruth-Generative Stephen-Generative"
    ),
    "en-ZA": "Ayanda-Neural",
}
GOOGLE: Final = {
    "en-AU": {"Standard": "ABCD", "Wavenet": "ABCD", "Neural2": "ABCD"},
    "en-GB": {"Standard": "NO", "Wavenet": "NO", "Neural2": "NO"},
    "en-IN": {"Standard": "ABCDEF", "Wavenet": "ABCDEF", "Neural2": "ABCD"},
    "en-US": {"Standard": "ABCDEFGHIJ", "Wavenet": "ABCDEFGHIJ", "Neural2": "ACDEFGHIJ"},
}
CHIRP: Final = ("Aoede", "Charon", "Fenrir", "Kore", "Leda", "Orus", "Puck", "Zephyr")
"""Google's newest voices, which speak each of its languages above."""


def _pairs() -> Iterator[tuple[str, str]]:
    for language, voices in POLLY.items():
        yield from ((f"Polly.{voice}", language) for voice in voices.split())
    for language, kinds in GOOGLE.items():
        for kind, letters in kinds.items():
            yield from ((f"Google.{language}-{kind}-{letter}", language) for letter in letters)
        yield from ((f"Google.{language}-Chirp3-HD-{voice}", language) for voice in CHIRP)


LANGUAGE_OF: Final = dict(_pairs())
"""Every voice that may be named, and the one language that it speaks."""

LANGUAGES: Final = PLAIN | frozenset(LANGUAGE_OF.values())


def voice_name(value: object) -> str:
    """A voice by the carrier's name for it."""
    name = text(value, "Polly.Amy-Neural")
    if name not in LANGUAGE_OF:
        raise ValueError(f'"{name}" is no voice of the carrier that we know; the nearest is "{_nearest(name)}"')
    return name


def language(value: object) -> str:
    """A language that some voice speaks: "en-GB"."""
    written = text(value, "en-GB")
    if written not in LANGUAGES:
        raise ValueError(f'"{written}" is not spoken here; known are: {", ".join(sorted(LANGUAGES))}')
    return written


def misfit(name: str | None, spoken: str | None) -> tuple[str, str] | None:
    """Of a voice and a language as they are written: the key that does not fit and why, or None when they do."""
    if name is None and spoken is not None and spoken not in PLAIN:
        return "name", f'is missing: {spoken} needs a voice that speaks it; write for example "{_some_voice(spoken)}"'
    if name is not None and spoken is not None and LANGUAGE_OF[name] != spoken:
        return "language", f'"{name}" speaks {LANGUAGE_OF[name]} only; write that, or name "{_some_voice(spoken)}"'
    return None


def spoken_in(country: str) -> str | None:
    """The country's own English when the carrier's unnamed voice speaks it, else None: then the carrier's default."""
    own = f"en-{country}"
    return own if own in PLAIN else None


def _nearest(name: str) -> str:
    known = {voice.casefold(): voice for voice in LANGUAGE_OF}
    return known[difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.0)[0]]


def _some_voice(spoken: str) -> str:
    """A voice of that language to take as an example, a lively one if there is one."""
    voices = [voice for voice, own in LANGUAGE_OF.items() if own == spoken]
    return next((voice for voice in voices if voice.endswith("-Neural")), "Polly.Joanna-Neural")
