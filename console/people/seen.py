"""The people and teams of the business as a page shows them: who is on duty and why, what a team does with its callers. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from console import said, wording
from office import teams
from office.hours import HoursError
from office.profile import Profile
from office.tables import Staff
from office.teams import TeamRow

STRATEGIES = {
    teams.LONGEST_IDLE: ("Longest idle", "Rings whoever has had no call for longest, then the next."),
    teams.ALL_AT_ONCE: ("All at once", "Rings everybody who is free at once; the first to press 1 has the caller."),
    teams.IN_TURN: ("In turn", "Rings one after the other, so that each phone rings as often as any."),
}
"""How a team's phones ring: a name, and a sentence."""

ON_THE_PHONE = {
    "call": "With a caller",
    "attempt": "Ringing a customer back",
    "take": "Recording a greeting",
    "check": "Their phone is being checked",
}


ANSWERS_WITHIN = timedelta(seconds=90)
"""A phone rings for a minute at most, and the question takes seconds."""


class Checked(Protocol):
    """When a phone was rung to check it, when the key was pressed, and whether the carrier refused."""

    @property
    def rung_at(self) -> datetime | None: ...

    @property
    def checked_at(self) -> datetime | None: ...

    @property
    def refused(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody's phone rings, and why: `state` is free, live, rest, away, off or left."""

    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the staff. `phone` is as the viewer may see it; None: somebody else has the number now."""

    id: int
    name: str
    initials: str
    mark: int
    phone: str | None
    role: str
    teams: tuple[str, ...]
    on_duty: bool
    standing: Standing
    last_rang: str


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `cover` says who has its callers when that isn't the team, None: it is."""

    id: int
    name: str
    key: str | None
    strategy: str
    rings: str
    people: tuple[Person, ...]
    cover: str | None


@dataclass(frozen=True, slots=True)
class At:
    """What a page is made for: the moment, the business, and whether its viewer manages."""

    now: datetime
    profile: Profile
    manages: bool


def person(row: Staff, names: Sequence[str], at: At) -> Person:
    """One of the staff, in the teams of these names."""
    return Person(
        id=row.id,
        name=wording.legible(row.name),
        initials=wording.initials(row.name),
        mark=row.id % 6,
        phone=phone(row.phone, at),
        role=row.role,
        teams=tuple(names),
        on_duty=row.on_duty,
        standing=standing(row, at),
        last_rang=f"last rung {_when(row.last_rang_at, at)}" if row.last_rang_at else "not rung yet",
    )


def phone(number: str, at: At) -> str | None:
    """The whole number for a manager, its end for others."""
    if not number.startswith("+"):
        return None
    return wording.number(number, at.profile.country) if at.manages else f"…{number[-3:]}"


def standing(row: Staff, at: At) -> Standing:
    """How somebody stands now, and why."""
    if row.left_at is not None:
        return Standing("left", f"Left {_when(row.left_at, at)}")
    if row.busy_until is not None and row.busy_until > at.now:
        kind = (row.busy_with or "").partition(":")[0]
        return Standing("live", ON_THE_PHONE.get(kind, "On the phone"))
    if not row.on_duty:
        return _off(row, at)
    if row.rest_until is not None and row.rest_until > at.now:
        return Standing("rest", f"On duty, rests until {row.rest_until.astimezone(at.profile.zone):%H:%M:%S}")
    return Standing("free", _rota(at))


def _off(row: Staff, at: At) -> Standing:
    if row.away_until is not None and row.away_until > at.now:
        return Standing("away", f"Away until {_when(row.away_until, at)}")
    if row.misses:
        calls = "a call" if row.misses == 1 else f"{row.misses} calls in a row"
        return Standing("off", f"Taken off duty: {calls} went unanswered")
    return Standing("off", "Off duty: switched off")


def _rota(at: At) -> str:
    """Of somebody on duty who is in no call: phones ring in opening hours."""
    closed = _closed(at, "the phone rings")
    if closed:
        return f"On duty, {closed}"
    if at.profile.hours.always:
        return "Free, on duty at any hour"
    return f"Free, on duty until {_when(at.profile.hours.next_span(at.now).closes, at)}"


def _closed(at: At, rings: str) -> str | None:
    """From when on what rings does; None: we are open."""
    try:
        opens = at.profile.hours.next_span(at.now).opens
    except HoursError:
        return "there’s no opening within a year"
    return f"{rings} from {_when(opens, at)}" if opens > at.now else None


def _when(moment: datetime, at: At) -> str:
    return said.when(moment, at.now, at.profile.zone)


def team(row: TeamRow, members: Sequence[Person], *, only: bool, anybody: bool) -> Team:
    """A team with its people; `only`: there is no other, `anybody`: somebody in the house is on duty."""
    rings = STRATEGIES[row.strategy][1]
    name = wording.legible(row.name)
    cover = _cover(wording.brief(name), members, only=only, anybody=anybody)
    return Team(row.id, name, None if only else row.key, row.strategy, rings, tuple(members), cover)


def _cover(name: str, members: Sequence[Person], *, only: bool, anybody: bool) -> str | None:
    if any(one.on_duty for one in members):
        return None
    if only or not anybody:
        return "Nobody is on duty, so callers are offered a promise straight away."
    if not members:
        return f"Nobody is in {name} yet, so its callers go to everyone."
    return f"Nobody in {name} is on duty, so its callers go to everyone who is."


def lead(everybody: Collection[Person], at: At) -> tuple[str, str]:
    """How things stand, and what follows from it."""
    on_duty, free = sum(one.on_duty for one in everybody), sum(one.standing.state == "free" for one in everybody)
    if not everybody:
        return "Nobody is here yet.", "Add the first person, and their phone rings for callers."
    if not on_duty:
        return "Nobody is on duty.", "Callers are offered a promise straight away."
    all_of_them = _count(len(everybody)).lower()
    some = "Everybody is" if on_duty == len(everybody) else f"{_count(on_duty)} of {all_of_them} {_are(on_duty)}"
    closed = _closed(at, "phones ring")
    free_now = f"{_count(free)} {_are(free)} free to be rung." if free else "Nobody is free just now."
    return f"{some} on duty.", f"We’re closed: {closed}." if closed else free_now


def _count(many: int) -> str:
    return wording.SMALL_NUMBERS[many] if many < len(wording.SMALL_NUMBERS) else str(many)


def _are(many: int) -> str:
    return "is" if many == 1 else "are"


def check(standing: Checked, at: At) -> str:
    """What came of ringing somebody's phone to check it."""
    if standing.rung_at is None:
        return "This number was never rung to check it."
    if standing.checked_at is not None:
        return f"It works: they pressed 1, {_when(standing.checked_at, at)}."
    if standing.refused:
        return f"Tried {_when(standing.rung_at, at)}, and it couldn’t be rung. Check the number, or try again."
    if at.now - standing.rung_at < ANSWERS_WITHIN:
        return "Ringing… whoever picks up is asked to press 1."
    return f"Rung {_when(standing.rung_at, at)}, and nobody pressed 1. Check the number, or try again."


def promises(name: str, many: int) -> str:
    """What somebody has who is about to leave."""
    return f"{wording.brief(name)} has {'1 open promise' if many == 1 else f'{many} open promises'}."


def listed(names: Mapping[int, str], ids: Collection[int]) -> list[str]:
    """The names of these, in their order."""
    return [name for key, name in names.items() if key in ids]
