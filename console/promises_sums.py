"""The sums of a month, read from calls and call-backs and put together into the report; and the rows behind a figure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from callbacks import figures as owed
from callbacks.tables import Callback
from console import figures, periods
from console.figures import Report, Sums
from console.periods import Period
from office import people
from office.profile import Profile
from voice import figures as called
from voice.tables import Call

MOST_BEHIND = 500
"""Rows that a list behind a figure shows; it says when there are more."""

OF_CALLS = frozenset({called.OPEN, called.ANSWERED, called.LOST, called.SHUT, called.TAKEN})
OF_PROMISES = frozenset({owed.DUE, owed.KEPT, owed.LATE, owed.SPOKEN, owed.CALLED})
OF_PERSONS = frozenset({called.TAKEN, owed.CALLED})
"""Whose calls or promises they are: only managers see who."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: of those teams (None among them: of no team), of everybody when None; with people's names or without."""

    teams: Collection[int | None] | None
    with_people: bool


def report(session: Session, period: Period, scope: Scope, profile: Profile) -> Report:
    """The whole report, in as many statements for a big house as for a small one."""
    zone, aims = profile.zone, profile.aims
    others = [periods.back(period, months, zone) for months in (1, 12)]
    house, sums = whole(session, period, scope)
    against = [(other, whole(session, other, scope)[0]) for other in others]
    calls = called.Asked(period.since, period.until, scope.teams)
    return Report(
        period=period,
        aims=aims,
        figures=figures.figures(house, against, aims),
        house=house,
        teams=figures.by_team(sums, _names(session, scope)),
        people=_people(session, period, scope),
        heat=figures.heat(called.missed_by_quarter(session, calls), zone),
        closed=called.missed_while_closed(session, calls),
        weeks=_weeks(session, period, scope, zone),
    )


def whole(session: Session, period: Period, scope: Scope) -> tuple[Sums, dict[int | None, Sums]]:
    """The sums of all teams together, and of each team that had anything to do."""
    asked = owed.Asked(period.since, period.until, scope.teams)
    kept, (middle, middles) = owed.kept_by_team(session, asked), owed.until_spoken(session, asked)
    answered = called.answered_by_team(session, called.Asked(period.since, period.until, scope.teams))
    by_team = {
        team: Sums(
            kept.get(team, owed.Count()), answered.get(team, called.Answered()), middles.get(team, owed.Middle())
        )
        for team in {*kept, *middles, *answered}
    }
    all_kept = owed.Count(sum(each.yes for each in kept.values()), sum(each.of for each in kept.values()))
    all_answered = called.Answered(
        sum(each.yes for each in answered.values()), sum(each.of for each in answered.values())
    )
    return Sums(all_kept, all_answered, middle), by_team


def promises_behind(
    session: Session, figure: str, period: Period, scope: Scope, person: int | None = None
) -> Sequence[Callback]:  # fmt: skip
    """The call-backs that a figure counts, and one more than fit when there are more."""
    asked = owed.Asked(period.since, period.until, scope.teams)
    return owed.behind(session, figure, asked, MOST_BEHIND + 1, person)


def calls_behind(
    session: Session, figure: str, period: Period, scope: Scope, *, person: int | None = None,
    spans: Sequence[called.Span] | None = None,
) -> Sequence[Call]:  # fmt: skip
    """The calls that a figure counts, within some spans if that is asked; and one more than fit when there are more."""
    asked = called.Asked(period.since, period.until, scope.teams, spans)
    return called.behind(session, figure, asked, MOST_BEHIND + 1, person)


def _names(session: Session, scope: Scope) -> dict[int, str]:
    names = people.team_names(session)
    return {team: name for team, name in names.items() if scope.teams is None or team in scope.teams}


def _people(session: Session, period: Period, scope: Scope) -> tuple[figures.PersonRow, ...] | None:
    if not scope.with_people:
        return None
    calls = called.taken_by_person(session, called.Asked(period.since, period.until, scope.teams))
    reached = owed.reached_by_person(session, owed.Asked(period.since, period.until, scope.teams))
    return figures.by_person(calls, reached, people.staff_names(session))


def _weeks(session: Session, period: Period, scope: Scope, zone: ZoneInfo) -> tuple[figures.Week, ...]:
    last = periods.week_of(period.until - timedelta(microseconds=1), zone)
    mondays = [last - timedelta(weeks=ago) for ago in reversed(range(figures.WEEKS))]
    begins = [periods.midnight(monday, zone) for monday in mondays]
    counts = owed.kept_by_week(session, [*pairwise([*begins, period.until])], scope.teams)
    return tuple(figures.Week(monday, count.yes, count.of) for monday, count in zip(mondays, counts, strict=True))
