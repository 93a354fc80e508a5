"""Which greetings callers hear at this moment when nobody takes their call, and why; and the holidays that are to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.greetings import keys as greeting_keys
from console.greetings import shown as greetings_shown
from console.greetings.keys import Key
from office.hours import OpeningHours
from office.profile import Profile
from office.tables import Staff, Team
from voicemail_greetings import choice
from voicemail_greetings.choice import Asked, Greeting, Situation

STAFF = select(Staff.id, Staff.name, Staff.away_until).where(Staff.left_at.is_(None)).order_by(Staff.name, Staff.id)
TEAMS = select(Team.id, Team.name).where(Team.closed_at.is_(None)).order_by(Team.name)

A_YEAR = timedelta(days=366)
"""As far ahead as holidays are offered by name."""

Place = tuple[str, int | None, int | None, str | None]
"""A greeting's situation, team, person and holiday, however that is written."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """Whose greetings there may be: names by id, and who is away just now."""

    teams: Mapping[int, str]
    staff: Mapping[int, str]
    away: Mapping[int, str]


def everyone(session: Session, now: datetime) -> Everyone:
    """As they are now; nobody who left."""
    staff = session.execute(STAFF).all()
    away = {row.id: row.name for row in staff if row.away_until and row.away_until > now}
    teams = {row.id: row.name for row in session.execute(TEAMS)}
    return Everyone(teams, {row.id: row.name for row in staff}, away)


def heard_now(
    holding: Sequence[Greeting], profile: Profile, known: Everyone, now: datetime
) -> dict[Place, str]:  # fmt: skip
    """The places of the greetings that callers hear at this moment when nobody takes their call, each with why."""
    situation, holiday = situation_now(profile.hours, now)
    usual = Asked(
        situation,
        holiday=holiday,
        language=greetings_shown.language(profile),
        is_open=situation == "busy",
        business=profile.name,
    )
    wanted = [usual, *(replace(usual, team_id=team_id, team=name) for team_id, name in known.teams.items())]
    wanted += [replace(usual, situation="away", staff_id=who, person=name) for who, name in known.away.items()]
    heard: dict[Place, str] = {}
    for asked in wanted:
        chosen = choice.choose(holding, asked)
        heard.setdefault(_chosen_place(holding, asked, chosen.greeting), chosen.because)
    return heard


def situation_now(hours: OpeningHours, now: datetime) -> tuple[Situation, str | None]:
    """Why nobody takes a call at this moment, and the name of the day when it is a special one."""
    reason = hours.reason_closed(now)
    if reason is None:
        return "busy", None
    if reason in {"closed", "lunch"}:
        return greeting_keys.situation(reason), None
    return "holiday", hours.holiday_at(now) if reason == "holiday" else reason


def days_to_come(hours: OpeningHours, today: date) -> dict[str, date]:
    """The names of the special days and the public holidays of the year ahead, each with its next date, in their order."""
    ahead = (today + timedelta(days=days) for days in range(A_YEAR.days))
    found: dict[str, date] = {}
    for day in ahead:
        special = hours.special.get(day)
        name = (special.name if special else None) or hours.holiday_on(day)
        if name:
            found.setdefault(name, day)
    return found


def place_of(of: Key | Greeting) -> Place:
    """Its place, by which two that are for the same are one."""
    return of.situation, of.team_id, of.staff_id, " ".join((of.holiday or "").split()).casefold() or None


def _chosen_place(holding: Sequence[Greeting], asked: Asked, chosen: Greeting) -> Place:
    """Where it stands in the list; the stock one where somebody went back to it, else among the business's."""
    if chosen.id is not None:
        return place_of(chosen)
    blank = {place_of(each) for each in holding if each.is_blank}
    owners = {(None, asked.staff_id): None, (asked.team_id, None): None, (None, None): None}
    days = (asked.holiday, None) if asked.situation == "holiday" else (None,)
    places = (place_of(Key(asked.situation, *owner, day)) for owner in sorted(owners, key=_is_nobodys) for day in days)
    return next((place for place in places if place in blank), place_of(Key(asked.situation)))


def _is_nobodys(owner: tuple[int | None, int | None]) -> bool:
    """The business's come last; the order of the others stays."""
    return owner == (None, None)
