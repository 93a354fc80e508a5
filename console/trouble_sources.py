"""Where what went wrong is read from: each kind by one query, of the last days, and never more than a page holds. Reads only."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from callbacks import deliveries
from callbacks.promise import Tried
from callbacks.queries import OPEN
from callbacks.tables import Attempt, Callback, CallbackCall, Delivery
from console import seen_to, trouble_board
from console.trouble_board import GUARD, NEVER_WORKED, About, Group, Trouble, group
from office import outbox, people
from office.journal import Journal
from office.profile import Profile
from office.tables import Alert, Heartbeat, Mail, Staff, Text
from voice.tables import Call
from voicemail_greetings.messages import Words
from voicemail_greetings.tables import Erasure, Message

BACK = timedelta(days=14)
MOST = seen_to.MOST

OLD_AFTER = timedelta(minutes=1)
"""A loop writes every five seconds that it is there."""

FAILING_AFTER, ERASING_AFTER = 3, 5
"""Tries: fewer are a receiver's, or a carrier's, bad minute."""

TROUBLED = (Tried.REFUSED.value, Tried.FAILED.value, Tried.UNKNOWN.value)
NOT_SENT = (outbox.FAILED, outbox.UNKNOWN)
TOLD_ELSEWHERE = ("message:lost:%", "webhook:%")
"""Alerts about what has a group of its own."""

HOW_MANY = func.count().over()
Found = tuple[list[Any], int]
"""Rows, and how many there are in all."""


def groups(session: Session, journal: Journal, profile: Profile, now: datetime) -> tuple[Group, ...]:
    """All that went wrong and nobody has seen to, in words."""
    since = now - BACK
    persons, tries = _found(session, _persons()), _found(session, _tries(since))
    texts, left = _found(session, _texts(since)), _found(session, _messages(since))
    about = _about(session, profile, now, (persons, tries, texts, left))
    both = {Text: texts, Mail: _found(session, _unsent(Mail, "mail", since))}
    sent = [(table, row) for table, found in both.items() for (row,) in found[0]]
    sent.sort(key=lambda one: one[1].created_at, reverse=True)
    unsent = [
        trouble_board.text(row, about) if table is Text else trouble_board.mail(row, about) for table, row in sent
    ]
    told = _each(_found(session, _alerts(since, guard=False)), trouble_board.alert, about)
    limits = _each(_found(session, _alerts(since, guard=True)), trouble_board.alert, about)
    off = _each(_found(session, _off_duty()), trouble_board.off_duty, about)
    return trouble_board.sorted_groups([
        group("ours", "Ringtrue itself", _ours(session, journal, about)),
        group("persons", "Call-backs that wait for a person", _each(persons, trouble_board.needs_person, about)),
        group("alerts", "What a manager should know", told),
        group("limits", "Limits that were met", limits),
        group("tries", "Calls that went wrong", _each(tries, trouble_board.attempt, about)),
        group("unsent", "Texts and mails", (unsent[:MOST], sum(found[1] for found in both.values()))),
        group("messages", "Messages without sound or words", _each(left, trouble_board.message, about)),
        group("off-duty", "Taken off duty", (_still(session, off[0]), 0)),
        group("webhooks", "Other software", _receivers(session, since)),
        group("erasures", "Not forgotten yet", _each(_found(session, _erasures()), trouble_board.erasure, about)),
    ])  # fmt: skip


def _found(session: Session, query: Any) -> Found:
    """The newest rows, and how many more there are; of each all but the last column, which counts."""
    rows = session.execute(query.add_columns(HOW_MANY).limit(MOST)).all()
    return [tuple(row)[:-1] for row in rows], (rows[0][-1] if rows else 0)


def _each(found: Found, say: Any, about: About) -> tuple[list[Trouble], int]:
    rows, many = found
    return [say(*row, about) for row in rows], many


def _alerts(since: datetime, *, guard: bool) -> Any:
    is_limit = Alert.reason.like(f"{GUARD}%")
    elsewhere = or_(*(Alert.reason.like(each) for each in TOLD_ELSEWHERE))
    query = select(Alert).where(Alert.at >= since, Alert.settled_at.is_(None), seen_to.is_open("alert", Alert.id))
    wanted = is_limit if guard else and_(~is_limit, ~elsewhere)
    return query.where(wanted).order_by(Alert.at.desc(), Alert.id.desc())


def _persons() -> Any:
    query = select(Callback).where(OPEN, Callback.needs_person, seen_to.is_open("person", Callback.id))
    return query.order_by(Callback.missed_at.desc(), Callback.id.desc())


def _tries(since: datetime) -> Any:
    query = select(Attempt, Callback).join(Callback, Callback.id == Attempt.callback_id)
    lately = (Attempt.at >= since, Attempt.outcome.in_(TROUBLED), seen_to.is_open("try", Attempt.id))
    return query.where(*lately).order_by(Attempt.at.desc(), Attempt.id.desc())


def _texts(since: datetime) -> Any:
    return _unsent(Text, "text", since)


def _unsent(table: outbox.Table, kind: str, since: datetime) -> Any:
    """What was tried in vain; what was withdrawn before it was tried went wrong for nobody."""
    lately = (table.created_at >= since, table.state.in_(NOT_SENT), table.tries > 0, seen_to.is_open(kind, table.id))
    return select(table).where(*lately).order_by(table.created_at.desc(), table.id.desc())


def _messages(since: datetime) -> Any:
    query = select(Message, Call.phone, CallbackCall.callback_id).outerjoin(Call, Call.sid == Message.call_sid)
    query = query.outerjoin(CallbackCall, CallbackCall.call_sid == Message.call_sid)
    lately = (Message.ended_at >= since, Message.erased_at.is_(None), seen_to.is_open("message", Message.id))
    return query.where(*lately, _is_missing()).order_by(Message.ended_at.desc(), Message.id.desc())


def _is_missing() -> ColumnElement[bool]:
    """Its sound is lost, or it has no words though something was said in it."""
    no_words = and_(Message.words_state == Words.UNAVAILABLE, Message.words.is_(None), Message.label.is_(None))
    return or_(Message.lost.is_not(None), no_words)


def _off_duty() -> Any:
    return (
        select(Staff)
        .where(~Staff.on_duty, Staff.misses > 0, Staff.left_at.is_(None))
        .order_by(Staff.last_rang_at.desc())
    )


def _erasures() -> Any:
    waiting = (Erasure.due_at.is_not(None), Erasure.tries >= ERASING_AFTER, seen_to.is_open("erasure", Erasure.sid))
    return select(Erasure).where(*waiting).order_by(Erasure.asked_at.desc())


def _about(session: Session, profile: Profile, now: datetime, found: Sequence[Found]) -> About:
    """With the names of all whom the sentences speak of: ours, and the customers that we are sure of."""
    phones = {phone for rows, _ in found for row in rows for phone in _phones(row)}
    customers = people.certain_names(session, phones)
    ours = select(Staff.phone, Staff.name).where(Staff.phone.in_(phones))
    staff = {row.phone: row.name for row in session.execute(ours)}
    return About(now, profile.zone, profile.country, {**customers, **staff}, frozenset(staff) | {profile.manager_phone})


def _phones(row: tuple[Any, ...]) -> Iterator[str]:
    for one in row:
        values = (
            (one,)
            if isinstance(one, str)
            else (getattr(one, name, None) for name in ("phone", "called_from", "customer_phone", "to"))
        )
        yield from (value for value in values if isinstance(value, str) and value.startswith("+"))


def _receivers(session: Session, since: datetime) -> tuple[list[Trouble], int]:
    """Where what became of call-backs is not taken, each by its address; anew when more was not taken."""
    failing = and_(Delivery.state == deliveries.WAITING, Delivery.tries >= FAILING_AFTER)
    gone = and_(Delivery.state == deliveries.GIVEN_UP, Delivery.tries > 0)
    counts = (
        func.count().filter(gone),
        func.count().filter(failing),
        func.max(Delivery.created_at),
        func.max(Delivery.id),
    )
    query = select(Delivery.url, *counts).where(Delivery.created_at >= since, or_(failing, gone)).group_by(Delivery.url)
    rows = [trouble_board.receiver(_host(row[0]), _key(row[0], row[4]), *row[1:4]) for row in session.execute(query)]
    return _still(session, rows), 0


def _host(url: str) -> str:
    return urlsplit(url).hostname or "Other software"


def _key(url: str, newest: int) -> str:
    return f"webhook:{sha256(url.encode()).hexdigest()[:12]}-{newest}"


def _still(session: Session, found: Collection[Trouble]) -> list[Trouble]:
    """Of a few, those that nobody has seen to."""
    left = seen_to.still_open(session, [one.key for one in found if one.key]) if found else set()
    return [one for one in found if one.key is None or one.key in left]


def _ours(session: Session, journal: Journal, about: About) -> tuple[list[Trouble], int]:
    beats = session.execute(select(Heartbeat.name, Heartbeat.at).order_by(Heartbeat.at)).all()
    quiet = [trouble_board.loop(name, at, about) for name, at in beats if about.now - at > OLD_AFTER]
    aside = journal.set_aside()
    kept = _still(session, [trouble_board.set_aside(name, at, about) for name, at in aside[:MOST]])
    return [*(quiet if beats else [NEVER_WORKED]), *kept], len(quiet) + len(kept) + max(len(aside) - MOST, 0)
