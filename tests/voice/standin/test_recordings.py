"""<Record>: the action, also after a hang-up; the sound, which comes later; the reports."""

import io
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from voice.standin.client import StandIn
from voice.standin.exchange import Exchange
from voice.standin.stores import Recording, sound

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


def test_caller_who_speaks_with_a_real_sound_leaves_that_sound(
    carrier: StandIn, recorder: dict[str, Any], requested: Requested, exchange: Exchange, tmp_path: Path
) -> None:
    spoken = sound(7)
    (tmp_path / "spoken.wav").write_bytes(spoken)
    step = {"on_hearing": "message", "after": 1, "say": "My bike", "sound": str(tmp_path / "spoken.wav")}
    carrier.dial(JANE, BUSINESS, [step, {"after": 12, "press": "#"}])
    left = requested("/left")
    requested("/stored")
    assert (left["RecordingDuration"], requested("/words")["TranscriptionText"]) == ("7", "My bike")
    assert _sound(exchange, left["RecordingSid"]).content == spoken


def test_sound_that_is_none_is_refused(carrier: StandIn, recorder: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    carrier.dial(JANE, BUSINESS)
    for path in (tmp_path / "a.wav", tmp_path / "none.wav"):
        with pytest.raises(requests.HTTPError, match="400"):
            carrier.act(JANE, say="Hello", sound=str(path))


def test_transcript_can_be_read_until_it_is_deleted(
    carrier: StandIn, recorder: dict[str, Any], requested: Requested, line: Client
) -> None:
    carrier.dial(JANE, BUSINESS, [*MESSAGE, {"after": 4, "hang_up": True}])
    words = requested("/words")
    transcript = line.transcriptions(words["TranscriptionSid"])
    assert transcript.fetch().transcription_text == "My bike is broken, please ring me back"
    assert [one.sid for one in line.recordings(words["RecordingSid"]).transcriptions.list()] == [
        words["TranscriptionSid"]
    ]
    assert transcript.delete()
    with pytest.raises(TwilioRestException) as gone:
        transcript.fetch()
    assert gone.value.status == 404


@pytest.fixture
def recording(exchange: Exchange) -> Recording:
    kept = Recording("RE" + "1" * 32, "CA" + "1" * 32, "RecordVerb", seconds=2, status="completed")
    exchange.recordings[kept.sid] = kept
    return kept


def _sound(exchange: Exchange, sid: str, **how: Any) -> requests.Response:
    url = f"{exchange.base_url}/2010-04-01/Accounts/{exchange.account_sid}/Recordings/{sid}.wav"
    return requests.get(url, auth=(exchange.account_sid, exchange.auth_token), timeout=5, **how)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("media_missing", 404, "application/json"),
        ("media_wrong_type", 200, "text/html; charset=utf-8"),
        ("media_redirected", 302, "text/html; charset=utf-8"),
        ("media_too_large", 200, "audio/x-wav"),
        ("media_drips", 200, "audio/x-wav"),
    ],
)
def test_sound_goes_wrong_on_its_way_as_often_as_it_is_told_to(
    carrier: StandIn, exchange: Exchange, recording: Recording, fault: str, status: int, kind: str
) -> None:
    carrier.faults(**{fault: 1})
    with _sound(exchange, recording.sid, stream=True, allow_redirects=False) as answer:
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)
        assert (int(answer.headers["Content-Length"]) == 200 * 1024 * 1024) is (fault == "media_too_large")
    assert _sound(exchange, recording.sid).content == sound(2)


def test_redirect_leads_to_the_sound_at_a_host_of_another_name(
    carrier: StandIn, exchange: Exchange, recording: Recording
) -> None:
    carrier.faults(media_redirected=1)
    answer = _sound(exchange, recording.sid, allow_redirects=False)
    assert answer.headers["Location"].startswith("http://localhost:")
    who = (exchange.account_sid, exchange.auth_token)
    assert requests.get(answer.headers["Location"], auth=who, timeout=5).content == sound(2)


def test_connection_that_is_reset_brings_half_the_sound(
    carrier: StandIn, exchange: Exchange, recording: Recording
) -> None:
    carrier.faults(media_reset=1)
    with pytest.raises(requests.RequestException):
        _sound(exchange, recording.sid)
    assert _sound(exchange, recording.sid).content == sound(2)
