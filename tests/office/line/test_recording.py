"""Recordings: fetched by id from the carrier's own host, and from nowhere else."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from office.line import LineError, LineRefused
from office.line.twilio import TwilioLine

SID = "AC" + "0123456789abcdef" * 2
RECORDING = "RE" + "0123456789abcdef" * 2
AUDIO = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Recordings/{RECORDING}.wav"


@pytest.fixture
def line() -> TwilioLine:
    return TwilioLine(SID, "the-token", "https://api.twilio.com")


@pytest.fixture
def carrier() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_recording_is_fetched_with_our_credentials(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.get(AUDIO, body=b"RIFF....WAVE", content_type="audio/x-wav")
    assert line.recording(RECORDING) == b"RIFF....WAVE"
    assert carrier.calls[0].request.headers["Authorization"] == requests.auth._basic_auth_str(SID, "the-token")


def test_recording_that_is_not_there_yet_is_refused_with_404(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.get(AUDIO, status=404, json={"code": 20404, "message": "not found", "status": 404})
    with pytest.raises(LineRefused) as refused:
        line.recording(RECORDING)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
        {"status": 500},
        {"body": b"<html>", "content_type": "text/html"},
        {"body": bytes(33_600_000), "content_type": "audio/x-wav"},
        {"body": requests.ReadTimeout()},
    ],
)
def test_recording_that_does_not_come_raises_and_is_asked_for_once(
    line: TwilioLine, carrier: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    carrier.get(AUDIO, **answer)
    with pytest.raises(LineError):
        line.recording(RECORDING)
    assert len(carrier.calls) == 1


@pytest.mark.parametrize("sid", ["", "../Calls/CA1234567890", "RE1234567890?x=", "RE1234567890\n", "//evil.example/a"])
def test_odd_recording_identifier_asks_nobody(line: TwilioLine, carrier: responses.RequestsMock, sid: str) -> None:
    with pytest.raises(LineRefused):
        line.recording(sid)
    assert len(carrier.calls) == 0
