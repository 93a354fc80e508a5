"""The list of call-backs as a page shows it: sentence, groups, rows. Made from rows and what is known about them; pure.

Nothing in it grows with the clock but the group a row stands in, so two boards that are equal look the same but for
their countdowns, which the template writes and the browser keeps fresh.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from callbacks import in_time
from callbacks.promise import Outcome, State
from callbacks.tables import Attempt, Callback
from console import messages_shown, wording
from console.known import AboutCallbacks
from console.messages_shown import Message, Setting

LATE, SOON, TODAY, LATER, DONE = "late", "soon", "today", "later", "done"

MOST_BEADS = 40
"""More marks than this in a line tell nobody anything; the words beside them still do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call-back. `state` is late, soon, due, live, kept, broken or closed; `chip` its words when they stand still."""

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
    rang: str | None
    tries: str | None
    ended: str | None
    owner: str | None
    owner_is_viewer: bool
    needs_person: bool
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `hint` follows their count."""

    name: str
    title: str
    hint: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The whole list. `open` counts all that is owed, also what this page has no room for."""

    news: str
    next_step: str
    groups: tuple[Group, ...]
    done: tuple[Row, ...]
    open: int
    kept: int
    late: int
    to_come: int
    all_clear: str
    free: int
    on_duty: int

    @property
    def version(self) -> str:
        """The same for boards that look the same: a browser that has it needs no other."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def left_out(self) -> int:
        """Open call-backs that are not on this page."""
        return self.open - sum(len(group.rows) for group in self.groups)

    @property
    def beads(self) -> tuple[str, ...]:
        """Today's promises, a mark each."""
        marks = ("kept",) * self.kept + ("late",) * self.late + ("open",) * self.to_come
        return marks if len(marks) <= MOST_BEADS else ()


def board(
    owed: Sequence[Callback], closed: Sequence[Callback], how_many: int, about: AboutCallbacks, at: Setting
) -> Board:  # fmt: skip
    """The board of these open call-backs, most urgent first, and of those that were closed today."""
    rows = [_row(callback, about, at) for callback in owed]
    done = tuple(_row(callback, about, at) for callback in closed)
    late = [row for row in rows if row.group == LATE]
    coming = [row for row in rows if row.group != LATE]
    said = [(wording.brief(row.who), _spoken(row)) for row in coming]
    news, next_step = wording.news([wording.brief(row.who) for row in late], said)
    kept = sum(row.state == "kept" for row in done)
    return Board(
        news=news,
        next_step=next_step,
        groups=tuple(_groups(rows, at)),
        done=done,
        open=how_many,
        kept=kept,
        late=len(late) + sum(row.state == "broken" for row in done),
        to_come=sum(row.group in {SOON, TODAY} for row in coming),
        all_clear=wording.all_clear(kept, len(done)),
        free=at.free,
        on_duty=at.on_duty,
    )


def _groups(rows: Sequence[Row], at: Setting) -> Iterator[Group]:
    half_hour = at.remind_before == timedelta(minutes=30)
    soon = "In the next half hour" if half_hour else f"In the next {wording.length(at.remind_before)}"
    titles = {LATE: "Past the promised time", SOON: soon, TODAY: "Later today", LATER: "Another day"}
    for name, title in titles.items():
        of_group = tuple(row for row in rows if row.group == name)
        if of_group:
            yield Group(name, title, "ring these first" if name == LATE else "", of_group)


def _row(row: Callback, about: AboutCallbacks, at: Setting) -> Row:
    name, number = about.name(row), wording.number(row.phone, at.region) if row.phone else wording.WITHHELD
    trying = _under_way(about.attempts[row.id])
    state, chip = _state(row, trying, at)
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
        rang=wording.rang_often(row.calls_missed),
        tries=wording.tries(about.attempts[row.id], at.zone),
        ended=wording.ENDED.get(row.outcome or ""),
        owner=wording.legible(owner) if owner else None,
        owner_is_viewer=owner == at.viewer,
        needs_person=row.needs_person,
        messages=tuple(messages_shown.message(one, row, at) for one in about.messages[row.id]),
    )


def _under_way(attempts: Sequence[Attempt]) -> Attempt | None:
    return next((one for one in reversed(attempts) if one.ended_at is None), None)


def _state(row: Callback, trying: Attempt | None, at: Setting) -> tuple[str, str | None]:
    if row.state == State.DONE.value:
        return _how_it_ended(row, at)
    if row.state == State.CALLING.value:
        return "live", "Talking" if trying and trying.customer_answered_at else "Ringing"
    group = _group(row, at)
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


def _spoken(row: Row) -> str:
    return f"{row.day} {row.by}" if row.day else row.by
