"""What people do with a greeting on its page: save its words, have their phone rung for it, send a file, go back to an earlier one."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console import toasts
from console.access import the_office
from console.asked import LARGEST_ID, RefusedError
from console.greetings import deeds as greeting_deeds
from console.greetings import keys as greeting_keys
from console.greetings import shown as greetings_shown
from console.greetings.keys import Key
from console.pages.greetings import at, editor, typed
from office.profile import Profile
from voicemail_greetings import convert
from voicemail_greetings.tables import GreetingVersion

GREETING = f"/greetings/<int(max={LARGEST_ID}):greeting_id>"
UPLOAD = "pages.upload_greeting"
AROUND = 64 * 1024
"""Bytes that a form has around the file in it."""

TOO_LARGE = f"That file is larger than {convert.LARGEST // 1024**2} MB. Save it as MP3, or make it shorter."
FROM_NOW_ON = "Callers hear this from now on."

Deed = Callable[[Session, Key, Profile], int]


def add_to(pages: Blueprint) -> None:
    """Give the pages what is done with greetings."""
    pages.url_value_preprocessor(_have_room)
    pages.add_url_rule("/greetings/one", view_func=save_greeting, methods=["POST"])
    pages.add_url_rule("/greetings/one/ring", view_func=ring_for_greeting, methods=["POST"])
    pages.add_url_rule("/greetings/one/sound", view_func=upload_greeting, methods=["POST"])
    pages.add_url_rule("/greetings/one/back", view_func=put_back_greeting, methods=["POST"])
    pages.add_url_rule(f"/greetings/takes/<int(max={LARGEST_ID}):take_id>/keep", view_func=keep_take, methods=["POST"])
    pages.add_url_rule(f"{GREETING}/undo", view_func=undo_greeting, methods=["POST"])
    pages.add_url_rule(f"{GREETING}/again", view_func=bring_back_greeting, methods=["POST"])


def save_greeting() -> AnyResponse:
    """Callers hear these words from now on."""
    text = typed()
    return _made("text", lambda session, key, profile: greeting_deeds.make_of_text(session, key, text, profile), text)


def ring_for_greeting() -> AnyResponse:
    """Their own phone rings; the page tells how it goes."""
    try:
        with the_office().database.transaction() as session:
            key, profile = greeting_keys.from_page(session), the_office().business(session)
            greeting_deeds.ring(session, key, profile)
    except RefusedError as no:
        return _refused("ring", no)
    return _to(key, "record")


def upload_greeting() -> AnyResponse:
    """Callers hear the file from now on."""
    with the_office().database.reading() as session:
        greeting_keys.check_theirs(greeting_keys.from_page(session).staff_id)
    file = request.files.get("sound")
    if not file:
        return editor(faults={"sound": "Choose a file first."}, status=422)
    try:
        sound = greeting_deeds.converted(file.read())
    except RefusedError as no:
        return _refused("sound", no)
    return _made("sound", lambda session, key, _: greeting_deeds.make_of_sound(session, key, sound))


def put_back_greeting() -> AnyResponse:
    """What ships with the product, or what the business has for the same."""
    if request.form.get("to") == greeting_keys.BUSINESS:
        return _made("back", _like_the_business)
    return _made("back", lambda session, key, _: greeting_deeds.back_to_stock(session, key))


def keep_take(take_id: int) -> AnyResponse:
    """Callers hear from now on what was recorded on the phone."""
    with the_office().database.transaction() as session:
        made = greeting_deeds.keep(session, take_id)
        key = _key_of(session, made) if made else None
    if key is None or made is None:
        flash("That recording was kept already, or is gone: nobody kept it within the hour.", "bad")
        return redirect(url_for("pages.greetings"), 303)
    _told(made)
    return _to(key)


def undo_greeting(greeting_id: int) -> AnyResponse:
    """The one before it holds again."""
    return _brought_back(greeting_deeds.undo, greeting_id)


def bring_back_greeting(greeting_id: int) -> AnyResponse:
    """That one holds again."""
    return _brought_back(greeting_deeds.bring_back, greeting_id)


def _brought_back(deed: Callable[[Session, int], int], greeting_id: int) -> AnyResponse:
    with the_office().database.transaction() as session:
        key = _key_of(session, greeting_id)
        try:
            made = deed(session, greeting_id)
        except RefusedError:
            flash("Somebody made a newer one meanwhile. It’s on top of the list below.", "bad")
            return _to(key)
    _told(made, "Callers hear that one again.")
    return _to(key)


def _made(field: str, deed: Deed, text: str | None = None) -> AnyResponse:
    """Do it, and say so; or show the page with what is wrong beside the field."""
    try:
        with the_office().database.transaction() as session:
            key, profile = greeting_keys.from_page(session), the_office().business(session)
            made = deed(session, key, profile)
    except RefusedError as no:
        return _refused(field, no, text)
    _told(made)
    return _to(key)


def _like_the_business(session: Session, key: Key, profile: Profile) -> int:
    return greeting_deeds.like_the_business(session, key, greetings_shown.language(profile))


def _refused(field: str, no: RefusedError, text: str | None = None) -> Response:
    return editor(text, {field: no.description or ""}, no.code or 422)


def _told(made: int, words: str = FROM_NOW_ON) -> None:
    toasts.told(words, url_for("pages.undo_greeting", greeting_id=made))


def _to(key: Key, part: str | None = None) -> AnyResponse:
    return redirect(url_for("pages.greeting", **at(key), _anchor=part), 303)


def _key_of(session: Session, greeting_id: int) -> Key:
    """The place of a version that is theirs; 404 for any other."""
    row: GreetingVersion = greeting_deeds.theirs(session, greeting_id)
    return Key(greeting_keys.situation(row.situation), row.team_id, row.staff_id, row.holiday)


def _have_room(endpoint: str | None, values: object) -> None:  # noqa: ARG001 - as Flask calls it
    """A sound is larger than any other form, and the form's token is in it: that must be known before anybody looks for the token."""
    if endpoint == UPLOAD:
        request.max_content_length = convert.LARGEST + AROUND
        if (request.content_length or 0) > request.max_content_length:
            raise RefusedError(413, TOO_LARGE)
