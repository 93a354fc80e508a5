"""What went wrong and a manager has seen to: kept in the audit trail, so that it says who, and can be taken back. Never commits.

Each thing has a key: a kind and a name ("text:7"). An alert's own row says it besides.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, String, cast, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from office import audit
from office.tables import Alert, Audit

SEEN_TO, NOT_YET, TOGETHER = "seen-to", "not-seen-to", "seen-to-at-once"
KEY = re.compile(r"(alert|person|try|text|mail|message|off-duty|webhook|erasure|journal):[A-Za-z0-9-]{1,40}")
MOST = 50
"""Things at once: as many as a group shows."""

BACK_WITHIN = timedelta(hours=24)


def is_open(kind: str, row_id: InstrumentedAttribute[int] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether nobody has seen to the thing with that id, in a query about its table."""
    return func.coalesce(_last(_about(kind) + cast(row_id, String)), NOT_YET) == NOT_YET


def _last(about: ColumnElement[str]) -> ScalarSelect[str]:
    """What was last said of it."""
    said = select(Audit.action).where(Audit.about == about, Audit.action.in_((SEEN_TO, NOT_YET)))
    return said.order_by(Audit.id.desc()).limit(1).scalar_subquery()


def _about(kind: str) -> ColumnElement[str]:
    return literal(f"trouble:{kind}:")


def still_open(session: Session, keys: Collection[str]) -> set[str]:
    """Those that nobody has seen to."""
    said = select(Audit.about, Audit.action).where(Audit.about.in_([f"trouble:{key}" for key in keys]))
    last = {row.about: row.action for row in session.execute(said.order_by(Audit.id))}
    return {key for key in keys if last.get(f"trouble:{key}") != SEEN_TO}


def settle(session: Session, keys: Iterable[str], undo: str, *, by: str, now: datetime) -> int:
    """They have been seen to, by that person; how many. `undo` is the name under which it may be taken back."""
    known = [key for key in dict.fromkeys(keys) if KEY.fullmatch(key)][:MOST]
    for key in known:
        audit.write(session, by=by, action=SEEN_TO, about=f"trouble:{key}", now=now, detail=undo)
        audit.write(session, by=by, action=TOGETHER, about=f"undo:{undo}", now=now, detail=key)
    alerts = update(Alert).where(Alert.id.in_(_alerts(known)), Alert.settled_at.is_(None))
    session.execute(alerts.values(settled_at=now, settled_by=by))
    return len(known)


def unsettle(session: Session, undo: str, *, by: str, now: datetime) -> int:
    """What that person saw to under that name wants a look again, where that is the last word on it; how many things do."""
    done = (Audit.about == f"undo:{undo}", Audit.by == by, Audit.action == TOGETHER, Audit.at >= now - BACK_WITHIN)
    named = [f"trouble:{key}" for key in session.scalars(select(Audit.detail).where(*done))]
    said = select(Audit.about, Audit.detail).where(Audit.about.in_(named)).order_by(Audit.id)
    last = {row.about: row.detail for row in session.execute(said)}
    keys = [about.removeprefix("trouble:") for about, detail in last.items() if detail == undo]
    for key in keys:
        audit.write(session, by=by, action=NOT_YET, about=f"trouble:{key}", now=now)
    session.execute(update(Alert).where(Alert.id.in_(_alerts(keys))).values(settled_at=None, settled_by=None))
    return len(keys)


def _alerts(keys: Iterable[str]) -> list[int]:
    named = (key.partition(":") for key in keys)
    return [int(name) for kind, _, name in named if kind == "alert" and name.isdigit() and len(name) < 10]
