"""Who rings and when decides what they hear: a friend, a stranger, a hidden number, somebody owed, somebody blocked, a closed door."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from callbacks import actions
from callbacks.actions import Owed
from office import contact_rules
from office.clock import SystemClock
from voice.standin.client import RingsOut

NUMBER, JANE, ANN, EVE = "+442071838750", "+447700900123", "+447700900124", "+447700900125"
PRIYA, TOM = "+447700900101", "+447700900102"
STAYS_A_MOMENT = [{"on_hearing": "Harbour Bikes", "after": 5, "hang_up": True}]
CLOSED_TODAY = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
{open}
[[special_day]]
date = {today}
name = "Stocktaking"
open = []
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""


def test_each_caller_is_greeted_as_who_they_are(house):
    for phone in (PRIYA, TOM):
        house.carrier.phone(phone, RingsOut())
    now = SystemClock().now()
    with house.database.transaction() as session:
        owed = Owed("CAearlier", ANN, None, 1, "nobody answered", now, now.replace(microsecond=0), None)
        actions.promise(session, owed)
        contact_rules.set_rule(session, EVE, contact_rules.BLOCKED, by="Priya Shah", now=now)
    house.carrier.dial(JANE, NUMBER, STAYS_A_MOMENT)
    house.carrier.wait_for("hears", phone=JANE, text="Jane Smith! Thank you for calling Harbour Bikes")
    house.carrier.dial("anonymous", NUMBER, STAYS_A_MOMENT, phone="+447700900199")
    house.carrier.wait_for("hears", phone="+447700900199", text="Thank you for calling Harbour Bikes")
    house.carrier.dial(ANN, NUMBER, STAYS_A_MOMENT)
    house.carrier.wait_for("hears", phone=ANN, text="sorry")
    house.carrier.dial(EVE, NUMBER)
    house.carrier.wait_for("hears", phone=EVE, text="we can't take your call. Goodbye!")
    house.until(lambda: all(call["ended_at"] for call in house.get("/api/calls")["calls"]), "the ends")

    outcomes = {call["phone"]: call["outcome"] for call in house.get("/api/calls")["calls"]}
    assert outcomes == {JANE: "missed", ANN: "missed", EVE: "unwanted", None: "missed"}
    assert {row["phone"] for row in house.callbacks()} == {JANE, ANN}


def test_caller_on_a_special_day_hears_why_nobody_is_there_and_when_we_ring(build):
    today = datetime.now(UTC).astimezone(ZoneInfo("Europe/London")).date()
    week = "\n".join(f'{day} = ["09:00-17:30"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    house = build(business=CLOSED_TODAY.format(open=week, today=today))
    house.start_worker()
    house.carrier.dial(JANE, NUMBER, [{"on_hearing": "ring you back by", "after": 6, "hang_up": True}])
    house.carrier.wait_for("hears", phone=JANE, text="We're closed for Stocktaking.")
    house.carrier.wait_for("hears", phone=JANE, text="We'll ring you back by")
    (row,) = house.until(house.callbacks, "the promise")

    assert (row["reason"], row["state"], house.rings(PRIYA)) == ("closed", "waiting", 0)
