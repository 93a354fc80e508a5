"""The web process: `create_app()` and every address the carrier calls.

Each answers in one transaction: what was heard is kept before anything is said. Where the rooms meet is reception.py;
the console adds its pages, the JSON API, the health pages and the commands.
"""

import logging
import re
import sys
from functools import partial

from flask import Blueprint, Flask, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

import console
from callbacks import queries as promises
from callbacks import reports
from office import numbers, people
from office.database import after_commit
from office.line import signature
from office.settings import Settings, SettingsError
from office.wiring import Office
from reception import (
    Exchange,
    gather,
    gather_attempt,
    keep,
    keep_message,
    keep_outbound,
)
from voice import actions, queries, twiml
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

carrier = Blueprint("carrier", __name__)
FETCH = "worker.fetch_recording"


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


def the_office() -> Office:
    """The office of the application that serves this request."""
    office: Office = current_app.extensions["office"]
    return office


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
    office, heard, now = the_office(), heard_now(), the_office().clock.now()
    with office.database.transaction() as session:
        call = actions.open_call(session, heard, now) if number == 0 else actions.call_of(session, heard, now)
        over = call.ended_at is not None and not heard.hung_up
        if over or not actions.begin_turn(session, call, number, step, now):
            return xml(queries.answer_given(session, call.id, number) or twiml.NOTHING)
        leg = queries.last_leg(session, call.id) if number else None
        at = Exchange(session, office.business(session), now, heard, call, number, leg)
        turn = next_turn(CALL_STEPS, step, heard, gather(at))
        keep(at, turn.news)
        answer = spoken_by(at, turn, partial(call_address, office, call, number))
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
        now = office.clock.now()
        at = Exchange(session, office.business(session), now, heard, call, number, leg, on_staff_phone=True)
        turn = next_turn(LEG_STEPS, step, heard, gather(at))
        keep(at, turn.news)
        return xml(spoken_by(at, turn, partial(leg_address, office, call_id, number)))


@carrier.post("/callbacks/attempts/<int:attempt_id>/<int:fence>/<any(ask_staff, ring_customer, talked, said):step>")
def attempt_turn(attempt_id: int, fence: int, step: str) -> Response:
    """A staff member keeps a promise; when its fence is old they are told so, and no customer is rung."""
    office, heard = the_office(), heard_now()
    with office.database.transaction() as session:
        attempt = promises.attempt(session, attempt_id, fence) or abort(404)
        at = Exchange(session, office.business(session), office.clock.now(), heard, attempt=attempt)
        turn = next_turn(ATTEMPT_STEPS, step, heard, gather_attempt(at))
        keep(at, turn.news)
        return xml(spoken_by(at, turn, partial(attempt_address, office, attempt_id, fence)))


@carrier.post("/callbacks/attempts/<int:attempt_id>/<int:fence>/<any(report, customer_report, machine_report):which>")
def attempt_report(attempt_id: int, fence: int, which: str) -> Response:
    """How the attempt's legs fare."""
    office, heard, now = the_office(), heard_now(), the_office().clock.now()
    with office.database.transaction() as session:
        attempt = promises.attempt(session, attempt_id, fence) or abort(404)
        report = reports.Report(heard.sid, heard.call_status, heard.seconds, heard.answered_by)
        reports.REPORTS[which](session, attempt, report, office.business(session), now)
        keep_outbound(session, attempt, now)
    return Response(status=204)


@carrier.post("/voice/status")
def call_report() -> Response:
    """A customer's call changed state or ended. One that we never heard of and that is over was missed too."""
    office, heard, now = the_office(), heard_now(), the_office().clock.now()
    with office.database.transaction() as session:
        call = actions.call_of(session, heard, now)
        if heard.hung_up:
            keep(Exchange(session, office.business(session), now, heard, call), (turns.CallEnded(),))
    return Response(status=204)


@carrier.post("/voice/recording_report")
def recording_report() -> Response:
    """A message was recorded, or nothing was said."""
    office, now = the_office(), the_office().clock.now()
    if not (SID.fullmatch(request.form.get("RecordingSid", "")) and heard_now()):
        abort(403)
    with office.database.transaction() as session:
        message_id = keep_message(session, office.business(session), request.form, now)
        if message_id is not None:
            after_commit(session, partial(office.bell.ring, FETCH, message_id))
    return Response(status=204)


@carrier.post("/texts/incoming")
def text() -> Response:
    """A text from a customer goes into their history, for whoever picks up next; nothing is sent back."""
    office, form = the_office(), request.form
    if not SID.fullmatch(form.get("MessageSid", "")):
        abort(403)
    phone = numbers.caller(form.get("From", ""))
    if phone is not None:  # from a withheld or impossible number there is nobody to keep it for
        with office.database.transaction() as session:
            people.keep_text(
                session, phone=phone, sid=form["MessageSid"], text=form.get("Body", ""), now=office.clock.now()
            )
    return xml(twiml.NOTHING)


@carrier.post("/voice/fallback")
def fallback() -> Response:
    """The carrier could not get or use an answer of ours, or the fallback phone is done. Needs no database."""
    return spoken(breakdown.after(heard_now()))


@carrier.post("/voice/fallback_whisper")
def fallback_whisper() -> Response:
    """The fallback phone was picked up: by a person, if a key is pressed."""
    return spoken(breakdown.whisper(heard_now()))


@carrier.post("/voice/fallback_take")
def fallback_take() -> Response:
    """The fallback phone's key."""
    return spoken(breakdown.take(heard_now()))


@carrier.post("/voice/fallback_recorded")
def fallback_recorded() -> Response:
    """The message is left; its report follows."""
    return spoken(breakdown.goodbye(heard_now()))


@carrier.errorhandler(Exception)
def apologise(error: Exception) -> Response | HTTPException:
    """On a conversation address somebody is listening: sorry, and on to a person. A report is answered 500."""
    if isinstance(error, HTTPException):
        return error
    log.error("%s failed", request.path, exc_info=error)
    if request.endpoint in {"carrier.incoming", "carrier.customer_turn"}:
        return spoken(breakdown.put_through(the_office().fallback_phone))
    if request.endpoint in {"carrier.staff_turn", "carrier.attempt_turn"}:
        return spoken(Turn((turns.HangUp(),)))  # a document that just ended would connect the two (twilio.md 2.6)
    return Response(status=500)


def spoken(turn: Turn) -> Response:
    """An answer that needs nothing but the code."""
    office = the_office()
    return xml(twiml.render(turn, lambda step: office.address(f"/voice/{step}"), office.caller_id, voice=office.voice))


def spoken_by(at: Exchange, turn: Turn, address: twiml.Address) -> str:
    """The turn in the business's voice, with its number shown to whomever it rings."""
    return twiml.render(turn, address, at.profile.phone, voice=at.profile.voice)


def xml(document: str) -> Response:
    """A TwiML answer."""
    return Response(document, content_type="text/xml; charset=utf-8")


def call_address(office: Office, call: Call, number: int, step: str) -> str:
    """Where the carrier goes on with a customer's call: the next turn, or the staff phone that this turn rings."""
    if step in LEG_STEPS:
        return leg_address(office, call.id, number, step)
    if step == "recording_report":
        return office.address("/voice/recording_report")
    return office.address(f"/voice/calls/{number + 1}/{step}")


def leg_address(office: Office, call_id: int, number: int, step: str) -> str:
    """Where the carrier asks what a staff phone hears."""
    return office.address(f"/voice/legs/{call_id}/{number}/{step}")


def attempt_address(office: Office, attempt_id: int, fence: int, step: str) -> str:
    """Where the carrier asks about an attempt: which one, and by which claim."""
    return office.address(f"/callbacks/attempts/{attempt_id}/{fence}/{step}")
