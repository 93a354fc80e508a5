"""Whom to ring next: everybody free once before anybody twice, and an end."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.ringing import next_to_ring


@dataclass(frozen=True)
class Person:
    """Somebody with a phone."""

    id: int


PRIYA, TOM, MEI = Person(1), Person(2), Person(3)


def test_whoever_stands_first_is_rung_first() -> None:
    assert next_to_ring([TOM, PRIYA], {}, rounds=1) == TOM


def test_nobody_free_rings_nobody() -> None:
    assert next_to_ring([], {}, rounds=2) is None


@pytest.mark.parametrize(
    ("rang", "rounds", "expected"),
    [
        ({1: 1}, 1, TOM),
        ({1: 1, 2: 1}, 1, MEI),
        ({1: 1, 2: 1, 3: 1}, 1, None),
        ({1: 1, 2: 1, 3: 1}, 2, PRIYA),
        ({1: 2, 2: 1, 3: 1}, 2, TOM),
        ({1: 2, 2: 2, 3: 2}, 2, None),
        ({1: 5}, 2, TOM),
        ({99: 7}, 1, PRIYA),
        ({}, 0, None),
    ],
)
def test_least_rung_comes_first_until_the_rounds_are_over(
    rang: dict[int, int], rounds: int, expected: Person | None
) -> None:
    assert next_to_ring([PRIYA, TOM, MEI], rang, rounds) == expected


def test_somebody_who_becomes_free_is_rung_before_anybody_twice() -> None:
    assert next_to_ring([PRIYA, MEI], {1: 1, 2: 1}, rounds=2) == MEI


@given(st.lists(st.integers(1, 9), unique=True, max_size=9), st.integers(0, 5))
def test_ringing_on_rings_each_person_once_in_each_round_and_stops(ids: list[int], rounds: int) -> None:
    rang: Counter[int] = Counter()
    order = []
    while (person := next_to_ring([Person(i) for i in ids], rang, rounds)) is not None:
        rang[person.id] += 1
        order.append(person.id)
    assert order == ids * rounds
