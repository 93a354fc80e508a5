"""A greeting that one of us records on a phone: what is asked for and told at its addresses, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Response, abort, request

from office import people
from office.database import after_commit
from reception.door import SID, heard_now, the_office, told_at, xml
from reception.exchange import Exchange
from voice import twiml
from voice.conversation import news as told
from voice.conversation.facts import Situation, TakeFacts
from voice.conversation.news import News
from voice.conversation.takes import BEGINS, TAKE_STEPS, next_turn
from voice.conversation.turns import HangUp, Turn
from voicemail_greetings import takes as kept
from voicemail_greetings.tables import Take

FETCH = "worker.fetch_take"


def address(take_id: int, fence: int, step: str) -> str:
    """Where a take is asked for, or told of; a step that begins with a slash is a path already."""
    if step.startswith("/"):
        return step
    return f"/voice/takes/{take_id}/{fence}/{step}"


def holder(take_id: int) -> str:
    """What keeps somebody whose phone we ring for it."""
    return f"take:{take_id}"


def facts(at: Exchange) -> TakeFacts | None:
    """The take that was begun on this very phone in the turn before."""
    take = kept.of_phone(at.session, at.heard.sid) if at.step == "greeting_begins" else None
    return _facts(take) if take is not None else None


def keep(at: Exchange, said: told.NewTake) -> None:
    """One of us, on the staff line, records a greeting."""
    if at.the_call.staff_id is not None:
        kept.own(at.session, at.the_call.staff_id, said.situation, at.now, at.heard.sid)  # type: ignore[arg-type] # one of takes.SITUATIONS


def take_turn(take_id: int, fence: int, step: str) -> Response:
    """One turn. A repeated request hears what the first one heard; what belongs to an earlier try is over."""
    office, heard, now = the_office(), heard_now(), told_at()
    if step not in TAKE_STEPS:
        abort(404)
    with office.database.transaction(within=office.while_somebody_listens) as session:
        take = kept.one(session, take_id) or abort(404)
        profile = office.business(session)
        at = Exchange(session, profile, now, heard, step=step, number=fence, bell=office.bell)
        again = step in BEGINS and take.fence == fence + 1 and take.recording_sid is None
        is_over = fence != take.fence and not again
        turn = Turn((HangUp(),)) if is_over else next_turn("begin" if again else step, heard, _situation(at, take))
        for said in turn.news:
            _keep(at, take, said)
        path = partial(address, take_id, take.fence)
        return xml(twiml.render(turn, lambda step: office.address(path(step)), profile.phone, voice=profile.voice))


def take_recording_report(take_id: int, fence: int) -> Response:
    """The carrier has the sound (twilio.md 2.5); or there was none."""
    office, sid = the_office(), request.form.get("RecordingSid", "")
    if not (SID.fullmatch(sid) and heard_now()):
        abort(403)
    with office.database.transaction() as session:
        take = kept.one(session, take_id) or abort(404)
        is_there = request.form.get("RecordingStatus", "completed") == "completed"
        if is_there and kept.recorded(session, take, fence, sid, told_at()):
            after_commit(session, partial(office.bell.ring, FETCH, take_id))
    return Response(status=204)


def take_report(take_id: int, fence: int) -> Response:  # noqa: ARG001 - the phone is one, however often they said it
    """The phone that we rang for it is down."""
    office = the_office()
    if heard_now().hung_up:
        with office.database.transaction() as session:
            people.release(session, holder(take_id), told_at())
    return Response(status=204)


ROUTES: dict[str, Callable[..., Response]] = {
    "/voice/takes/<int:take_id>/<int:fence>/<step>": take_turn,
    "/voice/takes/<int:take_id>/<int:fence>/recording_report": take_recording_report,
    "/voice/takes/<int:take_id>/<int:fence>/report": take_report,
}
"""The carrier's addresses, each a POST; behind its signature."""


def _keep(at: Exchange, take: Take, said: News) -> None:
    match said:
        case told.TakeBegins() if take.fence == at.number:  # a repeated request starts nothing anew
            kept.begins(at.session, take, at.now)
        case told.TakeRecorded(sid, wanted):
            kept.recorded(at.session, take, at.number, sid, at.now, wanted=wanted)
        case told.TakeKept():
            person = people.person(at.session, take.staff_id)
            kept.keep(at.session, take, by=person.name if person else "somebody", now=at.now)


def _facts(take: Take) -> TakeFacts:
    path = address(take.id, take.fence, "begin").rpartition("/")[0]
    return TakeFacts(take.situation, path, take.fence, take.sound, take.trouble is not None)


def _situation(at: Exchange, take: Take) -> Situation:
    """Little more than the take itself: nobody rings in here, and nothing is promised."""
    return Situation(
        now=at.now,
        zone=at.profile.zone,
        business=at.profile.name,
        is_open=True,
        promised_by=at.now,
        patience=timedelta(),
        rounds=0,
        take=_facts(take),
    )
