"""The first call, end to end: a customer rings, nobody takes it, a promise is made and kept. Real parts throughout."""

import pytest

from voice.standin.client import Answers, Busy, Mailbox, RingsOut

NUMBER, JANE = "+442071838750", "+447700900123"
PRIYA, TOM = "+447700900101", "+447700900102"
HANGS_UP_AT_THE_OFFER = [{"on_hearing": "ring you back by", "after": 6, "hang_up": True}]
HANGS_UP_WHILE_RINGING = [{"on_hearing": "Thank you for calling", "after": 5, "hang_up": True}]
KEEPS_PROMISES = Answers(
    2, [{"on_hearing": "Call-back for", "press": "1"}, {"on_hearing": "if you spoke", "press": "1"}]
)
TALKS_A_WHILE = Answers(2, [{"after": 20, "hang_up": True}])


def spoken_between(house, one: str, other: str) -> bool:
    return any(event["kind"] == "bridged" and {event["phone"], event["text"]} == {one, other}
               for event in house.carrier.events())  # fmt: skip


def test_missed_call_becomes_a_promise_that_is_kept(house):
    house.carrier.phone(PRIYA, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(TOM, Busy(), KEEPS_PROMISES)
    house.carrier.phone(JANE, TALKS_A_WHILE)
    sid = house.carrier.dial(JANE, NUMBER, HANGS_UP_AT_THE_OFFER)
    house.carrier.wait_for("hears", phone=JANE, text="Jane Smith! Thank you for calling Harbour Bikes")
    promise = house.until(house.callbacks, "a promise in the database")[0]
    kept = house.until_done()

    assert promise["promised_by"].endswith(":00+00:00")
    assert kept["promised_by"] == promise["promised_by"]
    assert (kept["outcome"], kept["kept"], kept["rang_in_time"], kept["calls"]) == ("reached", True, True, [sid])
    assert [attempt["outcome"] for attempt in kept["attempts"]] == ["reached"]
    assert spoken_between(house, {"Priya Shah": PRIYA, "Tom Okafor": TOM}[kept["attempts"][0]["by"]], JANE)
    assert house.rings(JANE) == 1
    calls = house.get("/api/calls?phone=%2B447700900123")["calls"]
    assert [(call["direction"], call["outcome"]) for call in calls] == [("outbound", "spoke"), ("inbound", "missed")]
    assert house.get("/api/customers/+447700900123")["customer"]["name"] == "Jane Smith"


def test_person_who_takes_the_call_speaks_and_nothing_is_owed(house):
    house.carrier.phone(PRIYA, Answers(2, [{"on_hearing": "press 1", "press": "1"}]))
    house.carrier.dial(JANE, NUMBER, [{"on_hearing": "Thank you for calling", "after": 60, "hang_up": True}])
    house.carrier.wait_for("bridged")
    call = house.until(lambda: [c for c in house.get("/api/calls")["calls"] if c["ended_at"]], "the end")[0]

    assert (call["outcome"], call["answered_by"]) == ("spoke", "Priya Shah")
    assert house.callbacks() == []


@pytest.mark.slow
def test_mailbox_on_a_staff_phone_is_never_connected_to_anybody(house):
    """PITFALLS 1: neither when the customer rings nor when the promise is kept."""
    house.carrier.phone(PRIYA, Mailbox(1))
    house.carrier.phone(TOM, Mailbox(1), KEEPS_PROMISES)
    house.carrier.phone(JANE, TALKS_A_WHILE)
    house.carrier.dial(JANE, NUMBER, HANGS_UP_AT_THE_OFFER)
    kept = house.until_done()

    assert kept["outcome"] == "reached"
    assert not spoken_between(house, PRIYA, JANE)
    assert [attempt["outcome"] for attempt in kept["attempts"]][:-1] in ([], ["staff-no-answer"])


def test_redis_stopped_throughout_the_sweep_keeps_the_promise(build, closed_port):
    house = build(f"redis://127.0.0.1:{closed_port}")
    house.start_worker()
    house.carrier.phone(PRIYA, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(TOM, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(JANE, TALKS_A_WHILE)
    house.carrier.dial(JANE, NUMBER, HANGS_UP_WHILE_RINGING)
    kept = house.until_done()

    assert (kept["outcome"], kept["kept"]) == ("reached", True)
    assert house.rings(JANE) == 1


def test_worker_killed_between_ring_and_note_rings_the_customer_once(house):
    """PITFALLS 10: the request reached the carrier, its answer reached nobody."""
    house.carrier.phone(PRIYA, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(TOM, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(JANE, TALKS_A_WHILE)
    house.carrier.faults(hold=1)
    house.carrier.dial(JANE, NUMBER, HANGS_UP_WHILE_RINGING)
    house.carrier.wait_for("dialled", direction="outbound-api", timeout=30)
    house.kill("worker")
    house.start_worker()
    kept = house.until_done()

    assert [attempt["outcome"] for attempt in kept["attempts"]] == ["reached"]
    assert house.rings(JANE) == 1


@pytest.mark.slow
def test_reports_doubled_late_and_swapped_keep_the_promise_once(house):
    """PITFALLS 7 and 9."""
    house.carrier.phone(PRIYA, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(TOM, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(JANE, TALKS_A_WHILE)
    house.carrier.faults(reports_doubled=0.5, reports_late=0.3, reports_swapped=0.3, twice=0.5, forged=0.3, seed=7)
    house.carrier.dial(JANE, NUMBER, HANGS_UP_WHILE_RINGING)
    kept = house.until_done()

    assert (kept["outcome"], kept["calls_missed"], len(kept["attempts"])) == ("reached", 1, 1)
    assert house.rings(JANE) == 1
