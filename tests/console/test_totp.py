"""Codes as authenticator apps make them: the RFC's own examples, clocks that go wrong, and each code good once."""

from base64 import b32encode
from datetime import UTC, datetime

import pytest

from console import totp

SECRET = b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 24, 10, 0, 10, tzinfo=UTC)
STEP = totp.step_at(NOW)


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_rfc(second: int, code: str) -> None:
    assert totp.code(SECRET, second // totp.STEP) == code


@pytest.mark.parametrize(("away", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_half_a_minute_wrong_is_forgiven_and_no_more(away: int, good: bool) -> None:  # noqa: FBT001 - a table's column
    typed = totp.code(SECRET, STEP + away)
    assert (totp.step_of(SECRET, typed, NOW, after=None) is not None) == good


def test_code_of_a_step_that_was_used_is_good_no_more_and_a_later_one_is() -> None:
    assert totp.step_of(SECRET, totp.code(SECRET, STEP), NOW, after=STEP) is None
    assert totp.step_of(SECRET, totp.code(SECRET, STEP - 1), NOW, after=STEP) is None
    assert totp.step_of(SECRET, totp.code(SECRET, STEP + 1), NOW, after=STEP) == STEP + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "१२३४५६", "1234567", "\x00"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert totp.step_of(SECRET, typed, NOW, after=None) is None


def test_code_typed_with_a_space_is_the_same() -> None:
    code = totp.code(SECRET, STEP)
    assert totp.step_of(SECRET, f" {code[:3]} {code[3:]}", NOW, after=None) == STEP


def test_new_keys_differ_and_have_160_bits() -> None:
    first, second = totp.new_secret(), totp.new_secret()
    assert first != second
    assert len(first) == len(second) == 32
    assert totp.in_groups(first).replace(" ", "") == first


def test_address_for_an_app_escapes_whom_it_is_for() -> None:
    told = totp.address(SECRET, "a&b?@example.com", "Ringtrue Bits & Bobs")
    assert told == (
        f"otpauth://totp/Ringtrue%20Bits%20%26%20Bobs:a%26b%3F%40example.com?secret={SECRET}&issuer=Ringtrue%20Bits%20%26%20Bobs"
    )
