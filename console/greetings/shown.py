"""Greetings as the JSON API shows them, and how a text sounds with an example in each of its places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from console.shown import moment
from office import people, spoken
from office.profile import Profile
from voicemail_greetings import checks, choice, convert_process, places, queries, stock
from voicemail_greetings.choice import Greeting
from voicemail_greetings.greeting import Situation
from voicemail_greetings.places import Filled
from voicemail_greetings.tables import GreetingVersion

Shape = dict[str, Any]

LONGEST_SOUND = timedelta(seconds=convert_process.LONGEST)

TOMORROW = {"time": "ten past ten tomorrow morning"}
"""In the place of the time when nobody is there for the rest of the day."""

ONLY_IN = {"holiday": ("holiday",), "person": ("away",), "until": ("away",)}
"""Places that have something in them in some situations only."""


@dataclass(frozen=True, slots=True)
class About:
    """What is shown beside greetings: names of teams and staff by id, seconds of sounds by name."""

    teams: Mapping[int, str]
    staff: Mapping[int, str]
    seconds: Mapping[str, float]


def versions(session: Session, rows: Sequence[GreetingVersion], profile: Profile) -> list[Shape]:
    """Greetings as somebody made them; neither text nor sound: back to the one that ships."""
    seconds = queries.seconds_of_sounds(session, {row.sound for row in rows if row.sound})
    about = About(people.team_names(session), people.staff_names(session), seconds)
    return [_version(row, about, profile) for row in rows]


def _version(row: GreetingVersion, about: About, profile: Profile) -> Shape:
    return {
        "id": row.id,
        "situation": row.situation,
        "team": about.teams.get(row.team_id) if row.team_id else None,
        "staff": about.staff.get(row.staff_id) if row.staff_id else None,
        "holiday": row.holiday,
        "text": row.text,
        "sound": url_for("sounds.play", name=row.sound) if row.sound else None,
        "made_by": row.made_by,
        "made_at": moment(row.made_at),
        "seconds": _seconds(row, about, profile),
    }


def by_id(session: Session, greeting_id: int | None, profile: Profile) -> Shape:
    """The same, of one that is there."""
    session.flush()
    return versions(session, [session.get_one(GreetingVersion, greeting_id)], profile)[0]


def stock_ones(profile: Profile) -> list[Shape]:
    """Ours, for each situation."""
    return [stock_one(stock.greeting(situation, language(profile)), profile) for situation in choice.SITUATIONS]


def stock_one(greeting: Greeting, profile: Profile) -> Shape:
    """One that ships: nobody made it."""
    nobodys = dict.fromkeys(("id", "team", "staff", "holiday", "sound", "made_by", "made_at"))
    seconds = tenths(seconds_of(greeting.text or "", profile.name))
    return {**nobodys, "situation": greeting.situation, "text": greeting.text, "seconds": seconds}


def stock_text(situation: Situation, profile: Profile) -> str:
    """Our own words for a situation."""
    return stock.greeting(situation, language(profile)).text or ""


def language(profile: Profile) -> str:
    """The tag of the language that the business speaks."""
    return profile.voice.language or stock.BRITISH


def example(
    text: str, situation: str | None, profile: Profile, own: Mapping[str, str | None] = MappingProxyType({})
) -> Filled:
    """The text with what usually stands in its places, or what is their `own`; of those that this situation has, if one is named."""
    is_over = situation in {"closed", "holiday", "away"}
    values = {**checks.ORDINARY, **(TOMORROW if is_over else {}), "business": profile.name, **own}
    absent = {place for place, only in ONLY_IN.items() if situation is not None and situation not in only}
    return places.fill(text, {place: value for place, value in values.items() if place not in absent})


def seconds_of(text: str, business: str) -> float:
    """About how long a text takes to say."""
    return spoken.seconds(places.fill(text, {**checks.ORDINARY, "business": business}).text)


def tenths(seconds: float) -> float:
    """Seconds as they are shown: how long something takes to say is an estimate."""
    return round(seconds, 1)


def _seconds(row: GreetingVersion, about: About, profile: Profile) -> float | None:
    if row.sound is not None:
        seconds = about.seconds.get(row.sound)
    else:
        seconds = seconds_of(row.text, profile.name) if row.text else None
    return None if seconds is None else tenths(seconds)
