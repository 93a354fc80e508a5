"""Many promises while everything fails at once: none is lost, none is kept twice. Slow; run with `-m slow`."""

import random
import time
from collections import Counter

import pytest

from voice.standin.client import Answers, Mailbox, RingsOut

NUMBER = "+442071838750"
STAFF = [f"+44770090010{n}" for n in range(1, 5)]
CUSTOMERS = [f"+4477009002{n:02}" for n in range(12)]
KEEPS = Answers(2, [{"on_hearing": "Call-back for", "press": "1"}, {"on_hearing": "if you spoke", "press": "1"}])
NAMES = ("Priya Shah", "Tom Okafor", "Mei Lin", "Ana Ruiz")
SOAK = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[ringing]
rounds = 1
rest_after = "1s"
keep_free = 0
[callbacks]
first_try_after = "1s"
retry_after = ["2s", "2s", "2s", "2s", "2s"]
[guard]
number_per_day = 50
""" + "".join(f'[[staff]]\nname = "{name}"\nphone = "{phone}"\n' for name, phone in zip(NAMES, STAFF, strict=True))
FAULTS = {
    "refuse_429": 0.1, "error_500": 0.1, "error_500_after_dialling": 0.1, "drop": 0.1,
    "reports_doubled": 0.2, "reports_late": 0.3, "reports_swapped": 0.3, "reports_dropped": 0.2, "twice": 0.2,
}  # fmt: skip
LONGEST = 420.0


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_workers_killed_and_carrier_failing_every_promise_is_kept_once_or_left_to_a_person(build, seed):
    house, dice = build(business=SOAK), random.Random(seed)
    for phone in STAFF:
        house.carrier.phone(phone, RingsOut(), Mailbox(1), KEEPS)
    for phone in CUSTOMERS:
        house.carrier.phone(phone, Answers(2, [{"after": 20, "hang_up": True}]))
    for phone in CUSTOMERS:
        house.carrier.dial(phone, NUMBER, [{"on_hearing": "Thank you for calling", "after": 4, "hang_up": True}])
    house.until(lambda: len(house.callbacks()) == len(CUSTOMERS), "a promise for each")
    house.carrier.faults(**FAULTS, seed=seed)
    for name in ("one", "two"):
        house.start_worker(name)
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline and not all(settled(row) for row in house.callbacks()):
        time.sleep(dice.uniform(1, 6))  # when a worker is killed is up to chance
        name = dice.choice(("one", "two"))
        house.kill(name)
        house.start_worker(name)

    rows = house.callbacks()
    spoken = Counter(event["phone"] for event in house.carrier.events() if event["kind"] == "bridged")
    assert [row["state"] for row in rows if not settled(row)] == [], house.logs()
    assert [phone for phone in CUSTOMERS if spoken[phone] > 1] == []
    assert all(spoken[row["phone"]] == 1 for row in rows if row["outcome"] == "reached")
    assert sum(row["outcome"] == "reached" for row in rows) >= len(rows) // 2


def settled(row) -> bool:
    return bool(row["state"] == "done" or row["needs_person"])
