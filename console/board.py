"""The list of call-backs as a page shows it: groups and rows. Made from rows and what is known about them; pure.

Nothing in it grows with the clock but the group a row stands in, so two boards that are equal look the same but for
their countdowns, which the template writes and the browser keeps fresh.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callbacks import in_time
from callbacks.promise import Outcome, State
from callbacks.tables import Attempt, Callback
from console import digests, messages_shown, wording
from console.known import AboutCallbacks
from console.messages_shown import Message, Setting
from office import acquaintance

LATE, SOON, TODAY, LATER, DONE = "late", "soon", "today", "later", "done"

LONGEST_NOTE = 160
"""Characters of a note that a row has room for."""

MOST_BEADS = 40
"""More marks than this in a line tell nobody anything; the words beside them still do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call-back. `state` is late, soon, due, snoozed, live, kept, broken or closed; `chip` its words when they stand still.

    `calls_missed`: how many calls of theirs led to it; none: somebody wrote it down. `birthday`: it is theirs today. `language` is what they speak, unless we do.
    Of one that is over, `ended` says how, `closed` who closed it when nobody spoke with them, and `note` what they wrote. `acts` is what its viewer may do with it.
    """

    id: int
    state: str
    group: str
    who: str
    number: str | None
    team: str | None
    promised_by: datetime
    missed_at: datetime
    by: str
    day: str | None
    chip: str | None
    talking_since: datetime | None
    reason: str
    calls_missed: int
    rang: str | None
    birthday: bool
    language: str | None
    tries: str | None
    ended: str | None
    closed: str | None
    note: str | None
    owner: str | None
    owner_is_viewer: bool
    needs_person: bool
    messages: tuple[Message, ...]
    acts: tuple[str, ...] = ()

    @property
    def rang_us(self) -> bool:
        """Whether a call of theirs led to it."""
        return self.calls_missed > 0

    @property
    def version(self) -> str:
        """The same for rows that look the same but for their countdowns."""
        return digests.version(self)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `hint` follows their count."""

    name: str
    title: str
    hint: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of rows beside themselves, by their ids: what the viewer may do with each, and which were set aside."""

    acts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    snoozed: frozenset[int] = frozenset()


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Board:
    """The rows of a page. `open` counts all that is owed, also what this page has no room for."""

    groups: tuple[Group, ...]
    done: tuple[Row, ...]
    open: int


def board(
    owed: Sequence[Callback],
    closed: Sequence[Callback],
    how_many: int,
    about: AboutCallbacks,
    at: Setting,
    marks: Marks = NO_MARKS,
) -> Board:
    """The board of these open call-backs, most urgent first, and of those that are over; `how_many` are owed in all."""
    rows = [row_of(callback, about, at, marks) for callback in owed]
    return Board(tuple(_groups(rows, at)), tuple(row_of(callback, about, at, marks) for callback in closed), how_many)


def _groups(rows: Sequence[Row], at: Setting) -> Iterator[Group]:
    half_hour = at.remind_before == timedelta(minutes=30)
    soon = "In the next half hour" if half_hour else f"In the next {wording.length(at.remind_before)}"
    titles = {LATE: "Past the promised time", SOON: soon, TODAY: "Later today", LATER: "Another day"}
    for name, title in titles.items():
        of_group = tuple(row for row in rows if row.group == name)
        if of_group:
            yield Group(name, title, "ring these first" if name == LATE else "", of_group)


def row_of(row: Callback, about: AboutCallbacks, at: Setting, marks: Marks = NO_MARKS) -> Row:
    """One call-back as a list shows it."""
    name, number = about.name(row), wording.number(row.phone, at.region) if row.phone else wording.WITHHELD
    trying, customer = _under_way(about.attempts[row.id]), about.customer(row)
    state, chip = _state(row, trying, at, marks)
    today = at.now.astimezone(at.zone).date()
    owner = trying.by if trying else row.owner
    return Row(
        id=row.id,
        state=state,
        group=_group(row, at),
        who=wording.legible(name or "") or number,
        number=number if name else None,
        team=about.team(row),
        promised_by=row.promised_by,
        missed_at=row.missed_at,
        by=wording.clock(row.promised_by, at.zone),
        day=wording.day(row.promised_by, at.now, at.zone),
        chip=chip,
        talking_since=trying.customer_answered_at if trying else None,
        reason=wording.reason(row),
        calls_missed=row.calls_missed,
        rang=wording.rang_often(row.calls_missed),
        birthday=acquaintance.has_birthday(customer.birthday if customer else None, today),
        language=wording.language(customer.language if customer else None),
        tries=wording.tries(about.attempts[row.id], at.zone),
        ended=wording.ended(row, at.now, at.zone),
        closed=None if row.outcome == Outcome.REACHED.value else wording.closed(row, at.now, at.zone),
        note=_note(row),
        owner=wording.legible(owner) if owner else None,
        owner_is_viewer=owner == at.viewer,
        needs_person=row.needs_person,
        messages=tuple(messages_shown.message(one, row, at) for one in about.messages[row.id]),
        acts=marks.acts.get(row.id, ()),
    )


def _note(row: Callback) -> str | None:
    """The beginning of what was written when it was closed."""
    words = wording.legible(" ".join((wording.close_note(row) or "").split())) if row.closed_at else ""
    return f"{words[:LONGEST_NOTE].rstrip()}…" if len(words) > LONGEST_NOTE else words or None


def _under_way(attempts: Sequence[Attempt]) -> Attempt | None:
    return next((one for one in reversed(attempts) if one.ended_at is None), None)


def _state(row: Callback, trying: Attempt | None, at: Setting, marks: Marks) -> tuple[str, str | None]:
    if row.state == State.DONE.value:
        return _how_it_ended(row, at)
    if row.state == State.CALLING.value:
        return "live", "Talking" if trying and trying.customer_answered_at else "Ringing"
    group = _group(row, at)
    if group != LATE and row.id in marks.snoozed and row.next_try_at is not None:
        return "snoozed", wording.back_at(row.next_try_at, at.now, at.zone)
    return (group if group in {LATE, SOON} else "due"), None


def _how_it_ended(row: Callback, at: Setting) -> tuple[str, str]:
    if row.outcome == Outcome.CANCELLED.value:
        return "closed", wording.NO_CALL
    kept = in_time.kept(row, at.now) is True
    return "kept" if kept else "broken", wording.kept(row, in_time=kept)


def _group(row: Callback, at: Setting) -> str:
    if row.state == State.DONE.value:
        return DONE
    if row.promised_by < at.now:
        return LATE
    if row.promised_by - at.now <= at.remind_before:
        return SOON
    return TODAY if row.promised_by.astimezone(at.zone).date() == at.now.astimezone(at.zone).date() else LATER
