"""What becomes of call-backs, written down for other software: one row for each webhook of business.toml that wants it.

The rows stand in the transaction of the change itself, so what is told has happened, and what has happened is told.
`deliveries.py` sends them. They are written last of all: a call-back is told as the transaction leaves it.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from callbacks import in_time
from callbacks.tables import Callback, Delivery
from office.database import run
from office.profile.webhooks import EVENTS, Event
from office.tables import Business, Team

NOTED = "events"
"""Under which name a session remembers what to write down before it commits."""

WEBHOOKS = select(Business.tables["webhook"])
"""Of the whole file only this is read; on most days of most houses it is nothing, and nothing more is done."""


@dataclass(frozen=True, slots=True)
class _Noted:
    """Something that became of a call-back, with what is to be said of it besides."""

    callback_id: int
    what: Event
    at: datetime
    details: dict[str, object]


def note(session: Session, callback_id: int, what: Event, now: datetime, **details: object) -> None:
    """Tell other software of this when the transaction commits. `details`: text, numbers, moments; None is left out.

    Whoever calls has changed the call-back's row, or holds it: that keeps the order of what is told of it.
    """
    noted: list[_Noted] = session.info.setdefault(NOTED, [])
    noted.append(_Noted(callback_id, what, now, {name: each for name, each in details.items() if each is not None}))


@event.listens_for(Session, "before_commit")
def _write_down(session: Session) -> None:
    noted: list[_Noted] = session.info.pop(NOTED, [])
    webhooks = run(session, WEBHOOKS).scalar() if noted else None
    if webhooks:
        rows = [row for one in noted for row in _rows(session, one, webhooks)]
        if rows:
            session.execute(insert(Delivery), rows)


def _rows(session: Session, noted: _Noted, webhooks: list[dict[str, Any]]) -> Iterator[dict[str, object]]:
    """One for each webhook that wants it, each with an id of its own."""
    urls = [webhook["url"] for webhook in webhooks if noted.what in _wanted(webhook)]
    callback = _as_it_stands(session, noted) if urls else None
    for url in urls:
        body = {"id": uuid4().hex, "event": noted.what, "at": noted.at, "details": noted.details, "callback": callback}
        yield {
            "callback_id": noted.callback_id,
            "url": url,
            "event": noted.what,
            "body": json.dumps(body, default=_moment, ensure_ascii=False),
            "created_at": noted.at,
            "send_at": noted.at,
        }


def _wanted(webhook: dict[str, Any]) -> Collection[str]:
    wanted: Collection[str] = webhook.get("events", EVENTS)
    return wanted


def _as_it_stands(session: Session, noted: _Noted) -> dict[str, object]:
    """The call-back in the words of the API, as far as this room knows it.

    Held, which costs nothing when the transaction changed it: else what is told later could be older than what was
    told before.
    """
    row = session.get_one(Callback, noted.callback_id, with_for_update=True, populate_existing=True)
    team = session.get(Team, row.team_id) if row.team_id else None
    return {
        "id": row.id,
        "phone": row.phone,
        "team": team.name if team else None,
        "kind": row.kind,
        "reason": row.reason,
        "state": row.state,
        "outcome": row.outcome,
        "owner": row.owner,
        "missed_at": row.missed_at,
        "promised_by": row.promised_by,
        "rang_in_time": in_time.rang_in_time(row, noted.at),
        "kept": in_time.kept(row, noted.at),
        "calls_missed": row.calls_missed,
        "needs_person": row.needs_person,
    }


def _moment(value: object) -> str:
    """RFC 3339 with offset; of what JSON has no form for, only moments are told."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be told")
