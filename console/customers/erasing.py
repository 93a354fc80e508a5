"""Forgetting a customer: every room forgets its part, in one transaction; the carrier is asked to forget the recordings."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import forgetting as promises
from callbacks import queries
from callbacks.refused import NotPossible
from callbacks.tables import Callback
from console import wording
from console.access import the_office, the_viewer
from office import audit, forgetting, numbers
from office.database import after_commit
from office.profile import Profile
from office.tables import Audit, Customer
from reception import notices
from voice import forgetting as calls
from voice.wording.names import clean
from voicemail_greetings import erasing
from voicemail_greetings.tables import Message

ERASED = "erased"
CALLED = {
    "entries": ("entry on the list", "entries on the list"),
    "calls": ("call", "calls"),
    "call-backs": ("call-back", "call-backs"),
    "recordings": ("message, here and at the carrier", "messages, here and at the carrier"),
    "notes": ("note", "notes"),
    "texts": ("text", "texts"),
}
"""What a receipt counts, in its order: one of it, and several."""

CUT_NAME = 40
"""Characters of a name in what we tell each other."""

ON_THE_LINE = "They’re on the line just now. Wait until the call is over."


def erase(session: Session, phone: str, profile: Profile) -> None:
    """Nothing stays that tells who has that number, nor what they said. Raises callbacks.refused.Refused, and nothing is changed.

    That there were calls and promises, and how they went, stays for the figures.
    """
    now, by = the_office().clock.now(), the_viewer().name
    owed = promises.theirs(session, phone)
    led = [sid for sids in queries.calls_of(session, owed).values() for sid in sids]
    rang, names = calls.calls(session, phone, led), _names(session, phone, owed)
    if calls.is_on_the_line(session, phone):
        raise NotPossible(None, ON_THE_LINE)
    counted = {
        "call-backs": len(owed),
        "calls": len(rang),
        "recordings": _forget_messages(session, list(rang.values())),
    }
    promises.forget(session, phone, owed, by=by, now=now)
    calls.forget(session, phone, list(rang))
    written = (phone, numbers.written(phone), wording.number(phone, profile.country))
    counted |= forgetting.forget(session, phone, written, names)
    forgetting.forget_trail(session, phone, [f"callback:{callback_id}" for callback_id in owed])
    detail = ",".join(f"{what}={counted[what]}" for what in CALLED)
    audit.write(session, by=by, action=ERASED, about=forgetting.about(phone), now=now, detail=detail)
    after_commit(session, partial(the_office().journal.forget, phone))


def _names(session: Session, phone: str, owed: Sequence[int]) -> set[str]:
    """Theirs, on the list and on their call-backs, whole and as what we tell each other cuts them."""
    listed = session.scalars(select(Customer.name).where(Customer.phone == phone)).all()
    said = session.scalars(select(Callback.name).where(Callback.id.in_(owed))).all()
    return {each for name in (*listed, *said) if name for each in (name, clean(name, CUT_NAME)) if each}


def _forget_messages(session: Session, sids: list[str]) -> int:
    office, now = the_office(), the_office().clock.now()
    found = session.scalars(select(Message).where(Message.call_sid.in_(sids)).with_for_update()).all()
    for message in found:
        erasing.erase_message(session, office, message, now)
        message.heard_by = message.corrected_by = None
    notices.forget(session, [message.id for message in found])
    return len(found)


def last_of(session: Session, phone: str) -> int:
    """The id of the newest erasure of somebody with that number's last figures."""
    newest = select(Audit.id).where(Audit.about == forgetting.about(phone), Audit.action == ERASED)
    return session.scalars(newest.order_by(Audit.id.desc())).first() or 0


def receipt(session: Session, audit_id: int) -> tuple[Audit, list[str]] | None:
    """An erasure, and in words what went; None when there is no such one."""
    row = session.get(Audit, audit_id)
    if row is None or row.action != ERASED or not row.about.startswith("customer:"):
        return None
    counted = dict(each.split("=") for each in (row.detail or "").split(",") if "=" in each)
    lines = [_line(int(counted[what]), *words) for what, words in CALLED.items() if int(counted.get(what, 0))]
    return row, lines


def _line(many: int, one: str, more: str) -> str:
    return f"{many:,} {one if many == 1 else more}"
