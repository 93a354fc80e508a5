"""What a list needs beside its rows: names, teams, calls, attempts, messages. Read by lists of ids, never row by row."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.tables import Attempt, Callback, Move, Rung
from console import asked
from office import acquaintance, people
from office.acquaintance import Acquainted
from voice.tables import Call
from voicemail_greetings import queries as messages
from voicemail_greetings.tables import Message


@dataclass(frozen=True, slots=True)
class AboutCallbacks:
    """Names and all else by phone (of customers we are sure of), team names by id; the rest by the call-back's id.

    Of `messages` the one that counts comes first. `region` reads the national numbers in them.
    """

    names: Mapping[str, str]
    customers: Mapping[str, Acquainted]
    teams: Mapping[int, str]
    calls: Mapping[int, Sequence[str]]
    attempts: Mapping[int, Sequence[Attempt]]
    moves: Mapping[int, Sequence[Move]]
    rungs: Mapping[int, Sequence[Rung]]
    messages: Mapping[int, Sequence[Message]]
    region: str

    def name(self, row: Callback) -> str | None:
        """Whom we ring."""
        return called(row, self.names)

    def customer(self, row: Callback) -> Acquainted | None:
        """Whom we ring, when it is a customer that we are sure of, and nobody wrote down another name."""
        found = self.customers.get(_known_by(row, self.customers))
        return found if found and row.name in {None, found.name} else None

    def team(self, row: Callback) -> str | None:
        """The team's name."""
        return self.teams.get(row.team_id) if row.team_id else None


@dataclass(frozen=True, slots=True)
class AboutCalls:
    """Names by phone, staff names by id, call-backs by the call's sid."""

    names: Mapping[str, str]
    staff: Mapping[int, str]
    callbacks: Mapping[str, int]


def called(row: Callback, names: Mapping[str, str]) -> str | None:
    """Whom we ring: as somebody wrote it down for this call-back, else the customer that we are sure of."""
    return row.name or names.get(_known_by(row, names))


def _known_by(row: Callback, phones: Container[str]) -> str:
    """The number that they rang from tells it before the one where they asked to be rung: that may be anybody's phone. "": neither does."""
    return next((phone for phone in (row.called_from, row.phone) if phone and phone in phones), "")


def names(session: Session, rows: Sequence[Callback]) -> Mapping[str, str]:
    """The names of the customers that we are sure of, by their numbers."""
    return people.certain_names(session, _phones(rows))


def _phones(rows: Sequence[Callback]) -> set[str]:
    return {phone for row in rows for phone in (row.phone, row.called_from) if phone}


def messages_of(session: Session, calls: Mapping[int, Sequence[str]]) -> dict[int, list[Message]]:
    """The messages that were left in each call-back's calls; the one that counts comes first."""
    owed = {sid: callback_id for callback_id, sids in calls.items() for sid in sids}
    found: dict[int, list[Message]] = {callback_id: [] for callback_id in calls}
    query = select(Message).where(Message.call_sid.in_(owed)).order_by(*messages.COUNTS_FIRST)
    for message in session.scalars(query):
        found[owed[message.call_sid]].append(message)
    return found


def about_callbacks(session: Session, rows: Sequence[Callback], *, past: bool = True) -> AboutCallbacks:
    """Everything that a list of these call-backs shows beside them; without `past` it has no attempts, moves and rungs."""
    ids = [row.id for row in rows]
    calls = promises.calls_of(session, ids)
    customers = acquaintance.sure_of(session, _phones(rows))
    return AboutCallbacks(
        names={phone: customer.name for phone, customer in customers.items()},
        customers=customers,
        teams=people.team_names(session),
        calls=calls,
        attempts=promises.attempts_of(session, ids) if past else {},
        moves=promises.moves_of(session, ids) if past else {},
        rungs=promises.rungs_of(session, ids) if past else {},
        messages=messages_of(session, calls),
        region=asked.region(session),
    )


def about_calls(session: Session, rows: Sequence[Call]) -> AboutCalls:
    """Everything that a list of these calls shows beside them."""
    return AboutCalls(
        names=people.certain_names(session, {row.phone for row in rows if row.phone}),
        staff=people.staff_names(session),
        callbacks=promises.for_calls(session, [row.sid for row in rows]),
    )
