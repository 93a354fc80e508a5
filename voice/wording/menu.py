"""Which team a caller would like: the keys in under ten seconds, the most used first."""

from collections.abc import Sequence

from voice.wording.lengths import seconds, shortened
from voice.wording.names import spoken

UNDER = 10
"""Seconds after which callers press anything."""

ROOM_FOR_TEAM = 2.0
"""Seconds for one team's name."""


def menu(teams: Sequence[tuple[str, str]], before: str = "") -> str:
    """The teams (name and key, the most used first) that can be told in time, with what is said `before`; the first in any case.

    The keys of those that are not told work too.
    """
    told = [(name, key) for team, key in teams if (name := shortened(spoken(team), ROOM_FOR_TEAM))]
    while len(told) > 1 and seconds(f"{before} {_keys(told)}") >= UNDER:
        told.pop()
    return _keys(told)


def _keys(teams: Sequence[tuple[str, str]]) -> str:
    return f"Just say or press: {''.join(f'{name}, {key}; ' for name, key in teams)}anybody, 0."


def once_more() -> str:
    """Before the menu a second time: silence, or a key that nobody has."""
    return "Sorry, once more."
