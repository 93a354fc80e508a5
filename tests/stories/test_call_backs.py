"""What a promise is owed for and what it is not: one for each customer, within the guard's limits, asked for once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from office import pins
from office.clock import SystemClock
from office.tables import Alert
from tests.stories.conftest import BUSINESS
from voice.standin.client import Answers, Declines, RingsOut

NUMBER, JANE, MARK, EVE = "+442071838750", "+447700900123", "+447700900124", "+447700900125"
PRIYA, TOM, MANAGER, PIN = "+447700900101", "+447700900102", "+442071838799", "7294"
PREMIUM = "+449098790000"
TAKES = Answers(1, [{"on_hearing": "Call-back for", "press": "1"}])
TALKS = Answers(1, [{"on_hearing": "press 1", "press": "1"}, {"after": 20, "hang_up": True}])

TWO_TEAMS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[callbacks]
first_try_after = "1h"
[[team]]
name = "Workshop"
key = "1"
[[team]]
name = "Sales"
key = "2"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
teams = ["Workshop", "Sales"]
"""

RUNG_ONCE_A_DAY = (
    BUSINESS.replace('"2s"', '"1s"').replace("[callbacks]", "off_after_misses = 0\nkeep_free = 0\n[callbacks]")
    + "[guard]\nnumber_per_day = 1\ncalls_per_second = 20\n"
)


def over(house, sid: str) -> dict[str, Any]:
    """The call of that sid, once it is over."""
    calls = lambda: [call for call in house.get("/api/calls")["calls"] if call["sid"] == sid]  # noqa: E731
    (call,) = house.until(lambda: [call for call in calls() if call["ended_at"]], "the end of the call")
    return dict(call)


@pytest.mark.slow
def test_customer_who_rings_three_times_has_one_promise_and_our_own_calls_have_none(build):
    """PITFALLS 31: whom one of us rings, and who did not pick up, is owed nothing by that."""
    house = build(business=TWO_TEAMS)
    with house.database.transaction() as session:
        pins.set_pin(session, PRIYA, PIN)
    house.carrier.phone(PRIYA, RingsOut(), TALKS)
    house.carrier.phone(MARK, Declines(1))
    first = over(house, house.carrier.dial(JANE, NUMBER, [{"on_hearing": "Workshop", "hang_up": True}]))
    rings = [{"on_hearing": "straight through", "after": 4, "hang_up": True}]
    second = over(house, house.carrier.dial(JANE, NUMBER, rings))
    (owed,) = house.callbacks()
    keyed = [{"on_hearing": "key their number", "press": "07700900124#"}, {"on_hearing": "That's", "press": "1"}]
    asked = [{"on_hearing": "For a colleague, 0", "press": "3"}, {"on_hearing": "key your PIN", "press": f"{PIN}#"}]
    own = over(house, house.carrier.dial(PRIYA, NUMBER, [*asked, *keyed, {"on_hearing": "pick up", "hang_up": True}]))
    third = house.carrier.dial(JANE, NUMBER)
    spoke, done = over(house, third), house.until_done()

    assert [call["missed_because"] for call in (first, second)] == ["gave up in the menu", "gave up while ringing"]
    assert (owed["state"], owed["calls_missed"], set(owed["calls"])) == ("waiting", 2, {first["sid"], second["sid"]})
    assert (own["outcome"], own["callback_id"], house.rings(MARK)) == (None, None, 1)
    assert (spoke["answered_by"], spoke["callback_id"]) == ("Priya Shah", done["id"])
    told = [done[name] for name in ("outcome", "calls_missed", "attempts", "kept", "rang_in_time", "promised_by")]
    assert told == ["answered-elsewhere", 2, [], True, None, owed["promised_by"]]
    assert set(done["calls"]) == {first["sid"], second["sid"], third}
    assert (len(house.callbacks()), house.rings(JANE)) == (1, 0)


@pytest.mark.slow
def test_number_rung_as_often_as_the_guard_allows_and_a_stranger_gone_at_once_are_left_to_a_person(build):
    """The second who is not rung again tells the manager nothing new."""
    house = build(business=RUNG_ONCE_A_DAY)
    house.start_worker()
    for staff in (PRIYA, TOM):
        house.carrier.phone(staff, TAKES)
    lure = over(house, house.carrier.dial(EVE, NUMBER, [{"hang_up": True}]))
    for customer in (JANE, MARK):
        house.carrier.phone(customer, Declines(1))
        house.post("/api/callbacks", {"phone": customer})
    left = lambda: {row["phone"]: row for row in house.callbacks() if row["needs_person"]}  # noqa: E731
    rows = house.until(lambda: len(left()) == 3 and left(), "three who are left to a person")
    alerts_are_due(house)
    told = house.until(lambda: [text for text in house.carrier.texts() if text["to"] == MANAGER], "the manager's text")

    tried = {phone: [attempt["outcome"] for attempt in row["attempts"]] for phone, row in rows.items()}
    assert tried == {JANE: ["customer-busy"], MARK: ["customer-busy"], EVE: []}
    assert {row["state"] for row in rows.values()} == {"waiting"}
    assert rows[EVE]["calls"] == [lure["sid"]]
    assert [house.rings(phone) for phone in (JANE, MARK, EVE)] == [1, 1, 0]
    assert [text["body"].count("rung as often today as the guard allows") for text in told] == [1]


def alerts_are_due(house) -> None:
    """What is to be told has waited for others long enough."""
    with house.database.transaction() as session:
        session.execute(update(Alert).values(at=SystemClock().now() - timedelta(minutes=1)))


def test_call_back_asked_for_is_opened_once_for_each_key_and_never_for_a_premium_number(build):
    house = build()
    said = {"phone": JANE, "reason": "wants a quote"}
    key = {"Idempotency-Key": "order-17"}
    first = house.post("/api/callbacks", said, **key)
    again = house.post("/api/callbacks", said, **key)
    other = house.post("/api/callbacks", said | {"phone": MARK}, **key)
    premium = house.post("/api/callbacks", {"phone": PREMIUM})

    assert (first[0], again) == (201, first)
    assert (other[0], other[1]["error"]["code"]) == (422, "idempotency-key-reused")
    assert (premium[0], premium[1]["error"]["code"]) == (422, "not_dialled")
    assert [row["phone"] for row in house.callbacks()] == [JANE]
