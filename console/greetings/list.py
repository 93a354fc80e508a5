"""Every greeting as the page lists it: whose, when callers hear it, how long and how good it is, and which hold at this moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from console import wording
from console.greetings import keys as greeting_keys
from console.greetings import now as greetings_now
from console.greetings import shown as greetings_shown
from console.greetings.keys import Key
from console.greetings.now import Place, place_of
from office.hours import OpeningHours
from office.profile import Profile
from voicemail_greetings import checks, choice, greetings, queries
from voicemail_greetings.choice import SITUATIONS, Asked, Greeting
from voicemail_greetings.tables import GreetingVersion

NONE_FOR = {"lunch": "lunch", "holiday": "holidays", "away": "people who are away"}
HEARD_FOR = {**choice.WHEN, "away": "when somebody is away", "holiday": "any holiday"}


@dataclass(frozen=True, slots=True)
class Row:
    """A greeting. `sound` names it when it was recorded; `is_stock`: it ships with the product. `advice`: how much could be better, None for sounds.

    `because`: callers hear it at this moment, and why. `instead`: nobody made one for just that, and callers hear that one's.
    """

    key: Key
    text: str | None
    sound: str | None
    seconds: float | None
    is_stock: bool
    advice: int | None
    because: str | None = None
    version: GreetingVersion | None = None
    instead: Key | None = None

    @property
    def when(self) -> str:
        """When callers hear it."""
        return when(self.key)


def groups(session: Session, profile: Profile, now: datetime, own: int | None) -> dict[str, list[Row]]:
    """By whose they are: the business's first, for every situation; then teams' and people's that were made, and always the person's of that id."""
    holding, known = greetings.in_force(session), greetings_now.everyone(session, now)
    hold_now = greetings_now.heard_now(holding, profile, known, now)
    rows = _rows(session, holding, profile, known)
    usual = [Key(situation) for situation in SITUATIONS]
    if own is not None and own in known.staff:
        usual.append(Key("away", staff_id=own, staff=known.staff[own]))
    rows = {place_of(key): _heard_instead(key, holding, rows, profile) for key in usual} | rows
    told = [replace(row, because=hold_now.get(place)) for place, row in rows.items()]
    return _grouped(sorted(told, key=_order), known)


def one(session: Session, key: Key, profile: Profile, now: datetime) -> Row:
    """What callers hear for just that, whether or not somebody made one for it."""
    holding, known = greetings.in_force(session), greetings_now.everyone(session, now)
    rows = _rows(session, holding, profile, known)
    row = rows.get(place_of(key)) or _heard_instead(key, holding, rows, profile)
    return replace(row, because=greetings_now.heard_now(holding, profile, known, now).get(place_of(key)))


def when(key: Key) -> str:
    """When callers hear the greeting of that key, as a heading says it."""
    if key.situation == "holiday":
        return f"On {wording.legible(key.holiday)}" if key.holiday else "On any holiday"
    away = f"While {wording.legible(key.staff)} is away" if key.staff else "While somebody is away"
    return {"busy": "When nobody’s free", "closed": "When you’re closed", "lunch": "At lunch", "away": away}[
        key.situation
    ]


def why_instead(key: Key, heard: Key) -> str:
    """That nobody made one for just that, and which one callers hear in its place."""
    wanted = wording.legible(key.staff or key.holiday or NONE_FOR.get(key.situation, "just this"))
    return f"Nobody has made one for {wanted}, so callers hear the one for {HEARD_FOR[heard.situation]}."


def owner(key: Key, profile: Profile) -> str:
    """Whose it is."""
    return wording.legible(key.staff or key.team or profile.name)


def news(rows: Iterable[Row], hours: OpeningHours, now: datetime) -> tuple[str, str]:
    """How things stand: whether callers hear a greeting at all just now, and whether any could be better."""
    could = sum(bool(row.advice) for row in rows if row.instead is None)
    stands = {
        "busy": "You’re open: callers hear a greeting only when nobody’s free.",
        "lunch": "It’s lunch: every caller hears a greeting.",
    }.get(greetings_now.situation_now(hours, now)[0], "You’re closed: every caller hears a greeting.")
    if could:
        return stands, f"{wording.small(could)} of them could be better."
    return stands, "All of them are brief and kind."


def _rows(
    session: Session, holding: Sequence[Greeting], profile: Profile, known: greetings_now.Everyone
) -> dict[Place, Row]:
    """Those that hold, but of teams and people who are here no more."""
    here = [each for each in holding if _is_here(each, known)]
    made = {row.id: row for row in queries.versions(session, [each.id for each in here if each.id])}
    seconds = queries.seconds_of_sounds(session, {each.sound for each in here if each.sound})
    return {place_of(each): _row(made[each.id], profile, known, seconds) for each in here if each.id in made}


def _is_here(greeting: Greeting, known: greetings_now.Everyone) -> bool:
    return greeting.staff_id in {None, *known.staff} and greeting.team_id in {None, *known.teams}


def _row(
    version: GreetingVersion, profile: Profile, known: greetings_now.Everyone, seconds: Mapping[str, float]
) -> Row:
    team, staff = known.teams.get(version.team_id or 0), known.staff.get(version.staff_id or 0)
    named = greeting_keys.situation(version.situation)
    key = Key(named, version.team_id, version.staff_id, version.holiday, team, staff)
    if version.sound:
        long = seconds.get(version.sound)
        return Row(key, None, version.sound, long and greetings_shown.tenths(long), False, None, version=version)
    return replace(_worded(key, version.text, profile) if version.text else _stock(key, profile), version=version)


def _stock(key: Key, profile: Profile) -> Row:
    return replace(_worded(key, greetings_shown.stock_text(key.situation, profile), profile), is_stock=True)


def _worded(key: Key, text: str, profile: Profile) -> Row:
    seconds = greetings_shown.tenths(greetings_shown.seconds_of(text, profile.name))
    return Row(key, text, None, seconds, False, len(checks.findings(text, business=profile.name)))


def _heard_instead(key: Key, holding: Sequence[Greeting], rows: Mapping[Place, Row], profile: Profile) -> Row:
    """Nobody made one for just that: what callers hear in its place."""
    asked = Asked(key.situation, key.team_id, key.staff_id, key.holiday, greetings_shown.language(profile))
    chosen = choice.choose(holding, asked).greeting
    row = rows.get(place_of(chosen)) if chosen.id is not None else None
    return replace(row, key=key, version=None, instead=row.key) if row else _stock(key, profile)


def _order(row: Row) -> tuple[int, str]:
    return SITUATIONS.index(row.key.situation), (row.key.holiday or "").casefold()


def _grouped(rows: Sequence[Row], known: greetings_now.Everyone) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {"business": []}
    for whose in ("business", *(f"team-{each}" for each in known.teams), *(f"staff-{each}" for each in known.staff)):
        if theirs := [row for row in rows if row.key.whose == whose]:
            found[whose] = theirs
    return found
