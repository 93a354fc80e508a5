"""Turns at asking the carrier for a call: one after the other, whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from office import pace
from office.wiring import Office


@pytest.fixture
def turn(office: Office, clock):
    """Takes a turn in a transaction of its own: how many seconds from now it is."""

    def take(per_second: float = 1.0) -> float:
        now: datetime = clock.now()
        with office.database.transaction() as session:
            return (pace.take_turn(session, pace.CALLS, now, per_second) - now).total_seconds()

    return take


def test_turns_taken_at_the_same_moment_come_one_after_the_other(turn):
    assert [turn(2.0), turn(2.0), turn(2.0)] == [0, 0.5, 1.0]


def test_turn_after_a_quiet_time_is_at_once_and_saves_up_none(turn, clock):
    turn()
    clock.go_on(seconds=60)
    assert [turn(), turn()] == [0, 1.0]


def test_house_without_a_pace_never_waits(turn, office, clock):
    turn(0.01)
    assert (turn(0), turn(0.01)) == (0, 100)
    with office.database.reading() as session:
        assert pace.next_turn(session, pace.CALLS, clock.now(), 0) == clock.now()
        assert pace.next_turn(session, pace.CALLS, clock.now(), 0.01) == clock.now() + timedelta(seconds=200)


def test_many_at_once_have_each_a_turn_of_their_own(turn):
    barrier = Barrier(6)

    def at_once(_: int) -> float:
        barrier.wait()
        seconds: float = turn()
        return seconds

    with ThreadPoolExecutor(6) as workers:
        assert sorted(workers.map(at_once, range(6))) == [0, 1, 2, 3, 4, 5]
