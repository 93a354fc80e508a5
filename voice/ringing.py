"""Whom to ring next, and when to stop. Pure."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar


class Ringable(Protocol):
    """Anybody with a phone, known by a number of their own."""

    @property
    def id(self) -> int: ...


Who = TypeVar("Who", bound=Ringable)


def next_to_ring(free: Sequence[Who], rang: Mapping[int, int], rounds: int) -> Who | None:
    """The person to ring now, or None when everybody free was rung `rounds` times.

    `free` stands in order of preference (longest idle first). Whoever was rung least in this call comes first, so that
    each free person is rung once before anybody is rung twice.
    """
    left = [person for person in free if rang.get(person.id, 0) < rounds]
    return min(left, key=lambda person: rang.get(person.id, 0), default=None)


def with_first(free: Sequence[Who], first: int | None) -> list[Who]:
    """The same people in the same order, but `first`, if free, before everybody else."""
    return sorted(free, key=lambda person: person.id != first)


def together(free: Sequence[Who], rang: Mapping[int, int], rounds: int, *, ringing: bool) -> list[Who]:
    """Everybody whose phone rings now when a team's phones ring all at once: whoever is free and was rung in fewer rounds than may be.

    While a phone is `ringing`, only those come in who are behind the others, so that nobody who passed is rung again
    before everybody else's phone has stopped.
    """
    so_far = max(rang.values(), default=0) if ringing else rounds
    return [person for person in free if rang.get(person.id, 0) < min(so_far, rounds)]
