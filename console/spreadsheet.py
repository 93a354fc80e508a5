"""Call-backs as a table that spreadsheets open: plain text in every cell, and nothing that one of them would run. Pure.

A cell that begins as a formula would (= + - @ or a control character) gets an apostrophe, by which a spreadsheet knows text. So do
phone numbers, which begin with a plus sign: they stay as they are, and are no sums.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from callbacks import in_time
from callbacks.tables import Callback
from console import wording
from console.known import AboutCallbacks

BOM = "\ufeff"
"""Spreadsheets take a file for UTF-8 that begins with this."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

HEAD = (
    "id", "name", "phone", "called_from", "team", "kind", "reason", "state", "outcome", "owner", "missed_at", "promised_by",
    "next_try_at", "first_rang_at", "spoke_at", "kept", "calls_missed", "tries", "closed_at", "closed_by", "close_note", "message",
)  # fmt: skip


def head() -> str:
    """The first line, with the mark before it."""
    return BOM + lines([HEAD])


def lines(rows: Sequence[Sequence[object]], line_break: str = " ") -> str:
    """Some lines of the table."""
    written = io.StringIO()
    csv.writer(written).writerows([cell(value, line_break) for value in row] for row in rows)
    return written.getvalue()


def cell(value: object, line_break: str = " ") -> str:
    """A value as text: times as ISO 8601 with their offset, nothing for None, and never a formula.

    `line_break` stands for each of its line breaks: one that is kept is within quotes, and begins no formula.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = line_break.join(wording.legible(line.replace("\t", " ")) for line in str(value).splitlines())
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def row(callback: Callback, about: AboutCallbacks, now: datetime) -> tuple[object, ...]:
    """A call-back as a line of the table."""
    left = about.messages[callback.id]
    return (
        callback.id, about.name(callback), callback.phone, callback.called_from, about.team(callback), callback.kind,
        callback.reason, callback.state, callback.outcome, callback.owner, callback.missed_at, callback.promised_by,
        callback.next_try_at, callback.first_rang_at, callback.spoke_at, in_time.kept(callback, now), callback.calls_missed,
        callback.tries, callback.closed_at, callback.closed_by, callback.close_note, left[0].words if left else None,
    )  # fmt: skip
