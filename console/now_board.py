"""The board on the wall: who waits, who is free, what is late. Made from what was read; pure.

Nothing in it grows with the clock, so two boards that are equal look the same but for their countdowns, which the template
writes and the browser keeps fresh. Customers may see the wall: names are short, and numbers are their last digits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.tables import Callback
from callbacks.today import Today, UnderWay
from console import digests, wording
from console.board import MOST_BEADS
from console.known import called
from voice.live import LiveCall

MOST_LINES, MOST_MATES = 4, 5
"""Lines of each list: what fits a screen that is read from four metres. The rest is counted."""

NAMES_TOLD = 3
A_NEW_CALLER = "A new caller"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is there, or away until then. `busy_with` names what they are reserved for ("call:7")."""

    id: int
    name: str
    on_duty: bool
    busy_with: str | None
    resting: bool
    away_until: datetime | None

    @property
    def is_free(self) -> bool:
        """Whether their phone would ring now."""
        return self.on_duty and self.busy_with is None and not self.resting


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the board tells of, as it was read at `now`. `names` are customers' by number, `staff` everybody's by id.

    `ringing` is what reserves a person for a call-back that nobody answered yet, also where the viewer doesn't see it.
    """

    now: datetime
    zone: ZoneInfo
    remind_before: timedelta
    calls: Sequence[LiveCall]
    tries: Sequence[tuple[UnderWay, Callback]]
    ringing: frozenset[str]
    owed: Sequence[Callback]
    today: Today
    people: Sequence[OnDuty]
    staff: Mapping[int, str]
    teams: Mapping[int, str]
    names: Mapping[str, str]
    how_many_owed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A call: who, what happens to them, and since when. `kind` is ringing, waiting, talking or else."""

    kind: str
    who: str
    what: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """A promise; `state` is late, soon or due, or live while somebody is keeping it."""

    who: str
    what: str
    promised_by: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody on duty; `state` is free, live or away."""

    name: str
    initials: str
    mark: int
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class NowBoard:
    """The whole board. `longest_since` is when the call began of whoever waits longest, None when nobody does."""

    sentence: str
    longest_since: datetime | None
    waiting: str
    free: int
    on_duty: int
    who_is_free: str
    today: Today
    late_first: Next | None
    calls: tuple[Line, ...]
    promises: tuple[Next, ...]
    mates: tuple[Mate, ...]
    more_calls: int
    more_promises: int
    more_mates: int

    @property
    def version(self) -> str:
        """The same for boards that look the same."""
        return digests.version(self)

    @property
    def beads(self) -> tuple[str, ...]:
        """Today's promises, a mark each."""
        marks = ("kept",) * self.today.kept + ("late",) * self.today.late + ("open",) * self.today.to_come
        return marks if len(marks) <= MOST_BEADS else ()


def board(seen: Seen) -> NowBoard:
    """The board of what was seen."""
    waits = [call for call in seen.calls if call.waits_for_a_person]
    free = [short_name(one.name) for one in seen.people if one.is_free]
    on_duty = sum(one.on_duty for one in seen.people)
    calls, owed, mates = list(_lines(seen)), [_next(row, seen) for row in seen.owed], list(_mates(seen))
    return NowBoard(
        sentence=sentence(len(waits), len(free), on_duty, seen.today.past),
        longest_since=waits[0].began_at if waits else None,
        waiting=_waiting(waits),
        free=len(free),
        on_duty=on_duty,
        who_is_free=listed(free),
        today=seen.today,
        late_first=owed[0] if owed and seen.today.past else None,
        calls=tuple(calls[:MOST_LINES]),
        promises=tuple(owed[:MOST_LINES]),
        mates=tuple(mates[:MOST_MATES]),
        more_calls=max(len(calls) - MOST_LINES, 0),
        more_promises=max(seen.how_many_owed - MOST_LINES, 0),
        more_mates=max(on_duty - MOST_MATES, 0),
    )


def sentence(waiting: int, free: int, on_duty: int, past: int) -> str:
    """How things stand, in one breath."""
    if waiting and not on_duty:
        return "Nobody is on duty, so callers are offered a promise straight away."
    if waiting:
        callers = "One caller is" if waiting == 1 else f"{_small(waiting)} callers are"
        people = {0: "nobody is", 1: "one person is"}.get(free, f"{_small(free).lower()} people are")
        return f"{callers} waiting, {people} free."
    if past:
        late = "one customer is past their" if past == 1 else f"{_small(past).lower()} customers are past their"
        return f"Nobody is waiting, but {late} time."
    return "All calm. Nobody is waiting."


def short_name(name: str) -> str:
    """First name and initial, of an address what stands before the @: the wall is seen by whoever walks by."""
    words = wording.brief(wording.legible(name)).partition("@")[0].split()
    return f"{words[0]} {words[-1][0].upper()}." if len(words) > 1 else "".join(words) or A_NEW_CALLER


def listed(names: Sequence[str]) -> str:
    """Names in a row ("Tom O. and Sam W."); of many the first and how many more."""
    told = list(names[:NAMES_TOLD])
    if len(names) > NAMES_TOLD:
        told.append(f"{len(names) - NAMES_TOLD} more")
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else "".join(told)


def _small(many: int) -> str:
    return wording.SMALL_NUMBERS[many] if many < len(wording.SMALL_NUMBERS) else str(many)


def _waiting(waits: Sequence[LiveCall]) -> str:
    ringing = sum(bool(call.rings) for call in waits)
    told = [f"{ringing} ringing" if ringing else "", f"{len(waits) - ringing} waiting" if len(waits) > ringing else ""]
    return ", ".join(filter(None, told)) or "Nobody is waiting"


def _lines(seen: Seen) -> Iterator[Line]:
    """Who waits first, the longest wait on top; then who is talked with."""
    rank = {"ringing": 0, "waiting": 0}
    inward = [_line(call, seen) for call in seen.calls]
    outward = [_keeping(tried, row, seen) for tried, row in seen.tries]
    yield from sorted([*inward, *outward], key=lambda line: (rank.get(line.kind, 1), line.since))


def _line(call: LiveCall, seen: Seen) -> Line:
    name = seen.names.get(call.phone) if call.phone else None
    who = short_name(name) if name else A_NEW_CALLER
    kind, what = _what(call, seen)
    return Line(kind, who, what, call.talks_since or call.began_at)


def _what(call: LiveCall, seen: Seen) -> tuple[str, str]:
    team = wording.legible(seen.teams.get(call.team_id, "")) if call.team_id else ""
    if call.talks_with is not None:
        return "talking", f"With {_staff(call.talks_with, seen)}"
    if call.rings:
        return "ringing", f"Ringing {listed([_staff(one, seen) for one in call.rings])}"
    if call.at_the_beep:
        return "message", "Leaving a message"
    if call.in_line:
        return "waiting", f"Waiting for {team}" if team else "Waiting for anybody"
    return "choosing", "Hearing the greeting"


def _staff(staff_id: int | None, seen: Seen) -> str:
    """Of the staff; a sign-in or token of nobody in particular is somebody's."""
    return short_name(seen.staff.get(staff_id or 0, "somebody"))


def _keeping(tried: UnderWay, row: Callback, seen: Seen) -> Line:
    by, who = short_name(tried.by), _customer(row, seen)
    if tried.answered_at is not None:
        return Line("talking", who, f"Called back by {by}", tried.answered_at)
    return Line("calling", who, f"{by} is ringing them" if tried.rang_at else f"{by}’s phone rings", tried.at)


def _next(row: Callback, seen: Seen) -> Next:
    left = row.promised_by - seen.now
    state = "late" if left < timedelta() else "soon" if left <= seen.remind_before else "due"
    day = wording.day(row.promised_by, seen.now, seen.zone)
    by = " ".join(filter(None, ("by", day, wording.clock(row.promised_by, seen.zone))))
    busy = {callback.id for _, callback in seen.tries}
    owner = f"with {_staff(row.owner_id, seen)}" if row.owner else "nobody yet"
    return Next(_customer(row, seen), f"{by}, {'ringing now' if row.id in busy else owner}", row.promised_by, state)


def _customer(row: Callback, seen: Seen) -> str:
    name = called(row, seen.names)
    if name:
        return short_name(name)
    return f"Ending in {row.phone[-3:]}" if row.phone else wording.WITHHELD


def _mates(seen: Seen) -> Iterator[Mate]:
    """Who is free first, then who is busy, then who catches breath, then who is away and comes back; each alphabetical."""
    order = {"free": 0, "live": 1, "away": 2}
    there = [one for one in seen.people if one.on_duty or one.away_until]
    told = [(one, *_doing(one, seen)) for one in there]
    for one, state, words in sorted(told, key=lambda each: (not each[0].on_duty, order[each[1]], each[0].name.casefold())):  # fmt: skip
        yield Mate(short_name(one.name), wording.initials(one.name), one.id % 6, state, words)


def _doing(one: OnDuty, seen: Seen) -> tuple[str, str]:
    if one.busy_with is not None:
        return "live", "Ringing" if one.busy_with in seen.ringing else "On a call"
    if not one.on_duty and one.away_until is not None:
        day = wording.day(one.away_until, seen.now, seen.zone)
        return "away", " ".join(filter(None, ("Back", day, wording.clock(one.away_until, seen.zone))))
    return ("away", "Catching breath") if one.resting else ("free", "Free")
