"""What the fraud guard did lately: limits that were met, and call-backs that wait because their number isn't dialled. Only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from callbacks.promise import Tried
from callbacks.queries import OPEN
from callbacks.tables import Attempt, Callback
from console import known, wording
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
class Held:
    """What was held back, and when: a limit was met, or the carrier wouldn't put a try through for the call-back with that id and name."""

    at: datetime
    said: str
    callback_id: int | None = None
    whose: str | None = None


@dataclass(frozen=True, slots=True)
class Lately:
    """`waiting` are call-backs by id and name, and why nobody is rung for them; `held` is the newest first."""

    waiting: list[tuple[int, str, str]]
    held: list[Held]


def lately(session: Session, profile: Profile, now: datetime) -> Lately:
    """The last thirty days, newest first; what waits, for as long as it does."""
    held = [*_met(session, now - LATELY), *_by_carrier(session, profile, now - LATELY)]
    return Lately(_waiting(session, profile), sorted(held, key=lambda each: each.at, reverse=True))


def _met(session: Session, since: datetime) -> list[Held]:
    met = select(Alert.at, Alert.said).where(Alert.reason.like("guard:%"), Alert.at >= since)
    return [Held(at, said) for at, said in session.execute(met.order_by(Alert.id.desc()).limit(MOST))]


def _by_carrier(session: Session, profile: Profile, since: datetime) -> list[Held]:
    refused = select(Attempt, Callback).join(Callback, Callback.id == Attempt.callback_id)
    refused = refused.where(Attempt.outcome == Tried.REFUSED.value, Attempt.at >= since)
    found = [(each, row) for each, row in session.execute(refused.order_by(Attempt.id.desc()).limit(MOST))]
    whose = _whose(session, profile, [row for _, row in found])
    told = "{} tried, and the carrier wouldn’t put the call through."
    return [Held(each.at, told.format(wording.legible(each.by)), row.id, whose[row.id]) for each, row in found]


def _waiting(session: Session, profile: Profile) -> list[tuple[int, str, str]]:
    left = select(Callback).where(OPEN, Callback.phone.is_not(None))
    left = left.where(or_(Callback.needs_person, Callback.next_try_at.is_(None))).order_by(Callback.id.desc())
    allowed, ours = profile.callbacks.allowed_countries, frozenset({profile.phone})
    found = [
        (row, numbers.may_we_dial(row.phone or "", allowed=allowed, ours=ours))
        for row in session.scalars(left.limit(LOOKED_AT))
    ]
    refused = [(row, WHY[refusal]) for row, refusal in found if refusal][:MOST]
    whose = _whose(session, profile, [row for row, _ in refused])
    return [(row.id, whose[row.id], why) for row, why in refused]


def _whose(session: Session, profile: Profile, rows: Sequence[Callback]) -> dict[int, str]:
    """What a manager knows each of these call-backs by: the customer's name, else the number."""
    names = known.names(session, rows)
    return {row.id: _called(row, names, profile.country) for row in rows}


def _called(row: Callback, names: Mapping[str, str], region: str) -> str:
    name = wording.brief(wording.legible(known.called(row, names) or ""))
    return f"{name}’s call-back" if name else f"Call-back for {wording.number(row.phone or '', region)}"
