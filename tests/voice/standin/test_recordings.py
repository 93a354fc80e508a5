"""<Record>: the action, also after a hang-up; the sound, which comes later; the reports."""

import io
import wave
from collections.abc import Callable
from typing import Any

import pytest
import requests
from twilio.rest import Client

from voice.standin.client import StandIn
from voice.standin.exchange import Exchange

JANE, BUSINESS = "+447700900123", "+442071838750"
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


@pytest.fixture
def recorder(documents: dict[str, Any]) -> dict[str, Any]:
    documents["/incoming"] = (
        '<Say>Leave a message</Say><Record action="/left" timeout="5" maxLength="30" recordingStatusCallback="/stored"'
        ' transcribe="true" transcribeCallback="/words"/><Say>Nothing was said</Say>'
    )
    documents["/left"] = "<Say>Thank you</Say>"
    documents["/stored"] = documents["/words"] = lambda: ("", 204)
    return documents


MESSAGE = [{"on_hearing": "message", "after": 1, "say": "My bike is broken, please ring me back"}]


def test_caller_who_hangs_up_still_leaves_a_recording(
    carrier: StandIn, recorder: dict[str, Any], requested: Requested, refused: Refused
) -> None:
    carrier.dial(JANE, BUSINESS, [*MESSAGE, {"after": 4, "hang_up": True}])
    left = requested("/left")
    assert (left["CallStatus"], left["Digits"]) == ("completed", "hangup")
    assert int(left["RecordingDuration"]) >= 4
    stored = requested("/stored")
    assert (stored["RecordingStatus"], stored["RecordingSid"]) == ("completed", left["RecordingSid"])
    assert "From" not in stored
    assert carrier.heard(JANE) == ["Leave a message"]
    assert refused() == []


@pytest.mark.parametrize(("then", "digits"), [([{"after": 3, "press": "#"}], "#"), ([], "")], ids=["key", "silence"])
def test_recording_ends_with_a_key_or_with_silence(
    carrier: StandIn, recorder: dict[str, Any], requested: Requested, then: list[dict[str, Any]], digits: str
) -> None:
    carrier.dial(JANE, BUSINESS, [*MESSAGE, *then])
    assert requested("/left")["Digits"] == digits
    carrier.wait_for("hears", phone=JANE, text="Thank you")


def test_sound_is_not_there_at_first_and_is_a_wav_later(
    carrier: StandIn, recorder: dict[str, Any], requested: Requested, exchange: Exchange
) -> None:
    carrier.faults(recording_lag=10)
    carrier.dial(JANE, BUSINESS, [*MESSAGE, {"after": 3, "press": "#"}])
    left = requested("/left")
    who, url = (exchange.account_sid, exchange.auth_token), left["RecordingUrl"] + ".wav"
    assert requests.get(url, auth=who, timeout=5).status_code == 404
    requested("/stored")
    sound = requests.get(url, auth=who, timeout=5)
    with wave.open(io.BytesIO(sound.content)) as file:
        assert round(file.getnframes() / file.getframerate()) == int(left["RecordingDuration"])
    assert requests.get(url, timeout=5).status_code == 401


def test_deleted_recording_is_gone(
    carrier: StandIn, recorder: dict[str, Any], requested: Requested, line: Client, exchange: Exchange
) -> None:
    carrier.dial(JANE, BUSINESS, [*MESSAGE, {"after": 3, "press": "#"}])
    sid = requested("/stored")["RecordingSid"]
    assert [one.sid for one in line.recordings.list()] == [sid]
    assert line.recordings(sid).delete()
    assert line.recordings.list() == []
    url = f"{exchange.base_url}/2010-04-01/Accounts/{exchange.account_sid}/Recordings/{sid}"
    assert requests.get(url, auth=(exchange.account_sid, exchange.auth_token), timeout=5).status_code == 404


def test_words_come_much_later(carrier: StandIn, recorder: dict[str, Any], requested: Requested) -> None:
    carrier.dial(JANE, BUSINESS, [*MESSAGE, {"after": 4, "hang_up": True}])
    words = requested("/words")
    assert (words["TranscriptionStatus"], words["From"]) == ("completed", JANE)
    assert words["TranscriptionText"] == "My bike is broken, please ring me back"


def test_silence_is_saved_by_one_reading(carrier: StandIn, recorder: dict[str, Any], requested: Requested) -> None:
    carrier.dial(JANE, BUSINESS)
    assert requested("/left")["RecordingDuration"] == "1"


def test_silence_falls_through_by_the_other(carrier: StandIn, recorder: dict[str, Any]) -> None:
    carrier.faults(silent_recordings="absent")
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("hears", phone=JANE, text="Nothing was said")
