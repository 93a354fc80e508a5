"""The days to come as a table: when we are open, who of each team is on duty for it, and the open hours in which nobody's phone would ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.coverage import listed
from console.hours.shown import Bar
from console.hours.written import day_words
from office.hours import OpeningHours, Span
from office.profile import Profile
from office.tables import Staff, StaffTeam
from office.teams import all_teams
from office.written_hours import DAY

MOST_NAMES = 4
"""In a cell; whoever is more is counted."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who can be rung from `since` on: from now, or from when they are back."""

    name: str
    team_id: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """A team on a day, in words. `has_gap`: nobody of it is there for some of the open hours."""

    said: str
    has_gap: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day's name, its open hours in words, its bars in minutes (those with nobody apart), and a cell for each team; none while closed."""

    called: str
    name: str | None
    hours: str
    covered: list[Bar]
    gaps: list[Bar]
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Week:
    """The days, the teams' names, and the sentence about gaps; None: there is none."""

    teams: list[str]
    days: list[Day]
    gap: str | None


def week(session: Session, profile: Profile, now: datetime, days: int = 7) -> Week:
    """The next days from `now` (UTC) on, as who is on duty now, or away until a time, says. Only reads."""
    teams, everybody = all_teams(session), _on_duty(session, now)
    since = min((person.since for person in everybody), default=None)
    today = now.astimezone(profile.zone).date()
    dates = [today + timedelta(days=ahead) for ahead in range(days)]
    by_team = [[person for person in everybody if person.team_id == team.id] for team in teams]
    shown = [_day(profile, day, today, now, by_team, since) for day in dates]
    return Week([team.name for team in teams], shown, _gap(shown, since))


def _on_duty(session: Session, now: datetime) -> list[OnDuty]:
    query = select(Staff.name, StaffTeam.team_id, Staff.on_duty, Staff.away_until)
    query = query.outerjoin(StaffTeam, StaffTeam.staff_id == Staff.id).where(Staff.left_at.is_(None))
    rows = session.execute(query.order_by(Staff.name, Staff.id))
    return [
        OnDuty(row.name, row.team_id, now if row.on_duty else row.away_until)
        for row in rows
        if row.on_duty or row.away_until
    ]


def _day(
    profile: Profile, day: date, today: date, now: datetime, teams: Sequence[Sequence[OnDuty]], since: datetime | None
) -> Day:  # fmt: skip
    hours, zone = profile.hours, profile.zone
    of_the_night = [span for span in _left_of(hours, day - timedelta(days=1), now) if _bars(span, day, zone)]
    begun = _left_of(hours, day, now)
    covered, gaps = _split([*of_the_night, *begun], since)
    return Day(
        "Today" if day == today else day_words(day, today),
        _name(hours, day),
        _hours(hours, day, of_the_night, now),
        [bar for span in covered for bar in _bars(span, day, zone)],
        [bar for span in gaps for bar in _bars(span, day, zone)],
        [_cell(team, spans, zone) for team in teams] if (spans := begun or of_the_night) else [],
    )


def _left_of(hours: OpeningHours, day: date, now: datetime) -> list[Span]:
    """What is still to come of the spans that begin on that day."""
    return [Span(max(span.opens, now), span.closes) for span in hours.spans_on(day) if span.closes > now]


def _hours(hours: OpeningHours, day: date, of_the_night: Sequence[Span], now: datetime) -> str:
    """All of a day's own hours that are not over, and the end of the night before."""
    spans = [_times(span, hours.zone) for span in hours.spans_on(day) if span.closes > now]
    late = [f"until {span.closes.astimezone(hours.zone):%H:%M} from the night before" for span in of_the_night]
    return listed([*late, *spans]).capitalize() if late or spans else "Closed"


def _name(hours: OpeningHours, day: date) -> str | None:
    special = hours.special.get(day)
    return special.name if special and special.name else hours.holiday_on(day)


def _split(open_spans: Sequence[Span], since: datetime | None) -> tuple[list[Span], list[Span]]:
    """The time from when somebody can be rung, and the time before that."""
    covered = [Span(max(span.opens, since), span.closes) for span in open_spans if since and span.closes > since]
    gaps = [
        Span(span.opens, min(span.closes, since or span.closes))
        for span in open_spans
        if not since or span.opens < since
    ]
    return covered, gaps


def _times(span: Span, zone: ZoneInfo) -> str:
    opens, closes = span.opens.astimezone(zone), span.closes.astimezone(zone)
    if span.closes - span.opens >= timedelta(hours=23) and closes.hour == 0:
        return "Round the clock"
    return f"{opens:%H:%M} to {closes:%H:%M}"


def _bars(span: Span, day: date, zone: ZoneInfo) -> list[Bar]:
    """What of the span falls on that day's own line, from midnight to midnight."""
    opens, closes = (min(max(_minute(moment, day, zone), 0), DAY) for moment in (span.opens, span.closes))
    return [(opens, closes - opens)] if opens < closes else []


def _minute(moment: datetime, day: date, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return (local.date() - day).days * DAY + local.hour * 60 + local.minute


def _cell(team: Sequence[OnDuty], spans: Sequence[Span], zone: ZoneInfo) -> Cell:
    opens, closes = spans[0].opens, spans[-1].closes
    there = [person for person in team if person.since < closes]
    if not there:
        return Cell("Nobody", has_gap=True)
    names = [_from(person, opens, zone) for person in there[:MOST_NAMES]]
    more = [f"{len(there) - MOST_NAMES} more"] if len(there) > MOST_NAMES else []
    return Cell(listed([*names, *more]), has_gap=min(person.since for person in there) > opens)


def _from(person: OnDuty, opens: datetime, zone: ZoneInfo) -> str:
    return person.name if person.since <= opens else f"{person.name} from {person.since.astimezone(zone):%H:%M}"


def _gap(days: Sequence[Day], since: datetime | None) -> str | None:
    hurt = [day for day in days if day.gaps]
    if not hurt:
        return None
    if since is None:
        return "Nobody is on duty. Until somebody is, callers are only promised a call."
    when = listed([day.called.replace("Today", "today") for day in hurt])
    return f"Nobody is on duty for some of the open hours of {when}: callers are only promised a call then."
