"""What it does that a customer's message tells of urgency or a complaint: their call-back hurries, and a manager knows.

The promise itself never moves, and nobody is pushed past theirs. Never commits.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from callbacks import actions, deadlines, events, ladder
from callbacks.promise import State
from callbacks.tables import Callback
from callbacks.wishes import COMPLAINT
from office import alerts, audit
from office.profile import Profile
from reception import notices
from voice import queries
from voice.tables import Call
from voice.wording import notices as wording
from voice.wording import reminders
from voicemail_greetings.tables import Message

URGENT = "urgent"
"""What a flag begins with ("urgent: leak"), if not with the kind of call-back that it makes."""

HEADINGS = {URGENT: wording.URGENT, COMPLAINT: wording.COMPLAINT}

BY = "words"
"""Who it was, in the audit trail and to other software: nobody but the message's own words."""


def on_words(session: Session, profile: Profile, message: Message, now: datetime) -> None:
    """Its words were written: what they are flagged with is done to its open call-back. The same again changes nothing."""
    told = _by_kind(message.flags or [])
    callback = _held(session, message) if told else None
    if callback is None:
        return
    call = notices.call_of(session, message)
    who = reminders.who(notices.name_of(session, call, callback), callback.phone)
    news = [kind for kind in told if _flag(session, profile, callback, kind, told[kind], who, now)]
    if news:
        session.flush()
        _hurry(session, profile, callback, now, at_once=not _is_here(session, call, callback))


def _held(session: Session, message: Message) -> Callback | None:
    """The open call-back that answers for it, held until the transaction ends."""
    owed = notices.owed_for(session, message)
    if owed is not None:
        session.refresh(owed, with_for_update=True)
    return owed if owed is not None and owed.state != State.DONE.value else None


def _by_kind(flags: list[str]) -> dict[str, str]:
    """The words that told, by what they told of: {"urgent": "leak, stuck"}."""
    found: dict[str, list[str]] = {}
    for kind, _, word in (flag.partition(": ") for flag in flags):
        found.setdefault(kind, []).append(word)
    return {kind: ", ".join(words) for kind, words in found.items() if kind in HEADINGS}


def _flag(
    session: Session, profile: Profile, callback: Callback, kind: str, words: str, who: str, now: datetime
) -> bool:  # fmt: skip
    """Whether it was not so before. What is urgent a manager reads at any hour; a complaint can wait until we open."""
    when = reminders.by_when(callback.promised_by, now, profile.zone)
    said = wording.flagged(HEADINGS[kind], who, when)
    at = now if kind == URGENT else profile.hours.next_span(now).opens
    if not alerts.raise_alert(session, f"flag:{kind}:{callback.id}", said, at):
        return False
    if kind == COMPLAINT:
        callback.kind = COMPLAINT
    audit.write(session, by=BY, action="flagged", about=f"callback:{callback.id}", now=now, detail=f"{kind}: {words}")
    events.note(session, callback.id, "note", now, by=BY, note=f"{kind}: {words}")
    return True


def _is_here(session: Session, call: Call | None, callback: Callback) -> bool:
    """The customer is on the line with us still: what follows their call is planned when they leave."""
    theirs = {callback.phone, callback.called_from} - {None}
    return (call is not None and call.ended_at is None) or any(
        queries.on_the_line(session, phone) for phone in theirs if phone
    )


def _hurry(session: Session, profile: Profile, callback: Callback, now: datetime, *, at_once: bool) -> None:
    """Half of what is left of the promise, in open time, is what we have; `at_once`: phones ring as soon as we are open."""
    since = max(now, callback.slot_from or now)
    if since >= callback.promised_by:
        return
    by = deadlines.whole_minute(ladder.halfway(since, callback.promised_by, profile.hours))
    actions.hurry(session, callback.id, by, profile.hours.next_span(since).opens if at_once else None)
