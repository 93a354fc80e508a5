"""What we dial at most: one number in a day, the house in an hour and in a day, and minutes of talk in a day.

Asked in the transaction that claims: until it ends nobody else is answered, so that two who claim at once cannot both
have the last call that is left. A manager is told of each limit, once a day.
"""

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from callbacks.tables import Attempt
from office import alerts
from office.database import run
from office.profile import Profile


class Cap(StrEnum):
    """A limit of [guard], by the name of its key."""

    NUMBER = "number_per_day"
    HOUR = "house_per_hour"
    DAY = "house_per_day"
    MINUTES = "minutes_per_day"


class Elsewhere(Protocol):
    """Customers whom we ring without owing them anything: the staff line's own dials, which another room writes down."""

    def since(self, session: Session, moment: datetime, phone: str | None = None) -> int:
        """How often we rang anybody, or that number, since then."""

    def minutes_since(self, session: Session, moment: datetime, now: datetime) -> int:
        """How many minutes, begun ones counted, we talked since then."""


SAID = {
    Cap.NUMBER: "A customer was rung as often today as the guard allows: a person decides what comes next.",
    Cap.HOUR: "We have dialled all that the guard allows in an hour: call-backs wait.",
    Cap.DAY: "We have dialled all that the guard allows in a day: call-backs wait.",
    Cap.MINUTES: "We have talked for as many minutes today as the guard allows: call-backs wait.",
}

ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(bindparam("key")))
GUARD_KEY = 0x67756172
"""Any number that no other advisory lock of this database has ("guar")."""

RANG = select(func.count()).where(
    Attempt.customer_phone == bindparam("phone"),
    Attempt.at >= bindparam("midnight"),
    Attempt.customer_rang_at.is_not(None),
)
OF_THE_HOUSE = select(
    func.count().filter(Attempt.at >= bindparam("hour")).label("hour"),
    func.count().filter(Attempt.at >= bindparam("midnight")).label("day"),
    func.coalesce(func.sum((Attempt.talked_s + 59) // 60).filter(Attempt.at >= bindparam("midnight")), 0).label("talk"),
).where(Attempt.at >= bindparam("since"))
TALKING = select(func.coalesce(Attempt.customer_answered_at, Attempt.taken_at)).where(
    Attempt.ended_at.is_(None), Attempt.taken_at.is_not(None), Attempt.talked_s.is_(None)
)


def reached(
    session: Session, profile: Profile, phone: str | None, now: datetime, elsewhere: Elsewhere | None = None
) -> Cap | None:  # fmt: skip
    """Which limit lets nobody ring that customer now, whoever asks; None: none does, until this transaction ends."""
    hold(session)
    cap = _of_number(session, profile, phone, now, elsewhere) or _of_house(session, profile, now, elsewhere)
    if cap is not None:
        tell(session, profile, cap, now)
    return cap


def tell(session: Session, profile: Profile, cap: Cap, now: datetime) -> None:
    """A manager is to know that this limit is met: once a day."""
    alerts.raise_alert(session, f"guard:{cap}:{_midnight(profile, now):%Y-%m-%d}", SAID[cap], now)


def hold(session: Session) -> None:
    """Until this transaction ends nobody else is told what is left. SQLite has one writer anyway.

    To be held before people and call-backs are: two who held one of these and wanted the other would never end.
    """
    if session.get_bind().dialect.name == "postgresql":
        run(session, ONE_AT_A_TIME, key=GUARD_KEY)


def _of_number(
    session: Session, profile: Profile, phone: str | None, now: datetime, elsewhere: Elsewhere | None
) -> Cap | None:
    midnight = _midnight(profile, now)
    rang: int = run(session, RANG, phone=phone, midnight=midnight).scalar_one()
    rang += elsewhere.since(session, midnight, phone) if elsewhere and phone else 0
    return Cap.NUMBER if rang >= profile.guard.number_per_day else None


def _of_house(session: Session, profile: Profile, now: datetime, elsewhere: Elsewhere | None) -> Cap | None:
    hour, midnight = now - timedelta(hours=1), _midnight(profile, now)
    counted = run(session, OF_THE_HOUSE, hour=hour, midnight=midnight, since=min(hour, midnight)).one()
    in_hour, in_day, minutes = counted.hour, counted.day, counted.talk + _under_way(session, now)
    if elsewhere is not None:
        in_hour += elsewhere.since(session, hour)
        in_day += elsewhere.since(session, midnight)
        minutes += elsewhere.minutes_since(session, midnight, now)
    limits = profile.guard
    counts = {Cap.HOUR: in_hour, Cap.DAY: in_day, Cap.MINUTES: minutes}
    return next((cap for cap, count in counts.items() if count >= getattr(limits, cap)), None)


def _under_way(session: Session, now: datetime) -> int:
    """Minutes of the talks that go on, begun ones counted, as the carrier bills them."""
    return sum(math.ceil((now - began) / timedelta(minutes=1)) for began in session.scalars(TALKING))


def _midnight(profile: Profile, now: datetime) -> datetime:
    """When the business's day began."""
    return now.astimezone(profile.zone).replace(hour=0, minute=0, second=0, microsecond=0)
