"""Everybody is in a call: a caller holds, hears where they stand, and reaches a person, or has a promise instead."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from office.tables import Staff
from voice.standin.client import Answers, RingsOut
from voice.tables import Call

NUMBER, JANE, MARK, ANN = "+442071838750", "+447700900123", "+447700900124", "+447700900125"
PRIYA, TOM = "+447700900101", "+447700900102"
TAKES = Answers(2, [{"on_hearing": "press 1", "press": "1"}])
HOLDS = {"on_hearing": "To hold, press 1", "press": "1"}


def busy_house(build, redis_url=None):
    """A house in which Mark talks with Priya and Ann with Tom."""
    house = build(redis_url)
    house.start_worker()
    for caller in (MARK, ANN):
        house.carrier.phone(PRIYA, TAKES)
        house.carrier.phone(TOM, TAKES)
        house.carrier.dial(caller, NUMBER)
        house.carrier.wait_for("bridged", phone=caller)
    return house


def takers(house, phone: str) -> list[str]:
    return [event["text"] for event in house.carrier.events() if event["kind"] == "bridged" and event["phone"] == phone]


def outcomes(house, phone: str) -> list[str | None]:
    """How each promise to that customer ended; None: it stands."""
    return [row["outcome"] for row in house.callbacks() if row["phone"] == phone]


def test_caller_who_holds_hears_their_place_and_reaches_the_first_person_free(build, closed_port):
    """Redis is gone throughout."""
    house = busy_house(build, f"redis://127.0.0.1:{closed_port}")
    house.carrier.dial(JANE, NUMBER, [HOLDS])
    house.carrier.wait_for("hears", phone=JANE, text="You're next in line")
    house.carrier.wait_for("plays", phone=JANE, text="hold.wav")
    freed = takers(house, MARK)[0]
    house.carrier.act(MARK, hang_up=True)
    house.carrier.wait_for("bridged", phone=JANE)
    house.carrier.act(freed, hang_up=True)
    house.carrier.wait_for("ended", phone=JANE)
    house.until(lambda: outcomes(house, JANE) == ["answered-elsewhere"], "no promise left open")

    assert takers(house, JANE) == [freed]


@pytest.mark.slow
def test_keys_on_hold_and_the_longest_wait_lead_to_the_promise(build):
    house = busy_house(build)
    house.carrier.dial(JANE, NUMBER, [HOLDS, {"on_hearing": "press 2; for a message", "press": "2"}])
    house.carrier.wait_for("hears", phone=JANE, text="Key the number")
    house.carrier.act(JANE, hang_up=True)
    house.until(lambda: [row["phone"] for row in house.callbacks()] == [JANE], "Jane's promise")

    bob = "+447700900126"
    house.carrier.dial(bob, NUMBER, [HOLDS])
    music = house.carrier.wait_for("plays", phone=bob, text="hold.wav")["n"]
    with house.database.transaction() as session:
        call = session.scalars(select(Call).where(Call.phone == bob)).one()
        call.waiting_since -= timedelta(minutes=11)
    house.carrier.wait_for("hears", phone=bob, text="We'll ring you back by", after=music)

    assert takers(house, bob) == []
    assert {row["phone"] for row in house.callbacks()} == {JANE, bob}


@pytest.mark.slow
def test_person_who_misses_three_calls_in_a_row_is_off_duty_and_told_so(build):
    house = build()
    house.start_worker()
    house.carrier.phone(PRIYA, RingsOut())
    house.carrier.phone(TOM, TAKES)
    for caller in (JANE, MARK, ANN):
        house.carrier.dial(caller, NUMBER)
        house.carrier.wait_for("bridged", phone=caller)
        house.carrier.act(caller, hang_up=True)
        house.until(lambda: nobody_is_busy(house), "an end")
    told = house.until(house.carrier.texts, "a text")

    assert [text["to"] for text in told] == [PRIYA]
    assert "missed 3 calls in a row" in told[0]["body"]
    with house.database.reading() as session:
        assert dict(session.execute(select(Staff.phone, Staff.on_duty)).all()) == {PRIYA: False, TOM: True}


def nobody_is_busy(house) -> bool:
    with house.database.reading() as session:
        return not session.scalars(select(Staff).where(Staff.busy_with.is_not(None))).all()
