"""Everything with one number, for whoever picks up next: calls, call-backs, messages, notes, and all of it in one line."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.queries import Wanted
from console import known, shown
from console.known import AboutCallbacks
from console.shown import Shape
from office import contact_rules, people
from voice import queries as calling
from voice.tables import Call
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
    about = known.about_callbacks(session, callbacks)
    kinds = {
        "calls": _calls(session, calls),
        "callbacks": [shown.callback(row, about, now) for row in callbacks],
        "voicemails": _voicemails(session, calls, about),
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


def _voicemails(session: Session, calls: Sequence[Call], about: AboutCallbacks) -> list[Shape]:
    """Messages of the calls that may be seen, newest first; those that count have their call-back's own address."""
    owed = promises.for_calls(session, [call.sid for call in calls])
    left = known.messages_of(session, {place: [call.sid] for place, call in enumerate(calls)})
    rows = sorted(
        (one for some in left.values() for one in some), key=lambda one: (one.received_at, one.id), reverse=True
    )
    count = {messages[0].id for messages in about.messages.values() if messages}
    return [_voicemail(row, owed.get(row.call_sid), about.region, counts=row.id in count) for row in rows]


def _voicemail(message: Message, callback_id: int | None, region: str, *, counts: bool) -> Shape:
    shape = shown.voicemail(message, region, callback_id)
    if counts and callback_id is not None and shape["audio"]:
        shape["audio"] = shown.audio(callback_id)
    return {"received_at": shown.moment(message.received_at), "callback_id": callback_id, **shape}


def _timeline(kinds: dict[str, list[Shape]]) -> list[Shape]:
    """One list, newest first. Each entry has `kind`, `at`, and the thing itself under the name of its kind."""
    times = {"calls": "started_at", "callbacks": "missed_at", "voicemails": "received_at", "notes": "at"}

    def entries() -> Iterator[Shape]:
        for plural, shapes in kinds.items():
            kind = plural.removesuffix("s")
            yield from ({"kind": kind, "at": shape[times[plural]], kind: shape} for shape in shapes)

    return sorted(entries(), key=lambda entry: datetime.fromisoformat(entry["at"]), reverse=True)
