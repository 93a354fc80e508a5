"""What a caller hears whom nobody takes: whose greeting it is, for which situation, and what stands in its places."""

from dataclasses import dataclass
from datetime import datetime

from office import people
from office.contact_rules import BLOCKED, MESSAGE_ONLY
from office.people import Person
from reception import whom
from reception.exchange import Exchange
from voice import wording
from voice.conversation import endings
from voice.conversation.facts import Absence, Situation
from voicemail_greetings import choice, greetings, places
from voicemail_greetings.choice import Asked, Choice

LONGEST_WORDS = 2.0
"""Seconds that the name of a caller, a team or a holiday has in a greeting."""

BRITISH = "en-GB"

FIRST = frozenset({"greet", "chose_team", "ring_team"})
"""Steps in which nobody was rung yet."""


@dataclass(frozen=True, slots=True)
class _Away:
    """Whom the caller would have been put through to, and until when they are away."""

    person: Person
    until: datetime


def facts(at: Exchange, situation: Situation) -> Absence | None:
    """The greeting for this caller, ready to be spoken; None in turns that offer nothing."""
    if _hears_no_offer(at, situation) or _rings_at_once(at, situation):
        return None
    away = _away(at, situation)
    chosen = _choice(at, situation, away)
    if chosen.greeting.sound:
        return Absence(None, chosen.greeting.sound)
    filled = places.fill(chosen.greeting.text or "", _values(situation, away))
    return Absence(filled.text, None, filled.tells_when) if filled.text else None


def _hears_no_offer(at: Exchange, situation: Situation) -> bool:
    """Gone, one of us, not wanted, done talking; or led from the greeting to the recorder."""
    if at.heard.hung_up or at.step not in whom.RINGS or situation.staff is not None or whom.has_talked(at):
        return True
    return situation.rule == BLOCKED or (situation.rule == MESSAGE_ONLY and at.step == "greet")


def _rings_at_once(at: Exchange, situation: Situation) -> bool:
    """Somebody is free whom this call has not rung yet."""
    return at.step in FIRST and situation.is_open and bool(situation.free)


def _away(at: Exchange, situation: Situation) -> _Away | None:
    """Whoever tried to ring them, or spoke with them last, when they are away; nobody of another team than the caller wants."""
    call = at.the_call
    staff_id = call.returns or whom.spoke_last(at.session, call.phone, at.now)
    until = people.away_until(at.session, staff_id, at.now)
    person = people.person(at.session, staff_id) if until else None
    if person is None or until is None or not _may_be_wanted(at, situation, person):
        return None
    return _Away(person, until)


def _may_be_wanted(at: Exchange, situation: Situation, person: Person) -> bool:
    return situation.team is None or situation.team.id in people.teams_of(at.session, person.id)


def _choice(at: Exchange, situation: Situation, away: _Away | None) -> Choice:
    team = situation.team
    return choice.choose(
        greetings.in_force(at.session),
        Asked(
            "away" if away else _why(situation),
            team_id=team.id if team else None,
            staff_id=away.person.id if away else None,
            holiday=situation.closed_because,
            language=at.profile.voice.language or BRITISH,
            is_open=situation.is_open,
            team=team.name if team else None,
            person=away.person.name if away else None,
        ),
    )


def _why(situation: Situation) -> choice.Situation:
    if situation.is_open:
        return "busy"
    because = situation.closed_because
    if because == "lunch":
        return "lunch"
    return "closed" if because in {None, "closed"} else "holiday"


def _values(situation: Situation, away: _Away | None) -> dict[str, str | None]:
    """As they are spoken. The time only when it may be named to this caller."""
    holiday = None if situation.closed_because in {None, "closed", "lunch"} else situation.closed_because
    until = wording.spoken_day(away.until, situation.now, situation.zone) if away else None
    return {
        "name": _short(situation.customer),
        "time": endings.when_promised(situation),
        "team": _short(situation.team.name) if situation.team else None,
        "person": _short(away.person.name) if away else None,
        "business": wording.spoken_name(situation.business),
        "holiday": _short(holiday),
        "until": until,
    }


def _short(name: str | None) -> str | None:
    return wording.shortened(wording.spoken_name(name) or "", LONGEST_WORDS) or None
