"""What the report on promises says: figures with fixed definitions, held against other months. Made from sums; pure.

Page and CSV are written from the same `Report`, so they cannot differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.figures import Count, Middle
from console.periods import Period
from office.profile import AimPolicy
from voice.figures import Answered

FEWEST = 10
"""With fewer cases than this a share or a median says more about chance than about us."""

TOO_FEW = "Too few to say"
NO_TEAM = "No team"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKS = 12
STEPS = (0.15, 0.30, 0.50, 0.75)
"""Shares of the largest cell, up to which a cell of the heat map has the first, second, third and fourth shade."""

DEFINITIONS = {
    "kept": "Promises whose time came in the period: in how many of them we spoke with the customer by then, in whichever way they "
    "got through. Those that the customer cancelled or that became one with another, and calls that we began ourselves "
    "(apology, outreach), are left out.",
    "answered": "Customers’ calls that began in the period while we were open: in how many of them they spoke with a person in that "
    "very call. Calls of our own staff and unwanted ones are left out.",
    "middle": "Customers owed a call with whom we spoke in the period, in whichever way: clock time, nights included, from their "
    "first missed call until we spoke. Half of them waited less. The same are left out as among promises.",
    "missed": "Calls in open hours that no person answered, by the hour at which they began.",
    "person": "Calls that the person answered in the period, at any hour; customers whom they reached by a call-back in it, and how "
    "many of those by the promised time. Alphabetical; people work different hours.",
}
"""Fixed: a figure means the same in every month, and the next reader would count differently."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What was counted of one group in one period."""

    kept: Count = field(default_factory=Count)
    answered: Answered = field(default_factory=Answered)
    middle: Middle = field(default_factory=Middle)


@dataclass(frozen=True, slots=True)
class Change:
    """Another period's value, and how this one's differs; `better` None: no difference, or nothing to hold it against."""

    period: Period
    value: str
    words: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `number` and its `unit`, empty when there are too few; `value` is both in words. `cases` says of how many.

    `aim` is what we aim for in words, `is_reached` whether it is as the page tells both; None: too few to say.
    """

    key: str
    title: str
    value: str
    number: str
    unit: str
    cases: str
    of: int
    aim: str
    is_reached: bool | None
    changes: tuple[Change, ...]
    definition: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """The figures of one team; `id` None: of no team."""

    id: int | None
    name: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What one person took and reached."""

    id: int
    name: str
    calls: int
    reached: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Missed calls by day of the week and hour: `cells[day][place]` with the hours named in `hours`."""

    hours: tuple[int, ...]
    cells: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """Of the whole week."""
        return sum(map(sum, self.cells))

    def step(self, many: int) -> int:
        """The shade of a cell, 0 to 5, by its share of the largest."""
        most = max((max(row, default=0) for row in self.cells), default=0)
        return 0 if not many else 1 + sum(many > share * most for share in STEPS)

    @property
    def advice(self) -> str:
        """Where calls slip away; empty when nothing stands out."""
        ranked = sorted(((many, day, hour) for day, row in enumerate(self.cells) for hour, many in zip(self.hours, row, strict=True)), reverse=True)  # fmt: skip
        if self.total < FEWEST or len(ranked) < 2 or ranked[0][0] == ranked[1][0]:
            return ""
        many, day, hour = ranked[0]
        return f"{WEEKDAYS[day]}s {hour} to {hour + 1} stand out: {many} of the {self.total} were missed then."


@dataclass(frozen=True, slots=True)
class Week:
    """Promises whose time came in the week that begins on that Monday."""

    monday: date
    kept: int
    of: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that page and CSV say about one month. `people` is None for whoever may not see them."""

    period: Period
    aims: AimPolicy
    figures: tuple[Figure, ...]
    house: Sums
    teams: tuple[TeamRow, ...]
    people: tuple[PersonRow, ...] | None
    heat: Heat
    closed: int
    weeks: tuple[Week, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted at all: no call, no promise, nor any in the weeks before."""
        counted = [*(figure.of for figure in self.figures), self.closed, *(week.of for week in self.weeks)]
        return not any(counted) and not self.people

    @property
    def sentence(self) -> tuple[str, str]:
        """How the month went, and what to hold it against."""
        kept = self.figures[0]
        if self.is_empty:
            quiet = "A quiet month so far." if self.period.running else f"Nothing was counted in {self.period.name}."
            return quiet, ""
        if kept.of < FEWEST:
            return "There is too little to say yet.", "Figures start with the first ten promises."
        so_far = " so far this month" if self.period.running else f" in {self.period.month_name}"
        change = kept.changes[0]
        against = f"{_than(change.words)} in {change.period.held_against}." if change.better is not None else ""
        return f"{kept.number} in 100 promises kept{so_far}.", against


def figures(now: Sums, others: Sequence[tuple[Period, Sums]], aims: AimPolicy) -> tuple[Figure, ...]:
    """The three figures, each with its aim and its changes against the others."""
    kept, answered = [(period, sums.kept) for period, sums in others], [(period, sums.answered) for period, sums in others]  # fmt: skip
    return (
        _share("kept", "Promises kept", now.kept, kept, aims.kept),
        _share("answered", "Answered by a person", now.answered, answered, aims.answered),
        _time(now.middle, [(period, sums.middle) for period, sums in others], aims.call_back),
    )


def percent(count: Count | Answered) -> int:
    """Of 100. All are 100 and none is 0, and nothing else is."""
    if count.yes in {0, count.of}:
        return 100 if count.yes else 0
    return min(max((200 * count.yes + count.of) // (2 * count.of), 1), 99)


def share(count: Count | Answered) -> str:
    """A share in words: "94%", or that there are too few."""
    return f"{percent(count)}%" if count.of >= FEWEST else TOO_FEW


def middle(found: Middle) -> str:
    """A median in words: "38 min", or that there are too few."""
    return length(found.seconds) if found.of >= FEWEST and found.seconds is not None else TOO_FEW


def length(seconds: int) -> str:
    """Whole minutes, rounded: "38 min", "2 h 5 min"."""
    hours, rest = divmod(minutes(seconds), 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "")))


def minutes(seconds: int) -> int:
    """As they are told, rounded."""
    return (seconds + 30) // 60


def by_team(sums: Mapping[int | None, Sums], names: Mapping[int, str]) -> tuple[TeamRow, ...]:
    """Every team in the order of the business's file, those of no team last when there are any."""
    rows = [TeamRow(team, name, sums.get(team, Sums())) for team, name in names.items()]
    return (*rows, *([TeamRow(None, NO_TEAM, sums[None])] if None in sums else []))


def by_person(
    calls: Mapping[int, int], reached: Mapping[int, Count], names: Mapping[int, str]
) -> tuple[PersonRow, ...]:  # fmt: skip
    """Everybody who took or reached anybody, alphabetically: nobody is ranked."""
    there = sorted((name.casefold(), person) for person, name in names.items() if person in calls or person in reached)
    found = ((person, reached.get(person, Count())) for _, person in there)
    return tuple(PersonRow(person, names[person], calls.get(person, 0), count.of, count.yes) for person, count in found)


def heat(quarters: Iterable[tuple[datetime, int]], zone: ZoneInfo, usual: range = range(8, 18)) -> Heat:
    """The week's cells of what was counted by quarters of an hour; the usual hours always, others where calls were missed."""
    cells: dict[tuple[int, int], int] = {}
    for begun, many in quarters:
        there = begun.astimezone(zone)
        cells[there.weekday(), there.hour] = cells.get((there.weekday(), there.hour), 0) + many
    hours = {hour for _, hour in cells} | set(usual)
    span = tuple(range(min(hours), max(hours) + 1))
    return Heat(span, tuple(tuple(cells.get((day, hour), 0) for hour in span) for day in range(7)))


def _share(
    key: str, title: str, now: Count | Answered, others: Sequence[tuple[Period, Count | Answered]], aim: int
) -> Figure:  # fmt: skip
    number, unit = (str(percent(now)), "%") if now.of >= FEWEST else ("", "")
    changes = tuple(_points(now, period, other) for period, other in others)
    cases = f"{now.yes:,} of {now.of:,}"
    is_reached = percent(now) >= aim if number else None
    return Figure(key, title, share(now), number, unit, cases, now.of, f"{aim}%", is_reached, changes, DEFINITIONS[key])


def _points(now: Count | Answered, period: Period, other: Count | Answered) -> Change:
    if min(now.of, other.of) < FEWEST or percent(now) == percent(other):
        same = "the same" if min(now.of, other.of) >= FEWEST else ""
        return Change(period, share(other), same, None)
    more = percent(now) - percent(other)
    return Change(period, share(other), f"up {more}" if more > 0 else f"down {-more}", more > 0)


def _time(now: Middle, others: Sequence[tuple[Period, Middle]], aim: timedelta) -> Figure:
    said, most = middle(now), int(aim.total_seconds())
    number, unit = (said, "") if said != TOO_FEW else ("", "")
    changes = tuple(_minutes(now, period, other) for period, other in others)
    cases = "1 customer" if now.of == 1 else f"{now.of:,} customers, half of them sooner"
    is_reached = minutes(now.seconds) < minutes(most) if number and now.seconds is not None else None
    return Figure(
        "middle", "Middle time to call back", said, number, unit, cases, now.of,
        f"under {length(most)}", is_reached, changes, DEFINITIONS["middle"],
    )  # fmt: skip


def _minutes(now: Middle, period: Period, other: Middle) -> Change:
    if min(now.of, other.of) < FEWEST or now.seconds is None or other.seconds is None:
        return Change(period, middle(other), "", None)
    less = minutes(other.seconds) - minutes(now.seconds)
    if less == 0:
        return Change(period, middle(other), "the same", None)
    return Change(period, middle(other), f"{length(abs(less) * 60)} {'less' if less > 0 else 'more'}", less > 0)


def _than(words: str) -> str:
    """What "up 5" is in a sentence: "5 more than"."""
    way, _, many = words.partition(" ")
    return f"That is {many} {'more' if way == 'up' else 'fewer'} than"
