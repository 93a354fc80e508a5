"""The web process: `create_app()` and every address the carrier calls.

Each answers in one transaction: what was heard is kept before anything is said. Where the rooms meet is reception.py;
the console adds its pages, the JSON API, the health pages and the commands.
"""

import logging
import re
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException

import console
from callbacks import attempts, reports
from callbacks import queries as promises
from console.access import the_office
from office import numbers, people
from office.database import DatabaseBusyError, after_commit
from office.journal import Entry, Journal
from office.line import signature
from office.settings import Settings, SettingsError
from office.wiring import NoBusinessError, Office
from reception import (
    Exchange,
    gather,
    gather_attempt,
    keep,
    keep_message,
    keep_outbound,
)
from voice import actions, addresses, queries, twiml
from voice.conversation import breakdown, turns
from voice.conversation.steps import ATTEMPT_STEPS, CALL_STEPS, LEG_STEPS, next_turn
from voice.conversation.turns import Heard, Turn
from voice.tables import Call

log = logging.getLogger(__name__)

SID = re.compile(r"[A-Za-z0-9:_-]{8,64}")
"""A carrier's id is opaque (twilio.md 7), but never longer or stranger than this."""

LARGEST_FORM = 64 * 1024
"""Bytes: the carrier's forms are a few kilobytes; whoever sends more is not the carrier."""

CANNOT_START = 3
"""Exit status: gunicorn ends at this one, and at any other starts the process again for ever (its WORKER_BOOT_ERROR)."""

STATUS = "/voice/status"
"""Told there, a request says that a call is there, or over; nothing is said and nobody's phone rings."""

ONLY_NOW = frozenset({"whisper", "take", "ask_staff", "ring_customer"})  # nothing once the phone that asked is down

GONE = (OperationalError, InterfaceError, ProgrammingError, NoConnectionError, DatabaseBusyError, NoBusinessError)
"""The database is away, or has no tables or no business yet: another time. Other errors would only come again."""

FETCH = "worker.fetch_recording"
carrier = Blueprint("carrier", __name__)


def create_app(office: Office | None = None) -> Flask:
    """The web application. Tests hand in an office with another clock or line; else the environment says."""
    office = office or Office.open(Settings.from_environment())
    app = Flask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # any method but POST is refused at the carrier's addresses
    app.extensions["office"] = office
    app.config.update(SECRET_KEY=office.settings.secret_key, MAX_CONTENT_LENGTH=LARGEST_FORM)
    office.remember_business()
    app.register_blueprint(carrier)
    console.add_to(app, office)
    replay(app)
    return app


def __getattr__(name: str) -> Flask:
    """`webhooks:app`, made when it is first asked for, so that importing this module does nothing."""
    if name != "app":
        raise AttributeError(name)
    try:
        app: Flask = globals().setdefault("app", create_app())
    except SettingsError as wrong:
        sys.stderr.write(f"{wrong}\n")  # one line for each thing that is wrong, and no traceback
        raise SystemExit(CANNOT_START) from None
    return app


@carrier.before_request
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


@carrier.post("/voice/incoming")
def incoming() -> Response:
    """A customer rings: their call is written down before anything is said."""
    return customer_turn(0, "greet")


@carrier.post("/voice/calls/<int:number>/<step>")
def customer_turn(number: int, step: str) -> Response:
    """One turn of a customer's call. A repeated request hears what the first one heard, and nothing is done twice."""
    if step not in CALL_STEPS:
        abort(404)
    office, heard, now = the_office(), heard_now(), told_at()
    with office.database.transaction() as session:
        call = actions.open_call(session, heard, now) if number == 0 else actions.call_of(session, heard, now)
        over = call.ended_at is not None and not heard.hung_up
        if over or not actions.begin_turn(session, call, number, step, now):
            return xml(queries.answer_given(session, call.id, number) or twiml.NOTHING)
        leg = queries.last_leg(session, call.id) if number else None
        at = Exchange(session, office.business(session), now, heard, call, number, leg)
        turn = next_turn(CALL_STEPS, step, heard, gather(at))
        keep(at, turn.news)
        answer = spoken_by(at, turn, partial(addresses.of_call, call.id, number))
        actions.note_answer(session, call, number, answer)
    return xml(answer)


@carrier.post("/voice/legs/<int:call_id>/<int:number>/<any(whisper, take):step>")
def staff_turn(call_id: int, number: int, step: str) -> Response:
    """A staff phone was picked up, or its key pressed."""
    office, heard = the_office(), heard_now()
    with office.database.transaction() as session:
        call, leg = session.get(Call, call_id, with_for_update=True), queries.leg(session, call_id, number)
        if call is None or leg is None:
            abort(404)
        at = Exchange(session, office.business(session), told_at(), heard, call, number, leg, on_staff_phone=True)
        turn = next_turn(LEG_STEPS, step, heard, gather(at))
        keep(at, turn.news)
        return xml(spoken_by(at, turn, partial(addresses.of_leg, call_id, number)))


@carrier.post("/callbacks/attempts/<int:attempt_id>/<int:fence>/<any(ask_staff, ring_customer, talked, said):step>")
def attempt_turn(attempt_id: int, fence: int, step: str) -> Response:
    """A staff member keeps a promise; when its fence is old they are told so, and no customer is rung."""
    office, heard = the_office(), heard_now()
    with office.database.transaction() as session:
        attempt = promises.attempt(session, attempt_id, fence) or abort(404)
        at = Exchange(session, office.business(session), told_at(), heard, attempt=attempt)
        turn = next_turn(ATTEMPT_STEPS, step, heard, gather_attempt(at))
        keep(at, turn.news)
        return xml(spoken_by(at, turn, partial(attempts.address, attempt_id, fence)))


@carrier.post("/callbacks/attempts/<int:attempt_id>/<int:fence>/<any(report, customer_report, machine_report):which>")
def attempt_report(attempt_id: int, fence: int, which: str) -> Response:
    """How the attempt's legs fare."""
    office, heard, now = the_office(), heard_now(), told_at()
    with office.database.transaction() as session:
        attempt = promises.attempt(session, attempt_id, fence) or abort(404)
        report = reports.Report(heard.sid, heard.call_status, heard.seconds, heard.answered_by)
        reports.REPORTS[which](session, attempt, report, office.business(session), now)
        keep_outbound(session, attempt, now)
    return Response(status=204)


@carrier.post("/voice/status")
def call_report() -> Response:
    """A customer's call changed state or ended. One that we never heard of and that is over was missed too."""
    office, heard, now = the_office(), heard_now(), told_at()
    with office.database.transaction() as session:
        call = actions.call_of(session, heard, now)
        if heard.hung_up:
            keep(Exchange(session, office.business(session), now, heard, call), (turns.CallEnded(),))
    return Response(status=204)


@carrier.post("/voice/recording_report")
def recording_report() -> Response:
    """A message was recorded, or nothing was said."""
    office = the_office()
    if not (SID.fullmatch(request.form.get("RecordingSid", "")) and heard_now()):
        abort(403)
    with office.database.transaction() as session:
        message_id = keep_message(session, office.business(session), request.form, told_at())
        if message_id is not None:
            after_commit(session, partial(office.bell.ring, FETCH, message_id))
    return Response(status=204)


@carrier.post("/texts/incoming")
def text() -> Response:
    """A text from a customer goes into their history, for whoever picks up next; nothing is sent back."""
    office, form = the_office(), request.form
    if not SID.fullmatch(form.get("MessageSid", "")):
        abort(403)
    with office.database.transaction() as session:
        people.keep_text(
            session, numbers.caller(form.get("From", "")), form["MessageSid"], form.get("Body", ""), told_at()
        )
    return xml(twiml.NOTHING)


@carrier.post("/voice/fallback")
def fallback() -> Response:
    """The carrier could not get or use an answer of ours, or the fallback phone is done. Needs no database."""
    write_down(STATUS)
    return spoken(breakdown.after(heard_now()))


@carrier.post("/voice/<any(fallback_whisper, fallback_take, fallback_recorded):step>")
def fallback_step(step: str) -> Response:
    """What follows: the fallback phone was picked up, its key was pressed, or the message is left."""
    return spoken(breakdown.STEPS[step](heard_now()))


@carrier.errorhandler(Exception)
def apologise(error: Exception) -> Response | HTTPException:
    """On a conversation address somebody is listening: sorry, and on to a person. What was told us is written down."""
    if isinstance(error, HTTPException):
        return error
    log.error("%s failed", request.path, exc_info=error)
    if request.endpoint in {"carrier.incoming", "carrier.customer_turn"}:
        write_down(STATUS)
        return spoken(breakdown.put_through(the_office().fallback_phone))
    step = (request.view_args or {}).get("step")
    kept = step not in ONLY_NOW and write_down(request.path)
    if step is not None:
        return spoken(Turn((turns.HangUp(),)))  # a document that just ended would connect the two (twilio.md 2.6)
    return Response(status=204 if kept else 500)


def write_down(path: str) -> bool:
    """Keep this request in the journal, to be told to `path` once the database is there; whether the disk took it."""
    return the_office().journal.write(path, request.form, told_at())


@carrier.after_request
def keep_what_waits(response: Response) -> Response:
    """A report went well, and nobody listens: the time to keep what was written down."""
    if response.status_code == 204:
        replay(current_app)
    return response


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


def told_at() -> datetime:
    """Now; of a request that was written down, the moment at which it came."""
    came_at: datetime | None = g.get("came_at")
    return came_at or the_office().clock.now()


def spoken(turn: Turn) -> Response:
    """An answer that needs nothing but the code."""
    office = the_office()
    return xml(twiml.render(turn, lambda step: office.address(f"/voice/{step}"), office.caller_id, voice=office.voice))


def spoken_by(at: Exchange, turn: Turn, path: Callable[[str], str]) -> str:
    """The turn in the business's voice, with its number shown to whomever it rings; `path` says where each step is."""
    office = the_office()
    return twiml.render(turn, lambda step: office.address(path(step)), at.profile.phone, voice=at.profile.voice)


def xml(document: str) -> Response:
    """A TwiML answer."""
    return Response(document, content_type="text/xml; charset=utf-8")
