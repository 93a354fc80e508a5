"""The door that every carrier address shares: who may come in, what came when, how we answer, and what we write down when the database is gone."""

import logging
import re
from datetime import datetime

from flask import Flask, Response, abort, current_app, g, request
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from office.database import DatabaseBusyError
from office.journal import Entry, Journal
from office.line import signature
from office.wiring import NoBusinessError, Office
from voice.conversation.turns import Heard

log = logging.getLogger(__name__)

SID = re.compile(r"[A-Za-z0-9:_-]{8,64}")
"""A carrier's id is opaque (twilio.md 7), but never longer or stranger than this."""

GONE = (OperationalError, InterfaceError, ProgrammingError, NoConnectionError, DatabaseBusyError, NoBusinessError)
"""The database is away, or has no tables or no business yet: another time. Other errors would only come again."""


def the_office() -> Office:
    """The office of the application that serves this request."""
    office: Office = current_app.extensions["office"]
    return office


def refuse_strangers() -> None:
    """403 before anything is done, unless the carrier signed this very request, for this account (DESIGN 5)."""
    settings, form = the_office().settings, request.form
    genuine = signature.is_genuine(
        public_base_url=settings.public_base_url,
        raw_target=request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path,
        content_type=request.content_type,
        form=form,
        signature=request.headers.get("X-Twilio-Signature"),
        tokens=settings.tokens,
    )
    ours = form.get("AccountSid") == settings.account_sid
    # Names and values are signed without separators, so only single values of the known shape are believed.
    if not (genuine and ours) or any(len(values) > 1 for values in form.listvalues()):
        log.warning("refused a request to %r: not signed for %s by our account", request.path, settings.public_base_url)
        abort(403)


def heard_now() -> Heard:
    """What the carrier says in this request."""
    heard = Heard.from_form(request.form)
    if not SID.fullmatch(heard.sid):
        abort(403)
    return heard


def xml(document: str) -> Response:
    """A TwiML answer."""
    return Response(document, content_type="text/xml; charset=utf-8")


def told_at() -> datetime:
    """Now; of a request that was written down, the moment at which it came."""
    came_at: datetime | None = g.get("came_at")
    return came_at or the_office().clock.now()


def write_down(path: str) -> bool:
    """Keep this request in the journal, to be told to `path` once the database is there; whether the disk took it.

    A single key tells how a talk went. Several are a PIN, or somebody's number: no disk has to know them.
    """
    told = {name: value for name, value in request.form.items() if name != "Digits" or len(value) == 1}
    return the_office().journal.write(path, told, told_at())


def replay(app: Flask) -> int:
    """Keep what was written down while the database was gone, as of when it was told; how many requests that were.

    Safe at any time and in any number of processes: whatever the carrier tells us may be told twice.
    """

    def keep_now(entry: Entry) -> None:
        with app.test_request_context(entry.path, method="POST", data=entry.form):
            g.came_at = entry.at
            app.dispatch_request()

    journal: Journal = app.extensions["office"].journal
    return journal.replay(keep_now, not_yet=GONE)
