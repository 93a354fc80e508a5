"""Signatures, against Twilio's published example and the rules about URLs."""

import pytest

from voice.standin.signing import headers, signature, signed_url

FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}


def test_published_example_is_signed_as_published() -> None:
    assert signature("12345", "https://example.com/myapp.php?foo=1&bar=2", FORM) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@pytest.mark.parametrize(
    ("url", "over"),
    [
        ("http://h:8000/v?q=%7E#rc=2", "http://h:8000/v?q=%7E"),
        ("https://user:secret@h/v", "https://h/v"),
        ("https://h:8443/v", "https://h/v"),
        ("http://h:8000/v", "http://h:8000/v"),
    ],
)
def test_signed_url_leaves_out_what_is_not_sent(url: str, over: str) -> None:
    assert signed_url(url) == over


def test_each_request_has_a_token_of_its_own() -> None:
    first, second = headers("12345", "http://h/v", {}), headers("12345", "http://h/v", {})
    assert first["X-Twilio-Signature"] == second["X-Twilio-Signature"]
    assert first["I-Twilio-Idempotency-Token"] != second["I-Twilio-Idempotency-Token"]
    assert first["User-Agent"] == "TwilioProxy/1.1"
