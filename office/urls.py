"""URLs as they stand in settings: taken apart strictly, and shown without what may be a secret in them. Pure."""

import re
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit


def split(url: str) -> SplitResult | None:
    """The URL's parts, or None for what is no URL. Silent characters that urlsplit() would drop are not let through."""
    if not re.fullmatch(r"[!-~]+", url) or url.endswith(("?", "#")):
        return None
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.port != 0:  # reading the port is what checks it
            return parts
    return None


def base_url_fault(parts: SplitResult | None) -> str | None:
    """What is wrong with a URL to which paths are added; None when nothing is."""
    if not parts or parts.scheme not in {"http", "https"} or not parts.hostname:
        return "must be a URL with http:// or https:// and a host name"
    if "@" in parts.netloc:
        return "must not contain a user name or password"
    if parts.query or parts.fragment:
        return "must end before any ? or #"
    if not re.fullmatch(r"[a-z0-9.:-]+", parts.hostname):
        return "must have a host name of letters, digits, dots and hyphens (no underscore)"
    return None


def scheme_only(url: str) -> str:
    """Enough to tell which kind it is; the rest may hold a password anywhere, also after the question mark."""
    return f"{url.partition(':')[0]}://…"
