"""What callers wish for, end to end: a team by its name, a call-back on another number, and one without showing theirs."""

import pytest

from voice.standin.client import Answers, RingsOut

NUMBER, JANE, MOBILE = "+442071838750", "+447700900123", "+447700900456"
PRIYA, TOM = "+447700900101", "+447700900102"
KEEPS_PROMISES = Answers(
    2, [{"on_hearing": "Call-back for", "press": "1"}, {"on_hearing": "if you spoke", "press": "1"}]
)
TALKS_A_WHILE = Answers(2, [{"after": 20, "hang_up": True}])
ASKS_FOR_THE_MOBILE = [
    {"on_hearing": "another number or time", "press": "2"},
    {"on_hearing": "then hash", "press": "07700900456#"},
    {"on_hearing": "0 7 7 0 0, 9 0 0, 4 5 6", "press": "1"},
    {"on_hearing": "As soon as we can", "press": "1"},
]
KEYS_THE_MOBILE = [
    {"on_hearing": "key the one to ring", "press": "07700900456#"},
    {"on_hearing": "0 7 7 0 0, 9 0 0, 4 5 6", "press": "1"},
    {"on_hearing": "As soon as we can", "hang_up": True},
]

TWO_TEAMS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[[team]]
name = "Workshop"
[[team]]
name = "Sales"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
teams = ["Workshop"]
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
teams = ["Sales"]
"""


def nobody_comes(house):
    """No staff phone is picked up for a caller; the promise is kept from them afterwards."""
    house.carrier.phone(PRIYA, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(TOM, RingsOut(), KEEPS_PROMISES)
    house.carrier.phone(MOBILE, TALKS_A_WHILE)


@pytest.mark.slow
def test_caller_who_keys_another_number_is_rung_there_by_the_time_they_heard(house):
    nobody_comes(house)
    house.carrier.dial(JANE, NUMBER, ASKS_FOR_THE_MOBILE)
    goodbye = house.carrier.wait_for("hears", phone=JANE, text="Thank you! We'll ring you by", timeout=60)
    kept = house.until_done()

    assert "Goodbye!" in goodbye["text"]
    assert (kept["phone"], kept["called_from"], kept["kind"]) == (MOBILE, JANE, "asked")
    assert (kept["outcome"], kept["kept"]) == ("reached", True)
    assert (house.rings(MOBILE), house.rings(JANE)) == (1, 0)


@pytest.mark.slow
def test_caller_with_a_hidden_number_is_rung_on_the_one_that_they_key(house):
    nobody_comes(house)
    house.carrier.dial("anonymous", NUMBER, KEYS_THE_MOBILE)
    kept = house.until_done()

    assert (kept["phone"], kept["outcome"], kept["needs_person"]) == (MOBILE, "reached", False)
    assert house.rings(MOBILE) == 1


@pytest.mark.slow
def test_caller_who_says_a_team_talks_to_somebody_there(build):
    house = build(business=TWO_TEAMS)
    house.start_worker()
    house.carrier.phone(TOM, Answers(2, [{"on_hearing": "press 1", "press": "1"}, {"after": 60, "hang_up": True}]))
    house.carrier.dial(JANE, NUMBER, [{"on_hearing": "Sales, 2", "say": "Sales, please"}])
    house.carrier.wait_for("hears", phone=JANE, text="Thank you for calling. Goodbye!", timeout=60)
    call = house.until(lambda: [c for c in house.get("/api/calls")["calls"] if c["ended_at"]], "the end")[0]

    assert (call["outcome"], call["answered_by"]) == ("spoke", "Tom Okafor")
    assert house.rings(PRIYA) == 0
    assert house.callbacks() == []
