"""<Dial><Conference>: several legs in one room (twilio.md 2.7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element

from voice.standin import documents, reports
from voice.standin.exchange import Exchange
from voice.standin.legs import Leg, ReportTo, Request, Summoned, WaitIsOver, new_sid
from voice.standin.rooms import Conference, Participant
from voice.standin.stage import Stage


def dial_conference(stage: Stage, verb: Element, noun: Element) -> Request | None:
    """Stay in the room until it ends or we are put out; then the action, without a child's sid or duration."""
    exchange, leg = stage.exchange, stage.leg
    room = find_or_open(exchange, (noun.text or "").strip())
    label = noun.get("participantLabel")
    if label and room.find(label):
        exchange.journal.refuse(16025, f"the label {label!r} is in use", call_sid=leg.sid)
        return None
    if room.report is None:
        room.report = _report_to(stage, noun)
    one = _participant(leg, noun)
    with present(exchange, room, one):
        _wait_for_start(stage, noun, room, one)
        exchange.wait(leg, lambda: room.status == "completed" or one.kicked, float(verb.get("timeLimit", "14400")))
    if "action" not in verb.attrib:
        return None
    return stage.request(verb, params={"DialCallStatus": "answered", "DialBridged": "true"})


def _participant(leg: Leg, noun: Element) -> Participant:
    return Participant(
        leg,
        noun.get("participantLabel"),
        muted=noun.get("muted") == "true",
        starts=noun.get("startConferenceOnEnter") != "false",
        ends=noun.get("endConferenceOnExit") == "true",
    )


def _report_to(stage: Stage, noun: Element) -> ReportTo | None:
    url = noun.get("statusCallback")
    if not url or not noun.get("statusCallbackEvent"):
        return None
    events = frozenset(noun.get("statusCallbackEvent", "").split())
    return ReportTo(documents.resolve(stage.document, url), noun.get("statusCallbackMethod", "POST"), events)


def find_or_open(exchange: Exchange, name: str) -> Conference:
    """The live conference of that name, or a new one."""
    with exchange.changed:
        live = (room for room in exchange.conferences.values() if room.name == name and room.status != "completed")
        room = next(live, None) or Conference(new_sid("CF"), name)
        exchange.conferences[room.sid] = room
        return room


@contextmanager
def present(exchange: Exchange, room: Conference, one: Participant) -> Iterator[None]:
    """Be in the room while the block runs."""
    with exchange.changed:
        room.participants.append(one)
        starting = room.status == "init" and len(room.participants) > 1 and any(p.starts for p in room.participants)
        if starting:
            room.status = "in-progress"
            rouse(exchange, room.participants)
        mix(exchange, room)
    tell(exchange, room, "participant-join", "join", one)
    if starting:
        tell(exchange, room, "conference-start", "start", one)
    try:
        yield
    finally:
        _leave(exchange, room, one)


def _leave(exchange: Exchange, room: Conference, one: Participant) -> None:
    with exchange.changed:
        room.participants.remove(one)
        one.leg.peers = []
        ending = room.status != "completed" and (one.ends or not room.participants)
        mix(exchange, room)
    tell(exchange, room, "participant-leave", "leave", one)
    if ending:
        why = "participant-with-end-conference-on-exit-left" if one.ends else "last-participant-left"
        close(exchange, room, why, one)


def close(exchange: Exchange, room: Conference, why: str, by: Participant | None) -> None:
    """End the conference: everybody in it goes on with their own documents."""
    with exchange.changed:
        room.status, room.why_ended, room.ended_by = "completed", why, by.leg.sid if by else None
        rouse(exchange, room.participants)
    if by is not None:
        tell(exchange, room, "conference-end", "end", by)


def rouse(exchange: Exchange, participants: list[Participant]) -> None:
    """Take those who wait away from their wait documents."""
    with exchange.changed:
        for one in participants:
            if one.waiting:
                exchange.summon(one.leg, WaitIsOver())
        exchange.changed.notify_all()


def mix(exchange: Exchange, room: Conference) -> None:
    """Who hears whom: everybody who is not on hold hears everybody who is neither muted nor on hold."""
    with exchange.changed:
        running = room.status == "in-progress"
        for one in room.participants:
            mute = one.muted or one.hold or not running
            others = [p.leg for p in room.participants if p is not one and not p.hold]
            fresh = [] if mute else others
            for leg in fresh:
                if leg not in one.leg.peers:
                    exchange.journal.note("bridged", phone=one.leg.phone, call_sid=one.leg.sid, text=leg.phone)
            one.leg.peers = fresh
        exchange.changed.notify_all()


def tell(exchange: Exchange, room: Conference, event: str, kind: str, one: Participant) -> None:
    """Report to the address that the first participant gave."""
    if room.report is None or kind not in room.report.events:
        return
    params = {
        "AccountSid": exchange.account_sid,
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "StatusCallbackEvent": event,
        "SequenceNumber": str(room.reported),
        "Timestamp": format_datetime(datetime.now(UTC)),
    }
    room.reported += 1
    extra = _of_the_end(room) if event == "conference-end" else _of_participant(one)
    reports.post(exchange, Request(room.report.url, room.report.method, params | extra), about=one.leg)


def _of_the_end(room: Conference) -> dict[str, str]:
    return {"CallSidEndingConference": room.ended_by or "", "ReasonConferenceEnded": room.why_ended or ""}


def _of_participant(one: Participant) -> dict[str, str]:
    params = {
        "CallSid": one.leg.sid,
        "Muted": str(one.muted).lower(),
        "Hold": str(one.hold).lower(),
        "Coaching": "false",
        "StartConferenceOnEnter": str(one.starts).lower(),
        "EndConferenceOnExit": str(one.ends).lower(),
    }
    return params | ({"ParticipantLabel": one.label} if one.label else {})


def _wait_for_start(stage: Stage, noun: Element, room: Conference, one: Participant) -> None:
    """Hear the wait document until the conference starts. Raises HungUp, Summoned."""
    exchange, leg = stage.exchange, stage.leg

    with exchange.changed:
        one.waiting = room.status == "init" and not one.kicked
    try:
        if one.waiting and noun.get("waitUrl"):
            request = stage.request(noun, address="waitUrl", method="waitMethod")
            stage.run(exchange, leg, request, "conference-wait")
        if one.waiting:
            exchange.journal.note("waits", phone=leg.phone, call_sid=leg.sid, text="(conference)")
            exchange.wait(leg, lambda: False)
    except Summoned as news:
        if not isinstance(news.summons, WaitIsOver):
            raise
    finally:
        one.waiting = False
