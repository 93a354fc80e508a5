"""Recordings: fetched by id from the carrier's own host, and from nowhere else."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import responses

from office.line import LineError, LineRefused, LineUncertain, LineUnusable, media
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


@pytest.mark.parametrize(
    "answer",
    [
        {"body": b"<html>", "content_type": "text/html"},
        {"body": bytes(10_500_000), "content_type": "audio/x-wav"},
        {"body": b"RIFF", "content_type": "audio/x-wav", "headers": {"Content-Length": "200000000"}},
    ],
    ids=["page", "too large", "said to be too large"],
)
def test_what_is_no_recording_is_told_from_what_is_not_there(
    line: TwilioLine, carrier: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    carrier.get(AUDIO, **answer)
    with pytest.raises(LineUnusable):
        line.recording(RECORDING)


class _Drips(BaseHTTPRequestHandler):
    """A carrier that sends a byte now and then, and says how many come or does not."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "audio/x-wav")
        if self.path == "/counted":
            self.send_header("Content-Length", "100")
        self.end_headers()
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"R")
                time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("path", ["counted", "until-it-ends"])
def test_recording_that_trickles_in_is_given_up_when_its_time_is_over(path: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Drips) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        began = time.monotonic()
        url = f"http://127.0.0.1:{server.server_port}/{path}"
        with pytest.raises(LineUncertain, match="did not come within"):
            media.fetch(url, auth=("who", "secret"), timeout=(3, 3), longest=0.3)
        server.shutdown()
    assert time.monotonic() - began < 3


FORGOTTEN = [("Recordings", RECORDING), ("Transcriptions", "TR" + "0" * 32)]


def _delete(line: TwilioLine, resource: str, sid: str) -> None:
    (line.delete_recording if resource == "Recordings" else line.delete_transcript)(sid)


@pytest.mark.parametrize(("resource", "sid"), FORGOTTEN)
@pytest.mark.parametrize("status", [204, 404])
def test_what_the_carrier_keeps_is_forgotten_or_was_never_known(
    line: TwilioLine, carrier: responses.RequestsMock, resource: str, sid: str, status: int
) -> None:
    carrier.delete(f"https://api.twilio.com/2010-04-01/Accounts/{SID}/{resource}/{sid}.json", status=status)
    _delete(line, resource, sid)
    assert len(carrier.calls) == 1


@pytest.mark.parametrize(("resource", "sid"), FORGOTTEN)
@pytest.mark.parametrize("answer", [{"status": 400, "json": {"code": 20009}}, {"status": 503}])
def test_what_the_carrier_will_not_forget_now_raises(
    line: TwilioLine, carrier: responses.RequestsMock, resource: str, sid: str, answer: dict[str, Any]
) -> None:
    carrier.delete(f"https://api.twilio.com/2010-04-01/Accounts/{SID}/{resource}/{sid}.json", **answer)
    with pytest.raises(LineError):
        _delete(line, resource, sid)


@pytest.mark.parametrize("sid", ["", "../Calls/CA1234567890", "RE1234567890?x=", "RE1234567890\n", "//evil.example/a"])
def test_odd_recording_identifier_asks_nobody(line: TwilioLine, carrier: responses.RequestsMock, sid: str) -> None:
    for ask in (line.recording, line.delete_recording, line.delete_transcript):
        with pytest.raises(LineRefused):
            ask(sid)
    assert len(carrier.calls) == 0
