"""What a list needs beside its rows: names, teams, calls, attempts, messages. Read by lists of ids, never row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.tables import Attempt, Callback, Move, Rung
from office import people
from voice.tables import Call
from voicemail_greetings import queries as messages
from voicemail_greetings.tables import Message


@dataclass(frozen=True, slots=True)
class AboutCallbacks:
    """Names by phone (of customers we are sure of), team names by id; the rest by the call-back's id.

    `messages` holds the last message of each call-back that has one.
    """

    names: Mapping[str, str]
    teams: Mapping[int, str]
    calls: Mapping[int, Sequence[str]]
    attempts: Mapping[int, Sequence[Attempt]]
    moves: Mapping[int, Sequence[Move]]
    rungs: Mapping[int, Sequence[Rung]]
    messages: Mapping[int, Message]

    def name(self, row: Callback) -> str | None:
        """Whom we ring: as somebody wrote it down for this call-back, else the customer that we are sure of.

        The number that they rang from tells it before the one where they asked to be rung: that may be anybody's phone.
        """
        found = (self.names.get(phone) for phone in (row.called_from, row.phone) if phone)
        return row.name or next(filter(None, found), None)

    def team(self, row: Callback) -> str | None:
        """The team's name."""
        return self.teams.get(row.team_id) if row.team_id else None


@dataclass(frozen=True, slots=True)
class AboutCalls:
    """Names by phone, staff names by id, call-backs by the call's sid."""

    names: Mapping[str, str]
    staff: Mapping[int, str]
    callbacks: Mapping[str, int]


def about_callbacks(session: Session, rows: Sequence[Callback]) -> AboutCallbacks:
    """Everything that a list of these call-backs shows beside them."""
    ids = [row.id for row in rows]
    calls = promises.calls_of(session, ids)
    left = messages.of_calls(session, [sid for sids in calls.values() for sid in sids])
    found = {row.id: [left[sid] for sid in calls[row.id] if sid in left] for row in rows}
    return AboutCallbacks(
        names=people.certain_names(session, {phone for row in rows for phone in (row.phone, row.called_from) if phone}),
        teams=people.team_names(session),
        calls=calls,
        attempts=promises.attempts_of(session, ids),
        moves=promises.moves_of(session, ids),
        rungs=promises.rungs_of(session, ids),
        messages={callback_id: max(some, key=lambda one: one.id) for callback_id, some in found.items() if some},
    )


def about_calls(session: Session, rows: Sequence[Call]) -> AboutCalls:
    """Everything that a list of these calls shows beside them."""
    return AboutCalls(
        names=people.certain_names(session, {row.phone for row in rows if row.phone}),
        staff=people.staff_names(session),
        callbacks=promises.for_calls(session, [row.sid for row in rows]),
    )
