"""The line to the carrier: what is asked of it, and what each of its answers and failures means."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses
from responses import matchers

from office.line import CarrierCall, LineError, LineRefused, LineUncertain
from office.line.twilio import TwilioLine

SID = "AC" + "0123456789abcdef" * 2
CALL = "CA" + "fedcba9876543210" * 2
CALLS = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Calls"
TOO_MANY = {"code": 20429, "message": "Too Many Requests", "more_info": "", "status": 429}


@pytest.fixture
def line() -> TwilioLine:
    return TwilioLine(SID, "the-token", "https://api.twilio.com")


@pytest.fixture
def carrier() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def ring(line: TwilioLine) -> str:
    return line.ring(
        "+447700900123",
        caller_id="+442071838750",
        answer_at="https://ring.example.com/a?attempt=7",
        report_to="https://ring.example.com/r?attempt=7",
        ring_for=timedelta(seconds=20),
    )


def described(**different: Any) -> dict[str, Any]:
    """A call as Twilio describes it."""
    return {
        "sid": CALL,
        "to": "+447700900123",
        "from": "+442071838750",
        "status": "queued",
        "date_created": "Mon, 23 Nov 2026 10:04:11 +0000",
        "duration": None,
        "parent_call_sid": None,
    } | different


def listed(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"calls": list(calls), "page": 0, "page_size": 100, "next_page_uri": None, "uri": "", "start": 0, "end": 0}


def test_ring_asks_for_one_call_and_gives_its_sid(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.post(f"{CALLS}.json", status=201, json=described())
    assert ring(line) == CALL
    sent = carrier.calls[0].request
    assert isinstance(sent.body, bytes)
    assert parse_qs(sent.body.decode()) == {
        "To": ["+447700900123"],
        "From": ["+442071838750"],
        "Url": ["https://ring.example.com/a?attempt=7"],
        "Method": ["POST"],
        "StatusCallback": ["https://ring.example.com/r?attempt=7"],
        "StatusCallbackMethod": ["POST"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "Timeout": ["20"],
    }
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent.headers["Authorization"] == requests.auth._basic_auth_str(SID, "the-token")


def test_region_in_environment_does_not_move_the_host(
    line: TwilioLine, carrier: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    carrier.post(f"{CALLS}.json", status=201, json=described())
    assert ring(line) == CALL


def test_other_carriers_address_is_kept_whole(carrier: responses.RequestsMock) -> None:
    carrier.post("http://127.0.0.1:8001/api/laml/2010-04-01/Accounts/a:b/Calls.json", status=201, json=described())
    assert ring(TwilioLine("a:b", "t", "http://127.0.0.1:8001/api/laml")) == CALL


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (400, 21211, "The 'To' number +447700900123 is not a valid phone number."),
        (401, 20003, "Authenticate"),
        (403, 20403, "Forbidden"),
        (404, 20404, "The requested resource was not found"),
        (422, 21210, "From not owned"),
    ],
)
def test_no_from_the_carrier_is_refused_with_its_code(
    line: TwilioLine, carrier: responses.RequestsMock, status: int, code: int, message: str
) -> None:
    carrier.post(f"{CALLS}.json", status=status, json={"code": code, "message": message, "status": status})
    with pytest.raises(LineRefused) as refused:
        ring(line)
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (status, code, None)
    assert "447700" not in str(refused.value)


def test_newer_error_body_is_refused_with_its_code(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    problem = {
        "type": "https://www.twilio.com/docs/errors/20003",
        "title": "Unauthorized",
        "status": 401,
        "code": 20003,
    }
    carrier.post(f"{CALLS}.json", status=401, json=problem)
    with pytest.raises(LineRefused) as refused:
        ring(line)
    assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7), ("0", 0), ("999999", 3600), ("-1", None), ("Mon, 23 Nov 2026 10:04:11 GMT", None), ("", None)],
)
def test_too_many_requests_is_refused_with_the_wait_asked_for(
    line: TwilioLine, carrier: responses.RequestsMock, header: str, wait: int | None
) -> None:
    carrier.post(f"{CALLS}.json", status=429, json=TOO_MANY, headers={"Retry-After": header})
    with pytest.raises(LineRefused) as refused:
        ring(line)
    assert refused.value.retry_after == (None if wait is None else timedelta(seconds=wait))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, '{"code": 20500, "message": "Internal Server Error", "status": 500}'),
        (502, "<html>Bad gateway</html>"),
        (503, ""),
        (504, ""),
        (201, "not json"),
        (201, ""),
        (201, "[]"),
        (201, "{}"),
        (201, '{"status": "queued"}'),
        (200, "\udcff"),
    ],
)
def test_answer_that_leaves_doubt_is_uncertain(
    line: TwilioLine, carrier: responses.RequestsMock, status: int, body: str
) -> None:
    carrier.post(f"{CALLS}.json", status=status, body=body.encode("utf-8", "surrogateescape"))
    with pytest.raises(LineUncertain):
        ring(line)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(line: TwilioLine, carrier: responses.RequestsMock, status: int) -> None:
    carrier.post(f"{CALLS}.json", status=status, headers={"Location": "https://elsewhere.example.com/"})
    with pytest.raises(LineUncertain):
        ring(line)
    assert len(carrier.calls) == 1


@pytest.mark.parametrize(
    ("failure", "meaning"),
    [
        (requests.ConnectTimeout(), LineRefused),
        (requests.ReadTimeout(), LineUncertain),
        (requests.ConnectionError("reset by peer"), LineUncertain),
    ],
)
def test_line_that_fails_means_what_was_sent(
    line: TwilioLine, carrier: responses.RequestsMock, failure: Exception, meaning: type[Exception]
) -> None:
    carrier.post(f"{CALLS}.json", body=failure)
    with pytest.raises(meaning):
        ring(line)


def test_look_up_reads_the_call(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.get(f"{CALLS}/{CALL}.json", json=described(status="completed", duration="15", parent_call_sid="CAparent"))
    assert line.look_up(CALL) == CarrierCall(
        sid=CALL,
        to="+447700900123",
        caller_id="+442071838750",
        status="completed",
        created_at=datetime(2026, 11, 23, 10, 4, 11, tzinfo=UTC),
        seconds=15,
        parent_sid="CAparent",
    )


def test_look_up_of_an_unknown_call_is_none(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.get(f"{CALLS}/{CALL}.json", status=404, json={"code": 20404, "message": "not found", "status": 404})
    assert line.look_up(CALL) is None


@pytest.mark.parametrize("answer", [{"status": 429, "json": TOO_MANY}, {"status": 500}, {"json": {"sid": CALL}}])
def test_look_up_that_cannot_tell_raises(
    line: TwilioLine, carrier: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    carrier.get(f"{CALLS}/{CALL}.json", **answer)
    with pytest.raises(LineError):
        line.look_up(CALL)


def test_calls_to_a_phone_come_newest_first_and_no_older_than_asked(
    line: TwilioLine, carrier: responses.RequestsMock
) -> None:
    carrier.get(
        f"{CALLS}.json",
        match=[matchers.query_param_matcher({"To": "+447700900123", "PageSize": "100"})],
        json=listed(
            described(sid="CAold", date_created="Mon, 23 Nov 2026 10:03:59 +0000"),
            described(sid="CAsame", date_created="Mon, 23 Nov 2026 10:04:00 +0000"),
            described(sid="CAnew", date_created="Mon, 23 Nov 2026 10:05:00 +0000"),
            described(sid="CAundated", date_created=None),
        ),
    )
    since = datetime(2026, 11, 23, 10, 4, 0, 900_000, tzinfo=UTC)
    assert [call.sid for call in line.calls_to("+447700900123", since=since)] == ["CAundated", "CAnew", "CAsame"]


def test_list_that_cannot_be_read_is_uncertain(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.get(f"{CALLS}.json", json={"calls": [], "and": "something else"})
    with pytest.raises(LineUncertain):
        line.calls_to("+447700900123", since=datetime(2026, 11, 23, tzinfo=UTC))


def test_hang_up_ends_the_call(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.post(f"{CALLS}/{CALL}.json", json=described(status="completed"))
    line.hang_up(CALL)
    assert carrier.calls[0].request.body == b"Status=completed"


@pytest.mark.parametrize(("status", "code"), [(400, 21220), (404, 20404)])
def test_hang_up_of_a_call_that_is_over_is_no_error(
    line: TwilioLine, carrier: responses.RequestsMock, status: int, code: int
) -> None:
    over = carrier.post(f"{CALLS}/{CALL}.json", status=status, json={"code": code, "message": "", "status": status})
    line.hang_up(CALL)
    assert over.call_count == 1


def test_hang_up_that_the_carrier_refuses_raises(line: TwilioLine, carrier: responses.RequestsMock) -> None:
    carrier.post(f"{CALLS}/{CALL}.json", status=401, json={"code": 20003, "message": "Authenticate", "status": 401})
    with pytest.raises(LineRefused):
        line.hang_up(CALL)


def test_log_has_one_line_a_request_and_no_whole_number(
    line: TwilioLine, carrier: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    carrier.post(f"{CALLS}.json", status=201, body=json.dumps(described()))
    ring(line)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("office")]
    assert len(ours) == 1
    assert ours[0].startswith("carrier: POST Calls.json for …0123: 201 in ")
    assert "447700" not in caplog.text
