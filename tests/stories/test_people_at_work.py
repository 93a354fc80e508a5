"""A web form asks for a call-back, and somebody at work has it and rings the customer, end to end."""

from hashlib import sha256
from typing import Any

import pytest
import requests

from console.tables import Token
from office.clock import SystemClock
from voice.standin.client import Answers

JANE, PRIYA, TOM = "+447700900123", "+447700900101", "+447700900102"
TOKEN = "rt_toms"
KEEPS_THE_PROMISE = Answers(
    2, [{"on_hearing": "Call-back for", "press": "1"}, {"on_hearing": "if you spoke", "press": "1"}]
)

NOBODY_TRIES_SOON = """
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
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
"""


@pytest.fixture
def quiet_house(build):
    """A house whose workers try nothing for an hour, unless somebody asks them to."""
    house = build(business=NOBODY_TRIES_SOON)
    house.start_worker()
    return house


@pytest.fixture
def post(quiet_house):
    """Posts to the API as Tom."""
    house = quiet_house
    with house.database.transaction() as session:
        digest, now = sha256(TOKEN.encode()).hexdigest(), SystemClock().now()
        session.add(Token(name="toms", digest=digest, role="staff", staff_id=2, created_at=now))

    def posted(path: str, **said: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.post(f"{house.app}/api/callbacks{path}", json=said or None, headers=headers, timeout=10)
        return answer.status_code, answer.json()

    return posted


@pytest.mark.slow
def test_call_back_that_a_form_asks_for_is_rung_by_whoever_takes_it(quiet_house, post):
    house = quiet_house
    house.carrier.phone(TOM, KEEPS_THE_PROMISE)
    house.carrier.phone(JANE, Answers(2, [{"after": 20, "hang_up": True}]))
    opened, asked = post("", phone=JANE, reason="wants a quote")
    claimed, _ = post(f"/{asked['id']}/claim")
    called, ringing = post(f"/{asked['id']}/call")
    assert (opened, claimed, called) == (201, 200, 200)
    assert (ringing["state"], ringing["owner"]) == ("calling", "Tom Okafor")

    done = house.until_done()
    told = [done[name] for name in ("outcome", "owner", "kept", "rang_in_time", "claimed_until")]
    assert told == ["reached", "Tom Okafor", True, True, None]
    assert (house.rings(TOM), house.rings(PRIYA), house.rings(JANE)) == (1, 0, 1)
    assert post(f"/{asked['id']}/claim")[1]["error"]["code"] == "over"
