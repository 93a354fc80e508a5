"""The list as a file for spreadsheets: just what the page with the same address shows, all of its pages."""

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, request, stream_with_context

from callbacks import lists
from console import chosen, known, spreadsheet
from console.access import the_office, the_viewer
from console.chosen import Chosen
from console.pages import callbacks
from office import audit


def add_to(pages: Blueprint) -> None:
    """Give the pages the list as a file."""
    pages.add_url_rule("/callbacks.csv", endpoint="spreadsheet", view_func=callbacks_csv)


def callbacks_csv() -> Response:
    """Written while it is read, so that a long list needs no more memory than a short one."""
    asked = replace(chosen.chosen(request.args), after=None)
    _write_down(asked)
    answer = Response(stream_with_context(_lines(asked)), content_type="text/csv; charset=utf-8")
    day = the_office().clock.now().date().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="call-backs-{asked.show}-{day}.csv"'
    return answer


def _write_down(asked: Chosen) -> None:
    """Who took the list away, and which part of it; the words that they looked for may be a customer's name, and are nobody's business."""
    office, looked_for = the_office(), {"q": "…"} if asked.words else {}
    part = "&".join(f"{name}={value}" for name, value in {**chosen.address(asked), **looked_for}.items())
    with office.database.transaction() as session:
        about, now = "callbacks", office.clock.now()
        audit.write(
            session, by=the_viewer().name, action="exported", about=about, now=now, detail=part or "all that is open"
        )


def _lines(asked: Chosen) -> Iterator[str]:
    office = the_office()
    with office.database.reading() as session:
        now, profile = office.clock.now(), office.business(session)
        yield spreadsheet.head()
        for rows in lists.each(session, callbacks.wanted(session, asked, profile, now)):
            about = known.about_callbacks(session, rows, past=False)
            yield spreadsheet.lines([spreadsheet.row(row, about, now) for row in rows])
            session.expunge_all()  # what is written is no longer needed
