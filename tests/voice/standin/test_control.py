"""The control API and its client, phones by hand, the process, and the telephone in the terminal."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from voice.standin.client import Answers, Busy, ByHand, NotSeen, StandIn
from voice.standin.exchange import Exchange
from voice.standin.server import create_app
from voice.standin.terminal import command, line

JANE, BUSINESS, PRIYA = "+447700900123", "+442071838750", "+447700900101"


def test_phone_by_hand_answers_presses_and_hangs_up(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = f'<Dial><Number url="/whisper">{PRIYA}</Number></Dial>'
    documents["/whisper"] = (
        '<Gather numDigits="1" action="/yes"><Say>Press 1</Say><Pause length="60"/></Gather><Hangup/>'
    )
    documents["/yes"] = ""
    carrier.phone(PRIYA, ByHand())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("rings", phone=PRIYA)
    carrier.act(PRIYA, answer=True)
    carrier.wait_for("hears", phone=PRIYA)
    carrier.act(PRIYA, press="1")
    carrier.wait_for("bridged", phone=PRIYA)
    carrier.act(PRIYA, hang_up=True)
    carrier.wait_for("ended", phone=JANE)
    with pytest.raises(requests.HTTPError, match="409"):
        carrier.act(PRIYA, press="1")


def test_each_ringing_takes_the_next_behaviour_and_the_last_one_stays(
    carrier: StandIn, documents: dict[str, Any]
) -> None:
    documents["/incoming"] = f"<Dial>{PRIYA}</Dial><Dial>{PRIYA}</Dial><Dial>{PRIYA}</Dial>"
    carrier.phone(PRIYA, Busy(), Answers(script=[{"after": 1, "hang_up": True}]))
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("ended", phone=JANE)
    ends = [event["status"] for event in carrier.events() if event["kind"] == "ended" and event["phone"] == PRIYA]
    assert ends == ["busy", "completed", "completed"]


def test_waiting_in_vain_tells_what_happened_instead(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = "<Say>Hello Jane</Say>"
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("ended", phone=JANE)
    with pytest.raises(NotSeen, match="Hello Jane"):
        carrier.wait_for("bridged", phone=JANE, timeout=0.1)


def test_reset_forgets_calls_and_keeps_numbers(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = '<Say>Hello</Say><Pause length="60"/>'
    carrier.dial(JANE, BUSINESS)
    last = carrier.wait_for("hears", phone=JANE)["n"]
    carrier.reset()
    assert carrier.events() == carrier.calls() == carrier.refusals() == []
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("hears", phone=JANE)["n"] > last


def test_withheld_caller_can_be_acted_for(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = '<Gather numDigits="1" action="/chosen"><Say>Press 1</Say><Pause length="60"/></Gather>'
    documents["/chosen"] = "<Say>Chosen</Say>"
    carrier.dial("anonymous", BUSINESS, phone=JANE)
    carrier.wait_for("hears", phone=JANE)
    carrier.act(JANE, press="1")
    assert carrier.wait_for("hears", phone=JANE, text="Chosen")


def test_public_address_is_signed_and_the_local_one_called(
    carrier: StandIn, documents: dict[str, Any], app_url: str
) -> None:
    documents["/incoming"] = "<Say>From afar</Say>"
    carrier.routes({"http://ringtrue.example": app_url})
    carrier.number(BUSINESS, "http://ringtrue.example/incoming")
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("hears", phone=JANE, text="From afar")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/calls", {"from": JANE, "to": "+440000000000"}),
        ("/calls", {"from": JANE, "to": BUSINESS, "script": [{"jump": 1}]}),
        ("/numbers", {"phone": BUSINESS}),
        ("/calls", []),
    ],
)
def test_request_that_makes_no_sense_is_an_error(carrier: StandIn, path: str, body: Any) -> None:
    assert requests.post(f"{carrier.base_url}/standin{path}", json=body, timeout=5).status_code == 400


def test_control_is_for_this_machine_only(exchange: Exchange) -> None:
    client = create_app(exchange).test_client()
    assert client.get("/standin/events", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert client.get("/standin/events", environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "does"),
    [
        ("12#", {"press": "12#"}),
        ("say hello there", {"say": "hello there"}),
        ("a", {"answer": True}),
        ("h\n", {"hang_up": True}),
        ("what", None),
        ("", None),
    ],
)
def test_typed_line_does_what_it_says(typed: str, does: dict[str, Any] | None) -> None:
    assert command(typed) == does


def test_terminal_shows_only_its_own_phone() -> None:
    heard = {"kind": "hears", "phone": JANE, "text": "Hello"}
    assert line(heard, JANE) == "  hears: Hello"
    assert line(heard, PRIYA) is None
    assert line({"kind": "rest", "phone": JANE}, JANE) is None


def test_terminal_call_prints_what_is_heard_and_ends_with_the_call(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = '<Gather numDigits="1" action="/chosen"><Say>Press 1</Say><Pause length="60"/></Gather>'
    documents["/chosen"] = "<Say>You pressed it</Say>"
    words = [sys.executable, "-m", "voice.standin.terminal", "--carrier", carrier.base_url, "--from", JANE]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as terminal:
        carrier.wait_for("hears", phone=JANE, text="Press 1")
        shown, _ = terminal.communicate("1\n", timeout=10)
    assert "hears: Press 1" in shown
    assert "hears: You pressed it" in shown
    assert "(the call is over: completed)" in shown
    assert terminal.returncode == 0


def test_process_serves_its_number_and_stops_when_told(tmp_path: Path, documents: dict[str, Any], app_url: str) -> None:
    documents["/voice/incoming"] = "<Say>Hello from the process</Say>"
    documents["/voice/status"] = lambda: ("", 204)
    (tmp_path / "token").write_text("the-token-of-these-tests\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "voice.standin", "--port", str(port), "--account-sid", "AC" + "0" * 32]
    words += ["--auth-token-file", str(tmp_path / "token"), "--speed", "40", "--number", BUSINESS, "--app-url", app_url]
    with subprocess.Popen(words, env=os.environ.copy()) as process:
        carrier = StandIn(f"http://127.0.0.1:{port}")
        carrier.wait_until_up()
        carrier.dial(JANE, BUSINESS)
        carrier.wait_for("hears", phone=JANE, text="from the process")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
