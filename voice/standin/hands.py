"""People who hold phones in their hands, and what happens when they go away without a word."""

import threading

from voice.standin import lifecycle
from voice.standin.exchange import Exchange
from voice.standin.phones import HANDS_STAY


def hold(exchange: Exchange, by: str, phones: list[str], seconds: float = HANDS_STAY) -> None:
    """`by` holds these phones: they ring until that person acts, at a pace that people can follow.

    Not heard of for so many real seconds, they have put down every phone that nobody else holds.
    """
    exchange.pace.slow_down(seconds)
    if exchange.phones.hold(by, phones, seconds):
        threading.Thread(target=_put_down, args=(exchange, by), daemon=True).start()


def _put_down(exchange: Exchange, by: str) -> None:
    while (left := exchange.phones.held_for(by)) > 0:
        threading.Event().wait(left)
    phones = exchange.phones.let_go(by)
    with exchange.changed:
        legs = [leg for leg in exchange.legs.values() if leg.phone in phones]
    for leg in legs:
        lifecycle.hang_up(exchange, leg)
