"""What the fraud guard did lately: limits that were met, and call-backs that wait because their number isn't dialled. Only reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from callbacks.promise import Tried
from callbacks.queries import OPEN
from callbacks.tables import Attempt, Callback
from office import numbers
from office.numbers import Refusal
from office.profile import Profile
from office.tables import Alert

LATELY, MOST, LOOKED_AT = timedelta(days=30), 10, 500
"""How far back, how many of each are shown, and how many waiting call-backs are looked at."""

WHY = {
    Refusal.COUNTRY: "its country isn’t on the list",
    Refusal.PREMIUM: "it’s a premium-rate number",
    Refusal.SHARED_COST: "it’s a shared-cost number",
    Refusal.PERSONAL: "it’s a personal number that costs more",
    Refusal.UAN: "it’s a company number that costs more",
    Refusal.PAGER: "it’s a pager",
    Refusal.SATELLITE: "it’s a satellite phone",
    Refusal.INTERNATIONAL: "it belongs to no country",
    Refusal.SHORT: "it’s a short number",
    Refusal.EMERGENCY: "it’s an emergency number",
    Refusal.OWN: "it’s our own",
    Refusal.NOT_A_NUMBER: "it’s no number that can be rung",
}


@dataclass(frozen=True, slots=True)
class Lately:
    """`limits` are when a limit was met and what a manager was told; `waiting` are call-backs by id and why nobody is rung for them;
    `by_carrier` are tries that the carrier wouldn't put through: call-back, who tried, when.
    """

    limits: list[tuple[datetime, str]]
    waiting: list[tuple[int, str]]
    by_carrier: list[tuple[int, str, datetime]]


def lately(session: Session, profile: Profile, now: datetime) -> Lately:
    """The last thirty days, newest first; what waits, for as long as it does."""
    since = now - LATELY
    met = select(Alert.at, Alert.said).where(Alert.reason.like("guard:%"), Alert.at >= since)
    refused = select(Attempt.callback_id, Attempt.by, Attempt.at).where(
        Attempt.outcome == Tried.REFUSED.value, Attempt.at >= since
    )
    return Lately(
        [(at, said) for at, said in session.execute(met.order_by(Alert.id.desc()).limit(MOST))],
        _waiting(session, profile),
        [(row, by, at) for row, by, at in session.execute(refused.order_by(Attempt.id.desc()).limit(MOST))],
    )


def _waiting(session: Session, profile: Profile) -> list[tuple[int, str]]:
    left = select(Callback.id, Callback.phone).where(OPEN, Callback.phone.is_not(None))
    left = left.where(or_(Callback.needs_person, Callback.next_try_at.is_(None))).order_by(Callback.id.desc())
    allowed, ours = profile.callbacks.allowed_countries, frozenset({profile.phone})
    found = [
        (row, numbers.may_we_dial(phone or "", allowed=allowed, ours=ours))
        for row, phone in session.execute(left.limit(LOOKED_AT))
    ]
    return [(row, WHY[refusal]) for row, refusal in found if refusal][:MOST]
