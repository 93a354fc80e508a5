"""Codes of an authenticator app: RFC 6238 as every app has it (SHA-1, 30 seconds, six digits). Pure."""

import hmac
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from urllib.parse import quote

STEP, DIGITS = 30, 6
"""Seconds that a code is good for, and how long it is."""

SECRET_BYTES = 20
"""RFC 4226, section 4: 160 bits."""


def new_secret() -> str:
    """A key that an app and we share, in base 32 (32 characters, no padding)."""
    return b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code(secret: str, step: int) -> str:
    """The code of one step of 30 seconds (RFC 4226, section 5.3)."""
    hashed = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = hashed[-1] & 0xF
    number = int.from_bytes(hashed[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_at(now: datetime) -> int:
    """The number of the step in which `now` falls."""
    return int(now.timestamp()) // STEP


def step_of(secret: str, typed: str, now: datetime, *, after: int | None) -> int | None:
    """The step whose code was typed: this one, or a neighbour for clocks that go wrong; only later than `after`. Else None."""
    digits = "".join(typed.split())
    middle, found = step_at(now), None
    for step in (middle - 1, middle, middle + 1):
        is_it = hmac.compare_digest(code(secret, step).encode(), digits.encode())
        if is_it and (after is None or step > after):
            found = step
    return found


def in_groups(secret: str) -> str:
    """The key as somebody types it: four characters at a time."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def address(secret: str, account: str, issuer: str) -> str:
    """What an app opens or reads to take the key in (the otpauth key URI format)."""
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(account, safe='')}?secret={secret}&issuer={quote(issuer, safe='')}"
