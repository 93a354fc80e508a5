"""Rounds of the sweep, played to their end."""

from concurrent.futures import wait

from worker import Rounds


def to_the_end(rounds: Rounds) -> None:
    """Everything that was begun in the background is done, and the rounds are over."""
    wait(list(rounds.at_work.values()), 60)
    rounds.stop()
