"""A number at the carrier is told where we are; one that something else answers for is left alone."""

from urllib.parse import parse_qs

import pytest
import responses

from office.line import LineRefused
from office.line.twilio import TwilioLine

SID = "AC" + "0" * 32
PLACE = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers"
NUMBER = {"sid": "PN" + "1" * 32, "account_sid": SID, "phone_number": "+442071838750", "trunk_sid": None}


def set_addresses(*numbers: dict[str, str | None]) -> dict[str, list[str]]:
    """What the carrier was asked to change."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as carrier:
        carrier.get(f"{PLACE}.json", json={"incoming_phone_numbers": list(numbers), "page": 0, "page_size": 50})
        asked = carrier.post(f"{PLACE}/{NUMBER['sid']}.json", json=NUMBER)
        line = TwilioLine(SID, "token", "https://api.twilio.com")
        line.set_addresses(
            "+442071838750", voice="https://r/v", fallback="https://r/f", status="https://r/s", texts="https://r/t"
        )
        if not asked.calls:
            return {}
        body = asked.calls[0].request.body
        assert isinstance(body, bytes)
        return parse_qs(body.decode(), keep_blank_values=True)


def test_number_gets_every_address_by_post_and_no_application_overrules_them() -> None:
    asked = set_addresses(NUMBER)
    assert {name: asked[name] for name in ("VoiceUrl", "VoiceFallbackUrl", "StatusCallback", "SmsUrl")} == {
        "VoiceUrl": ["https://r/v"],
        "VoiceFallbackUrl": ["https://r/f"],
        "StatusCallback": ["https://r/s"],
        "SmsUrl": ["https://r/t"],
    }
    assert {asked[name][0] for name in asked if name.endswith("Method")} == {"POST"}
    assert asked["VoiceApplicationSid"] == asked["SmsApplicationSid"] == [""]


@pytest.mark.parametrize("numbers", [[], [NUMBER | {"trunk_sid": "TK" + "2" * 32}]])
def test_number_of_somebody_else_s_or_of_a_trunk_s_is_left_alone(numbers: list[dict[str, str | None]]) -> None:
    with pytest.raises(LineRefused):
        set_addresses(*numbers)
