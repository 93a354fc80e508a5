"""Putting right what a machine wrote out of a message, by whoever listened to it."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from callbacks.refused import NotPossible
from console import asked, audio, form, wording
from console.access import the_office, the_viewer
from console.message_deeds import NO_SUCH
from office import audit
from voicemail_greetings import corrections
from voicemail_greetings.messages import Words
from voicemail_greetings.tables import Message

ERASED = "This message was erased."
BEING_WRITTEN = "The words are being written out just now. Try again in a moment."


def add_to(pages: Blueprint) -> None:
    """Give the pages the words of a message."""
    address = f"/callbacks/{asked.ID}/voicemails/{asked.MESSAGE}/words"
    pages.add_url_rule(address, view_func=words, methods=["GET", "POST"])


def words(callback_id: int, message_id: int) -> Response:
    """The form, and what is sent with it."""
    if request.method != "POST":
        return make_response(_page(callback_id, message_id))
    try:
        _correct(callback_id, message_id)
    except NotPossible as why:
        return make_response(_page(callback_id, message_id, str(why)), 422)
    flash("Thanks, that reads better now.", "good")
    return redirect(url_for("pages.callback", callback_id=callback_id), 303)


def _correct(callback_id: int, message_id: int) -> None:
    said = form.needed("words", corrections.LONGEST, "Write what they said.")
    office, by = the_office(), the_viewer().name
    with office.database.transaction() as session:
        message, now = _the(session, callback_id, message_id), office.clock.now()
        session.refresh(message, with_for_update=True)
        if message.erased_at is not None or message.words_state == Words.WAITING:
            raise NotPossible("words", ERASED if message.erased_at else BEING_WRITTEN)
        corrections.correct(session, message, said, by=by, now=now)
        about = f"callback:{callback_id}"
        audit.write(session, by=by, action="corrected", about=about, now=now, detail=f"message {message_id}")


def _the(session: Session, callback_id: int, message_id: int) -> Message:
    return audio.find(session, callback_id, message_id) or abort(404, NO_SUCH)


def _page(callback_id: int, message_id: int, problem: str | None = None) -> str:
    """With what was typed, else with the words as they stand."""
    with the_office().database.reading() as session:
        profile, message = the_office().business(session), _the(session, callback_id, message_id)
        row = audio.seen(session, callback_id) or abort(404, NO_SUCH)
        name = wording.brief(wording.legible(audio.name_of(session, row) or "")) or "this caller"
    if message.erased_at is not None:
        abort(404, ERASED)
    shown = {"callback_id": callback_id, "message": message, "who": name, "problem": problem}
    typed = request.form.get("words", message.words or "")
    return render_template(
        "message_words.html", typed=typed, profile=profile, viewer=the_viewer(), wording=wording, **shown
    )
