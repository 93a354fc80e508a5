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
