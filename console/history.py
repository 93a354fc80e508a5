"""Everything with one number, for whoever picks up next: calls, call-backs, messages, notes, and all of it in one line."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.queries import Wanted
from callbacks.tables import Callback
from console import known, shown
from console.shown import Shape
from office import contact_rules, people
from voice import queries as calling
from voice.tables import Call
from voicemail_greetings import queries as messages
from voicemail_greetings.tables import Message

AT_MOST = 200
"""Rows of each kind, the newest: more is read with the lists of calls and call-backs."""


def of(session: Session, phone: str, teams: frozenset[int] | None, now: datetime) -> Shape | None:
    """What `GET /api/customers/PHONE` answers; None when we never had anything to do with that number.

    `teams` narrows calls and call-backs to those teams; customers and notes belong to the whole house.
    """
    customers = people.customers_at(session, phone)
    calls = calling.newest(session, AT_MOST, phone=phone, teams=teams)
    callbacks = promises.most_urgent(session, Wanted(phone=phone, teams=teams), AT_MOST)
    notes = [shown.note(row) for row in people.notes_of(session, phone)]
    rule = contact_rules.rule_for(session, phone)
    if not (customers or calls or callbacks or notes or rule):
        return None
    kinds = {
        "calls": _calls(session, calls),
        "callbacks": _callbacks(session, callbacks, now),
        "voicemails": _voicemails(session, calls, callbacks),
        "notes": notes,
    }
    who = {"phone": phone, **_who([shown.customer(row) for row in customers]), "contact": rule}
    return {**who, **kinds, "scores": [], "timeline": _timeline(kinds)}


def _who(customers: list[Shape]) -> Shape:
    """The customer when we are sure who it is; else everybody who shares the number."""
    if len(customers) > 1:
        return {"customer": None, "customers": customers}
    return {"customer": customers[0] if customers else None}


def _calls(session: Session, rows: Sequence[Call]) -> list[Shape]:
    about = known.about_calls(session, rows)
    return [shown.call(row, about) for row in rows]


def _callbacks(session: Session, rows: Sequence[Callback], now: datetime) -> list[Shape]:
    about = known.about_callbacks(session, rows)
    return [shown.callback(row, about, now) for row in rows]


def _voicemails(session: Session, calls: Sequence[Call], callbacks: Sequence[Callback]) -> list[Shape]:
    """Messages of the calls that may be seen, newest first; the audio of an older one names its call."""
    left = messages.of_calls(session, [call.sid for call in calls])
    owed = promises.for_calls(session, list(left))
    last = {row.id: message.id for row in callbacks for message in _last(left, owed, row.id)}
    rows = sorted(left.values(), key=lambda message: message.received_at, reverse=True)
    return [_voicemail(message, owed.get(message.call_sid), last) for message in rows]


def _last(left: dict[str, Message], owed: dict[str, int], callback_id: int) -> list[Message]:
    """The last message that a call-back answers for, if there is one."""
    of_it = [message for sid, message in left.items() if owed.get(sid) == callback_id]
    return sorted(of_it, key=lambda message: message.id)[-1:]


def _voicemail(message: Message, callback_id: int | None, last: dict[int, int]) -> Shape:
    shape = shown.voicemail(message, callback_id)
    if callback_id is not None and last.get(callback_id) != message.id:
        shape["audio"] += f"?call={message.call_sid}"
    return {"received_at": shown.moment(message.received_at), "callback_id": callback_id, **shape}


def _timeline(kinds: dict[str, list[Shape]]) -> list[Shape]:
    """One list, newest first. Each entry has `kind`, `at`, and the thing itself under the name of its kind."""
    times = {"calls": "started_at", "callbacks": "missed_at", "voicemails": "received_at", "notes": "at"}

    def entries() -> Iterator[Shape]:
        for plural, shapes in kinds.items():
            kind = plural.removesuffix("s")
            yield from ({"kind": kind, "at": shape[times[plural]], kind: shape} for shape in shapes)

    return sorted(entries(), key=lambda entry: datetime.fromisoformat(entry["at"]), reverse=True)
