"""Phone: hear the business as a customer does, before a customer does, and be its staff too. Only with the stand-in line.

The line itself keeps the call (console.phone_line): whoever looks holds the caller of their own sign-in, and everybody's
staff phones.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from callbacks.refused import NotPossible
from console import form, live, wording
from console.access import the_office, the_viewer
from console.asked import LARGEST_ID
from console.framed import framed, profile
from console.phone import callers as phone_callers
from console.phone import line as phone_line
from console.phone import shown as phone_shown
from console.phone import sound as phone_sound
from console.phone.line import LineSilentError, NotInCallError
from console.phone.scene import KEYS
from office import audit, own_phones, people
from office.wiring import NoBusinessError

HANDS = frozenset({"answer", "decline", "hang_up", "speaking"})
NOTHING_TYPED = {"caller": "", "number": "", "words": ""}
ALWAYS: dict[str, object] = {"keys": KEYS, "typed": NOTHING_TYPED, "wording": wording}
"""What the part that asks for itself has whatever happens."""

LONGEST_SAID = 1000
"""Characters: a minute of speech."""


def add_to(pages: Blueprint) -> None:
    """Give the pages the phone; its acts are there only while nobody's real phone can ring."""
    pages.add_url_rule("/phone", view_func=phone)
    pages.add_url_rule("/phone/now", view_func=phone_now)
    pages.add_url_rule("/phone/call", view_func=phone_call, methods=["POST"])
    pages.add_url_rule("/phone/handset", view_func=handset, methods=["POST"])
    pages.add_url_rule("/phone/staff/<int:staff_id>", view_func=staff_phone, methods=["POST"])
    pages.url_value_preprocessor(_room_for_sound)


def phone() -> Response:
    """The page; with a carrier's line, or none of the business's yet, it says why it is off."""
    return _page()


def phone_now() -> Response:
    """All that changes on it: 204 when the browser has this version already."""
    shown = _shown()
    if shown is None:
        abort(404)
    return live.region("phone_region.html", {**shown, **ALWAYS, "profile": profile()})


def phone_call() -> AnyResponse:
    """Ring the business as whoever was picked."""
    return _done(_call)


def handset() -> AnyResponse:
    """A key, words, a voice, or a hand on the caller's phone."""
    return _done(lambda: _handle(_my_phone(), "This phone is in no call just now. Press Call first."))


def staff_phone(staff_id: int) -> AnyResponse:
    """The same on the phone of somebody on the staff."""
    return _done(lambda: _handle(_phone_of(staff_id), "That phone is in no call any more."))


def _room_for_sound(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "pages.handset":
        request.max_content_length = phone_sound.LARGEST_FORM


def _done(act: Callable[[], None]) -> AnyResponse:
    """Do it and go back to the page; 422 with the fault on it when it cannot be."""
    if not the_office().settings.standin:
        abort(404)
    try:
        act()
    except NotPossible as fault:
        return _page(fault, 422)
    except (LineSilentError, NoBusinessError):
        return _page(status=503)  # the page says what does not answer
    return redirect(url_for("pages.phone"), 303)


def _page(fault: NotPossible | None = None, status: int = 200) -> Response:
    shown = _shown() or {}
    typed = {name: request.form.get(name, "") for name in NOTHING_TYPED}
    standin = the_office().settings.standin
    page = framed("phone.html", **shown, fault=fault, typed=typed, keys=KEYS, standin=standin)
    return make_response(page, status)


def _shown() -> dict[str, Any] | None:
    """What the page shows; None when it is off."""
    office = the_office()
    if not office.settings.standin:
        return None
    heard = phone_shown.heard(_hands())
    try:
        with office.database.reading() as session:
            return phone_shown.shown(session, office.business(session), heard, office.clock.now())
    except NoBusinessError:
        return None


def _hands() -> str:
    """Whose hands these are: one caller for each sign-in."""
    return f"session-{g.session_id}"


def _call() -> None:
    office, by = the_office(), _hands()
    stands = phone_line.seen(by)
    with office.database.transaction() as session:
        business = office.business(session)
        caller = phone_callers.chosen(session, business, by, phone_callers.before(stands))
        if stands.leg_of(caller.phone):
            raise NotPossible("caller", "That phone is in a call already. Pick another caller, or wait a moment.")
        staff = [person.phone for person in own_phones.everybody(session)]
        audit.write(session, by=the_viewer().name, action="tried-the-line", about="business", now=office.clock.now())
    phone_line.dial(by, caller.phone, caller.shown, business.phone, staff)


def _my_phone() -> str:
    caller = phone_callers.before(phone_line.seen(_hands()))
    if caller is None:
        raise NotPossible("handset", "Pick a caller and press Call first.")
    return caller.phone


def _phone_of(staff_id: int) -> str:
    with the_office().database.reading() as session:
        person = people.at_work(session, staff_id) if staff_id <= LARGEST_ID else None
    return person.phone if person else abort(404)


def _handle(number: str, in_no_call: str) -> None:
    """Do with that phone what the form says. Raises NotPossible, LineSilentError."""
    try:
        if "sound" in request.files:
            phone_line.say(number, phone_sound.SPOKEN, phone_sound.wav(request.files["sound"]))
        elif "words" in request.form:
            phone_line.say(number, form.needed("words", LONGEST_SAID, "Say something first."))
        else:
            phone_line.act(number, **_hand())
    except NotInCallError:
        if request.form.get("do") == "hang_up":  # the other side was quicker
            return
        raise NotPossible("words" if "words" in request.form else "handset", in_no_call) from None


def _hand() -> dict[str, object]:
    key, does = request.form.get("key", ""), request.form.get("do", "")
    if key in KEYS:
        return {"press": key}
    if does == "hush":  # nothing came of speaking
        return {"speaking": False}
    return {does: True} if does in HANDS else abort(400, "A phone can’t do that.")
