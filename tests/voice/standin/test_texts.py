"""Texts, both ways, with those who have said STOP."""

from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from voice.standin.client import StandIn

JANE, BUSINESS = "+447700900123", "+442071838750"
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


def test_text_arrives_and_is_reported(carrier: StandIn, line: Client, app_url: str, refused: Refused) -> None:
    text = line.messages.create(to=JANE, from_=BUSINESS, body="We ring at four.", status_callback=f"{app_url}/report")
    assert text.status == "queued"
    assert carrier.wait_for("texted", phone=JANE)["text"] == "We ring at four."
    carrier.wait_for("request", path="/report")
    delivered = carrier.wait_for("request", path="/report", after=carrier.wait_for("request", path="/report")["n"])
    assert (delivered["params"]["MessageStatus"], delivered["params"]["MessageSid"]) == ("delivered", text.sid)
    assert [one["body"] for one in carrier.texts()] == ["We ring at four."]
    assert text.fetch().status == "delivered"
    assert refused() == []


def test_customers_text_is_answered(carrier: StandIn, documents: dict[str, Any], requested: Requested) -> None:
    documents["/text"] = "<Message>Thank you, Jane</Message>"
    carrier.text(JANE, BUSINESS, "Make it five")
    assert requested("/text")["Body"] == "Make it five"
    carrier.wait_for("texted", phone=JANE, text="Thank you, Jane")


def test_who_has_said_stop_is_texted_no_more_until_start(
    carrier: StandIn, line: Client, documents: dict[str, Any]
) -> None:
    documents["/text"] = ""
    carrier.text(JANE, BUSINESS, " stop ")
    with pytest.raises(TwilioRestException) as error:
        line.messages.create(to=JANE, from_=BUSINESS, body="Hello")
    assert error.value.code == 21610
    carrier.text(JANE, BUSINESS, "START")
    assert line.messages.create(to=JANE, from_=BUSINESS, body="Hello").sid


@pytest.mark.parametrize(
    ("wrong", "code"), [({"body": None}, 21602), ({"body": "x" * 1601}, 21617), ({"from_": "+447700900999"}, 21606)]
)
def test_text_that_cannot_be_sent_is_refused(carrier: StandIn, line: Client, wrong: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioRestException) as error:
        line.messages.create(**({"to": JANE, "from_": BUSINESS, "body": "Hello"} | wrong))
    assert error.value.code == code
