"""A manager records a greeting by phone, end to end: heard, said again, kept; and whoever rings after hours hears it."""

import pytest

from office import pins
from office.clock import SystemClock
from voicemail_greetings import greetings

NUMBER, JANE, PRIYA, PIN = "+442071838750", "+447700900123", "+447700900101", "7294"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPEED = 6
"""Slower than other stories: while a voice would say ten words, a real process makes the sound ready."""

CLOSED_NOW = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
{day} = ["09:00-17:30"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
role = "manager"
"""


def on_hearing(words: str, **does: object) -> dict[str, object]:
    return {"on_hearing": words, **does}


@pytest.fixture
def house(build):
    """Open on another day only. Priya has a PIN."""
    day = DAYS[(SystemClock().now().weekday() + 3) % 7]
    house = build(business=CLOSED_NOW.format(day=day), speed=SPEED)
    with house.database.transaction() as session:
        pins.set_pin(session, PRIYA, PIN)
    house.start_worker()
    return house


def test_greeting_said_twice_by_phone_is_what_callers_hear_after_hours(house):
    says_it = on_hearing("After the beep", after=4, say="We are closed just now.")
    ends_it = {"after": 3, "press": "#"}
    house.carrier.dial(
        PRIYA,
        NUMBER,
        [
            on_hearing("your greeting, 6", press="6"),
            on_hearing("key your PIN", press=f"{PIN}#"),
            on_hearing("when we're closed, 2", press="2"),
            says_it,
            ends_it,
            on_hearing("To keep it, press 1", press="2"),
            says_it,
            ends_it,
            on_hearing("To keep it, press 1", press="1"),
        ],
    )
    house.carrier.wait_for("hears", phone=PRIYA, text="callers hear it from now on", timeout=40)
    with house.database.reading() as session:
        (made,) = greetings.in_force(session)
    played = [event["text"] for event in house.carrier.events() if event["kind"] == "plays" and event["phone"] == PRIYA]
    assert [text for text in played if "/voice/sounds/" in text][-1].endswith(str(made.sound))
    assert played.count("(beep)") == 2

    house.carrier.dial(JANE, NUMBER, [on_hearing("ring you back by", hang_up=True)])
    greeted = house.carrier.wait_for("plays", phone=JANE, text=made.sound)
    house.carrier.wait_for("hears", phone=JANE, text="ring you back by", after=greeted["n"])
    (owed,) = house.until(house.callbacks, "a promise")
    assert (owed["phone"], owed["state"]) == (JANE, "waiting")
