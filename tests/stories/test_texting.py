"""A customer whom we missed stays in control: they read when we ring, and cancel, move it or say stop by text."""

from datetime import timedelta

import pytest

from office import opt_outs
from office.clock import SystemClock
from tests.stories.conftest import BUSINESS
from voice.standin.client import RingsOut

NUMBER, JANE, ANN = "+442071838750", "+447700900123", "+447700900124"
PRIYA, TOM = "+447700900101", "+447700900102"
RINGS_BACK_LATER = BUSINESS.replace('first_try_after = "1s"', 'first_try_after = "1h"')
GIVES_UP = [{"after": 10, "hang_up": True}]


def read(house, phone: str = JANE) -> list[str]:
    """What they were texted, the first text first."""
    return [text["body"] for text in house.carrier.texts() if text["to"] == phone]


def wants_none(house, phone: str = ANN) -> bool:
    with house.database.reading() as session:
        return opt_outs.any_out(session, phone)


def missed(house, phone: str, count: int) -> None:
    house.carrier.dial(phone, NUMBER, GIVES_UP)
    house.until(lambda: sum(row["calls_missed"] for row in house.callbacks()) == count, "the missed call")
    house.until(lambda: all(call["ended_at"] for call in house.get("/api/calls")["calls"]), "its end")


@pytest.fixture
def house(build):
    house = build(business=RINGS_BACK_LATER)
    for phone in (PRIYA, TOM):
        house.carrier.phone(phone, RingsOut())
    house.start_worker()
    return house


def test_customer_cancels_by_text_and_another_wants_none(house):
    missed(house, JANE, 1)
    began = SystemClock().now()
    (promised,) = house.until(lambda: read(house), "the text")
    took = SystemClock().now() - began
    house.carrier.text(JANE, NUMBER, "1")
    house.until(lambda: len(read(house)) == 2, "the answer")
    cancelled = house.until_done()
    house.carrier.text(ANN, NUMBER, "STOP")
    house.until(lambda: wants_none(house), "that she wants no texts")
    missed(house, ANN, 2)
    house.carrier.text(ANN, NUMBER, "START")
    house.until(lambda: not wants_none(house), "that she wants them again")
    house.carrier.text(ANN, NUMBER, "It's about my bike")
    house.until(lambda: read(house, ANN), "the answer to words")

    assert promised.startswith("Sorry we missed you, it's Harbour Bikes. We'll ring you by ")
    assert took < timedelta(minutes=1)
    assert (cancelled["outcome"], house.rings(JANE)) == ("cancelled", 0)
    assert [text.startswith("Thank you! We've passed that on") for text in read(house, ANN)] == [True]


@pytest.mark.slow
def test_customer_moves_the_call_by_text(house):
    missed(house, JANE, 1)
    house.until(lambda: read(house), "the text")
    (before,) = house.callbacks()
    house.carrier.text(JANE, NUMBER, "2")
    offer = house.until(lambda: read(house)[1:], "the offer")[0]
    house.carrier.text(JANE, NUMBER, "B")
    moved = house.until(lambda: read(house)[2:], "the new time")[0]
    (after,) = house.callbacks()

    assert "Reply A for " in offer
    assert moved.startswith("Thank you! We'll ring you between ")
    assert after["promised_by"] > before["promised_by"]
    assert (after["state"], house.rings(JANE)) == ("waiting", 0)
