"""When our own parts are down a caller is still spoken to kindly and reaches a phone or a recorder."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy

from office.wiring import Office
from webhooks import create_app

RINGING = {"From": "+447700900123", "To": "+442071838750", "CallStatus": "ringing"}
LEG = {"sid": "CA" + "9" * 32, "ParentCallSid": "CA" + "1" * 32}


def verbs(answer) -> list[str]:
    assert answer.status_code == 200
    return [element.tag for element in ET.fromstring(answer.text)]


def lose_the_database(office: Office) -> None:
    """Every table is gone: whatever a turn asks the database now fails."""
    with office.database.engine.begin() as connection:
        for table in sqlalchemy.inspect(connection).get_table_names():
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_lost")


def test_caller_reaches_the_managers_phone_when_the_database_is_lost(office, carrier):
    lose_the_database(office)
    answer = carrier.post("/voice/incoming", **RINGING)

    assert verbs(answer) == ["Say", "Dial"]
    assert "+442071838799" in answer.text
    assert 'callerId="+442071838750"' in answer.text


def test_caller_reaches_the_fallback_phone_that_is_set(office, carrier):
    office.settings = replace(office.settings, fallback_phone="+442071838700")
    lose_the_database(office)

    assert "+442071838700" in carrier.post("/voice/incoming", **RINGING).text


def test_fallback_phone_must_press_a_key_like_every_other(office, carrier):
    """PITFALLS 3: one place decides, for every outside leg."""
    lose_the_database(office)
    answer = carrier.post("/voice/incoming", **RINGING)
    whisper = re.findall(r' url="([^"]+)"', answer.text)[0]
    heard = carrier.post(whisper, **LEG)
    key = re.findall(r'<Gather action="([^"]+)"', heard.text)[0]

    assert verbs(heard) == ["Gather", "Hangup"]
    assert verbs(carrier.post(key, **LEG, Digits="1")) == ["Say"]
    assert verbs(carrier.post(key, **LEG, Digits="2")) == ["Hangup"]


def test_caller_whom_the_fallback_phone_did_not_take_leaves_a_message(office, carrier):
    lose_the_database(office)
    answer = carrier.post("/voice/incoming", **RINGING)
    after = re.findall(r'<Dial action="([^"]+)"', answer.text)[0]

    assert verbs(carrier.post(after, DialCallStatus="no-answer", DialBridged="false")) == ["Say", "Record"]
    assert verbs(carrier.post(after, DialCallStatus="completed", DialBridged="true")) == ["Say", "Hangup"]


def test_staff_phone_is_hung_up_on_when_its_turn_breaks(office, carrier):
    """A document that just ended would connect the two, a mailbox among them."""
    lose_the_database(office)

    assert verbs(carrier.post("/voice/legs/1/0/whisper", **LEG)) == ["Hangup"]
    assert verbs(carrier.post("/callbacks/attempts/1/1/ring_customer", Digits="1")) == ["Hangup"]


def test_report_that_neither_database_nor_disk_takes_is_not_said_to_be_kept(office, carrier):
    lose_the_database(office)
    (office.settings.data_dir / "journal").write_text("a file where the folder should be")

    assert carrier.post("/voice/status", From="+447700900123", CallStatus="completed").status_code == 500


def test_fallback_address_needs_no_database_and_no_redis(office, carrier):
    lose_the_database(office)
    answer = carrier.post("/voice/fallback", ErrorCode="11200", ErrorUrl="https://ringtrue.test/voice/incoming")

    assert verbs(answer) == ["Say", "Record"]
    done = re.findall(r'<Record action="([^"]+)"', answer.text)[0]
    assert verbs(carrier.post(done, RecordingSid="RE" + "3" * 32)) == ["Say", "Hangup"]


def test_message_left_at_the_fallback_has_a_callback_once_the_call_is_told_of(office, carrier):
    carrier.post(
        "/voice/recording_report", RecordingSid="RE" + "3" * 32, RecordingStatus="completed", RecordingDuration="9"
    )
    carrier.post("/voice/status", From="anonymous", CallStatus="completed", CallDuration="30")

    with office.database.reading() as session:
        assert session.execute(sqlalchemy.text("SELECT phone, needs_person FROM callbacks")).all() == [(None, True)]


@pytest.mark.parametrize("path", ["/voice/incoming", "/voice/fallback"])
def test_office_without_a_business_still_speaks(settings, clock, path, carrier):
    office = Office.open(settings, clock=clock)
    with office.database.transaction() as session:
        session.execute(sqlalchemy.text("DELETE FROM business"))
    nobody = type(carrier)(create_app(office).test_client())

    assert verbs(nobody.post(path, **RINGING)) == ["Say", "Record"]
    office.close()
