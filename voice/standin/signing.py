"""Signing what we send, as Twilio signs: HMAC-SHA1 over the configured URL and the form (twilio.md 1.3)."""

import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from twilio.request_validator import RequestValidator


def signed_url(url: str) -> str:
    """The URL over which the signature goes: no fragment, no user, and no port where voice over https drops it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https":
        host = host.partition(":")[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature. `params` is the form, empty for a GET."""
    return str(RequestValidator(token).compute_signature(signed_url(url), dict(params)))


def headers(token: str, url: str, params: Mapping[str, str]) -> dict[str, str]:
    """The headers of one webhook; every call makes a new idempotency token."""
    return {
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "X-Twilio-Signature": signature(token, url, params),
        "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
    }
