"""Regions of a page that keep themselves fresh. The head of static/app.js says how one is marked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response, make_response, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callbacks import lists
from callbacks.tables import Callback
from console import digests, who_may
from console.access import the_viewer
from console.framed import open_callbacks
from voicemail_greetings.tables import Message

WAITS = (Message.words_at.is_not(None), Message.fetch_at.is_not(None))
MESSAGES = (
    select(func.max(Message.id)),
    # Plus nothing, so that SQLite goes by the index of what waits and not down the whole table for the newest.
    *(select(func.max(Message.id + 0)).where(waits) for waits in WAITS),
    *(select(func.count(Message.id)).where(waits) for waits in WAITS),
)
"""What changes when a message comes, is fetched or is written out."""


def region(template: str, shown: Mapping[str, Any]) -> Response:
    """The region alone: 204 when the browser has this version already. The server's clock goes along, by which the countdowns run.

    `shown` is what the template wants, with a `version` (digests.version) that is the same for what looks the same, and `now`.
    """
    response = _answer(template, shown, request.args.get("version"), shown["now"])
    return _with_open(response) if response.status_code == 200 else response


def stamp(session: Session, rows: Sequence[Callback], now: datetime, *beside: object) -> str:
    """The same while nothing happens to these call-backs, in few reads. What it does not see (a name, a note) is looked at anew each minute.

    `beside` is what else the region shows and was read already.
    """
    facts = [
        (row.id, row.fence, row.state, row.owner, row.promised_by, row.next_try_at, row.phone, row.calls_missed)
        for row in rows
    ]
    everywhere = (lists.pulse(session, *MESSAGES), now.replace(second=0, microsecond=0))
    return digests.version(facts, everywhere, *beside)


def stamped(template: str, stamp: str, now: datetime, shown: Callable[[], Mapping[str, Any]]) -> Response:
    """The region, whose data-version is STAMP-VERSION: `shown` is asked for only where the browser has another stamp.

    The version goes along, by which the next look is a short one.
    """
    has_stamp, _, has = request.args.get("version", "").partition("-")
    is_short = has_stamp == stamp
    told = {"version": has} if is_short else shown()
    response = _answer(template, told, has, now)
    response.headers["X-Version"] = f"{stamp}-{told['version']}"
    return response if is_short else _with_open(response)


def _answer(template: str, shown: Mapping[str, Any], has: str | None, now: datetime) -> Response:
    response = Response(status=204)
    if shown["version"] != has:
        response = make_response(render_template(template, **shown))
    response.headers["X-Now"] = now.isoformat()
    return response


def _with_open(response: Response) -> Response:
    """The figure of the menu goes along with what is news, for whoever has one."""
    many = open_callbacks() if who_may.may(the_viewer().role, "pages.callbacks") else None
    if many is not None:
        response.headers["X-Open"] = str(many)
    return response
