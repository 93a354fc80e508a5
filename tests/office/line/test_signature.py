"""Signatures: the carrier's own test vector, what Twilio's library accepts, and whatever a stranger may send."""

from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from office.line.signature import is_genuine, sign

TOKEN = "12345"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
VECTOR = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}


def request(**different: Any) -> dict[str, Any]:
    """Twilio's documented example: genuine unless something in it is made different."""
    return {
        "public_base_url": "https://example.com",
        "raw_target": "/myapp.php?foo=1&bar=2",
        "content_type": FORM,
        "form": MultiDict(VECTOR),
        "signature": "L/OH5YylLD5NRKLltdqwSvS0BnU=",
        "tokens": (TOKEN,),
    } | different


def as_twilio_signs(url: str, form: MultiDict[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


def test_documented_vector_is_genuine() -> None:
    assert is_genuine(**request())


def test_mapping_of_lists_is_read_like_a_form() -> None:
    assert is_genuine(**request(form={name: [value] for name, value in VECTOR.items()}))


def test_our_own_signature_is_the_documented_one() -> None:
    assert sign("https://example.com/myapp.php?foo=1&bar=2", MultiDict(VECTOR), TOKEN) == request()["signature"]


@pytest.mark.parametrize(
    "different",
    [
        {"signature": None},
        {"signature": ""},
        {"signature": "L/OH5YylLD5NRKLltdqwSvS0BnU"},
        {"signature": "l/OH5YylLD5NRKLltdqwSvS0BnU="},
        {"signature": "L/OH5YylLD5NRKLltdqwSvS0BnÜ="},
        {"signature": "\udcff"},
        {"signature": "x" * 100_000},
        {"raw_target": "/myapp.php?foo=1&bar=3"},
        {"raw_target": "/myapp.php?bar=2&foo=1"},
        {"raw_target": ""},
        {"raw_target": "*"},
        {"raw_target": "/\udcff"},
        {"raw_target": "https://example.com/myapp.php?foo=1&bar=2"},
        {"public_base_url": "http://example.com"},
        {"public_base_url": "https://example.org"},
        {"content_type": None},
        {"content_type": ""},
        {"content_type": "application/json"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "text/plain; application/x-www-form-urlencoded"},
        {"form": MultiDict()},
        {"form": MultiDict({**VECTOR, "Extra": "1"})},
        {"form": MultiDict({**VECTOR, "To": "+18005551213"})},
        {"form": MultiDict({**VECTOR, "\udcff": "\udcff"})},
        {"tokens": ()},
        {"tokens": ("",)},
        {"tokens": ("54321",)},
    ],
)
def test_anything_else_is_not_genuine_and_raises_nothing(different: dict[str, Any]) -> None:
    assert not is_genuine(**request(**different))


def test_empty_token_is_never_a_key() -> None:
    form = MultiDict(VECTOR)
    signature = as_twilio_signs("https://example.com/a", form, token="")
    assert not is_genuine(**request(raw_target="/a", signature=signature, tokens=("", TOKEN)))


def test_host_lengthened_by_the_target_is_not_ours() -> None:
    signature = as_twilio_signs("https://example.com.evil.test/a", MultiDict(VECTOR))
    assert not is_genuine(**request(raw_target=".evil.test/a", signature=signature))


def test_either_token_is_accepted_during_a_change() -> None:
    assert is_genuine(**request(tokens=("54321", TOKEN)))
    assert is_genuine(**request(tokens=(TOKEN, "54321")))


@pytest.mark.parametrize(
    "target",
    [
        "/voice/J%C3%BCrgen%2F%7E",
        "/voice?name=a%20b+c&x=%E2%82%AC",
        "/voice;v=1?a=1;b=2",
        "/voice/?",
        "/voice?",
        "/",
        "//voice",
        "/voice?empty=&=&&",
    ],
)
def test_target_is_signed_byte_for_byte(target: str) -> None:
    form = MultiDict(VECTOR)
    signature = as_twilio_signs(f"https://example.com{target}", form)
    assert is_genuine(**request(raw_target=target, signature=signature))


def test_bare_question_mark_may_be_left_unsigned() -> None:
    signature = as_twilio_signs("https://example.com/voice", MultiDict(VECTOR))
    assert is_genuine(**request(raw_target="/voice?", signature=signature))


@pytest.mark.parametrize(
    ("configured", "signed"),
    [
        ("https://example.com", "https://example.com:443"),
        ("https://example.com:8443", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("http://example.com", "http://example.com:80"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://example.com/phones", "https://example.com:443/phones"),
    ],
)
def test_port_may_be_signed_or_left_out(configured: str, signed: str) -> None:
    signature = as_twilio_signs(f"{signed}/voice", MultiDict(VECTOR))
    assert is_genuine(**request(public_base_url=configured, raw_target="/voice", signature=signature))


@pytest.mark.parametrize(
    "form",
    [
        MultiDict([("Digits", "2"), ("Digits", "1"), ("Digits", "1"), ("a", "z")]),
        MultiDict([("FromCity", ""), ("ToCity", ""), ("Body", "  spaces kept \n")]),
        MultiDict([("SpeechResult", "café ☎ 電話"), ("b", "2"), ("B", "1"), ("_", "0")]),
        MultiDict(),
    ],
)
def test_fields_are_read_as_twilios_library_reads_them(form: MultiDict[str, str]) -> None:
    signature = as_twilio_signs("https://example.com/voice", form)
    assert RequestValidator(TOKEN).validate("https://example.com/voice", form, signature)
    assert is_genuine(**request(raw_target="/voice", form=form, signature=signature))
