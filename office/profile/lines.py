"""On which line of a business.toml each key stands. The TOML reader does not tell, and a problem without a line is half told."""

import re
from collections import Counter

HEADER = re.compile(r"\s*(\[\[?)([^\[\]=]+)\]\]?\s*(?:#.*)?")
KEY = re.compile(r"""\s*([\w.'"\- ]+?)\s*=""")
LONG_QUOTES = ('"""', "'''")


def key_lines(text: str) -> dict[str, int]:
    """Line numbers from 1 by key path ("promise.within", "staff[2].phone"); tables stand under their own path.

    Keys inside inline tables are not found: `line_of` gives the line of what holds them.
    """
    lines: dict[str, int] = {}
    entries: Counter[str] = Counter()
    table = ""
    for number, line in _outside_long_texts(text):
        if header := HEADER.fullmatch(line):
            table = _path(header[2])
            lines.setdefault(table, number)
            if header[1] == "[[":
                entries[table] += 1
                table = f"{table}[{entries[table]}]"
                lines[table] = number
        elif key := KEY.match(line):
            lines.setdefault(f"{table}.{_path(key[1])}".lstrip("."), number)
    return lines


def line_of(key: str, lines: dict[str, int]) -> int:
    """The line of `key`, else of the nearest thing that holds it, else the first line."""
    while key and key not in lines:
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return lines.get(key, 1)


def _path(written: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in written.split("."))


def _outside_long_texts(text: str) -> list[tuple[int, str]]:
    """The numbered lines that do not begin inside a text of several lines: what stands there is no key."""
    outside: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            outside.append((number, line))
        inside ^= sum(line.count(quotes) for quotes in LONG_QUOTES) % 2 == 1
    return outside
