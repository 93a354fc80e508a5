"""business.toml: the business as its owner writes it down. Read, check everything, and say what is wrong and where.

`read` is for a file that somebody wrote: problems carry lines. `Profile.from_tables` rebuilds quickly from
`Profile.tables`, the same tables as plain JSON-able data, for a profile that was stored.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from office.hours import OpeningHours
from office.profile import telling
from office.profile.aims import AimPolicy, aims_of
from office.profile.checks import Finding, Values, check
from office.profile.lines import key_lines, line_of
from office.profile.problems import Problem, ProfileError

__all__ = [
    "AimPolicy",
    "AlertPolicy",
    "CallbackPolicy",
    "GuardPolicy",
    "HoldingPolicy",
    "Problem",
    "Profile",
    "ProfileError",
    "PromisePolicy",
    "RecordingPolicy",
    "RetentionPolicy",
    "RingingPolicy",
    "StaffProfile",
    "TeamProfile",
    "TextPolicy",
    "VoiceProfile",
    "WebhookProfile",
    "WordsPolicy",
    "read",
    "refusal",
]


@dataclass(frozen=True, slots=True)
class VoiceProfile:
    """Who speaks our sentences, in the carrier's names ("Polly.Amy-Neural", "en-GB"); None: what the carrier takes by itself.

    `greeting` names a recording that is played instead of the first sentence.
    """

    name: str | None
    language: str | None
    greeting: str | None = None


@dataclass(frozen=True, slots=True)
class PromisePolicy:
    """`within` counts open hours between a missed call and our call-back; `ceiling` counts the wall clock."""

    within: timedelta
    ceiling: timedelta


@dataclass(frozen=True, slots=True)
class RingingPolicy:
    """How staff phones ring. `off_after_misses` 0 means never off duty by itself."""

    patience: timedelta
    rounds: int
    rest_after: timedelta
    off_after_misses: int
    keep_free: int


@dataclass(frozen=True, slots=True)
class HoldingPolicy:
    """How long a caller holds at a time before a call-back is promised; `music` names what they hear, None: ours."""

    longest: timedelta
    music: str | None


@dataclass(frozen=True, slots=True)
class CallbackPolicy:
    """When call-backs are tried, in all 1 + len(retry_after) times, and to which regions ("GB").

    `claim_for`: how long somebody has one that they took and did nothing with.
    """

    first_try_after: timedelta
    retry_after: tuple[timedelta, ...]
    remind_before: timedelta
    allowed_countries: frozenset[str]
    claim_for: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """What we dial at most, in calls and minutes of talk, and how fast; `calls_per_second` 0 means as fast as we can."""

    number_per_day: int
    house_per_hour: int
    house_per_day: int
    minutes_per_day: int = 600
    calls_per_second: float = 1.0


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """How a manager is told what they must know: "text", "mail" or both; what fails goes the other way if it can."""

    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """Whether `customers` are texted by themselves, and their texts understood and answered."""

    customers: bool


@dataclass(frozen=True, slots=True)
class RecordingPolicy:
    """What callers are told before anything of theirs is recorded (None: nothing), and whether the carrier keeps what we have fetched."""

    notice: str | None = None
    delete_at_carrier: bool = False


@dataclass(frozen=True, slots=True)
class WordsPolicy:
    """How messages are written out: by which engines in turn, in which language ("en"), and which words tell of urgency or a complaint."""

    engines: tuple[str, ...]
    language: str
    urgent: tuple[str, ...]
    complaint: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long we keep the sound of messages, their words, texts, and what other software was told."""

    recordings: timedelta
    words: timedelta
    texts: timedelta
    deliveries: timedelta


@dataclass(frozen=True, slots=True)
class TeamProfile:
    """A team; `key` is its menu digit; `strategy` is longest-idle, all-at-once or in-turn."""

    name: str
    key: str | None
    strategy: str


@dataclass(frozen=True, slots=True)
class StaffProfile:
    """A person; `phone` is E.164, `teams` team names, `role` manager or staff; `notices` says how they are told of messages: text, mail or none."""

    name: str
    phone: str
    teams: tuple[str, ...]
    role: str
    email: str | None = None
    notices: str = "text"


@dataclass(frozen=True, slots=True)
class WebhookProfile:
    """Other software that is told what becomes of call-backs: where, and which events by name."""

    url: str
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """The business. Phones are E.164; `country` is ISO alpha-2 and `subdivision` its part ("GB", "ENG").

    `tables` is what it was read from, as plain data: left-out keys are left out there too. Audio is named as in the
    file in a profile that was read, and by what is in it ("<sha256>.wav") in one that is stored (office/sounds.py).
    """

    name: str
    phone: str
    zone: ZoneInfo
    country: str
    subdivision: str | None
    manager_phone: str
    manager_email: str | None
    voice: VoiceProfile
    hours: OpeningHours
    promise: PromisePolicy
    aims: AimPolicy
    ringing: RingingPolicy
    holding: HoldingPolicy
    callbacks: CallbackPolicy
    guard: GuardPolicy
    alerts: AlertPolicy
    texts: TextPolicy
    recording: RecordingPolicy
    words: WordsPolicy
    retention: RetentionPolicy
    teams: tuple[TeamProfile, ...]
    staff: tuple[StaffProfile, ...]
    webhooks: tuple[WebhookProfile, ...]
    tables: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_tables(cls, tables: dict[str, Any], source: str = "stored profile") -> "Profile":
        """The profile that `tables` describes. Raises ProfileError; its problems have no lines."""
        values, found = check(tables)
        if found:
            raise ProfileError(tuple(Problem(source, None, key, what) for key, what in found))
        return _build(values, tables)


def read(text: str, source: str = "business.toml") -> Profile:
    """The profile that a file's text describes. Raises ProfileError with every problem, in the order of the lines."""
    tables = _parse(text.removeprefix("\ufeff"), source)
    values, found = check(tables)
    if found:
        raise refusal(found, text, source)
    return _build(values, tables)


def refusal(found: Iterable[Finding], text: str, source: str) -> ProfileError:
    """The error that tells what was found about the keys of a file's text, in the order of the lines."""
    lines = key_lines(text.removeprefix("\ufeff"))
    problems = [Problem(source, line_of(key, lines), key, what) for key, what in found]
    return ProfileError(tuple(sorted(problems, key=lambda problem: problem.line or 0)))


def _parse(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
        said = str(error)[: place.start()] if place else str(error)
        what = f'cannot be read: {said}; text stands in quotes, for example name = "Harbour Bikes"'
        raise ProfileError((Problem(source, line, "", what),)) from None


def _build(values: Values, tables: dict[str, Any]) -> Profile:
    business, callbacks, promise = values["business"], values["callbacks"], PromisePolicy(**values["promise"])
    country, subdivision = business["country"]
    return Profile(
        name=business["name"],
        phone=business["phone"],
        zone=business["timezone"],
        country=country,
        subdivision=subdivision,
        manager_phone=business["manager_phone"],
        manager_email=business["manager_email"],
        voice=VoiceProfile(**values["voice"]),
        hours=values["hours"],
        promise=promise,
        aims=aims_of(values["aims"], promise.within),
        ringing=RingingPolicy(**values["ringing"]),
        holding=HoldingPolicy(**values["holding"]),
        callbacks=CallbackPolicy(
            **callbacks | {"allowed_countries": callbacks["allowed_countries"] or frozenset({country})}
        ),
        guard=GuardPolicy(**values["guard"]),
        alerts=AlertPolicy(**values["alerts"]),
        texts=TextPolicy(**values["texts"]),
        recording=RecordingPolicy(**values["recording"]),
        words=_words(values),
        retention=RetentionPolicy(**values["retention"]),
        teams=tuple(TeamProfile(**team) for team in values["team"]),
        staff=tuple(StaffProfile(**person) for person in values["staff"]),
        webhooks=tuple(WebhookProfile(**entry) for entry in values["webhook"]),
        tables=_plain(tables),
    )


def _words(values: Values) -> WordsPolicy:
    """Left out, the language is the one that we speak in, and the words that tell something are that language's own."""
    said = values["words"]
    language = said["language"] or (values["voice"]["language"] or "en").partition("-")[0]
    told = {
        flag: said[flag] if said[flag] is not None else telling.WORDS[flag].get(language, ()) for flag in telling.WORDS
    }
    return WordsPolicy(said["engines"], language, **told)


def _plain(value: Any) -> Any:
    """A copy that JSON can hold: TOML's dates become text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
