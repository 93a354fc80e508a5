"""The engine behind an address: what it is sent, and every way in which it may fail, told without the key."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
import responses

from voicemail_greetings.transcribe import EngineError, Recorded, Written
from voicemail_greetings.transcribe.http import Http

URL = "https://speech.example.com/v1/audio/transcriptions"
HEARD = Recorded(Path(__file__).resolve().parents[1] / "sounds" / "stuck.wav", 7, "en")
ENGINE = Http(URL, "hush-hush", "whisper-1")


@pytest.fixture
def service() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def why(engine: Http = ENGINE, within: float = 5) -> str:
    with pytest.raises(EngineError) as refused:
        engine.write(HEARD, within)
    assert "hush" not in f"{refused.value}{engine!r}"
    return str(refused.value)


def test_sound_model_language_and_key_are_sent_and_the_words_come_back(service: responses.RequestsMock) -> None:
    segments = [{"avg_logprob": -0.1}, {"avg_logprob": -0.3}]
    service.post(URL, json={"text": " I am stuck.\n", "segments": segments})
    assert ENGINE.write(HEARD, 5) == Written("I am stuck.", 0.823)
    sent = service.calls[0].request
    assert sent.headers["Authorization"] == "Bearer hush-hush"
    assert isinstance(sent.body, bytes)
    assert b"RIFF" in sent.body
    for field, value in (b"model", b"whisper-1"), (b"language", b"en"):
        assert b'name="%b"\r\n\r\n%b\r\n' % (field, value) in sent.body


def test_plain_answer_without_passages_has_no_confidence(service: responses.RequestsMock) -> None:
    service.post(URL, json={"text": "I am stuck."})
    assert ENGINE.write(HEARD, 5) == Written("I am stuck.", None)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (json.dumps({"text": ""}), "nobody is heard to speak in it"),
        ("<html>", "said something that is no answer"),
        (json.dumps(["text"]), "said something that is no answer"),
        (json.dumps({"text": "x" * 2_000_000}), "said more than anybody can have spoken"),
    ],
)
def test_answer_that_is_none_is_told(service: responses.RequestsMock, body: str, told: str) -> None:
    service.post(URL, body=body)
    assert told in why()


def test_refusal_is_told_and_a_way_elsewhere_is_not_taken(service: responses.RequestsMock) -> None:
    service.post(URL, status=401)
    assert why() == "the speech service answered 401"
    service.post(URL, status=307, headers={"Location": "https://elsewhere.example/"})
    service.calls.reset()
    assert "answered" in why()
    assert len(service.calls) == 1


def test_without_an_address_or_a_network_it_says_so() -> None:
    assert why(Http(None, None, "whisper-1")) == "no address of a speech engine is set: TRANSCRIBE_URL"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    closed = Http(f"http://127.0.0.1:{port}/", "hush-hush", "whisper-1")
    assert why(closed) == "the speech service cannot be asked (ConnectionError)"


def test_service_that_sends_a_byte_now_and_then_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            client, _ = server.accept()
            with client:
                client.sendall(b"HTTP/1.1 200 OK\r\n")
                for letter in b"X-Slow: 1\r\n" * 3:
                    client.sendall(bytes([letter]))
                    gone.wait(0.1)

        gone = Event()
        slow = Thread(target=drip)
        slow.start()
        engine = Http(f"http://127.0.0.1:{server.getsockname()[1]}/", "hush-hush", "whisper-1")
        assert why(engine, within=0.6) == "the speech service did not answer within 1 seconds"
        gone.set()
        slow.join()
