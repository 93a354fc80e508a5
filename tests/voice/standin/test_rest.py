"""The REST API: calls made, looked at, listed and changed by Twilio's own client, and every error it can meet."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from voice.standin.client import Answers, Behaviour, ByHand, Mailbox, RingsOut, StandIn
from voice.standin.exchange import Exchange

PRIYA, BUSINESS = "+447700900101", "+442071838750"
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


def test_created_call_is_queued_and_can_be_looked_at_at_once(
    carrier: StandIn, line: Client, app_url: str, refused: Refused
) -> None:
    carrier.phone(PRIYA, ByHand())
    call = line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello")
    assert (call.status, call.direction, call.to) == ("queued", "outbound-api", PRIYA)
    carrier.wait_for("rings", phone=PRIYA)
    fetched = line.calls(str(call.sid)).fetch()
    assert (fetched.status, fetched.duration, fetched.end_time) == ("ringing", None, None)
    assert fetched.start_time is not None
    assert refused() == []


def test_answered_call_runs_its_document_and_reports_every_state(
    carrier: StandIn, line: Client, documents: dict[str, Any], app_url: str, requested: Requested
) -> None:
    documents["/hello"] = '<Say>Hello Priya</Say><Pause length="10"/>'
    carrier.phone(PRIYA, Answers())
    events = ["initiated", "ringing", "answered", "completed"]
    report = f"{app_url}/report?attempt=7"
    call = line.calls.create(
        to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello", status_callback=report, status_callback_event=events
    )
    hello = requested("/hello")
    assert (hello["CallStatus"], hello["Direction"], hello["CallSid"]) == ("in-progress", "outbound-api", call.sid)
    carrier.wait_for("request", text="/report?attempt=7", after=carrier.wait_for("ended", phone=PRIYA)["n"])
    reports = [e["params"] for e in carrier.events() if e["kind"] == "request" and e["path"] == "/report"]
    assert [report["CallStatus"] for report in reports] == ["initiated", "ringing", "in-progress", "completed"]
    assert [report["SequenceNumber"] for report in reports] == ["0", "1", "2", "3"]
    assert 10 <= int(reports[-1]["CallDuration"]) <= 60
    assert 10 <= int(call.fetch().duration or 0) <= 60


def test_only_the_end_is_reported_when_no_events_are_named(
    carrier: StandIn, line: Client, app_url: str, requested: Requested
) -> None:
    carrier.phone(PRIYA, RingsOut())
    line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/x", status_callback=f"{app_url}/report", timeout=5)
    report = requested("/report")
    assert (report["CallStatus"], report["CallDuration"], report["SipResponseCode"]) == ("no-answer", "0", "487")


def test_new_call_is_in_the_list_only_after_a_moment(
    carrier: StandIn, line: Client, exchange: Exchange, app_url: str
) -> None:
    carrier.faults(list_lag=20)
    carrier.phone(PRIYA, ByHand())
    call = line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello")
    assert line.calls.list(to=PRIYA) == []
    exchange.sleep(21)
    assert [one.sid for one in line.calls.list(to=PRIYA)] == [call.sid]


def test_calls_are_listed_newest_first_by_every_filter(
    carrier: StandIn, line: Client, documents: dict[str, Any], app_url: str
) -> None:
    carrier.faults(list_lag=0)
    carrier.phone(PRIYA, ByHand())
    first = line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello")
    second = line.calls.create(to="+447700900109", from_=BUSINESS, url=f"{app_url}/hello")
    carrier.wait_for("rings", phone=PRIYA)
    carrier.wait_for("rings", phone="+447700900109")
    now = datetime.now(UTC)
    assert [one.sid for one in line.calls.list()] == [second.sid, first.sid]
    assert [one.sid for one in line.calls.list(page_size=1)] == [second.sid, first.sid]
    assert [one.sid for one in line.calls.list(to=PRIYA, status="ringing")] == [first.sid]
    assert len(line.calls.list(start_time_after=now - timedelta(minutes=1))) == 2
    assert line.calls.list(start_time_after=now + timedelta(minutes=1)) == []
    assert line.calls.list(status="busy") == line.calls.list(parent_call_sid=str(first.sid)) == []


def test_live_call_is_sent_to_another_document(
    carrier: StandIn, line: Client, documents: dict[str, Any], app_url: str, requested: Requested
) -> None:
    documents["/hello"] = "<Say>" + "A very long story. " * 100 + "</Say><Say>The end</Say>"
    documents["/other"] = "<Say>Something else</Say>"
    carrier.phone(PRIYA, Answers())
    call = line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello")
    carrier.wait_for("hears", phone=PRIYA)
    call.update(url=f"{app_url}/other")
    carrier.wait_for("hears", phone=PRIYA, text="Something else")
    assert requested("/other")["CallStatus"] == "in-progress"
    assert "The end" not in carrier.heard(PRIYA)


def test_live_call_takes_twiml_itself(carrier: StandIn, line: Client, app_url: str, refused: Refused) -> None:
    carrier.phone(PRIYA, Answers())
    line.calls.create(to=PRIYA, from_=BUSINESS, twiml="<Response><Say>Short and sweet</Say></Response>")
    carrier.wait_for("hears", phone=PRIYA, text="Short and sweet")
    assert refused() == []


@pytest.mark.parametrize(
    ("behaviour", "once", "status"), [(Answers(), "answers", "completed"), (ByHand(), "rings", "canceled")]
)
def test_call_is_ended_by_rest(
    carrier: StandIn,
    line: Client,
    documents: dict[str, Any],
    app_url: str,
    behaviour: Behaviour,
    once: str,
    status: str,
) -> None:
    documents["/hello"] = '<Pause length="60"/>'
    carrier.phone(PRIYA, behaviour)
    call = line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello")
    carrier.wait_for(once, phone=PRIYA)
    assert call.update(status=status).status == status


def test_ended_call_cannot_be_changed(carrier: StandIn, line: Client, app_url: str) -> None:
    carrier.phone(PRIYA, Answers(script=[{"hang_up": True}]))
    call = line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello")
    carrier.wait_for("ended", phone=PRIYA)
    with pytest.raises(TwilioRestException) as error:
        call.update(url=f"{app_url}/other")
    assert (error.value.status, error.value.code) == (400, 21220)
    assert "Cannot redirect" in error.value.msg


def test_time_limit_ends_a_call(carrier: StandIn, line: Client, documents: dict[str, Any], app_url: str) -> None:
    documents["/hello"] = '<Pause length="600"/>'
    carrier.phone(PRIYA, Answers())
    call = line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello", time_limit=5)
    carrier.wait_for("ended", phone=PRIYA, text="completed")
    assert 5 <= int(call.fetch().duration or 0) <= 60


@pytest.mark.parametrize(("buffer", "status"), [(60, "completed"), (0, "no-answer")])
def test_phone_rings_a_little_longer_than_asked(
    carrier: StandIn, line: Client, documents: dict[str, Any], app_url: str, buffer: int, status: str
) -> None:
    documents["/hello"] = "<Say>Hello</Say>"
    carrier.faults(ring_buffer=buffer)
    carrier.phone(PRIYA, Answers(after=8))
    line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello", timeout=5)
    assert carrier.wait_for("ended", phone=PRIYA)["status"] == status


def test_detection_comes_before_the_document(
    carrier: StandIn, line: Client, documents: dict[str, Any], app_url: str, requested: Requested
) -> None:
    documents["/hello"] = "<Hangup/>"
    carrier.phone(PRIYA, Mailbox())
    line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello", machine_detection="DetectMessageEnd")
    assert requested("/hello")["AnsweredBy"] == "machine_end_beep"


BAD: list[tuple[dict[str, Any], int, int]] = [
    ({"to": "07700 900101"}, 400, 21211),
    ({"to": "+44"}, 400, 21217),
    ({"to": ""}, 400, 21201),
    ({"from_": "+447700900101"}, 400, 21210),
    ({"from_": "business"}, 400, 21212),
    ({"url": "nowhere"}, 400, 21205),
    ({"url": None}, 400, 21205),
    ({"url": "http://under_score/x"}, 400, 21205),
    ({"timeout": 601}, 400, 21208),
    ({"status_callback": "http://h/x", "status_callback_event": ["begun"]}, 400, 20001),
]


@pytest.mark.parametrize(("wrong", "status", "code"), BAD)
def test_call_that_cannot_be_made_is_refused_and_rings_nobody(
    carrier: StandIn, line: Client, refused: Refused, wrong: dict[str, Any], status: int, code: int
) -> None:
    good = {"to": PRIYA, "from_": BUSINESS, "url": "http://127.0.0.1:9/hello"}
    with pytest.raises(TwilioRestException) as error:
        line.calls.create(**(good | wrong))
    assert (error.value.status, error.value.code) == (status, code)
    assert refused() == [code]
    assert carrier.calls() == []


def test_unknown_parameter_is_refused(carrier: StandIn, exchange: Exchange, refused: Refused) -> None:
    url = f"{exchange.base_url}/2010-04-01/Accounts/{exchange.account_sid}/Calls.json"
    form = {"To": PRIYA, "From": BUSINESS, "Url": "http://h/x", "Statuscallback": "http://h/x"}
    answer = requests.post(url, form, auth=(exchange.account_sid, exchange.auth_token), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@pytest.mark.parametrize(("sid", "token"), [("AC" + "1" * 32, None), (None, "wrong")])
def test_wrong_account_or_token_is_turned_away(exchange: Exchange, sid: str | None, token: str | None) -> None:
    client = Client(sid or exchange.account_sid, token or exchange.auth_token, environment={})
    client.api.base_url = exchange.base_url
    with pytest.raises(TwilioRestException) as error:
        client.calls("CA" + "1" * 32).fetch()
    assert (error.value.status, error.value.code) == (401, 20003)


def test_what_does_not_exist_is_not_found(carrier: StandIn, line: Client, refused: Refused) -> None:
    for resource in (line.calls, line.recordings, line.messages, line.queues, line.conferences):
        with pytest.raises(TwilioRestException) as error:
            resource("CA" + "1" * 32).fetch()
        assert (error.value.status, error.value.code) == (404, 20404)
    assert refused() == []


def test_wrong_method_says_so(exchange: Exchange) -> None:
    url = f"{exchange.base_url}/2010-04-01/Accounts/{exchange.account_sid}/Calls.json"
    answer = requests.put(url, auth=(exchange.account_sid, exchange.auth_token), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)
