"""A phone that must ring no longer, and what the carrier says to that."""

import pytest
import responses

from office.line import LineRefused, LineUncertain
from office.line.twilio import TwilioLine

ACCOUNT, CALL = "AC" + "0" * 32, "CA" + "1" * 32
ADDRESS = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json"


@pytest.fixture
def line():
    return TwilioLine(ACCOUNT, "token", "https://api.twilio.com")


def test_phone_is_canceled_and_one_that_was_picked_up_would_go_on(line, twilio: responses.RequestsMock):
    """`completed` would end a call that somebody is in (twilio.md 3.1)."""
    twilio.post(ADDRESS, json={"sid": CALL, "status": "canceled"})
    line.cancel(CALL)

    assert twilio.calls[0].request.body == b"Status=canceled"


@pytest.mark.parametrize(("status", "code"), [(400, 21220), (404, 20404)])
def test_phone_that_is_down_already_is_no_error(line, twilio: responses.RequestsMock, status, code):
    asked = twilio.post(ADDRESS, status=status, json={"code": code, "message": "", "status": status})
    line.cancel(CALL)

    assert asked.call_count == 1


@pytest.mark.parametrize(("status", "error"), [(401, LineRefused), (503, LineUncertain)])
def test_carrier_that_does_not_do_it_is_an_error(line, twilio: responses.RequestsMock, status, error):
    twilio.post(ADDRESS, status=status, json={"code": 20003, "message": "no", "status": status})
    with pytest.raises(error):
        line.cancel(CALL)
