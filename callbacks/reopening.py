"""What a person did with a call-back is taken back, or one that is over is opened again. Never commits.

What a row was stands in the audit trail beside the deed, with a mark of how the deed left it: while the mark still fits,
nothing has happened to the row since, and it goes back to what it was. The mark does not see the row's team, which may be
closed by now, nor its attempts: a talk that began before it was done goes on and ends without a word in the row, so those
are looked at besides; nor the rule for its number, which somebody may have changed. What was told to other software meanwhile stays true:
that it was done, and then that it was reopened.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from callbacks import actions, deadlines, events, queries
from callbacks.attempts import AFTER_THE_KEY
from callbacks.claims import NOBODYS
from callbacks.desk import Deed
from callbacks.forgetting import FORGOTTEN
from callbacks.promise import Outcome, State, Tried
from callbacks.refused import NotPossible, Refused, Underway
from callbacks.tables import Attempt, Callback
from office import audit, contact_rules, people
from office.database import UtcDateTime
from office.tables import Audit

WITHIN = timedelta(hours=24)
"""So long after it was done or closed."""

DONE, RELEASE, SNOOZE, ASSIGN, NEVER_RING = "done", "release", "snooze", "assign", "never-ring"
SAID = {DONE: "done", RELEASE: "put back", SNOOZE: "set aside", ASSIGN: "handed over", NEVER_RING: "never ring"}
"""What can be taken back, and what the audit trail calls it."""

OVER = {"outcome": None, "spoke_at": None, "closed_at": None, "closed_by": None, "close_note": None}
WAS = ("state", "owner", "owner_id", "claimed_until", "next_try_at", "needs_person", "first_rang_at", *OVER)
MARKED = (*WAS, "fence", "phone", "called_from", "promised_by", "hurry_by", "calls_missed", "tries", "staff_misses")
MOMENTS = frozenset(name for name in WAS if isinstance(Callback.__table__.columns[name].type, UtcDateTime))
KEPT = "before"
Told = dict[str, Any]
"""Something that can be taken back: which call-back it was done `of`, which `act`, the `mark`, and what the row `was`."""


class Changed(Refused):
    """Something has happened with it since."""

    code = "changed"

    def __init__(self) -> None:
        super().__init__("This call-back has changed since, so it stays as it is now.")


class AnotherOpen(Refused):
    """There is one open call-back a customer, and theirs is another one now."""

    code = "another_open"

    def __init__(self) -> None:
        super().__init__("This customer has another open call-back by now, so this one stays closed.")


def new_key() -> str:
    """The name under which one press may be taken back, whatever it did to how many call-backs. Nobody guesses it."""
    return secrets.token_urlsafe(16)


@contextmanager
def undoable(deed: Deed, act: str, key: str) -> Iterator[None]:
    """What is done in the block (one of SAID) can be taken back under that key."""
    row = deed.session.get_one(Callback, deed.callback_id, with_for_update=True, populate_existing=True)
    was = {name: getattr(row, name) for name in WAS}
    yield
    deed.session.flush()
    row = deed.session.get_one(Callback, deed.callback_id, populate_existing=True)
    told = {"of": deed.callback_id, "act": act, "mark": _mark(row), "was": was}
    detail = json.dumps(told, default=datetime.isoformat, ensure_ascii=False)  # a long name is cut nowhere
    audit.write(deed.session, by=deed.who.name, action=KEPT, about=f"undo:{key}", now=deed.now, detail=detail)


def _mark(row: Callback) -> str:
    """The same while nothing happens to it. Moments as they are: the database may know them in another zone."""
    facts = (getattr(row, name) for name in MARKED)
    written = [fact.timestamp() if isinstance(fact, datetime) else fact for fact in facts]
    return sha256(repr(written).encode()).hexdigest()[:20]


def done_under(session: Session, key: str, by: str, now: datetime) -> list[Told]:
    """What that person did under that key, lately enough to take it back: one for each call-back, whose id is its `of`."""
    theirs = select(Audit.detail).where(Audit.about == f"undo:{key}", Audit.by == by, Audit.action == KEPT)
    rows = session.scalars(theirs.where(Audit.at >= now - WITHIN).order_by(Audit.id))
    return list(filter(None, map(_read, rows)))


def _read(detail: str | None) -> Told | None:
    """None for what is not whole: that is not taken back."""
    try:
        told: Told = json.loads(detail or "")
    except ValueError:
        return None
    return told


def take_back(deed: Deed, told: Told) -> None:
    """The call-back is again what it was before that (one of done_under). Raises Changed, AnotherOpen, Underway."""
    row = _held(deed)
    if _mark(row) != told["mark"]:
        raise Changed
    if row.state == State.DONE.value:
        _check_alone(deed.session, row)
        _check_not_rung_since(deed.session, row)
    _put_back(deed, row, told["was"])
    if told["act"] == NEVER_RING:
        _let_ring(deed, row)
    deed.session.flush()
    _tell(deed, row, told["act"])
    deed.note("undone", SAID[told["act"]])


def _held(deed: Deed) -> Callback:
    """Its row, and nobody opens another one for its numbers until the transaction ends. Of a closed team it is anybody's."""
    row = deed.session.get_one(Callback, deed.callback_id)
    actions.hold_numbers(deed.session, row.phone, row.called_from)
    row = deed.session.get_one(Callback, deed.callback_id, with_for_update=True, populate_existing=True)
    if row.team_id not in people.open_teams(deed.session):
        row.team_id = None
    return row


def _check_alone(session: Session, row: Callback) -> None:
    """Nobody talks with them just now, for it or for another call-back of theirs."""
    talks = (Attempt.ended_at.is_(None), Attempt.stage.in_(AFTER_THE_KEY))
    holder = session.scalars(select(Attempt.by).where(Attempt.callback_id == row.id, *talks).limit(1)).first()
    if holder is not None:
        raise Underway(holder)
    theirs = queries.OPEN_FOR.where(Callback.id != row.id).limit(1)
    if session.scalars(theirs, {"of": row.phone, "other": row.called_from}).first() is not None:
        raise AnotherOpen


def _check_not_rung_since(session: Session, row: Callback) -> None:
    """Whoever was rung in a call that went on after it was done may have been spoken to: by itself nobody rings them again."""
    rung = (Attempt.callback_id == row.id, Attempt.taken_at.is_not(None), Attempt.ended_at > row.closed_at)
    if session.scalars(select(Attempt.id).where(*rung).limit(1)).first() is not None:
        raise Changed


def _let_ring(deed: Deed, row: Callback) -> None:
    """Only what they said themselves is lifted, and not a rule that somebody has made since."""
    phone = row.own_phone or ""
    if contact_rules.rule_for(deed.session, phone) != contact_rules.DO_NOT_CALL_BACK:
        raise Changed
    contact_rules.lift(deed.session, phone)
    audit.write(deed.session, by=deed.who.name, action="may-ring", about=f"customer:{phone}", now=deed.now)


def _put_back(deed: Deed, row: Callback, was: dict[str, Any]) -> None:
    """As it was; but a call that was going on then is over, and nothing goes back to somebody who works here no more."""
    for name, value in was.items():
        setattr(row, name, datetime.fromisoformat(value) if value and name in MOMENTS else value)
    row.fence += 1
    has_time = row.claimed_until is not None and row.claimed_until > deed.now
    if row.state == State.CALLING.value:
        row.state = State.CLAIMED.value if has_time else State.WAITING.value
        row.next_try_at = deadlines.first_try(deed.now, deed.profile.hours, deed.profile.callbacks)
    if row.owner_id is not None and people.at_work(deed.session, row.owner_id) is None:
        row.state = State.WAITING.value
    if row.state == State.WAITING.value:
        for name, nobodys in NOBODYS.items():
            setattr(row, name, nobodys)


def _tell(deed: Deed, row: Callback, act: str) -> None:
    """Other software hears it in the words that it knows."""
    by = deed.who.name
    if act == DONE:
        events.note(deed.session, row.id, "reopened", deed.now, by=by)
    elif act in {SNOOZE, NEVER_RING} and row.next_try_at is not None:
        events.note(deed.session, row.id, "snoozed", deed.now, by=by, until=row.next_try_at)
    elif act in {SNOOZE, NEVER_RING}:
        events.note(deed.session, row.id, "needs-person", deed.now)
    elif row.state == State.CLAIMED.value:
        events.note(deed.session, row.id, "claimed", deed.now, by=by, owner=row.owner)
    else:
        events.note(deed.session, row.id, "released", deed.now, by=by)


def may_reopen(row: Callback, now: datetime) -> bool:
    """Whether it is over, not for too long, and we still know whose it is."""
    lately = row.closed_at is not None and now - row.closed_at <= WITHIN
    return row.state == State.DONE.value and lately and row.close_note != FORGOTTEN


def reopen(deed: Deed) -> None:
    """We owe them a call after all: nobody's, by the time that was promised, with all its tries.

    A promise that was kept stays so. Raises NotPossible, AnotherOpen, Underway.
    """
    row = _held(deed)
    _check_may_reopen(row, deed.now)
    _check_alone(deed.session, row)
    spoke_at = _kept_at(deed.session, row)
    if row.first_rang_at == row.closed_at:  # a person only said so
        row.first_rang_at = first_rang_at(deed.session, row)
    row.state, row.tries, row.staff_misses, row.fence = State.WAITING.value, 0, 0, row.fence + 1
    for name, value in {**NOBODYS, **OVER}.items():
        setattr(row, name, value)
    row.spoke_at = spoke_at
    row.next_try_at = first_try(deed, row)
    row.needs_person = row.next_try_at is None
    deed.session.flush()
    events.note(deed.session, row.id, "reopened", deed.now, by=deed.who.name)
    deed.note("reopened")


def _check_may_reopen(row: Callback, now: datetime) -> None:
    if row.state != State.DONE.value:
        raise NotPossible(None, "This call-back is open already.")
    if row.close_note == FORGOTTEN:
        raise NotPossible(None, "This customer was forgotten: there is nobody to ring.")
    if not may_reopen(row, now):
        raise NotPossible(None, "This call-back has been over for more than a day.")


def _kept_at(session: Session, row: Callback) -> datetime | None:
    """When we spoke, if that was in time and the line says so too, not only a person, whose finger may have slipped.

    What a person only says counts from when they closed it: spoken at another moment, the line said so, or it was kept before.
    """
    if row.spoke_at is None or row.spoke_at > row.promised_by:
        return None
    if row.outcome == Outcome.ANSWERED_ELSEWHERE.value or row.spoke_at != row.closed_at:
        return row.spoke_at
    heard = or_(Attempt.customer_answered_at.is_not(None), Attempt.assumed)
    talks = (Attempt.callback_id == row.id, Attempt.outcome == Tried.REACHED.value, heard)
    return row.spoke_at if session.scalars(select(Attempt.id).where(*talks).limit(1)).first() else None


def first_rang_at(session: Session, row: Callback) -> datetime | None:
    """When the first of its attempts rang one of its own numbers, and not one that was wrong."""
    rang = select(func.min(Attempt.customer_rang_at)).where(Attempt.callback_id == row.id)
    return session.scalar(rang.where(Attempt.customer_phone.in_((row.phone, row.called_from))))


def first_try(deed: Deed, row: Callback) -> datetime | None:
    """When phones ring for it by themselves at the soonest; None: a person decides."""
    theirs = (row.phone, row.called_from)
    if row.phone is None or any(contact_rules.rule_for(deed.session, phone) for phone in theirs):
        return None
    soon = deadlines.first_try(deed.now, deed.profile.hours, deed.profile.callbacks)
    return max(soon, row.slot_from) if row.slot_from else soon
