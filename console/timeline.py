"""What stands in a customer's timeline: a line for each thing that happened, by days, newest first. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from callbacks import in_time
from callbacks.ladder import Step
from callbacks.promise import Outcome, Tried
from callbacks.tables import Attempt, Callback, Move, Rung
from callbacks.wishes import CUSTOMER
from console import messages_shown, wording
from office.profile import RetentionPolicy
from office.tables import Audit, Note
from voice import calls
from voice.tables import Call
from voicemail_greetings.tables import Message


class Kind(IntEnum):
    """What can happen, in the order in which it does when it happens at the same moment."""

    CALL, MESSAGE, PROMISE, STEP, DEED, TRY, MOVE, NOTE, END = range(9)


EVERYTHING = tuple(Kind)
SHOWS: dict[str, tuple[Kind, ...]] = {
    "all": EVERYTHING,
    "calls": (Kind.CALL, Kind.MESSAGE),
    "promises": (Kind.PROMISE, Kind.STEP, Kind.DEED, Kind.TRY, Kind.MOVE, Kind.END),
    "notes": (Kind.NOTE,),
}
"""What somebody may want to see, by its name in the address."""


class Place(NamedTuple):
    """Where a dealing stands: later moments first; `id` is its row's, of steps of the ladder their call-back's."""

    at: datetime
    kind: Kind
    id: int


@dataclass(frozen=True, slots=True)
class Dealing:
    """Something that happened, and its row; steps of the ladder that a promise went up at once are one dealing."""

    place: Place
    rows: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the words of a timeline depend on: now, the office's zone, the staff's names by id, how long messages are kept."""

    now: datetime
    zone: ZoneInfo
    staff: Mapping[int, str]
    kept: RetentionPolicy


@dataclass(frozen=True, slots=True)
class _Told:
    icon: str
    said: str
    tone: str = ""
    detail: str | None = None
    words: str | None = None
    chip: tuple[str, str] | None = None
    callback_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(_Told):
    """One line. `icon` and `tone` draw its pin; `words` are somebody's own, shown as they were said.

    `chip` is how a promise ended: its state and what it says. `callback_id` leads to the call-back that began or ended.
    """

    at: datetime
    clock: str


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of a day at the office."""

    title: str
    lines: tuple[Line, ...]


TRIED = {
    Tried.REACHED.value: "{by} spoke with them",
    Tried.STAFF_NO_ANSWER.value: "{by}’s phone rang, and nobody was free",
    Tried.STAFF_PASSED.value: "{by} couldn’t take it",
    Tried.CUSTOMER_NO_ANSWER.value: "{by} rang, no answer",
    Tried.CUSTOMER_BUSY.value: "{by} rang, the line was busy",
    Tried.CUSTOMER_MACHINE.value: "{by} rang, a machine answered",
    Tried.REFUSED.value: "{by} rang; the carrier wouldn’t put the call through",
    Tried.FAILED.value: "{by} rang; the line dropped",
    Tried.UNKNOWN.value: "{by} rang; nobody can tell whether their phone did",
}
STEPS = {
    Step.REMINDER.value: "a reminder went to whoever has it",
    Step.SECOND_PERSON.value: "a second person was asked",
    Step.TEAM.value: "the whole team was told",
    Step.MANAGER.value: "the manager was told",
    Step.LATE.value: "the promised time passed",
}
ENDED = {
    Outcome.REACHED.value: "We spoke",
    Outcome.UNREACHABLE.value: "We couldn’t reach them",
    Outcome.CANCELLED.value: "No call needed",
    Outcome.ANSWERED_ELSEWHERE.value: "They got through another way",
}
DEEDS = {
    "created": "{by} asked for a call-back",
    "asked again": "{by} asked for the call-back again",
    "claimed": "{by} took it",
    "released": "{by} put it back",
    "assigned": "{by} handed it to {detail}",
    "snoozed": "{by} set it aside",
    "number": "{by} changed the number to ring",
    "reopened": "{by} opened it again",
    "undone": "{by} took back “{detail}”",
    "never-ring": "{by} said that we don’t ring this number by ourselves",
    "may-ring": "{by} said that we may ring this number by ourselves again",
    "corrected": "{by} put the words of the message right",
    "transcribed": "{by} had the words written out again",
    "exported": "{by} took the message away as a file",
    "erased": "{by} erased the message",
    "flagged": "The message was marked",
}
"""Deeds that are told, by their name in the audit trail; the others have a line of their own, or are for auditors."""


def days(dealings: Sequence[Dealing], about: About) -> tuple[Day, ...]:
    """The lines of those dealings, under the days on which they happened."""
    lines = [_line(one, about) for one in dealings]
    by_day = groupby(lines, key=lambda line: line.at.astimezone(about.zone).date())
    return tuple(Day(day_title(day, about), tuple(of_day)) for day, of_day in by_day)


def day_title(day: Any, about: About) -> str:
    """How people name a date: "Today", "Thursday 12 November", in another year with it."""
    today = about.now.astimezone(about.zone).date()
    near = {today: "Today", today - timedelta(days=1): "Yesterday"}
    return near.get(day, f"{day:%A} {day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}"))


def _line(one: Dealing, about: About) -> Line:
    row = one.rows[0]
    told = _steps(one.rows) if one.place.kind is Kind.STEP else TELLS[one.place.kind](row, about)
    told_values = {name: getattr(told, name) for name in _Told.__slots__}
    return Line(at=one.place.at, clock=wording.clock(one.place.at, about.zone), **told_values)


def _call(row: Call, about: About) -> _Told:
    if row.outcome == calls.SPOKE:
        by = about.staff.get(row.answered_by or 0)
        return _Told(
            "phone", f"Rang, and spoke with {_name(by)}" if by else "Rang, and spoke with us", detail=_lasted(row)
        )
    if row.outcome == calls.MISSED:
        return _Told("missed", "Rang, and we missed it", "over", detail=_sentence(row.missed_because))
    if row.ended_at is None:
        return _Told("live", "On the line now", "live")
    return _Told("missed", "We rang" if row.direction == "outbound" else "Rang", detail=_sentence(row.missed_because))


def _lasted(row: Call) -> str | None:
    return None if row.ended_at is None else f"{wording.length(row.ended_at - row.started_at)} in all."


def _message(row: Message, about: About) -> _Told:
    gone = messages_shown.gone(row, about.kept)
    words = _words(row.words)
    return _Told(
        "tape", "Left a message", "sun", detail=gone or f"{wording.seconds(row.duration_s)} long.", words=words
    )


def _promise(row: Callback, about: About) -> _Told:
    return _Told(
        "clock",
        f"We promised to ring by {_by(row.promised_by, row.missed_at, about)}",
        detail=f"{wording.reason(row)}.",
        callback_id=row.id,
    )


def _end(row: Callback, about: About) -> _Told:
    kept = in_time.kept(row, about.now) is True
    called_off = row.outcome == Outcome.CANCELLED.value
    chip = None if called_off else ("kept" if kept else "broken", wording.kept(row, in_time=kept))
    said = wording.goes_on(row) or ENDED.get(row.outcome or "", "It is over")
    words = _words(wording.close_note(row))
    return _Told(
        "tick", said, "kept" if kept else "", detail=_who_closed(row), words=words, chip=chip, callback_id=row.id
    )


def _who_closed(row: Callback) -> str | None:
    if row.closed_by is None or wording.goes_on(row):
        return None
    return "They cancelled." if row.closed_by == CUSTOMER else f"{_name(row.closed_by)} closed it."


def _try(row: Attempt, about: About) -> _Told:  # noqa: ARG001 - all tells are asked alike
    if row.outcome is None:
        return _Told("live", f"{_name(row.by)} is on the phone for them now", "live")
    reached = row.outcome == Tried.REACHED.value
    talked = f"For {wording.length(timedelta(seconds=row.talked_s))}." if reached and row.talked_s else None
    said = TRIED[row.outcome].format(by=_name(row.by))
    return _Told("phone", said, "kept" if reached else "", detail=talked)


def _move(row: Move, about: About) -> _Told:
    said = f"The promise moved to {_by(row.promised_by, row.at, about)}"
    if row.by == CUSTOMER:
        return _Told("clock", said, detail=f"They {wording.legible(row.note)}.")
    return _Told("clock", said, detail=f"{_name(row.by)} wrote:", words=_words(row.note))


def _steps(rows: Sequence[Rung]) -> _Told:
    climbed = sorted(rows, key=lambda row: tuple(STEPS).index(row.rung))
    told = [STEPS[row.rung] for row in climbed]
    said = ", then ".join(told)
    tone = "over" if climbed[-1].rung == Step.LATE.value else ""
    return _Told("bell", said[:1].upper() + said[1:], tone)


def _note(row: Note, about: About) -> _Told:  # noqa: ARG001 - all tells are asked alike
    said = "Sent us a text" if row.by == CUSTOMER else f"Note from {_name(row.by)}"
    return _Told("note", said, words=_words(row.text))


def _deed(row: Audit, about: About) -> _Told:
    detail = wording.legible(row.detail or "")
    said = DEEDS[row.action].format(by=_name(row.by), detail=wording.brief(detail))
    shown = {"snoozed": _until(detail, row.at, about), "number": detail, "flagged": detail}.get(row.action)
    return _Told("people", said, detail=_sentence(shown))


def _until(detail: str, at: datetime, about: About) -> str:
    """Say "until 11:30" from the moment that the audit trail has."""
    try:
        return f"until {_by(datetime.fromisoformat(detail.removeprefix('until ')), at, about)}"
    except ValueError:
        return detail


TELLS: dict[Kind, Callable[[Any, About], _Told]] = {
    Kind.CALL: _call,
    Kind.MESSAGE: _message,
    Kind.PROMISE: _promise,
    Kind.END: _end,
    Kind.TRY: _try,
    Kind.MOVE: _move,
    Kind.NOTE: _note,
    Kind.DEED: _deed,
}


def _by(moment: datetime, told_at: datetime, about: About) -> str:
    """A time as it was said then: with its day, when that was another one."""
    day = wording.day(moment, told_at, about.zone)
    return f"{day} {wording.clock(moment, about.zone)}" if day else wording.clock(moment, about.zone)


def _name(name: str | None) -> str:
    return wording.brief(wording.legible(name or "Somebody"))


def _words(said: str | None) -> str | None:
    """Somebody's own words, in their lines, without what would turn them round."""
    return "\n".join(map(wording.legible, said.splitlines())) if said else None


def _sentence(words: str | None) -> str | None:
    return f"{wording.legible(words[:1].upper() + words[1:])}." if words else None
