"""At three quarters of its time a promise passes to a second person: who that is, and what becomes of the claim."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from callbacks.tables import Attempt, Delivery

JANE, PRIYA, TOM = "+447700900123", "+447700900101", "+447700900102"
THREE_PEOPLE = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
tue = ["09:00-17:30"]
[[team]]
name = "Workshop"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
[[staff]]
name = "Sal Reyes"
phone = "+447700900103"
"""


def test_three_quarters_pass_the_claim_to_somebody_else_who_is_told(house, owe):
    one = owe(promised_by=house.clock.now() + timedelta(hours=4))
    house.change(one, state="claimed", owner="Tom Okafor", owner_id=2, next_try_at=None, fence=4)
    house.at(180)

    row = house.row(one)
    assert (row.state, row.owner, row.owner_id, row.prefer_id, row.fence) == ("waiting", None, None, 1, 5)
    assert row.next_try_at == house.clock.now()
    assert house.texts(PRIYA) == ["Jane Smith is yours to ring now, by 14:00."]
    assert house.texts(TOM) == ["Jane Smith has gone to Priya Shah."]
    assert house.rungs(one) == ["13:00 reminder", "13:00 second-person"]


def test_three_quarters_without_an_owner_prefer_who_was_not_asked(house, owe, office, clock):
    one = owe(promised_by=clock.now() + timedelta(hours=4))
    planned = house.row(one).next_try_at
    with office.database.transaction() as session:
        tried = {"by": "Priya Shah", "stage": "ended", "at": clock.now(), "customer_phone": JANE}
        session.add(Attempt(callback_id=one, fence=1, staff_id=1, **tried))
    house.at(180)

    assert house.row(one).prefer_id == 2
    assert house.texts(TOM) == ["Jane Smith is yours to ring now, by 14:00."]
    assert house.texts(PRIYA) == []
    assert house.row(one).next_try_at == planned


def test_claim_of_the_only_person_goes_back_to_the_team(house, owe):
    one = owe(promised_by=house.clock.now() + timedelta(hours=4))
    house.set_staff("Priya Shah", on_duty=False)
    house.change(one, state="claimed", owner="Tom Okafor", owner_id=2)
    house.at(180)

    assert (house.row(one).state, house.row(one).prefer_id) == ("waiting", None)
    assert house.texts(TOM) == ["Jane Smith has gone to the team. Jane Smith waits for a call by 14:00."]


def test_claim_that_passes_and_promise_that_is_late_are_told_to_other_software(house, owe, office, set_up):
    hook = '[[webhook]]\nurl = "https://crm.example/hook"\nevents = ["late", "released"]\n'
    set_up(f"{THREE_PEOPLE}{hook}")
    one = owe()
    house.change(one, state="claimed", owner="Tom Okafor", owner_id=2)
    house.at(95)
    house.at(120)

    with office.database.reading() as session:
        events = [row.event for row in session.scalars(select(Delivery).order_by(Delivery.id))]
    assert events == ["released", "late"]


@pytest.mark.parametrize(
    ("staff", "second"),
    [
        ({"Tom Okafor": "free"}, 2),
        ({"Tom Okafor": "busy", "Sal Reyes": "free"}, 3),
        ({"Tom Okafor": "asked", "Sal Reyes": "free"}, 3),
        ({"Tom Okafor": "asked", "Sal Reyes": "busy"}, 2),
        ({"Tom Okafor": "busy", "Sal Reyes": "off"}, 2),
        ({"Tom Okafor": "off", "Sal Reyes": "off"}, None),
    ],
)
def test_second_person_is_somebody_free_who_was_asked_least(house, owe, office, clock, set_up, staff, second):
    set_up(THREE_PEOPLE)
    one = owe(promised_by=clock.now() + timedelta(hours=4))
    house.change(one, state="claimed", owner="Priya Shah", owner_id=1)
    house.set_staff("Sal Reyes", on_duty=False)
    for name, how in staff.items():
        busy = clock.now() + timedelta(hours=9) if how == "busy" else None
        house.set_staff(name, on_duty=how != "off", busy_until=busy)
        if how == "asked":
            with office.database.transaction() as session:
                tried = {
                    "by": name,
                    "at": clock.now(),
                    "customer_phone": JANE,
                    "stage": "ended",
                    "ended_at": clock.now(),
                }
                session.add(Attempt(callback_id=one, fence=1, staff_id=2, **tried))
    house.at(180)

    assert house.row(one).prefer_id == second
