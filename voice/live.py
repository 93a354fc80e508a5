"""Calls that are going on: who waits, whose phone rings for them, and who talks with them. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from voice.conversation import messages
from voice.tables import Call, Leg

OTHERS = (Call.direction == "inbound", Call.ended_at.is_(None), ~Call.own)
"""Customers' calls that are not over; somebody of ours on the staff line waits for nobody."""


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A customer who is in a call to us. `rings` are the staff whose phones ring for them.

    `talks_with` took them, at `talks_since`. `in_line`: they wait in the queue. `at_the_beep`: they are leaving a message.
    """

    id: int
    phone: str | None
    team_id: int | None
    began_at: datetime
    in_line: bool
    at_the_beep: bool
    rings: tuple[int, ...]
    talks_with: int | None
    talks_since: datetime | None

    @property
    def waits_for_a_person(self) -> bool:
        """They want a person now and have none."""
        return self.talks_with is None and not self.at_the_beep and (self.in_line or bool(self.rings))


def going_on(session: Session, teams: frozenset[int] | None = None) -> list[LiveCall]:
    """Every customer's call that is not over, the longest first; `teams` narrows to those teams and to no team."""
    query = select(Call).where(*OTHERS)
    if teams is not None:
        query = query.where(or_(Call.team_id.is_(None), Call.team_id.in_(teams)))
    # In order here, not there: to have them sorted, the database would read every call that ever was.
    calls = sorted(session.scalars(query), key=lambda call: (call.started_at, call.id))
    legs = _legs_of(session, [call.id for call in calls])
    return [_live(call, legs[call.id]) for call in calls]


def _legs_of(session: Session, ids: Sequence[int]) -> defaultdict[int, list[Leg]]:
    """The staff phones of these calls that are not done."""
    found: defaultdict[int, list[Leg]] = defaultdict(list)
    query = select(Leg).where(Leg.call_id.in_(ids), Leg.ended_at.is_(None)).order_by(Leg.call_id, Leg.number)
    for leg in session.scalars(query):
        found[leg.call_id].append(leg)
    return found


def _live(call: Call, legs: Sequence[Leg]) -> LiveCall:
    taken = next((leg for leg in reversed(legs) if leg.accepted_at is not None), None)
    rings = [leg.staff_id for leg in legs if leg.accepted_at is None and leg.outcome is None]
    return LiveCall(
        id=call.id,
        phone=call.phone,
        team_id=call.team_id,
        began_at=call.started_at,
        in_line=call.waiting_since is not None,
        at_the_beep=call.step in messages.STEPS,
        rings=() if taken else tuple(dict.fromkeys(rings)),
        talks_with=taken.staff_id if taken else None,
        talks_since=taken.accepted_at if taken else None,
    )
