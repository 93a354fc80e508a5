"""A manager has somebody's phone rung to see whether calls reach them on it: whoever picks up presses 1, which no mailbox does.

What came of it stands in the audit trail of the person, and nowhere else: it says how it was then, of the number they had then.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, request
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from callbacks import guard
from callbacks.refused import NotPossible
from office import audit, numbers, own_phones, pace, people
from office.line import LineRefused, LineUncertain
from office.people import Person
from office.profile import Profile
from office.tables import Audit, Staff
from office.wiring import Office
from reception.door import heard_now, the_office, told_at, xml
from voice import dialled, twiml
from voice.conversation.turns import Ask, HangUp, Say, Turn
from voice.wording import checks as wording

log = logging.getLogger(__name__)

RUNG, REFUSED, CHECKED = "number-rung", "number-refused", "number-checked"
MOST_A_DAY = 10
"""So often a day one number is rung for this, whose ever it is, and one person, whatever their number: it costs money, and nerves."""

LASTS = timedelta(minutes=2)
"""For so long at most nobody hands a call to whoever we ring."""


@dataclass(frozen=True, slots=True)
class Standing:
    """When their phone was rung last, and when they pressed the key since; both None: the number they have was never rung.

    `refused`: the carrier wouldn't ring it then.
    """

    rung_at: datetime | None
    checked_at: datetime | None
    refused: bool = False


def standing(session: Session, staff_id: int, phone: str) -> Standing:
    """What came of it for the number that they have now."""
    rows = [row for row in audit.of(session, _about(staff_id)) if row.detail == _which(phone)]
    rung = next((row for row in reversed(rows) if row.action == RUNG), None)
    if rung is None:
        return Standing(None, None)
    since = {row.action: row.at for row in rows if row.id > rung.id}
    return Standing(rung.at, since.get(CHECKED), REFUSED in since)


def ring(office: Office, staff_id: int, *, by: str) -> None:
    """Ring their phone, now. Raises NotPossible, and then nothing was rung."""
    with office.database.transaction() as session:
        profile, now = office.business(session), office.clock.now()
        person = people.at_work(session, staff_id)
        if person is None:
            raise NotPossible(None, "They have left.")
        _check_may_ring(session, profile, person, now)
        rings = 1 + sum(row.action == RUNG for row in audit.of(session, _about(staff_id)))
        own_phones.take_over(session, staff_id, _holder(staff_id, rings), now + LASTS)
        audit.write(session, by=by, action=RUNG, about=_about(staff_id), now=now, detail=_which(person.phone))
        pace.take_turn(session, pace.CALLS, now, profile.guard.calls_per_second)
    try:
        office.line.ring(
            person.phone,
            caller_id=profile.phone,
            answer_at=office.address(_path(staff_id, rings, "ask")),
            report_to=office.address(_path(staff_id, rings, "report")),
            ring_for=profile.ringing.patience,
        )
    except LineRefused as refusal:
        log.warning("the phone of %d was not rung to check it: %s", staff_id, refusal)
        _refused(office, person, rings, by)
        raise NotPossible(None, "The carrier wouldn’t ring that number.") from None
    except LineUncertain as doubt:
        log.warning("the phone of %d was perhaps rung to check it, perhaps not: %s", staff_id, doubt)


def check_turn(staff_id: int, rings: int, step: str) -> Response:
    """They picked up, or pressed a key. Asked again, they hear the same."""
    office, heard, now = the_office(), heard_now(), told_at()
    with office.database.transaction(within=office.while_somebody_listens) as session:
        profile, person = office.business(session), people.at_work(session, staff_id)
        is_theirs = person is not None and request.form.get("To") == person.phone
        turn = Turn((HangUp(),))
        if person is not None and is_theirs and step == "ask":
            turn = Turn((Ask(wording.press_one(person.name, profile.name), then="key"), HangUp()))
        elif person is not None and is_theirs and heard.digits == "1":
            _checked(session, person, now)
            turn = Turn((Say(wording.it_works()), HangUp()))
        address = lambda step: office.address(_path(staff_id, rings, step))  # noqa: E731
        return xml(twiml.render(turn, address, profile.phone, voice=profile.voice))


def check_report(staff_id: int, rings: int) -> Response:
    """The phone is down; told late, it frees nobody from a ring that came after."""
    if heard_now().hung_up:
        _let_go(the_office(), staff_id, rings)
    return Response(status=204)


ROUTES: dict[str, Callable[..., Response]] = {
    "/voice/checks/<int:staff_id>/<int:rings>/<any(ask, key):step>": check_turn,
    "/voice/checks/<int:staff_id>/<int:rings>/report": check_report,
}
"""The carrier's addresses, each a POST; behind its signature."""


def _check_may_ring(session: Session, profile: Profile, person: Person, now: datetime) -> None:
    refused = numbers.may_we_dial(
        person.phone, allowed=profile.callbacks.allowed_countries, ours=frozenset({profile.phone})
    )
    if refused is not None:
        raise NotPossible(None, f"We don’t ring this number: {refused}.")
    if guard.reached(session, profile, person.phone, now, dialled) is not None:
        raise NotPossible(None, "We have dialled all that we may for now.")
    busy_until = session.get_one(Staff, person.id, with_for_update={"key_share": True}).busy_until
    if busy_until is not None and busy_until > now:
        raise NotPossible(None, "They’re on the phone just now.")
    if _rung_since(session, person, now - timedelta(days=1)) >= MOST_A_DAY:
        raise NotPossible(None, "Their phone was rung often enough for today.")


def _rung_since(session: Session, person: Person, since: datetime) -> int:
    """Found by whom it was about: what is written down has no index by number."""
    everybody = [_about(staff_id) for staff_id in people.staff_names(session)]
    rung = (Audit.about.in_(everybody), Audit.action == RUNG, Audit.at > since)
    theirs = or_(Audit.about == _about(person.id), Audit.detail == _which(person.phone))
    return session.scalar(select(func.count()).where(*rung, theirs)) or 0


def _checked(session: Session, person: Person, now: datetime) -> None:
    """Once for each ring, however often the carrier asks."""
    if standing(session, person.id, person.phone).checked_at is None:
        about, which = _about(person.id), _which(person.phone)
        audit.write(session, by=person.name, action=CHECKED, about=about, now=now, detail=which)


def _refused(office: Office, person: Person, rings: int, by: str) -> None:
    """It never rang: that is written down too, and they are free."""
    about, which, now = _about(person.id), _which(person.phone), office.clock.now()
    with office.database.transaction() as session:
        audit.write(session, by=by, action=REFUSED, about=about, now=now, detail=which)
        people.release(session, _holder(person.id, rings), now)


def _let_go(office: Office, staff_id: int, rings: int) -> None:
    with office.database.transaction() as session:
        people.release(session, _holder(staff_id, rings), office.clock.now())


def _path(staff_id: int, rings: int, step: str) -> str:
    return f"/voice/checks/{staff_id}/{rings}/{step}"


def _holder(staff_id: int, rings: int) -> str:
    """What keeps somebody whose phone we ring for it: which time of theirs that is."""
    return f"check:{staff_id}:{rings}"


def _which(phone: str) -> str:
    """Tells numbers apart, and shows none: the last digits alone are the same after a slip in the middle."""
    return hashlib.sha256(phone.encode()).hexdigest()[:16]


def _about(staff_id: int) -> str:
    return f"staff:{staff_id}"
