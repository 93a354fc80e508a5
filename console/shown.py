"""The JSON shapes of the contract, made from rows and from what is known about them. Pure."""

from datetime import datetime
from typing import Any

from callbacks import in_time
from callbacks.promise import State
from callbacks.tables import Attempt, Callback, Move, Rung
from console.known import AboutCallbacks, AboutCalls
from office.tables import Audit, Customer, Note
from voice.tables import Call
from voicemail_greetings.tables import Message

Shape = dict[str, Any]

NO_TRANSCRIPT = {"transcript": None, "transcript_state": "unavailable"}
"""No engine that writes out messages is installed yet."""


def moment(at: datetime | None) -> str | None:
    """RFC 3339 with offset."""
    return None if at is None else at.isoformat()


def callback(row: Callback, about: AboutCallbacks, now: datetime) -> Shape:
    """A call-back (CONTRACT, JSON API)."""
    name, message = about.name(row), about.messages.get(row.id)
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
        "slot": slot(row),
        "moves": [move(one) for one in about.moves[row.id]],
        "rungs": [rung(climbed) for climbed in about.rungs[row.id]],
        "rang_in_time": in_time.rang_in_time(row, now),
        "kept": in_time.kept(row, now),
        "calls_missed": row.calls_missed,
        "voicemail": None if message is None else voicemail(message, row.id),
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


def voicemail(message: Message, callback_id: int | None) -> Shape:
    """A message; its audio has an address once a call-back answers for it."""
    audio = None if callback_id is None else f"/api/callbacks/{callback_id}/voicemail.wav"
    return {"duration_s": message.duration_s, "audio": audio, **NO_TRANSCRIPT}


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
