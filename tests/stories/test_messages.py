"""Messages, end to end: left, said again, asked for once more, given up for a person; and heard by one of us on their own phone."""

import pytest
from sqlalchemy import select

from office import pins
from voice.standin.client import Answers, Busy, RingsOut
from voicemail_greetings.tables import Message

NUMBER, JANE, AMIR, BEA = "+442071838750", "+447700900123", "+447700900124", "+447700900125"
PRIYA, TOM, PIN = "+447700900101", "+447700900102", "7294"
ASKS = {"on_hearing": "for a message, 3", "press": "3"}
HANGS_UP = {"after": 3, "hang_up": True}
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
rounds = 1
[callbacks]
first_try_after = "1h"
[recording]
notice = "This call may be recorded."
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
"""


def says(words: str) -> list[dict[str, object]]:
    return [{"on_hearing": "after the beep", "after": 4, "say": words}, {"after": 6, "press": "#"}]


@pytest.fixture
def house(build):
    """Nobody comes to the phone; Priya has a PIN."""
    house = build(business=BUSINESS)
    house.start_worker()
    with house.database.transaction() as session:
        pins.set_pin(session, PRIYA, PIN)
    for phone in (PRIYA, TOM):
        house.carrier.phone(phone, Busy())
    return house


def owed_to(house, phone: str):
    """The one call-back of that caller, once its message's sound is here."""

    def found():
        rows = [row for row in house.callbacks() if row["phone"] == phone]
        kept = [
            message for message in messages(house) if message.call_sid in {sid for row in rows for sid in row["calls"]}
        ]
        return rows[0] if rows and kept and all(message.file for message in kept) else None

    return house.until(found, f"the message of …{phone[-4:]}, with its sound")


def messages(house) -> list[Message]:
    with house.database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def over(house, sid: str) -> str:
    """All that this call's phone heard, once it is over."""
    house.carrier.wait_for("ended", call_sid=sid)
    events = [event for event in house.carrier.events() if event["call_sid"] == sid]
    return " ".join(event["text"] or "" for event in events if event["kind"] in {"hears", "plays"})


def test_messages_are_left_said_again_and_heard_and_their_callers_rung_from_the_staff_line(house):
    once = house.carrier.dial(JANE, NUMBER, [ASKS, *says("My bike is ready?")])
    house.carrier.wait_for("recorded", phone=JANE)  # hers is the first, which the staff line plays first
    twice = [*says("Hm."), {"on_hearing": "To say it again", "press": "1"}, *says("Please ring.")]
    again, nothing = house.carrier.dial(AMIR, NUMBER, [ASKS, *twice]), house.carrier.dial(BEA, NUMBER, [ASKS])
    heard = {sid: over(house, sid) for sid in (once, again, nothing)}
    for text in heard.values():
        assert text.index("This call may be recorded.") < text.index("(beep)")
        assert text.count("This call may be recorded.") == 1
        assert "We'll ring you by" in text.rpartition("(beep)")[2]
    assert [text.count("(beep)") for text in heard.values()] == [1, 2, 2]
    assert "We have your message. To say it again, press 1." in heard[once]
    assert "I couldn't hear you" in heard[nothing]

    left = {phone: owed_to(house, phone)["voicemail"] for phone in (JANE, AMIR)}
    assert all(message["audio"] and message["duration_s"] > 1 for message in left.values())
    assert [row["calls_missed"] for row in house.callbacks()] == [1, 1, 1]
    rings_jane_from_her_message(house)


def rings_jane_from_her_message(house) -> None:
    """Priya hears what waits, and rings Jane by one key."""
    house.carrier.phone(JANE, Answers(2, [{"after": 20, "hang_up": True}]))
    sid = house.carrier.dial(
        PRIYA,
        NUMBER,
        [
            {"on_hearing": "new messages, 5", "press": "5"},
            {"on_hearing": "key your PIN", "press": f"{PIN}#"},
            {"on_hearing": "From Jane Smith", "after": 4, "press": "1"},
            {"on_hearing": "Call-back for Jane Smith", "press": "1"},
            {"on_hearing": "if you spoke", "press": "1"},
        ],
    )
    kept = house.until_done()
    assert (kept["phone"], kept["outcome"], kept["attempts"][0]["call_sid"]) == (JANE, "reached", sid)
    assert [message.heard_by for message in messages(house) if message.call_sid in kept["calls"]] == ["Priya Shah"]


@pytest.mark.slow
def test_zero_at_the_recorder_reaches_a_person_and_nothing_is_owed(house):
    house.carrier.phone(PRIYA, RingsOut(), Answers(2, [{"on_hearing": "press 1", "press": "1"}]))
    house.carrier.dial(
        JANE, NUMBER, [ASKS, {"on_hearing": "after the beep", "after": 4, "press": "0"}, {"after": 60, "hang_up": True}]
    )
    house.carrier.wait_for("bridged")
    house.until(lambda: [call for call in house.get("/api/calls")["calls"] if call["outcome"] == "spoke"], "a talk")

    assert [row["state"] for row in house.callbacks()] == ["done"]
