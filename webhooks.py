"""The web process: `create_app()` and every address the carrier calls.

Each answers in one transaction: what was heard is kept before anything is said. Where the rooms meet is reception.py;
the console adds its pages, the JSON API, the health pages and the commands.
"""

import logging
import sys
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Flask, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import console
from callbacks import attempts, reports
from callbacks import queries as promises
from office.settings import Settings, SettingsError
from office.wiring import Office
from reception import checking, own_attempts, recorded, recordings, sounds, staff_line, takes, texting, waiting
from reception.door import SID, heard_now, refuse_strangers, replay, the_office, told_at, write_down, xml
from reception.exchange import Exchange
from reception.gathering import gather, gather_attempt
from reception.keeping import keep
from reception.keeping_promises import tell
from voice import actions, addresses, queries, twiml
from voice.conversation import breakdown
from voice.conversation import news as told
from voice.conversation.steps import ATTEMPT_STEPS, CALL_STEPS, HOLD_STEPS, LEG_STEPS, next_turn
from voice.conversation.turns import HangUp, Heard, LeaveHold, Ring, Turn
from voice.tables import Call

log = logging.getLogger(__name__)

LARGEST_FORM = 64 * 1024
"""Bytes: the carrier's forms are a few kilobytes; whoever sends more is not the carrier."""

CANNOT_START = 3
"""Exit status: gunicorn ends at this one, and at any other starts the process again for ever (its WORKER_BOOT_ERROR)."""

STATUS = "/voice/status"
"""Told there, a request says that a call is there, or over; nothing is said and nobody's phone rings."""

ABOUT_A_PHONE = frozenset({"rung", "colleague_rung"})
"""Steps of a caller's own conversation that tell how the staff phone inside their dial fared."""

ONLY_NOW = frozenset({"whisper", "take", "ring_back", "ringing_back", "ask_staff", "ring_customer", "asked_again"})
"""Steps that are nothing once the phone that asked is down."""

LISTENING = frozenset({"carrier.incoming", "carrier.customer_turn"})
"""Where a caller listens, who must be put through when something of ours breaks."""

carrier = Blueprint("carrier", __name__)
carrier.before_request(refuse_strangers)


def create_app(office: Office | None = None) -> Flask:
    """The web application. Tests hand in an office with another clock or line; else the environment says."""
    office = office or Office.open(Settings.from_environment())
    app = Flask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # any method but POST is refused at the carrier's addresses
    app.extensions["office"] = office
    app.config.update(SECRET_KEY=office.settings.secret_key, MAX_CONTENT_LENGTH=LARGEST_FORM)
    office.remember_business()
    app.register_blueprint(carrier)
    app.register_blueprint(sounds.sounds)
    app.register_blueprint(recordings.recordings)
    console.add_to(app, office)
    if proxies := office.settings.trusted_proxies:  # they tell who asks, no more: what is signed stays as it came
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
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


@carrier.post("/voice/incoming")
def incoming() -> Response:
    """A customer rings: their call is written down before anything is said."""
    return customer_turn(0, "greet")


@carrier.post("/voice/calls/<int:number>/<step>")
def customer_turn(number: int, step: str) -> Response:
    """One turn of a customer's call. A repeated request hears what the first one heard, and nothing is done twice."""
    office, heard, now = the_office(), heard_now(), told_at()
    if step not in CALL_STEPS:
        abort(404)
    with office.database.transaction(within=office.while_somebody_listens) as session:
        profile = office.business(session)
        is_open = profile.hours.open_at(now)
        known = None if number == 0 else queries.by_sid(session, heard.sid)
        call = known or actions.open_call(session, heard, now, is_open=is_open)
        over = call.ended_at is not None and not heard.hung_up
        if over or not actions.begin_turn(session, call, number, step, now):
            return xml(queries.answer_given(session, call.id, number) or twiml.NOTHING)
        leg = queries.last_leg(session, call.id) if number and step in ABOUT_A_PHONE else None
        at = Exchange(session, profile, now, heard, call, number, step, leg, bell=office.bell)
        turn = next_turn(CALL_STEPS, step, heard, gather(at))
        keep(at, turn.news)
        rings = any(isinstance(act, Ring) for act in turn.acts)
        last = queries.last_leg(session, call.id) if rings else None
        answer = spoken_by(at, turn, partial(addresses.of_call, call.id, number, last.number if last else 0))
        actions.note_answer(session, call, number, answer)
    return xml(answer)


@carrier.post("/voice/holding/<int:call_id>/<int:number>/<step>")
def hold_turn(call_id: int, number: int, step: str) -> Response:
    """What a caller in the queue hears, asked for again and again; once their wait is over they are led on."""
    office, heard = the_office(), heard_now()
    if step not in HOLD_STEPS:
        abort(404)
    with office.database.transaction(within=office.while_somebody_listens) as session:
        call = queries.by_sid(session, heard.sid)
        if call is None or call.id != call_id:
            abort(404)
        at = Exchange(session, office.business(session), told_at(), heard, call, number, step, bell=office.bell)
        actions.still_there(call, at.now)
        waits = call.turn == number and call.waiting_since is not None
        turn = next_turn(HOLD_STEPS, step, heard, gather(at)) if waits else waiting.led_on(at)
        keep(at, turn.news)
        return xml(spoken_by(at, turn, partial(addresses.of_hold, call_id, number)))


@carrier.post("/voice/legs/<int:call_id>/<int:number>/<step>")
def staff_turn(call_id: int, number: int, step: str) -> Response:
    """A staff phone was picked up, its key pressed, or its talk is over."""
    office, heard = the_office(), heard_now()
    if step not in LEG_STEPS:
        abort(404)
    with office.database.transaction(within=office.while_somebody_listens) as session:
        call, leg = session.get(Call, call_id, with_for_update=True), queries.leg(session, call_id, number)
        if call is None or leg is None:
            abort(404)
        at = Exchange(session, office.business(session), told_at(), heard, call, number, step, leg, bell=office.bell)
        turn = next_turn(LEG_STEPS, step, heard, gather(at))
        keep(at, turn.news)
        return xml(spoken_by(at, turn, partial(addresses.of_leg, call_id, number)))


@carrier.post("/voice/legs/<int:call_id>/<int:number>/report")
def leg_report(call_id: int, number: int) -> Response:
    """How a staff phone that we placed fares."""
    office, heard = the_office(), heard_now()
    with office.database.transaction() as session:
        call, leg = session.get(Call, call_id, with_for_update=True), queries.leg(session, call_id, number)
        if call is None or leg is None:
            abort(404)
        at = Exchange(
            session, office.business(session), told_at(), heard, call, number, "report", leg, bell=office.bell
        )
        waiting.leg_reported(at)
        if heard.hung_up:
            own_attempts.phone_down(at)
    return Response(status=204)


@carrier.post("/voice/dialled/<int:call_id>/<int:number>/<any(customer_report, machine_report):which>")
def dialled_report(call_id: int, number: int, which: str) -> Response:
    """How the phone fares that one of us rang as the business."""
    office, heard = the_office(), heard_now()
    with office.database.transaction() as session:
        call = session.get(Call, call_id, with_for_update=True) or abort(404)
        at = Exchange(session, office.business(session), told_at(), heard, call, number, which)
        staff_line.dialled_report(at)
    return Response(status=204)


@carrier.post(
    "/callbacks/attempts/<int:attempt_id>/<int:fence>/<any(ask_staff, ring_customer, asked_again, talked, said):step>"
)
def attempt_turn(attempt_id: int, fence: int, step: str) -> Response:
    """A staff member keeps a promise; when its fence is old they are told so, and no customer is rung."""
    office, heard = the_office(), heard_now()
    with office.database.transaction(within=office.while_somebody_listens) as session:
        attempt = promises.attempt(session, attempt_id, fence) or abort(404)
        at = Exchange(session, office.business(session), told_at(), heard, step=step, attempt=attempt)
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
        profile = office.business(session)
        reports.REPORTS[which](session, attempt, report, profile, now)
        tell(Exchange(session, profile, now, heard, attempt=attempt, bell=office.bell))
    return Response(status=204)


@carrier.post("/voice/status")
def call_report() -> Response:
    """A customer's call changed state or ended. One that we never heard of and that is over was missed too."""
    office, heard, now = the_office(), heard_now(), told_at()
    if heard.direction.startswith("outbound"):
        return Response(status=204)  # one that we placed: it has an address of its own, and is nobody's missed call
    with office.database.transaction() as session:
        call = actions.call_of(session, heard, now)
        # Written down while the database was gone, a bridged dial was a talk on the fallback phone.
        news = ((told.Spoke(),) if heard.bridged else ()) + ((told.CallEnded(),) if heard.hung_up else ())
        keep(Exchange(session, office.business(session), now, heard, call, bell=office.bell), news)
    return Response(status=204)


@carrier.post("/texts/incoming")
def text() -> Response:
    """A text from a customer goes into their history and does what it says; what we text back goes out by itself."""
    office, form = the_office(), request.form
    if not SID.fullmatch(form.get("MessageSid", "")):
        abort(403)
    with office.database.transaction() as session:
        heard = Heard(form["MessageSid"])
        texting.hear(Exchange(session, office.business(session), told_at(), heard, bell=office.bell), form)
    return xml(twiml.NOTHING)


@carrier.post("/voice/fallback")
def fallback() -> Response:
    """The carrier could not get or use an answer of ours, or the fallback phone is done. Needs no database."""
    write_down(STATUS)
    return spoken(breakdown.after(heard_now(), the_office().notice))


@carrier.post("/voice/<any(fallback_whisper, fallback_take, fallback_recorded):step>")
def fallback_step(step: str) -> Response:
    """What follows: the fallback phone was picked up, its key was pressed, or the message is left."""
    return spoken(breakdown.STEPS[step](heard_now()))


for rule, view in (checking.ROUTES | takes.ROUTES | recorded.ROUTES).items():
    carrier.add_url_rule(rule, view_func=view, methods=["POST"], provide_automatic_options=False)


@carrier.errorhandler(Exception)
def apologise(error: Exception) -> Response | HTTPException:
    """On a conversation address somebody is listening: sorry, and on to a person. What was told us is written down."""
    if isinstance(error, HTTPException):
        return error
    log.error("%s failed", request.path, exc_info=error)
    if request.endpoint in LISTENING:
        write_down(STATUS)
        return spoken(breakdown.put_through(the_office().fallback_phone, the_office().notice))
    if request.endpoint == "carrier.hold_turn":
        return spoken(Turn((LeaveHold(),)))  # nothing may be dialled from where they wait (twilio.md 2.2)
    step = (request.view_args or {}).get("step")
    kept = step not in ONLY_NOW and write_down(request.path)
    if step is not None:
        return spoken(Turn((HangUp(),)))  # a document that just ended would connect the two (twilio.md 2.6)
    return Response(status=204 if kept else 500)


@carrier.after_request
def keep_what_waits(response: Response) -> Response:
    """A report went well, and nobody listens: the time to keep what was written down."""
    if response.status_code == 204:
        replay(current_app)
    return response


def spoken(turn: Turn) -> Response:
    """An answer that needs nothing but the code."""
    office = the_office()
    return xml(twiml.render(turn, lambda step: office.address(f"/voice/{step}"), office.caller_id, voice=office.voice))


def spoken_by(at: Exchange, turn: Turn, path: Callable[[str], str]) -> str:
    """The turn in the business's voice, with its number shown to whomever it rings; `path` says where each step is."""
    office = the_office()
    return twiml.render(turn, lambda step: office.address(path(step)), at.profile.phone, voice=at.profile.voice)
