"""What goes wrong on purpose: on the REST side, with reports, and with the requests of a conversation."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from voice.standin.client import Answers, RingsOut, StandIn
from voice.standin.exchange import Exchange
from voice.standin.faults import Faults

JANE, BUSINESS, PRIYA = "+447700900123", "+442071838750", "+447700900101"
Refused = Callable[[], list[int]]


def _create(line: Client, app_url: str) -> Any:
    return line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/hello")


def test_too_many_requests_names_the_wait_and_dials_nobody(carrier: StandIn, exchange: Exchange) -> None:
    carrier.faults(refuse_429=1, retry_after=7)
    url = f"{exchange.base_url}/2010-04-01/Accounts/{exchange.account_sid}/Calls.json"
    form = {"To": PRIYA, "From": BUSINESS, "Url": "http://h/x"}
    first = requests.post(url, form, auth=(exchange.account_sid, exchange.auth_token), timeout=5)
    assert (first.status_code, first.headers["Retry-After"], first.json()["code"]) == (429, "7", 20429)
    assert carrier.calls() == carrier.refusals() == []
    assert requests.post(url, form, auth=(exchange.account_sid, exchange.auth_token), timeout=5).status_code == 201


@pytest.mark.parametrize(("fault", "dialled"), [("error_500", 0), ("error_500_after_dialling", 1)])
def test_server_error_may_or_may_not_have_dialled(
    carrier: StandIn, line: Client, app_url: str, fault: str, dialled: int
) -> None:
    carrier.faults(**{fault: 1})
    with pytest.raises(TwilioRestException) as error:
        _create(line, app_url)
    assert error.value.status == 500
    assert len(carrier.calls()) == dialled


def test_cut_connection_has_dialled(carrier: StandIn, line: Client, app_url: str) -> None:
    carrier.faults(drop=1)
    with pytest.raises(requests.ConnectionError):
        _create(line, app_url)
    carrier.wait_for("rings", phone=PRIYA)


@pytest.mark.parametrize("fault", [{"hold": 1}, {"slow": 1, "slow_seconds": 60}])
def test_answer_that_does_not_come_in_time_has_dialled(
    carrier: StandIn, exchange: Exchange, app_url: str, fault: dict[str, Any]
) -> None:
    carrier.faults(**fault)
    hasty = Client(exchange.account_sid, exchange.auth_token, environment={}, http_client=TwilioHttpClient(timeout=0.3))
    hasty.api.base_url = exchange.base_url
    with pytest.raises(requests.ReadTimeout):
        _create(hasty, app_url)
    carrier.wait_for("rings", phone=PRIYA)


def _reports(carrier: StandIn, line: Client, app_url: str, **faults: Any) -> list[str]:
    """The states that are reported, in the order of their arrival, of a call that rings out."""
    carrier.faults(**faults)
    carrier.phone(PRIYA, RingsOut())
    line.calls.create(
        to=PRIYA,
        from_=BUSINESS,
        url=f"{app_url}/hello",
        timeout=15,
        status_callback=f"{app_url}/report",
        status_callback_event=["initiated", "ringing", "completed"],
    )
    carrier.wait_for("ended", phone=PRIYA)
    seen: list[dict[str, Any]] = []
    while fresh := carrier.events(seen[-1]["n"] if seen else 0, wait=0.25):
        seen += fresh
    return [event["params"]["CallStatus"] for event in seen if event["kind"] == "request"]


@pytest.mark.parametrize(
    ("faults", "states"),
    [
        ({}, ["initiated", "ringing", "no-answer"]),
        ({"reports_doubled": 1}, ["initiated", "initiated", "ringing", "no-answer"]),
        ({"reports_dropped": 1}, ["ringing", "no-answer"]),
        ({"reports_swapped": 1}, ["ringing", "initiated", "no-answer"]),
        ({"reports_late": 1, "late_seconds": 5}, ["ringing", "initiated", "no-answer"]),
        ({"reports_dropped": 1.0}, []),
    ],
    ids=["none", "doubled", "dropped", "swapped", "late", "always dropped"],
)
def test_reports_suffer_what_is_set_for_them(
    carrier: StandIn, line: Client, app_url: str, faults: dict[str, Any], states: list[str]
) -> None:
    assert _reports(carrier, line, app_url, **faults) == states


@pytest.mark.parametrize("fault", ["forged", "unsigned"])
def test_forgery_comes_first_and_is_turned_away(
    carrier: StandIn, documents: dict[str, Any], refused: Refused, fault: str
) -> None:
    documents["/incoming"] = "<Say>Hello</Say>"
    carrier.faults(**{fault: 1})
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", text="Hello")
    statuses = [(e["forged"], e["status"]) for e in carrier.events() if e.get("path") == "/incoming"]
    assert statuses == [(True, 403), (False, 200)]
    assert refused() == []


def test_conversation_request_sent_twice_uses_the_second_answer(carrier: StandIn, documents: dict[str, Any]) -> None:
    answers = iter(["<Response><Say>First</Say></Response>", "<Response><Say>Second</Say></Response>"])
    documents["/incoming"] = lambda: (next(answers), 200, {"Content-Type": "text/xml"})
    carrier.faults(twice=1)
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("ended", phone=JANE)
    assert carrier.heard(JANE) == ["Second"]


def test_whisper_that_cannot_be_had_hangs_up_or_bridges_as_set(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = f'<Dial><Number url="/missing">{PRIYA}</Number></Dial>'
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("ended", phone=PRIYA)["status"] == "completed"
    carrier.faults(whisper_failure="bridge")
    carrier.wait_for("ended", phone=JANE)
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("bridged", phone=PRIYA)


def test_dice_fall_alike_from_the_same_seed() -> None:
    throws = []
    for _ in range(2):
        faults = Faults()
        faults.change({"reports_late": 0.5, "seed": 42})
        throws.append([faults.strikes("reports_late") for _ in range(50)])
    assert throws[0] == throws[1]
    assert {True, False} == set(throws[0])


@pytest.mark.parametrize("wrong", [{"no_such_fault": 1}, {"hold": -1}, {"hold": True}, {"whisper_failure": 1}])
def test_fault_that_does_not_exist_is_an_error(carrier: StandIn, wrong: dict[str, Any]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        carrier.faults(**wrong)
