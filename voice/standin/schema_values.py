"""What the values of TwiML attributes may look like."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

Check = Callable[[str], bool]


def never(_value: str) -> bool:
    """An attribute that does not exist."""
    return False


def filled(value: str) -> bool:
    return bool(value.strip())


def boolean(value: str) -> bool:
    return value in {"true", "false"}


def method(value: str) -> bool:
    return value in {"GET", "POST"}


def language(value: str) -> bool:
    return re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?-([A-Z]{2}|\d{3})", value) is not None


def keys(value: str) -> bool:
    """Keys to be sent: w and W are pauses."""
    return re.fullmatch(r"[0-9A-D#*wW]+", value) is not None


def finish_key(value: str) -> bool:
    """One key, or none."""
    return re.fullmatch(r"[0-9#*]?", value) is not None


def finish_keys(value: str) -> bool:
    return re.fullmatch(r"[0-9#*]*", value) is not None


def seconds_or_auto(value: str) -> bool:
    return value == "auto" or whole(1, 60)(value)


def hints(value: str) -> bool:
    """At most 500 phrases of at most 100 characters."""
    phrases = value.split(",")
    return len(phrases) <= 500 and all(len(phrase.strip()) <= 100 for phrase in phrases)


def address(value: str) -> bool:
    """Relative, or http(s) with a hostname that has no underscore. Empty is the document's own."""
    if "://" not in value:
        return not re.search(r"\s", value)
    return absolute(value)


def absolute(value: str) -> bool:
    """A whole URL that the carrier would call."""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "_" not in (host or "") and not re.search(r"\s", value)


def whole(low: int, high: int) -> Check:
    """A whole number between two, both allowed."""

    def fits(value: str) -> bool:
        return value.isascii() and value.isdigit() and low <= int(value) <= high

    return fits


def one_of(*words: str) -> Check:
    """One of these words, in this case."""

    def fits(value: str) -> bool:
        return value in words

    return fits


def some_of(*words: str) -> Check:
    """Some of these words, with spaces between."""

    def fits(value: str) -> bool:
        given = value.split(" ")
        return bool(given) and len(set(given)) == len(given) and set(given) <= set(words)

    return fits


def name(longest: int) -> Check:
    """A name of at most so many characters."""

    def fits(value: str) -> bool:
        return 1 <= len(value) <= longest

    return fits
