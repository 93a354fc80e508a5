"""The first thing that a caller hears: whole with a name or without, and short, whatever they are called and we are.

Each greeting is written from the fullest to the shortest; the first that fits into the ear's patience is spoken.
"""

from collections.abc import Iterator
from datetime import datetime

from office.contact_rules import MESSAGE_ONLY
from voice.conversation.facts import Situation
from voice.wording.lengths import seconds, shortened, words
from voice.wording.names import spoken, spoken_name
from voice.wording.times import in_words

MOST_WORDS = 15
LONGEST = 7.0
"""Seconds that somebody who wants a person listens to us first; fifteen words of a usual length."""

ROOM: tuple[tuple[float, float], ...] = ((4, 4), (1.8, 2.2), (1.1, 1.5))
"""Seconds for the name and for the business's: as they are, and when no sentence is short enough with them."""

LATE = (
    "{hello}! Thank you for calling {business}. I'm so sorry we're late.",
    "{hello}! {business} here. I'm so sorry we're late.",
    "{hello}! {business} here. I'm sorry we're late.",
)
RINGS_BACK = (
    "{hello}! {business} here, thanks for ringing back!",
    "{hello}! {business}: thanks for ringing back!",
)
RINGS_BACK_SOMEBODY = (
    "{hello}! {business} here, thanks for ringing back! Let me try {tried} for you.",
    "{hello}! {business} here, thanks for ringing back! I'll try {tried}.",
    *RINGS_BACK,
)
STRAIGHT_THROUGH = (
    "{hello}! {business} here. I'm sorry we missed you, let me put you straight through.",
    "{hello}! {business} here. Sorry we missed you, putting you straight through.",
    "{hello}! {business} here. Sorry we missed you, putting you through.",
    "{hello}! {business} here. Sorry we missed you!",
)
MISSED = (
    "{hello}! Thank you for calling {business}. I'm sorry we missed you.",
    "{hello}! {business} here. I'm sorry we missed you.",
    "{hello}! {business} here. Sorry we missed you!",
)
BIRTHDAY = (
    "{hello}, and happy birthday! Thank you for calling {business}.",
    "{hello}, and happy birthday from {business}!",
)
ANNIVERSARY = (
    "{hello}! {years} with us today: thank you for choosing {business}!",
    "{hello}! {years} today: thank you for choosing {business}!",
    "{hello}! {years} with {business} today!",
)
FIRST_TIME = (
    "{hello}, and welcome to {business}! Thank you for calling.",
    "{hello}, and welcome to {business}!",
)
PLAIN = (
    "{hello}! Thank you for calling {business}.",
    "{hello}! Welcome to {business}!",
)


def hello(situation: Situation) -> str:
    """The whole greeting, at most MOST_WORDS as people hear them: who we are, who they are when we are certain, and what is between us."""
    return next(filter(_fits, _sentences(situation)))


def _fits(sentence: str) -> bool:
    return words(sentence) <= MOST_WORDS and seconds(sentence) <= LONGEST


def _sentences(situation: Situation) -> Iterator[str]:
    """From the fullest to one that fits in any case; with whole names as long as any sentence bears them."""
    name, business = spoken_name(situation.customer), spoken(situation.business) or "our office"
    hello, count = time_of_day(situation.now.astimezone(situation.zone)), _years(situation)
    years = "One year" if count == 1 else f"{in_words(count)} years".capitalize()
    for for_name, for_business in ROOM:
        who = f"{hello}, {shortened(name, for_name)}" if name else hello
        us = shortened(business, for_business)
        for sentence in _written(situation):
            yield sentence.format(hello=who, business=us, tried=_tried(situation), years=years)


def _written(situation: Situation) -> tuple[str, ...]:
    """What is between us and this caller. Nobody who is owed a call is wished a happy day first."""
    if situation.owed:
        return _to_whom_we_owe(situation)
    if situation.birthday:
        return BIRTHDAY
    if _years(situation):
        return ANNIVERSARY
    return PLAIN if situation.known or situation.phone is None else FIRST_TIME


def _to_whom_we_owe(situation: Situation) -> tuple[str, ...]:
    if situation.late:
        return LATE
    if situation.tried is not None:
        # Who tried is named only when it is their phone that rings.
        theirs = situation.free[:1] == (situation.tried,) and _tried(situation)
        return RINGS_BACK_SOMEBODY if theirs and _rings_next(situation) else RINGS_BACK
    return STRAIGHT_THROUGH if _rings_next(situation) else MISSED


def _rings_next(situation: Situation) -> bool:
    """Whether a phone rings after the greeting: nobody is put through to nobody."""
    return situation.is_open and bool(situation.free) and situation.rule != MESSAGE_ONLY


def _tried(situation: Situation) -> str | None:
    return spoken_name(situation.tried.name) if situation.tried else None


def _years(situation: Situation) -> int:
    """Full years of custom today, else 0. A century of it is a date that nobody knew."""
    years = situation.years or 0
    return years if 0 < years < 100 else 0


def time_of_day(local: datetime) -> str:
    """Good morning until noon, good afternoon until six, good evening until the small hours."""
    if 4 <= local.hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= local.hour < 18 else "Good evening"
