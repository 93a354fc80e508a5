"""Taking in a list of customers: choose the file, look at what it will change, then have it hold."""

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from console import spreadsheet
from console.access import the_office, the_viewer
from console.customers import changes as customers_changes
from console.customers import shown as customers_shown
from console.framed import framed
from office import customer_list, kept_lists
from office.customer_list import CustomerListError
from office.kept_lists import Kept

PLACE = "/customers/import"
LIST = f"{PLACE}/<string(length=22):name>"

LARGEST, MOST_LINES = 20_000_000, 200_000
"""Bytes and lines of a list."""

READ_AT_MOST = 3 * LARGEST
"""Bytes of a request that are read to say kindly that its file is too large; more are refused unread."""

SHOWN = 25
"""Rows that need a look so many are shown; the rest is in the file of them."""

GONE = "That list isn’t here any more: it was imported, or a day went by. Choose it once more."


class NotAListError(Exception):
    """The file cannot be read; the text says why, as a sentence."""


def add_to(pages: Blueprint) -> None:
    """Give the pages their import."""
    pages.url_value_preprocessor(make_room)
    pages.add_url_rule(PLACE, view_func=customers_import, methods=["GET", "POST"])
    pages.add_url_rule(LIST, view_func=customers_preview)
    pages.add_url_rule(LIST, view_func=customers_take_in, methods=["POST"])
    pages.add_url_rule(f"{LIST}/leave", view_func=customers_leave, methods=["POST"])
    pages.add_url_rule(f"{LIST}/left-out.csv", view_func=customers_left_out)


def make_room(endpoint: str | None, _: object) -> None:
    """A list may be larger than any other form; that must be known before the form's token is looked for in it."""
    if endpoint == "pages.customers_import":
        request.max_content_length = READ_AT_MOST


def customers_import() -> AnyResponse | str | tuple[str, int]:
    """The form, and the file that is sent with it."""
    if request.method != "POST":
        return _choose(None)
    try:
        kept = _read()
    except NotAListError as no:
        return _choose(str(no)), 422
    kept_lists.forget_old(the_office())
    name = kept_lists.keep(the_office(), g.user_id, kept)
    return redirect(url_for("pages.customers_preview", name=name), 303)


def _choose(problem: str | None) -> str:
    with the_office().database.reading() as session:
        region = the_office().business(session).country
    day_first = customer_list.writes_day_first(region)
    return framed("customers_import.html", problem=problem, day_first=day_first)


def customers_preview(name: str) -> AnyResponse | str:
    """What the list will change, and what of it needs a look."""
    kept = _kept(name)
    if kept is None:
        return _gone()
    with the_office().database.reading() as session:
        changes = customers_changes.of(session, kept.rows.good)
    left_out = kept.rows.bad[:SHOWN]
    told = {"changes": changes, "left_out": left_out, "value": customers_shown.value, "fault": customers_shown.fault}
    return framed("customers_preview.html", name=name, kept=kept, **told)


def customers_take_in(name: str) -> AnyResponse:
    """It holds."""
    kept = _kept(name)
    if kept is None:
        return _gone()
    new, changed = customers_changes.take_in(the_office(), kept.rows, kept.file, the_viewer().name)
    kept_lists.forget(the_office(), g.user_id, name)
    flash(_done(new, changed, len(kept.rows.bad)), "good")
    return redirect(url_for("pages.customers"), 303)


def customers_leave(name: str) -> AnyResponse:
    """Not after all: the list is taken away."""
    kept_lists.forget(the_office(), g.user_id, name)
    flash("Nothing was imported, and the list is gone from here.", "good")
    return redirect(url_for("pages.customers"), 303)


def customers_left_out(name: str) -> AnyResponse:
    """The rows that need a look, as a file."""
    kept = _kept(name)
    if kept is None:
        return _gone()
    rows = [(row.line, row.value, row.what) for row in kept.rows.bad]
    named = {"Content-Disposition": "attachment; filename=customers-to-look-at.csv"}
    lines = spreadsheet.BOM + spreadsheet.lines([("line", "value", "reason"), *rows])
    return Response(lines, content_type="text/csv; charset=utf-8", headers=named)


def _kept(name: str) -> Kept | None:
    return kept_lists.find(the_office(), g.user_id, name)


def _gone() -> AnyResponse:
    flash(GONE, "bad")
    return redirect(url_for("pages.customers_import"), 303)


def _read() -> Kept:
    """The list that was sent. Raises NotAListError."""
    sent = request.files.get("list")
    content = sent.read(LARGEST + 1) if sent else b""
    if sent is None or not content:
        raise NotAListError("Choose a file first; this one is empty or wasn’t sent.")
    text, windows = decoded(content)
    with the_office().database.reading() as session:
        region = the_office().business(session).country
    try:
        rows = customer_list.read(text, region)
    except CustomerListError as error:
        raise NotAListError(f"We can’t read this list. In line {error.line}, {error.what}.") from None
    return Kept((sent.filename or "the list")[:100], windows, rows)


def decoded(content: bytes) -> tuple[str, bool]:
    """A file's text, and whether Windows-1252 had to be guessed. Raises NotAListError for what is too large or no text."""
    lines = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    if len(content) > LARGEST or lines > MOST_LINES:
        raise NotAListError(
            f"This file is too large: {LARGEST // 1_000_000} MB and {MOST_LINES:,} lines have room. Split it and send the parts."
        )
    if content.startswith((b"PK", b"\xd0\xcf", b"%PDF", b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise NotAListError(
            "This is no CSV file. In your spreadsheet choose “Save as”, then “CSV UTF-8”, and send that."
        )
    try:
        return content.decode("utf-8"), False
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), True


def _done(new: int, changed: int, bad: int) -> str:
    said = (
        f"{new:,} added, {changed:,} changed." if new or changed else "Nothing to change: all of it was known already."
    )
    return f"{said} {bad:,} left out." if bad else said
