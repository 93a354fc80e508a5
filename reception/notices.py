"""Who is told that a customer left a message, and what was said in it: whoever is to ring them back, as they chose.

While we are open everybody concerned is told at once; outside opening hours texts wait until we open, and mails, which wake
nobody, do not. All is written in the transaction of what it tells, once for each message and person. Never commits.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, select
from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.promise import State
from callbacks.tables import Callback
from office import alerts, mails, outbox, people, texts
from office.database import run
from office.profile import Profile
from office.tables import Alert, Mail, Staff, StaffTeam, Text
from office.wiring import Office
from voice import calls
from voice.tables import Call
from voice.wording import notices as wording
from voice.wording import reminders
from voicemail_greetings import queries as messages
from voicemail_greetings.tables import Message

SURE = timedelta(seconds=5)
"""Meanwhile the sound is fetched: nobody is told of a message in which nothing was said."""

AT_ONCE = 1000
"""Reasons in one statement: databases take a limited number of values."""

MAIL, NONE = "mail", "none"
"""How somebody chose to be told (Staff.notices); anything else is a text."""

ANYBODY = select(Staff.id, Staff.phone, Staff.email, Staff.notices).where(Staff.left_at.is_(None)).order_by(Staff.id)
ON_DUTY = ANYBODY.where(Staff.on_duty)
IN_TEAM = ON_DUTY.join(StaffTeam, StaffTeam.staff_id == Staff.id).where(StaffTeam.team_id == bindparam("team"))
OWNER = ANYBODY.where(Staff.id == bindparam("who"))
THE_CALL = select(Call).where(Call.sid == bindparam("sid"))
OF_CALL = select(Message.id).where(Message.call_sid == bindparam("sid"))
TABLES: tuple[outbox.Table, ...] = (Text, Mail)

One = Row[*tuple[Any, ...]]
"""Somebody of the staff: id, phone, email, notices."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What telling takes: `link` is where the messages are to be heard, `mail` whether mails can be sent."""

    session: Session
    profile: Profile
    now: datetime
    link: str
    mail: bool

    @property
    def text_at(self) -> datetime:
        """When a text may go: nobody's phone buzzes outside opening hours because of a message."""
        return max(self.now + SURE, self.profile.hours.next_span(self.now).opens)


def telling(office: Office, session: Session, now: datetime) -> Telling:
    """As the business and its settings are now."""
    mail = office.settings.mail_server is not None
    return Telling(session, office.business(session), now, office.address("/callbacks"), mail)


def message_left(at: Telling, message_id: int) -> None:
    """Tell of a message that was just left; twice is once. Nothing was said in it: nobody is told.

    Recorded anew in the same call, it is told instead of the first; where that went already, nothing more is. The first,
    reported after it, is told to nobody.
    """
    message = at.session.get_one(Message, message_id)
    counts = messages.for_call(at.session, message.call_sid)
    if message.label is not None or (counts is not None and counts.id != message.id):
        return
    _take_back(at.session, _ids_in_call(at, message) - {message.id})
    told, alerted = _told(at, message)
    call, callback = call_of(at.session, message), owed_for(at.session, message)
    whom = _whom(at, call, callback)
    _tell(at, [one for one in whom if one.id not in told], message, call, callback)
    if not whom and not alerted:
        who, when = _who(at, call, callback), _when(at, callback, at.text_at)
        said = wording.message_for_manager(who, message.duration_s, when)
        alerts.raise_alert(at.session, _left(message.id), said, at.text_at)


def words_came(at: Telling, message: Message) -> None:
    """Those who were told of the message read what was said, once. There are no words: nobody is told."""
    counts = messages.for_call(at.session, message.call_sid)
    if not message.words or message.label is not None or counts is None or counts.id != message.id:
        return
    call, callback = call_of(at.session, message), owed_for(at.session, message)
    who, reason = wording.short_caller(name_of(at.session, call, callback), _phone(call, callback)), _words(message.id)
    told, alerted = _told(at, message)
    body = wording.words_came(at.profile.name, who, message.words, at.link)
    for one in run(at.session, ANYBODY).all():
        if one.id in told:
            _write(at, one, f"{reason}:{one.id}", body, wording.subject(who))
    if alerted:
        alerts.raise_alert(at.session, reason, wording.words_for_manager(who, message.words), at.text_at)


def nothing_in_it(at: Telling, message_id: int) -> None:
    """It turned out to be silent: what did not go yet stays untold, and one that was left before it is told again.

    Not when they spoke with a person after all.
    """
    message = at.session.get_one(Message, message_id)
    _take_back(at.session, {message.id})
    call = call_of(at.session, message)
    if call is not None and call.outcome == calls.SPOKE:
        return
    counts = messages.for_call(at.session, message.call_sid)
    if counts is not None and counts.label is None:
        message_left(at, counts.id)


def forget(session: Session, ids: Collection[int]) -> None:
    """These messages were erased: what was told of them, and above all their words, is no longer kept nor sent."""
    both, staff = [each(one) for one in ids for each in (_left, _words)], people.staff_names(session)
    reasons = [f"{each}:{who}" for each in both for who in staff]
    for begin in range(0, len(reasons), AT_ONCE):
        for table in TABLES:
            session.execute(delete(table).where(table.reason.in_(reasons[begin : begin + AT_ONCE])))
    for begin in range(0, len(both), AT_ONCE):
        session.execute(delete(Alert).where(Alert.reason.in_(both[begin : begin + AT_ONCE])))


def call_of(session: Session, message: Message) -> Call | None:
    """The call in which it was left, not held: whoever has the message must not wait for a turn of the call."""
    return session.scalars(THE_CALL, {"sid": message.call_sid}).first()


def owed_for(session: Session, message: Message) -> Callback | None:
    """The open call-back that answers for the call in which the message was left."""
    callback_id = promises.for_call(session, message.call_sid)
    callback = promises.one(session, callback_id) if callback_id is not None else None
    return callback if callback is not None and callback.state != State.DONE.value else None


def name_of(session: Session, call: Call | None, callback: Callback | None) -> str | None:
    """The customer's, when we are certain: not when the carrier says that somebody else shows their number.

    Whoever rang, whatever number they asked to be rung on: one name for them wherever we speak of what they left.
    """
    customer = people.certain_customer(session, call.phone) if call is not None and call.trusted else None
    return customer.name if customer else callback.name if callback is not None else None


def _whom(at: Telling, call: Call | None, callback: Callback | None) -> Sequence[One]:
    """Whoever has the call-back, alone; else everybody on duty in its team, or in the house when it is for no team."""
    if callback is not None and callback.owner_id is not None:
        return run(at.session, OWNER, who=callback.owner_id).all()
    team_id = (callback.team_id if callback is not None else None) or (call.team_id if call is not None else None)
    return run(
        at.session, ON_DUTY if team_id is None else IN_TEAM, **({} if team_id is None else {"team": team_id})
    ).all()


def _tell(
    at: Telling, whom: Iterable[One], message: Message, call: Call | None, callback: Callback | None
) -> None:  # fmt: skip
    """Each as they chose. A mail goes now and a text when texts may, and each names the time as it is right then."""
    name, phone = name_of(at.session, call, callback), _phone(call, callback)
    who, subject = wording.caller(name, phone), wording.subject(wording.short_caller(name, phone))
    whens = {False: _when(at, callback, at.text_at), True: _when(at, callback, at.now)}
    bodies = {
        by_mail: wording.message_left(at.profile.name, who, message.duration_s, when, at.link)
        for by_mail, when in whens.items()
    }
    for one in whom:
        _write(at, one, f"{_left(message.id)}:{one.id}", bodies[_by_mail(at, one)], subject)


def _by_mail(at: Telling, one: One) -> bool:
    """Whoever wants mails reads a text where none can be sent."""
    return one.notices == MAIL and at.mail and bool(one.email)


def _write(at: Telling, one: One, reason: str, body: str, subject: str) -> None:
    if one.notices == NONE:
        return
    if _by_mail(at, one):
        mails.write(at.session, reason=reason, to=one.email, subject=subject, body=f"{body}\n", now=at.now)
    else:
        texts.write(at.session, reason=reason, to=one.phone, body=body, now=at.now, not_before=at.text_at)


def _left(message_id: int) -> str:
    return f"message:{message_id}"


def _words(message_id: int) -> str:
    return f"words:{message_id}"


def _who(at: Telling, call: Call | None, callback: Callback | None) -> str:
    return wording.caller(name_of(at.session, call, callback), _phone(call, callback))


def _phone(call: Call | None, callback: Callback | None) -> str | None:
    """The number to ring, else the one they rang from."""
    asked = callback.phone if callback is not None else None
    return asked or (call.phone if call is not None else None)


def _when(at: Telling, callback: Callback | None, read_at: datetime) -> str | None:
    """By when we promised, as it is right on the day on which it is read."""
    return reminders.by_when(callback.promised_by, read_at, at.profile.zone) if callback is not None else None


def _ids_in_call(at: Telling, message: Message) -> set[int]:
    """Of every message that was left in the call."""
    return set(run(at.session, OF_CALL, sid=message.call_sid).scalars())


def _told(at: Telling, message: Message) -> tuple[set[int], bool]:
    """Who of the staff was told, or is about to be, of a message of that call; and whether a manager was."""
    ids, names = _ids_in_call(at, message), people.staff_names(at.session)
    staff = {f"{_left(each)}:{who}": who for each in ids for who in names}
    found: set[int] = set()
    for table in TABLES:
        written = select(table.reason).where(table.reason.in_(staff), table.state != outbox.FAILED)
        found |= {staff[reason] for reason in at.session.scalars(written)}
    return found, bool(at.session.scalars(_alerts(ids)).first())


def _alerts(ids: Iterable[int]) -> Select[Alert]:
    return select(Alert).where(Alert.reason.in_([_left(each) for each in ids]))


def _take_back(session: Session, ids: Collection[int]) -> None:
    """What nobody was told yet of these messages is as if it had never been written: it may be written anew."""
    if not ids:
        return
    staff = people.staff_names(session)
    reasons = [f"{_left(each)}:{who}" for each in ids for who in staff]
    for table in TABLES:
        session.execute(delete(table).where(table.reason.in_(reasons), table.state == outbox.WAITING))
    alerts.withdraw(session, session.scalars(_alerts(ids)).all())
