"""All phones of a team at once, placed one by one while the caller waits: a mailbox cannot cancel the rest."""

import pytest
from sqlalchemy import select

from office.tables import Heartbeat, Staff
from voice.standin.client import Answers, Busy, Mailbox, RingsOut

NUMBER, JANE, MARK = "+442071838750", "+447700900123", "+447700900124"
PRIYA, TOM, MEI = "+447700900101", "+447700900102", "+447700900103"
TAKES = Answers(3, [{"on_hearing": "press 1", "press": "1"}])
HEARS_THE_OFFER = [{"on_hearing": "ring you back by", "after": 6, "hang_up": True}]

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
patience = "60s"
rounds = 1
rest_after = "1s"
[callbacks]
first_try_after = "1h"
[[team]]
name = "Workshop"
strategy = "all-at-once"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
[[staff]]
name = "Mei Lin"
phone = "+447700900103"
"""


def bridges(house, phone: str) -> list[str]:
    """Whom that phone spoke with."""
    return [event["text"] for event in house.carrier.events() if event["kind"] == "bridged" and event["phone"] == phone]


def misses(house) -> list[int]:
    with house.database.reading() as session:
        return list(session.scalars(select(Staff.misses).order_by(Staff.id)))


def busy(house) -> int:
    with house.database.reading() as session:
        return len(session.scalars(select(Staff).where(Staff.busy_with.is_not(None))).all())


def calls(house, phone: str):
    return house.get(f"/api/calls?phone=%2B{phone[1:]}")["calls"]


@pytest.fixture
def house(build):
    """Everything runs, and the sweep has done its first round."""
    house = build(business=BUSINESS)
    house.start_worker()
    house.until(lambda: sweeps(house), "the first round of the sweep")
    return house


def sweeps(house) -> bool:
    with house.database.reading() as session:
        return session.get(Heartbeat, "sweep") is not None


def test_mailbox_that_picks_up_first_takes_nobody_and_of_two_who_accept_one_is_connected(house):
    """PITFALLS 1."""
    house.carrier.phone(PRIYA, Mailbox(1))
    house.carrier.phone(TOM, TAKES)
    house.carrier.phone(MEI, TAKES)
    house.carrier.dial(JANE, NUMBER)
    taken_by = house.carrier.wait_for("bridged", phone=JANE, timeout=60)["text"]
    late = ({TOM, MEI} - {taken_by}).pop()
    house.carrier.wait_for("hears", phone=late, text="A colleague has this call")
    house.carrier.act(taken_by, hang_up=True)
    house.until(lambda: calls(house, JANE)[0]["ended_at"], "the end of the call")

    assert taken_by in {TOM, MEI}
    assert bridges(house, JANE) == [taken_by]
    (call,) = calls(house, JANE)
    assert (call["outcome"], call["answered_by"]) == ("spoke", {TOM: "Tom Okafor", MEI: "Mei Lin"}[taken_by])
    assert house.callbacks() == []
    assert [house.rings(phone) for phone in (PRIYA, TOM, MEI)] == [1, 1, 1]


@pytest.mark.slow
def test_caller_who_hangs_up_stops_every_phone_and_who_reaches_nobody_has_a_promise(house):
    """PITFALLS 5 and 20: what nobody picked up was missed by those who could; what the caller broke off by nobody."""
    for phone in (PRIYA, TOM, MEI):
        house.carrier.phone(phone, RingsOut(), Busy())
    house.carrier.dial(JANE, NUMBER)
    for phone in (PRIYA, TOM, MEI):
        house.carrier.wait_for("rings", phone=phone)
    house.carrier.act(JANE, hang_up=True)
    for phone in (PRIYA, TOM, MEI):
        house.carrier.wait_for("ended", phone=phone, text="canceled")
    house.until(lambda: busy(house) == 0, "everybody free")
    assert misses(house) == [0, 0, 0]

    house.carrier.dial(MARK, NUMBER, HEARS_THE_OFFER)
    house.carrier.wait_for("hears", phone=MARK, text="everybody is with a customer", timeout=60)
    house.until(lambda: misses(house) == [1, 1, 1], "three missed calls")
    owed = house.until(lambda: len(house.callbacks()) == 2 and house.callbacks(), "two promises")

    assert sorted(row["phone"] for row in owed) == [JANE, MARK]
    assert bridges(house, JANE) + bridges(house, MARK) == []


@pytest.mark.slow
def test_worker_killed_while_it_rings_phones_rings_none_twice_and_the_caller_is_served(house):
    """PITFALLS 10: its requests reached the carrier, and the answers nobody."""
    for phone in (PRIYA, TOM, MEI):
        house.carrier.phone(phone, RingsOut())
    house.carrier.faults(hold=3)
    house.carrier.dial(JANE, NUMBER, HEARS_THE_OFFER)
    house.carrier.wait_for("dialled", direction="outbound-api", timeout=30)
    house.kill("worker")
    house.start_worker()
    house.carrier.wait_for("hears", phone=JANE, text="ring you back by", timeout=60)

    house.until(lambda: len(house.callbacks()) == 1, "the promise")
    assert max(house.rings(phone) for phone in (PRIYA, TOM, MEI)) == 1
