"""The JSON API's messages: heard, taken away, written out again, erased, and the number that was said in one of them."""

from collections.abc import Callable

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from console import asked, audio, desk_api, export, message_deeds
from console.access import the_office
from console.asked import ID, LONGEST_TEXT, MESSAGE
from console.body import Body
from console.shown import Shape

Deed = Callable[[Session, int, int | None], None]


def add_to(api: Blueprint) -> None:
    """Give the API its messages: the one of a call-back that counts, or any of them by its id."""
    api.get(f"/callbacks/{ID}/voicemail.wav")(voicemail)
    api.get(f"/callbacks/{ID}/voicemail.zip")(exported)
    api.get(f"/callbacks/{ID}/voicemails/{MESSAGE}.wav")(one_voicemail)
    api.post(f"/callbacks/{ID}/number")(number)
    for which in ("voicemail", f"voicemails/{MESSAGE}"):
        api.post(f"/callbacks/{ID}/{which}/transcribe")(transcribe)
        api.delete(f"/callbacks/{ID}/{which}")(erase)


def voicemail(callback_id: int) -> Response:
    """The message's audio."""
    return audio.of_callback(callback_id, call_sid=asked.text("call"))


def one_voicemail(callback_id: int, message_id: int) -> Response:
    """The audio of one of several."""
    return audio.of_callback(callback_id, message_id=message_id)


def exported(callback_id: int) -> Response:
    """All that was said, to be taken away."""
    return export.of_callback(callback_id)


def transcribe(callback_id: int, message_id: int | None = None) -> Shape:
    """Its words once more; the call-back as it stands now."""
    Body()
    return _do(message_deeds.write_again, callback_id, message_id)


def erase(callback_id: int, message_id: int | None = None) -> Shape:
    """It is forgotten: every message of the call-back, or this one."""
    return _do(message_deeds.erase, callback_id, message_id)


def number(callback_id: int) -> Shape:
    """They want to be rung there; the call-back that answers for them now."""
    phone = Body("phone").needed("phone", LONGEST_TEXT)
    with the_office().database.transaction() as session:
        return desk_api.one(session, message_deeds.ring_instead(session, callback_id, phone))


def _do(do: Deed, callback_id: int, message_id: int | None) -> Shape:
    with the_office().database.transaction() as session:
        do(session, callback_id, message_id)
        return desk_api.one(session, callback_id)
