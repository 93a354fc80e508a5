"""A promise that is not kept yet never lapses quietly: staff, then the manager, then the customer are told.

All that a rung of the ladder causes is written with it in one transaction: texts and mails lie in their outboxes, so
neither Redis, nor a carrier that fails, nor a process that dies loses one or says one twice.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from callbacks import events, rungs
from callbacks.ladder import Step
from callbacks.rungs import Due
from callbacks.tables import Callback
from office import alerts, contact_rules, opt_outs, people, texts
from office.database import DatabaseBusyError
from office.people import Person
from office.profile import Profile
from office.tables import Alert
from office.takes_texts import takes_texts
from office.wiring import Office
from voice.wording import reminders

log = logging.getLogger(__name__)

AT_ONCE, AT_MOST = 20, 100
"""Promises in one transaction, and in one round: what happens to many at once is gathered, and nobody waits long for
the database or for the sweep."""

KINDS = {reminders.IN_DANGER: "danger", reminders.LATE: "late", reminders.NOBODY_THERE: "nobody"}
WARNINGS = ("danger:", "nobody:")
"""How the reasons of alerts begin that may be over before a manager is told."""

AWAKE_FROM, AWAKE_UNTIL = time(8), time(21)
"""On the business's clock: no customer's phone buzzes in the night because of us."""


def look_after_promises(office: Office) -> int:
    """Take every promise up the rungs that are due, and tell the manager what is to be told; returns how many went up.

    Asks nobody but the database. Safe to run in many processes at once.
    """
    now = office.clock.now()
    with office.database.reading() as session:
        due = list(islice(rungs.due(session, office.business(session), now), AT_MOST))
    for first in range(0, len(due), AT_ONCE):
        _climb(office, due[first : first + AT_ONCE], now)
    _tell_manager(office, now)
    return len(due)


def _climb(office: Office, due: Sequence[Due], now: datetime) -> None:
    """One that cannot be dealt with must not keep the others down."""
    try:
        _climb_together(office, due, now)
    except (OperationalError, DatabaseBusyError):
        raise
    except Exception:
        if len(due) == 1:
            log.exception("call-back %d cannot go up the ladder", due[0].callback_id)
            return
        for one in due:
            _climb(office, [one], now)


@dataclass(frozen=True, slots=True)
class _Round:
    """Some promises that go up together, and what each of the staff is to be told of them, with the reason for it."""

    session: Session
    profile: Profile
    now: datetime
    lines: dict[Person, list[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Promise:
    """A promise that goes up these steps, the highest last; who and by when as our own people read it."""

    callback: Callback
    steps: tuple[Step, ...]
    who: str
    when: str

    def reason(self, kind: str) -> str:
        """The name of what is said of it: the same for the same promised time."""
        return f"{kind}:{self.callback.id}:{_minute(self.callback.promised_by)}"


def _climb_together(office: Office, due: Sequence[Due], now: datetime) -> None:
    with office.database.transaction() as session:
        at = _Round(session, office.business(session), now)
        for one in due:
            climbed = rungs.climb(session, one, now)
            if climbed is not None:
                log.info("call-back %d: %s", one.callback_id, ", ".join(climbed[1]))
                _act(at, _promise(at, *climbed))
        _write_texts(at, office.address("/callbacks"))


def _promise(at: _Round, callback: Callback, steps: tuple[Step, ...]) -> _Promise:
    customer = people.certain_customer(at.session, callback.phone)
    who = reminders.who(customer.name if customer else callback.name, callback.phone)
    return _Promise(callback, steps, who, reminders.by_when(callback.promised_by, at.now, at.profile.zone))


def _act(at: _Round, promise: _Promise) -> None:
    """What was missed while nothing ran is done to the row, but nobody is told of two rungs at once."""
    callback, steps = promise.callback, promise.steps
    passed = rungs.pass_on(at.session, callback, at.now) if Step.SECOND_PERSON in steps else None
    if Step.LATE in steps or (Step.TEAM in steps and not rungs.is_tried_in_time(callback)):
        rungs.try_now(callback, at.now)
    if Step.LATE in steps:
        _is_late(at, promise)
        return
    told = list(_for_staff(at, promise, passed))
    for person, line in told:
        at.lines.setdefault(person, []).append((promise.reason(steps[-1]), line))
    if Step.MANAGER in steps:
        _alert(at, promise, reminders.IN_DANGER)
    elif not told:
        _alert(at, promise, reminders.NOBODY_THERE)


def _is_late(at: _Round, promise: _Promise) -> None:
    """It stays on top of the list until somebody closes it; its customer is first in line."""
    _alert(at, promise, reminders.LATE)
    events.note(at.session, promise.callback.id, "late", at.now)
    _apologise(at, promise)


def _for_staff(
    at: _Round, promise: _Promise, passed: tuple[Person | None, Person | None] | None
) -> Iterator[tuple[Person, str]]:  # fmt: skip
    """Whom to tell what, by the highest of the steps that are theirs; `passed` is who had it, and who has it now."""
    callback, who, when = promise.callback, promise.who, promise.when
    before, second = passed or (None, None)
    if before is not None:
        yield before, reminders.passed_on(who, second.name if second else None)
    if Step.TEAM in promise.steps:
        free = people.free(at.session, at.now, callback.team_id) or rungs.on_duty(at.session, callback.team_id)
        yield from ((person, reminders.soon_late(who, when)) for person in free)
    elif second is not None:
        yield second, reminders.yours_now(who, when)
    elif passed is not None or Step.REMINDER in promise.steps:
        yield from _reminded(at, promise)


def _reminded(at: _Round, promise: _Promise) -> Iterator[tuple[Person, str]]:
    """Whoever has it, else everybody on duty."""
    owner = people.at_work(at.session, promise.callback.owner_id)
    if owner is not None:
        yield owner, reminders.yours(promise.who, promise.when)
        return
    for person in rungs.on_duty(at.session, promise.callback.team_id):
        yield person, reminders.waits(promise.who, promise.when)


def _alert(at: _Round, promise: _Promise, kind: str) -> None:
    said = reminders.for_manager(kind, promise.who, promise.when)
    alerts.raise_alert(at.session, promise.reason(KINDS[kind]), said, at.now)


def _apologise(at: _Round, promise: _Promise) -> None:
    """By text, where one can be sent; not to whom nobody gave our word, such as who rang once and was gone."""
    callback, by = promise.callback, promise.callback.promised_by
    nobody_promised = callback.needs_person and callback.tries == 0
    if callback.phone is None or nobody_promised or not _may_text(at, callback):
        return
    sent_at = _awake(at.now, at.profile)
    when = reminders.by_when(by, sent_at, at.profile.zone)
    rang = callback.first_rang_at is not None and callback.first_rang_at <= by
    body, reason = reminders.late_apology(at.profile.name, when, rang=rang), promise.reason("sorry")
    texts.write(at.session, reason=reason, to=callback.phone, body=body, now=at.now, not_before=sent_at)


def _may_text(at: _Round, callback: Callback) -> bool:
    """To a phone that takes texts, of somebody who wants ours, when the business sends any."""
    theirs, ours = (callback.phone, callback.called_from), frozenset({at.profile.phone})
    if not at.profile.texts.customers or opt_outs.any_out(at.session, *theirs):
        return False
    if any(contact_rules.rule_for(at.session, number) for number in theirs):
        return False
    return takes_texts(callback.phone, allowed=at.profile.callbacks.allowed_countries, ours=ours)


def _awake(now: datetime, profile: Profile) -> datetime:
    """Now while we are open or by day, else when the night is over: what we have to say may be old news by then."""
    local, zone = now.astimezone(profile.zone), profile.zone
    if profile.hours.open_at(now) or AWAKE_FROM <= local.time() < AWAKE_UNTIL:
        return now
    day = local.date() + timedelta(days=local.time() >= AWAKE_UNTIL)
    return datetime.combine(day, AWAKE_FROM, zone).astimezone(UTC)


def _write_texts(at: _Round, link: str) -> None:
    """One text for each person, however many promises it is about."""
    for person, told in at.lines.items():
        body = reminders.to_one_person(at.profile.name, [line for _, line in told], link)
        reason = f"ladder:{person.id}:{told[0][0]}"
        texts.write(at.session, reason=reason, to=person.phone, body=body, now=at.now)


def _tell_manager(office: Office, now: datetime) -> None:
    with office.database.reading() as session:
        mail = office.settings.mail_server is not None and office.business(session).manager_email is not None
        missed = alerts.stuck(session, now) if mail else []
        if not missed and not alerts.is_time(session, now):
            return
    link = office.address("/callbacks")
    with office.database.transaction() as session:
        profile = office.business(session)
        alerts.withdraw(session, list(_not_so_any_more(session, now)))
        alerts.digest(session, profile, now, link=link, mail=mail)
        alerts.go_the_other_way(session, profile, missed, now, link=link)


def _not_so_any_more(session: Session, now: datetime) -> Iterator[Alert]:
    """Warnings of promises that were kept or moved meanwhile, or that are late by now, which is told by itself."""
    warnings = {alert.reason: alert for alert in alerts.untold(session) if alert.reason.startswith(WARNINGS)}
    ids = {int(reason.split(":")[1]) for reason in warnings}
    owed = {f"{one}:{_minute(by)}" for one, by in rungs.still_owed(session, ids) if by > now}
    return (alert for reason, alert in warnings.items() if reason.partition(":")[2] not in owed)


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}"
