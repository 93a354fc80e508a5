"""Greetings as people make them: kept, undone, and which hold. Takes a Session, never commits.

No version is ever changed or taken away: the newest of those for the same situation, team, person and holiday holds, and
whoever undoes one makes another that is like the one before it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from office import audit
from office.database import run
from voicemail_greetings.choice import Greeting
from voicemail_greetings.tables import GreetingVersion

FOR = (GreetingVersion.situation, GreetingVersion.team_id, GreetingVersion.staff_id, GreetingVersion.holiday)
COLUMNS = (GreetingVersion.id, *FOR, GreetingVersion.text, GreetingVersion.sound)
NEWEST = select(func.max(GreetingVersion.id)).group_by(*FOR)
IN_FORCE = select(*COLUMNS).where(GreetingVersion.id.in_(NEWEST)).order_by(GreetingVersion.id)
OF = (
    select(GreetingVersion)
    .where(
        GreetingVersion.situation == bindparam("situation"),
        GreetingVersion.team_id.is_not_distinct_from(bindparam("team_id", type_=GreetingVersion.team_id.type)),
        GreetingVersion.staff_id.is_not_distinct_from(bindparam("staff_id", type_=GreetingVersion.staff_id.type)),
    )
    .order_by(GreetingVersion.id.desc())
)
MAKE = insert(GreetingVersion).returning(GreetingVersion.id)


class OutdatedError(Exception):
    """Somebody made a newer greeting for the same, so that this one cannot be undone any more."""


def in_force(session: Session) -> list[Greeting]:
    """Every greeting that holds, also those that are back to the stock one."""
    return [Greeting(*row) for row in run(session, IN_FORCE).all()]


def make(session: Session, greeting: Greeting, *, by: str, now: datetime) -> int:
    """Have callers hear this from now on; its id, whatever `greeting.id` said. Neither text nor sound: back to the stock one.

    The caller has looked at the text before (places.problems), and who may make it. Only a holiday has a `holiday`, and
    a person's greeting is theirs in every team.
    """
    kept = _as_kept(greeting)
    fields = {column.key: getattr(kept, column.key) for column in COLUMNS[1:]}
    made: int = run(session, MAKE, **fields, made_at=now, made_by=by).scalar_one()
    detail = "back to the stock greeting" if kept.is_blank else kept.text or "recorded"
    audit.write(session, by=by, action="greeting-made", about=f"greeting:{made}", now=now, detail=detail)
    return made


def undo(session: Session, greeting_id: int, *, by: str, now: datetime) -> int | None:
    """The one before it holds again, or the stock one when it was the first, as a version of its own: its id.

    None when there is no such greeting. Raises OutdatedError when it does not hold any more. To undo that brings it back.
    """
    undone = session.get(GreetingVersion, greeting_id)
    if undone is None:
        return None
    newest, *before = history(session, undone.situation, undone.team_id, undone.staff_id, undone.holiday)
    if newest.id != greeting_id:
        raise OutdatedError(f"greeting {greeting_id} was followed by {newest.id}")
    like = _greeting(before[0]) if before else replace(_greeting(undone), text=None, sound=None)
    return make(session, like, by=by, now=now)


def history(
    session: Session,
    situation: str,
    team_id: int | None = None,
    staff_id: int | None = None,
    holiday: str | None = None,
) -> Sequence[GreetingVersion]:
    """Every version for just that, the newest first: the first is the one that holds."""
    found = session.scalars(OF, {"situation": situation, "team_id": team_id, "staff_id": staff_id})
    return [version for version in found if _day(version.holiday) == _day(holiday)]


def _as_kept(greeting: Greeting) -> Greeting:
    return replace(
        greeting,
        team_id=None if greeting.staff_id is not None else greeting.team_id,
        holiday=" ".join((greeting.holiday or "").split()) or None if greeting.situation == "holiday" else None,
        text=greeting.text or None,
        sound=greeting.sound or None,
    )


def _greeting(version: GreetingVersion) -> Greeting:
    return Greeting(**{column.key: getattr(version, column.key) for column in COLUMNS})


def _day(holiday: str | None) -> str | None:
    """One holiday, however its name is written."""
    return " ".join((holiday or "").split()).casefold() or None
