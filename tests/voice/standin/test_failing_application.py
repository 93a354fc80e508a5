"""What a caller meets when the application fails: the fallback, else the carrier's own apology."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Response, redirect

from voice.standin.client import StandIn
from voice.standin.exchange import Exchange

JANE, BUSINESS = "+447700900123", "+442071838750"
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


def _xml(body: str, content_type: str = "text/xml") -> Callable[[], Response]:
    return lambda: Response(body, content_type=content_type)


FAILURES: dict[str, tuple[Callable[[], Any], int]] = {
    "server error": (lambda: ("broken", 500), 11200),
    "no XML": (_xml("<Response><Say>"), 12100),
    "white space first": (_xml(" <?xml version='1.0'?><Response/>"), 12100),
    "control character": (_xml("<Response><Say>a\x0bb</Say></Response>"), 12100),
    "doctype": (_xml("<!DOCTYPE x><Response/>"), 12100),
    "other root": (_xml("<Answer/>"), 12102),
    "odd content type": (_xml("{}", "application/json"), 12300),
    "too much": (_xml(f"<Response><!--{'x' * 70_000}--></Response>"), 11750),
    "too slow": (lambda: threading.Event().wait(3) or "", 11200),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_failed_document_goes_to_the_fallback_with_its_code(
    carrier: StandIn,
    exchange: Exchange,
    documents: dict[str, Any],
    requested: Requested,
    refused: Refused,
    app_url: str,
    failure: str,
) -> None:
    exchange.patience = 1.0 if failure == "too slow" else exchange.patience
    documents["/incoming"], code = FAILURES[failure]
    documents["/fallback"] = "<Say>Sorry, please leave a message</Say>"
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE, text="leave a message")
    fallback = requested("/fallback")
    assert (fallback["ErrorCode"], fallback["ErrorUrl"]) == (str(code), f"{app_url}/incoming")
    assert refused() == [code]


def test_failing_fallback_is_the_carriers_own_apology(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = documents["/fallback"] = lambda: ("broken", 500)
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE, text="an application error has occurred")
    carrier.wait_for("ended", phone=JANE, text="completed")
    assert len([event for event in carrier.events() if event.get("path") == "/fallback"]) == 1


def test_failing_action_goes_to_the_fallback_too(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = '<Gather numDigits="1" action="/chosen"><Say>Press 1</Say></Gather>'
    documents["/chosen"] = lambda: ("broken", 503)
    documents["/fallback"] = "<Say>Sorry</Say>"
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "press 1", "press": "1"}])
    assert carrier.wait_for("hears", text="Sorry")


def test_refused_connection_is_tried_twice_before_the_fallback(
    carrier: StandIn, documents: dict[str, Any], app_url: str
) -> None:
    documents["/fallback"] = "<Say>Sorry</Say>"
    carrier.number(BUSINESS, "http://127.0.0.1:9/incoming", fallback_url=f"{app_url}/fallback")
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", text="Sorry")
    tries = [event for event in carrier.events() if event["kind"] == "request" and event["path"] == "/incoming"]
    assert [event["status"] for event in tries] == [None, None]


def test_http_redirect_is_signed_anew_and_loses_the_form(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = lambda: redirect("/moved")
    documents["/moved"] = "<Say>Moved</Say>"
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", text="Moved")
    assert requested("/moved") == {}


def test_redirect_that_keeps_the_method_keeps_the_form(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = lambda: redirect("/moved", 307)
    documents["/moved"] = "<Say>Moved</Say>"
    carrier.dial(JANE, BUSINESS)
    assert requested("/moved")["From"] == JANE


def test_plain_text_is_spoken(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = _xml("Nobody is in.", "text/plain")
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("hears", phone=JANE, text="Nobody is in.")


def test_cookie_is_kept_within_a_call(carrier: StandIn, documents: dict[str, Any]) -> None:
    from flask import request

    def incoming() -> Response:
        response = Response("<Response><Redirect>/second</Redirect></Response>", content_type="text/xml")
        response.set_cookie("call", "seen")
        return response

    documents["/incoming"] = incoming
    documents["/second"] = lambda: Response(
        f"<Response><Say>Cookie {request.cookies.get('call')}</Say></Response>", content_type="text/xml"
    )
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("hears", text="Cookie seen")
