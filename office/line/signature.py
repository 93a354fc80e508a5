"""Whether a request to one of our webhooks was made by our carrier.

The signature covers the address as the carrier knows it and every form field: so the address is the configured public
one with the request target exactly as it came over the wire, never what a Host header or a decoding framework says.
Twilio's own library computes the signature; what differs here is that nothing a stranger sends can raise an error.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from twilio.request_validator import HMAC_SHA1, RequestValidator

FORM = "application/x-www-form-urlencoded"
USUAL_PORTS = {"https": 443, "http": 80}


class MultiDict(Protocol):
    """Form fields that may repeat, as Flask has them."""

    def lists(self) -> Iterable[tuple[str, list[str]]]: ...


Form = MultiDict | Mapping[str, Sequence[str]]


def is_genuine(
    *,
    public_base_url: str,
    raw_target: str,
    content_type: str | None,
    form: Form,
    signature: str | None,
    tokens: Sequence[str],
) -> bool:
    """Whether a form POST to `raw_target` (path and query, undecoded) was signed with one of `tokens`.

    False for everything else: no signature, another kind of body, odd characters. Raises nothing. What is signed says
    nothing about when, so a repeated request is genuine too (source: Twilio, Webhooks security).
    """
    if not signature or not raw_target.startswith("/") or not _is_form(content_type):
        return False  # a target that does not begin with a slash could lengthen our host name into another's
    try:
        given, fields = signature.encode("ascii"), _canonical(form)
        addresses = [base + target for target in _targets(raw_target) for base in _bases(public_base_url)]
        return any(
            hmac.compare_digest(_signature(address + fields, token), given)
            for token in tokens
            for address in addresses
            if token  # an empty token would let in anybody who knows that it is empty
        )
    except UnicodeError:  # also a lone surrogate, which no carrier can have signed
        return False


def sign(url: str, form: Form, token: str) -> str:
    """The signature that a carrier would send with a form POST to `url`."""
    return _signature(url + _canonical(form), token).decode()


def _is_form(content_type: str | None) -> bool:
    return (content_type or "").partition(";")[0].strip().lower() == FORM


def _canonical(form: Form) -> str:
    """Each name with each of its different values, sorted, nothing in between, as Twilio's library has it."""
    fields = form.lists() if hasattr(form, "lists") else form.items()
    return "".join(name + value for name, values in sorted(fields) for value in sorted(set(values)))


def _targets(raw_target: str) -> tuple[str, ...]:
    """The target as it came; one that ends in a bare question mark also without it, as Twilio's library signs it."""
    return (raw_target, raw_target[:-1]) if raw_target.endswith("?") else (raw_target,)


@lru_cache(maxsize=8)
def _bases(public_base_url: str) -> tuple[str, ...]:
    """Our public address as configured, and with or without its port, as carriers sign either.

    Twilio keeps a port in plain http and drops it for voice over https (source: Twilio, Webhooks security).
    """
    parts = urlsplit(public_base_url)
    host = parts.netloc.removesuffix(f":{parts.port}")
    other = host if parts.port else f"{host}:{USUAL_PORTS[parts.scheme]}"
    return public_base_url, parts._replace(netloc=other).geturl()


@lru_cache(maxsize=8)
def _validator(token: str) -> RequestValidator:
    return RequestValidator(token)


def _signature(text: str, token: str) -> bytes:
    # The algorithm is pinned: a header of the request must not choose how the request is checked.
    return str(_validator(token).compute_signature(text, None, HMAC_SHA1)).encode("ascii")
