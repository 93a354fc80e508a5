"""Whether somebody can be reached in the hours to come: when the business is open, and who is on duty for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from console.rehearsed_call import EVERYBODY_IS_FREE
from office import people
from office.hours import Span
from office.profile import Profile
from office.teams import all_teams


@dataclass(frozen=True, slots=True)
class Team:
    """A team's name, who is in it, and who of them is on duty; whether callers may choose it from a menu."""

    name: str
    members: tuple[str, ...]
    on_duty: tuple[str, ...]
    in_menu: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What stands in each line, and whether an hour is open in which nobody's phone would ring."""

    lines: tuple[str, ...]
    has_gap: bool


def coverage(session: Session, profile: Profile, now: datetime, days: int) -> Coverage:
    """The next `days` days from `now` (UTC) on. Only reads."""
    today = now.astimezone(profile.zone).date()
    dates = [today + timedelta(days=ahead) for ahead in range(days)]
    reachable = people.on_duty(session) > 0
    open_spans = {day: [span for span in profile.hours.spans_on(day) if span.closes > now] for day in dates}
    lines = [_day(profile, day, spans, reachable=reachable) for day, spans in open_spans.items()]
    lines += [_team(team, reachable=reachable) for team in teams(session)]
    if not any(open_spans.values()):
        lines.append("Nothing is open in that time: callers are only promised a call.")
    return Coverage(tuple(lines), has_gap=any(open_spans.values()) and not reachable)


def teams(session: Session) -> list[Team]:
    """Every team with its members, in the order of the business's file."""
    staff, rows = people.names_at_work(session), all_teams(session)
    member_of = {staff_id: people.teams_of(session, staff_id) for staff_id in staff}
    return [
        Team(
            row.name,
            tuple(known for staff_id, known in staff.items() if row.id in member_of[staff_id]),
            tuple(sorted(person.name for person in people.free(session, EVERYBODY_IS_FREE, row.id))),
            in_menu=len(rows) > 1 and row.key is not None,
        )
        for row in rows
    ]


def _day(profile: Profile, day: date, spans: list[Span], *, reachable: bool) -> str:
    called = f"{day:%A} {day.day} {day:%B}{_special(profile, day)}"
    if not spans:
        return f"{called}: closed."
    hours = listed([_hours(profile, span) for span in spans])
    return f"{called}: open {hours}{'' if reachable else ', and nobody is on duty to answer'}."


def _special(profile: Profile, day: date) -> str:
    """The day's name when it has one: a special day's own, else the public holiday's."""
    special = profile.hours.special.get(day)
    name = special.name if special and special.name else profile.hours.holiday_on(day)
    return f" ({name})" if name else ""


def _hours(profile: Profile, span: Span) -> str:
    opens, closes = (moment.astimezone(profile.zone) for moment in (span.opens, span.closes))
    return f"{opens:%H:%M} to {closes:%H:%M}"


def _team(team: Team, *, reachable: bool) -> str:
    if team.on_duty:
        return f"{team.name}: {listed(team.on_duty)} {'is' if len(team.on_duty) == 1 else 'are'} on duty."
    nobody = f"{team.name}: nobody is {'on duty' if team.members else 'in this team'}"
    if not reachable:
        return f"{nobody}."
    return f"{nobody}; callers{f' who choose {team.name}' if team.in_menu else ''} reach anybody instead."


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
