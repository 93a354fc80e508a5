"""Texts by the line: what is asked of the carrier, and what each of its answers and failures means."""

import logging
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses

from office.line import LineRefused, LineUncertain
from office.line.twilio import TwilioLine

SID = "AC" + "0123456789abcdef" * 2
TEXT = "SM" + "fedcba9876543210" * 2
MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"


@pytest.fixture
def line() -> TwilioLine:
    return TwilioLine(SID, "the-token", "https://api.twilio.com")


def text(line: TwilioLine, body: str = "We ring at four.") -> str:
    return line.text("+447700900123", sender="+442071838750", body=body)


def test_text_is_sent_once_and_gives_its_sid(line: TwilioLine, twilio: responses.RequestsMock) -> None:
    twilio.post(MESSAGES, status=201, json={"sid": TEXT, "status": "queued"})
    assert text(line, "Ring £5 & więcej.") == TEXT
    [call] = twilio.calls
    assert isinstance(call.request.body, bytes)
    assert parse_qs(call.request.body.decode()) == {
        "To": ["+447700900123"],
        "From": ["+442071838750"],
        "Body": ["Ring £5 & więcej."],
    }
    assert call.request.headers["Authorization"] == requests.auth._basic_auth_str(SID, "the-token")


def test_other_carriers_address_is_kept_whole(twilio: responses.RequestsMock) -> None:
    twilio.post("http://127.0.0.1:8001/laml/2010-04-01/Accounts/a:b/Messages.json", status=201, json={"sid": TEXT})
    assert text(TwilioLine("a:b", "t", "http://127.0.0.1:8001/laml")) == TEXT


@pytest.mark.parametrize(("status", "code"), [(400, 21610), (400, 21614), (401, 20003), (429, 20429)])
def test_no_from_the_carrier_is_refused_with_its_code(
    line: TwilioLine, twilio: responses.RequestsMock, status: int, code: int
) -> None:
    answer = {"code": code, "message": "+447700900123 is not to be texted", "status": status}
    twilio.post(MESSAGES, status=status, json=answer)
    with pytest.raises(LineRefused) as refused:
        text(line)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert "447700" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 503, "body": "busy"},
        {"status": 302, "headers": {"Location": "https://elsewhere.example.com"}},
        {"status": 201, "body": "not json"},
        {"status": 201, "json": {"status": "queued"}},
        {"body": requests.ReadTimeout()},
        {"body": requests.ConnectionError("reset by peer")},
    ],
)
def test_answer_that_leaves_doubt_is_uncertain_and_nothing_is_sent_again(
    line: TwilioLine, twilio: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    twilio.post(MESSAGES, **answer)
    with pytest.raises(LineUncertain):
        text(line)
    assert len(twilio.calls) == 1


def test_carrier_never_reached_is_refused_without_a_status(line: TwilioLine, twilio: responses.RequestsMock) -> None:
    twilio.post(MESSAGES, body=requests.ConnectTimeout())
    with pytest.raises(LineRefused) as refused:
        text(line)
    assert refused.value.status is None


def test_longest_text_is_sent_and_a_longer_one_refused_as_the_carrier_would(
    line: TwilioLine, twilio: responses.RequestsMock
) -> None:
    twilio.post(MESSAGES, status=201, json={"sid": TEXT})
    assert text(line, "x" * 1600) == TEXT
    with pytest.raises(LineRefused) as refused:
        text(line, "x" * 1601)
    assert (refused.value.status, refused.value.code) == (400, 21617)
    assert len(twilio.calls) == 1


def test_log_has_neither_the_whole_number_nor_the_words(
    line: TwilioLine, twilio: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio.post(MESSAGES, status=201, json={"sid": TEXT})
    text(line)
    assert "carrier: POST Messages.json for …0123: 201 in " in caplog.text
    assert "447700" not in caplog.text
    assert "four" not in caplog.text
