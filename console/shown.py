"""The JSON shapes of the contract, made from rows and from what is known about them. Pure."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from callbacks import in_time
from callbacks.promise import State
from callbacks.tables import Attempt, Callback, Move, Rung
from console import heard
from console.known import AboutCallbacks, AboutCalls
from office.tables import Audit, Customer, Note
from voice.tables import Call
from voicemail_greetings.messages import Words
from voicemail_greetings.tables import Message

Shape = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """RFC 3339 with offset."""
    return None if at is None else at.isoformat()


def callback(row: Callback, about: AboutCallbacks, now: datetime) -> Shape:
    """A call-back (CONTRACT, JSON API)."""
    name, left = about.name(row), [voicemail(each, about.region, row.id) for each in about.messages[row.id]]
    return {
        "id": row.id,
        "phone": row.phone,
        "called_from": row.called_from,
        "customer": None if name is None else {"name": name},
        "team": about.team(row),
        "reason": row.reason,
        "state": row.state,
        "outcome": row.outcome,
        "owner": row.owner,
        "claimed_until": moment(row.claimed_until) if row.state == State.CLAIMED.value else None,
        "closed_by": row.closed_by,
        "close_note": row.close_note,
        "missed_at": moment(row.missed_at),
        "promised_by": moment(row.promised_by),
        "next_try_at": moment(row.next_try_at),
        "slot": slot(row),
        "moves": [move(one) for one in about.moves[row.id]],
        "rungs": [rung(climbed) for climbed in about.rungs[row.id]],
        "rang_in_time": in_time.rang_in_time(row, now),
        "kept": in_time.kept(row, now),
        "calls_missed": row.calls_missed,
        "voicemail": {**left[0], "audio": left[0]["audio"] and audio(row.id)} if left else None,
        "voicemails": left,
        "kind": row.kind,
        "needs_person": row.needs_person,
        "calls": list(about.calls[row.id]),
        "attempts": [attempt(tried) for tried in about.attempts[row.id]],
    }


def slot(row: Callback) -> Shape | None:
    """The part of a day in which the customer asked to be rung, and the name of the zone it was said in."""
    if row.slot is None:
        return None
    begins, until = row.slot
    return {"from": moment(begins), "until": moment(until), "zone": row.slot_zone}


def move(row: Move) -> Shape:
    """The promise went to a later time that the customer agreed to."""
    times = {"from": moment(row.promised_before), "to": moment(row.promised_by)}
    return {"at": moment(row.at), "by": row.by, "note": row.note, **times}


def rung(row: Rung) -> Shape:
    """The promise went up a step of the ladder, before it was kept by the time that it then had."""
    return {"step": row.rung, "at": moment(row.at), "promised_by": moment(row.promised_by)}


def attempt(row: Attempt) -> Shape:
    """One try at keeping a promise."""
    return {
        "at": moment(row.at),
        "by": row.by,
        "outcome": row.outcome,
        "call_sid": row.call_sid,
        "assumed": row.assumed,
    }


def audio(callback_id: int, message_id: int | None = None) -> str:
    """Where a message of a call-back is heard; None: the one that counts."""
    which = "voicemail" if message_id is None else f"voicemails/{message_id}"
    return f"/api/callbacks/{callback_id}/{which}.wav"


def voicemail(message: Message, region: str, callback_id: int | None) -> Shape:
    """A message, what was written out of it, and what became of it; its audio has an address once a call-back answers for it."""
    is_there = callback_id is not None and message.erased_at is None
    return {
        "id": message.id,
        "duration_s": message.duration_s,
        "audio": audio(callback_id, message.id) if is_there and callback_id else None,
        **_words(message, region),
        "label": message.label,
        "lost": message.lost,
        "heard_by": message.heard_by,
        "heard_at": moment(message.heard_at),
        "flags": list(message.flags or ()),
        "erased_at": moment(message.erased_at),
    }


def _words(message: Message, region: str) -> Shape:
    """While they are written out (anew) older ones stand; why there are none is told when it is known."""
    is_waiting, came = message.words_state == Words.WAITING, message.words_came_at
    return {
        "transcript": message.words,
        "transcript_state": message.words_state,
        "transcript_why": None if is_waiting else message.words_why,
        "engine": message.engine if message.words is not None and not is_waiting else None,
        "confidence": None if message.confidence is None else round(message.confidence, 2),
        "words_after_s": None if came is None else round((came - message.ended_at).total_seconds()),
        "marks": [asdict(mark) for mark in heard.marked(message.words or "", region)],
    }


def call(row: Call, about: AboutCalls) -> Shape:
    """A call (CONTRACT, JSON API)."""
    name = about.names.get(row.phone) if row.phone else None
    return {
        "sid": row.sid,
        "phone": row.phone,
        "customer": None if name is None else {"name": name},
        "direction": row.direction,
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "outcome": row.outcome,
        "missed_because": row.missed_because,
        "answered_by": about.staff.get(row.answered_by) if row.answered_by else None,
        "callback_id": about.callbacks.get(row.sid),
    }


def customer(row: Customer) -> Shape:
    """A customer, as they were imported."""
    return {
        "name": row.name,
        "email": row.email,
        "birthday": row.birthday,
        "customer_since": row.customer_since.isoformat() if row.customer_since else None,
        "notes": row.notes,
        "language": row.language,
    }


def note(row: Note) -> Shape:
    """Something written down about a number, or a text from it (`by` is then "customer")."""
    return {"at": moment(row.at), "by": row.by, "text": row.text}


def deed(row: Audit) -> Shape:
    """What somebody did, from the audit trail."""
    return {"at": moment(row.at), "by": row.by, "action": row.action, "detail": row.detail}
