"""Promises that nobody keeps: their people, then the manager, then the customers are told, whatever dies meanwhile."""

from datetime import timedelta

import pytest

from callbacks import actions
from callbacks.actions import Owed
from office.clock import SystemClock
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from voice.standin.client import RingsOut

NUMBER, JANE, ANN, EVE = "+442071838750", "+447700900123", "+447700900124", "+447700900125"
PRIYA, TOM, MANAGER = "+447700900101", "+447700900102", "+442071838799"
GIVEN = timedelta(seconds=30)
BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[ringing]
rest_after = "1s"
off_after_misses = 0
[callbacks]
remind_before = "6s"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
"""


@pytest.fixture
def house(build):
    house = build(business=BUSINESS)
    for phone in (PRIYA, TOM):
        house.carrier.phone(phone, RingsOut())
    return house


def owe(house, phone: str, name: str, within: timedelta = GIVEN) -> None:
    """A call of this customer was missed now, and is owed very soon."""
    now = SystemClock().now()
    with house.database.transaction() as session:
        save_customers(session, [CustomerRow(1, phone, name)])
        owed = Owed(f"CA{phone}", phone, None, 1, "nobody answered", now, now + within, now)
        actions.promise(session, owed)


def texted(house, phone: str) -> list[str]:
    return [text["body"] for text in house.carrier.texts() if text["to"] == phone]


@pytest.mark.slow
def test_promises_that_nobody_keeps_are_told_to_everybody_once(house):
    for phone, name in (JANE, "Jane Smith"), (ANN, "Ann Poe"):
        owe(house, phone, name)
    house.start_worker()
    house.until(lambda: texted(house, TOM), "the reminder")
    house.kill("worker")
    house.start_worker("another")
    owe(house, EVE, "Eve Long", within=timedelta(hours=1))
    house.until(lambda: texted(house, JANE) and texted(house, ANN), "the apologies")
    digest = house.until(lambda: texted(house, MANAGER), "the manager's text")
    rows = house.callbacks()

    assert [(row["customer"]["name"], row["kept"]) for row in rows] == [
        ("Jane Smith", False),
        ("Ann Poe", False),
        ("Eve Long", None),
    ]
    assert len(digest) == 1
    for phone, name in ((JANE, "Jane Smith"), (ANN, "Ann Poe")):
        (apology,) = texted(house, phone)
        assert apology.startswith("Harbour Bikes: we are sorry. We promised to ring you by ")
        assert f"{name} by" in digest[0]
        for staff in (PRIYA, TOM):
            told = " ".join(texted(house, staff))
            assert [told.count(f"{name} {what} by") for what in ("waits for a call", "must be rung")] in (
                [1, 1],
                [1, 0],
            )
