"""Which greeting a caller hears when nobody takes their call: a person's, else their team's, else the business's, else ours. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voicemail_greetings import stock
from voicemail_greetings.greeting import SITUATIONS, Greeting, Situation

__all__ = ["SITUATIONS", "Asked", "Choice", "Greeting", "Situation", "choose"]

Occasion = tuple[Situation, str | None]
"""A situation, and the one holiday that it is for."""

Owner = tuple[int | None, int | None]
"""The team or the person whose greeting it is."""

BUSINESS: Owner = (None, None)
THE_BUSINESS = "the business"
WHEN: Mapping[Situation, str] = {
    "busy": "when nobody’s free",
    "closed": "when you’re closed",
    "lunch": "lunch",
    "away": "when they’re away",
}
"""What a greeting is for, as managers read it; a holiday has its name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a greeting is wanted for: whom the caller would be put through to, and why they are not.

    `holiday` is today's name, if it has one. `is_open` matters when a person is away: the others may be there. `team`,
    `person` and `business` are the names by which a manager knows whose it may be.
    """

    situation: Situation
    team_id: int | None = None
    staff_id: int | None = None
    holiday: str | None = None
    language: str = "en-GB"
    is_open: bool = True
    team: str | None = None
    person: str | None = None
    business: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The greeting, with text or sound in any case, and why this one: a sentence that a manager reads."""

    greeting: Greeting
    because: str


def choose(greetings: Sequence[Greeting], asked: Asked) -> Choice:
    """The greeting that fits best: whose it is goes before what it is for. Of two for the same the newer (`id`) holds.

    One that is blank sends its own situation back to ours; as a stand-in for another situation it counts as none.
    """
    newest, occasions = _newest(greetings), tuple(_occasions(asked))
    for owner in _owners(asked):
        for place, occasion in enumerate(occasions):
            found = newest.get((owner, occasion))
            if found and not found.is_blank:
                return Choice(found, _because(owner, occasion, occasions[:place], asked))
            if found and occasion[0] == asked.situation:
                return Choice(_ours(asked), _went_back(owner, occasion, asked))
    return Choice(_ours(asked), _no_other(asked))


def _newest(greetings: Sequence[Greeting]) -> dict[tuple[Owner, Occasion], Greeting]:
    made = sorted((each for each in greetings if each.id is not None), key=lambda each: each.id or 0)
    return {(_owner(each), (each.situation, _holiday(each))): each for each in made}


def _owner(greeting: Greeting) -> Owner:
    """A person's greeting is theirs in every team."""
    return (None, greeting.staff_id) if greeting.staff_id is not None else (greeting.team_id, None)


def _holiday(greeting: Greeting) -> str | None:
    return _same(greeting.holiday) if greeting.situation == "holiday" else None


def _same(holiday: str | None) -> str | None:
    """One holiday, however its name is written; None without one."""
    return " ".join((holiday or "").split()).casefold() or None


def _owners(asked: Asked) -> Iterator[Owner]:
    if asked.staff_id is not None:
        yield None, asked.staff_id
    if asked.team_id is not None:
        yield asked.team_id, None
    yield BUSINESS


def _occasions(asked: Asked) -> Iterator[Occasion]:
    """What a greeting may be for, from the most fitting on. Somebody is away: after that counts whether we are open."""
    situation: Situation = asked.situation
    if situation == "away":
        yield "away", None
        situation = "busy" if asked.is_open else "holiday" if _same(asked.holiday) else "closed"
    if situation == "holiday":
        yield from (("holiday", day) for day in dict.fromkeys((_same(asked.holiday), None)))
    if situation in {"busy", "lunch"}:
        yield situation, None
    if situation != "busy":
        yield "closed", None


def _ours(asked: Asked) -> Greeting:
    """A closed day without a name is said to be closed."""
    nameless = asked.situation == "holiday" and not _same(asked.holiday)
    return stock.greeting("closed" if nameless else asked.situation, asked.language)


def _because(owner: Owner, occasion: Occasion, instead_of: Sequence[Occasion], asked: Asked) -> str:
    who = _who(owner, asked)
    of = f"{who}’" if who.endswith("s") and who != THE_BUSINESS else f"{who}’s"
    own = f"{of[0].upper()}{of[1:]} own, for {_what(occasion, asked)}"
    has = "they have" if owner[1] is not None else "it has"
    return f"{own}; {has} none for {_what(instead_of[0], asked)}." if instead_of else f"{own}."


def _went_back(owner: Owner, occasion: Occasion, asked: Asked) -> str:
    who = "you" if owner == BUSINESS else _who(owner, asked)
    return f"Ringtrue’s own, for {_what(occasion, asked)}; {who} went back to it."


def _no_other(asked: Asked) -> str:
    return f"Ringtrue’s own, for {_what((asked.situation, _same(asked.holiday)), asked)}; nobody has made another."


def _who(owner: Owner, asked: Asked) -> str:
    team_id, staff_id = owner
    if staff_id is not None:
        return asked.person or "the person"
    return (asked.team or "the team") if team_id is not None else asked.business or THE_BUSINESS


def _what(occasion: Occasion, asked: Asked) -> str:
    """What a greeting is for; the holiday by its name as it was asked for."""
    situation, day = occasion
    if situation != "holiday":
        return WHEN[situation]
    return " ".join((asked.holiday or "").split()) if day else "any holiday"
