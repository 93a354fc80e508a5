"""What the Phone page shows: the line's word for the phones, and ours for what came of the call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import queries as promises
from console import digests, known
from console.access import the_viewer
from console.board import Row, row_of
from console.pages.callback import setting
from console.phone import callers as phone_callers
from console.phone import line as phone_line
from console.phone.heard import Who, lines, names
from console.phone.line import LineSilentError, Seen
from console.phone.scene import Mate, handset, staff_phones
from office import people
from office.profile import Profile
from office.tables import Staff
from voice.tables import Call, Leg

CALLER = "The caller"


@dataclass(frozen=True, slots=True)
class CameOf:
    """What came of the call: the call-back that it made, or that they spoke with `took`. Neither yet: it goes on.

    `anothers`: it made one that is another team's, so that it is not shown.
    """

    row: Row | None = None
    took: str | None = None
    over: bool = False
    anothers: bool = False


def heard(by: str) -> Seen | None:
    """How the line says that things stand; None: it does not answer. To be asked before a database is read: it may take seconds."""
    try:
        return phone_line.seen(by)
    except LineSilentError:
        return None


def shown(session: Session, profile: Profile, seen: Seen | None, now: datetime) -> dict[str, Any]:
    """For the page and its parts: the phones as they were `heard`, and a version that is the same while they look the same."""
    usual = {"now": now, "callers": phone_callers.known(session)}
    mates = [Mate(row.id, row.name, row.phone, row.on_duty) for row in _staff(session)]
    if seen is None:
        return {**usual, "silent": True, "version": "silent"}
    who = _who(session, profile, seen, mates)
    told = {
        "handset": handset(seen, who),
        "lines": lines(seen, who),
        "mates": staff_phones(mates, seen, who.called),
        "came": _came_of(session, seen, profile, now),
        "caller": who.name if seen.call else None,
        "call": seen.call["sid"] if seen.call else "none",
        "again": who.called(seen.call["from"]) if seen.call else None,
    }
    return {**usual, **told, "silent": False, "version": digests.version(*told.values())}


def _staff(session: Session) -> list[Staff]:
    return list(session.scalars(select(Staff).where(Staff.left_at.is_(None)).order_by(Staff.id)))


def _who(session: Session, profile: Profile, seen: Seen, mates: list[Mate]) -> Who:
    before = phone_callers.before(seen)
    phones = {leg[end] for leg in seen.legs for end in ("from", "phone")} | ({before.phone} if before else set())
    called = people.certain_names(session, phones) | {mate.phone: mate.name for mate in mates}
    called_of = names(called | {profile.phone: profile.name}, profile.country)
    name = called_of(before.phone) if before and before.phone in called else CALLER
    staff = frozenset(mate.phone for mate in mates)
    return Who(name, before.phone if before else "", profile.name, called_of, staff, _placed(session, seen))


def _placed(session: Session, seen: Seen) -> frozenset[str]:
    """The carrier's names of the staff phones that rang for this call."""
    if seen.call is None:
        return frozenset()
    rang = select(Leg.sid).join(Call, Call.id == Leg.call_id).where(Call.sid == seen.call["sid"])
    return frozenset(sid for sid in session.scalars(rang) if sid)


def _came_of(session: Session, seen: Seen, profile: Profile, now: datetime) -> CameOf | None:
    """None before the first call."""
    if seen.call is None:
        return None
    callback_id = promises.for_call(session, seen.call["sid"])
    if callback_id is not None:
        row = promises.one(session, callback_id, the_viewer().teams)
        if row is None:
            return CameOf(over=True, anothers=True)
        return CameOf(row_of(row, known.about_callbacks(session, [row]), setting(profile, now)), over=True)
    call = session.scalars(select(Call).where(Call.sid == seen.call["sid"])).first()
    took = people.staff_names(session).get(call.answered_by) if call and call.answered_by else None
    return CameOf(took=took, over=bool(call and call.ended_at))
