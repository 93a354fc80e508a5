"""Our own line and the stand-in understand each other about texts."""

from typing import Any

import pytest

from office.line import LineRefused, LineUncertain
from office.line.twilio import TwilioLine
from voice.standin.client import StandIn
from voice.standin.exchange import Exchange

TOM, BUSINESS = "+447700900102", "+442071838750"


@pytest.fixture
def our_line(exchange: Exchange) -> TwilioLine:
    return TwilioLine(exchange.account_sid, exchange.auth_token, exchange.base_url)


def test_our_text_arrives_under_the_sid_we_were_given(carrier: StandIn, our_line: TwilioLine) -> None:
    sid = our_line.text(TOM, sender=BUSINESS, body="You're off duty: 3 < 4 & £5.")
    arrived = carrier.wait_for("texted", phone=TOM)
    assert (arrived["text"], arrived["sid"]) == ("You're off duty: 3 < 4 & £5.", sid)


def test_text_to_whom_said_stop_is_refused_as_opted_out(
    carrier: StandIn, our_line: TwilioLine, documents: dict[str, Any]
) -> None:
    documents["/text"] = ""
    carrier.text(TOM, BUSINESS, "STOP")
    with pytest.raises(LineRefused) as refused:
        our_line.text(TOM, sender=BUSINESS, body="Hello")
    assert (refused.value.status, refused.value.code) == (400, 21610)


def test_text_that_went_although_the_answer_says_otherwise_is_uncertain(carrier: StandIn, our_line: TwilioLine) -> None:
    carrier.faults(faulty="Messages", error_500_after_dialling=1)
    with pytest.raises(LineUncertain):
        our_line.text(TOM, sender=BUSINESS, body="Hello")
    carrier.wait_for("texted", phone=TOM)
