"""What people do with a message on the page of call-backs: play it, have it written out, ring a number that was said in it."""

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.refused import Refused
from console import asked, audio, desk_api, form, message_deeds
from console.access import the_office
from console.asked import LONGEST_TEXT, BadFieldError

MESSAGES = f"/callbacks/{asked.ID}/voicemails/{asked.MESSAGE}"


def add_to(pages: Blueprint) -> None:
    """Give the pages their messages."""
    pages.add_url_rule(f"/callbacks/{asked.ID}/voicemail.wav", view_func=voicemail)
    pages.add_url_rule(f"{MESSAGES}.wav", view_func=one_voicemail)
    pages.add_url_rule(f"{MESSAGES}/transcribe", view_func=transcribe, methods=["POST"])
    pages.add_url_rule(f"/callbacks/{asked.ID}/number", view_func=number, methods=["POST"])


def voicemail(callback_id: int) -> Response:
    """The message's audio, for those who may see its call-back."""
    return audio.of_callback(callback_id)


def one_voicemail(callback_id: int, message_id: int) -> Response:
    """The audio of this one: what is played does not change when another is left."""
    return audio.of_callback(callback_id, message_id=message_id)


def transcribe(callback_id: int, message_id: int) -> AnyResponse:
    """Its words once more; then back to its row."""
    with the_office().database.transaction() as session:
        message_deeds.write_again(session, callback_id, message_id)
    return _to_row(callback_id)


def number(callback_id: int) -> AnyResponse:
    """They want to be rung there; then to the row that answers for them now."""
    phone = request.form.get("phone", "")
    if not 0 < len(phone) <= LONGEST_TEXT:
        raise BadFieldError("phone", "is missing")
    try:
        with the_office().database.transaction() as session:
            answers = message_deeds.ring_instead(session, callback_id, phone)
    except Refused as refusal:
        return make_response(desk_api.refused(refusal))
    return _to_row(answers)


def _to_row(callback_id: int) -> AnyResponse:
    return redirect(f"{form.way_back().partition('#')[0]}#callback-{callback_id}", 303)
