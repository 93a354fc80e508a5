"""Messages: who says nothing is missed all the same, nobody is recorded without being told, and no engine stands in a message's way."""

import re

import pytest
from sqlalchemy import select

from office import people
from office.contact_rules import MESSAGE_ONLY, set_rule
from office.profile import read
from voicemail_greetings.tables import Message

JANE, NOTICE = "+447700900123", "This call may be recorded."
RECORDING = {"RecordingSid": "RE" + "3" * 32, "RecordingStatus": "completed"}
SILENCE = ["after the recorder", "saved as a second"]
BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[recording]
notice = "This call may be recorded."
[words]
engines = ["carrier"]
[[team]]
name = "Workshop"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""


@pytest.fixture
def with_notice(office) -> None:
    """The business tells its callers that they may be recorded, and has the carrier write messages down."""
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS))


@pytest.fixture
def messages(rows):
    """How long the messages are that we have."""
    return lambda: [row["duration_s"] for row in rows(Message)]


def says_nothing(phone, how):
    """The recorder hears nobody: the document goes on behind it, or a second of silence is saved."""
    if how == "saved as a second":
        return phone._follow(found("Record action", phone.text), **RECORDING, RecordingDuration="1", Digits="")
    return phone._follow(re.findall(r"<Redirect[^>]*>([^<]+)<", phone.text)[0])


def found(where, text):
    return re.findall(rf'<{where}="([^"]+)"', text)[0]


@pytest.mark.parametrize("how", SILENCE)
def test_caller_who_says_nothing_twice_is_missed_and_owed_one_call(all_busy, caller, the_call, owed, how):
    phone = caller()
    phone.keys("3")
    again = says_nothing(phone, how)
    assert again.index("couldn't hear you") < again.index("<Record")
    assert "We'll ring you by" in says_nothing(phone, how)
    phone.leaves()
    assert (the_call().outcome, [row.calls_missed for row in owed()]) == ("missed", [1])


@pytest.mark.parametrize("at", ["said_nothing", "said_again"])
def test_pitfall_5_caller_who_leaves_between_two_recordings_is_missed_and_nothing_fails(
    all_busy, caller, carrier, the_call, owed, at
):
    phone = caller()
    phone.keys("3")
    gone = carrier.post(f"/voice/calls/2/{at}", From=JANE, CallStatus="completed", Digits="hangup")
    assert (gone.status_code, "<Say" in gone.text) == (200, False)
    assert (the_call().outcome, the_call().ended_at is None, len(owed())) == ("missed", False, 1)


@pytest.fixture
def way_to_the_recorder(office, carrier, caller):
    """What is heard before the beep, by the way that leads there."""

    def asked_to():
        with office.database.transaction() as session:
            set_rule(session, JANE, MESSAGE_ONLY, by="Priya Shah", now=office.clock.now())
        return caller().text

    return {
        "chosen": lambda: caller().keys("3"),
        "hidden number": lambda: says_nothing(caller("anonymous"), "after the recorder"),
        "message only": asked_to,
        "house down": lambda: carrier.post("/voice/fallback", From=JANE).text,
    }


@pytest.mark.parametrize("way", ["chosen", "hidden number", "message only", "house down"])
def test_pitfall_17_nobody_is_recorded_who_was_not_told_so(with_notice, all_busy, way_to_the_recorder, way):
    text = way_to_the_recorder[way]()
    assert text.index(NOTICE) < text.index("<Record")


@pytest.mark.parametrize("seconds", [1, 150])
def test_pitfall_17_message_that_no_engine_takes_is_listed_and_owed_all_the_same(
    office, carrier, caller, all_busy, with_notice, messages, owed, seconds
):
    phone = caller()
    record = phone.keys("3")
    report = {**RECORDING, "RecordingDuration": str(seconds)}
    carrier.post(found("[^>]*recordingStatusCallback", record), **report)
    phone.leaves()

    assert int(found("Record[^>]* maxLength", record)) == 180
    assert (messages(), len(owed())) == ([seconds], 1)
    with office.database.reading() as session:
        assert session.scalars(select(Message.fetch_at)).one() is not None


def test_pitfall_17_words_are_asked_of_the_carrier_beside_the_message_and_never_instead(caller, all_busy, with_notice):
    record = caller().keys("3")
    assert found("Record[^>]* recordingStatusCallback", record).endswith("/voice/recording_report")
    assert found("Record[^>]* transcribeCallback", record).endswith("/voice/transcript_report")
