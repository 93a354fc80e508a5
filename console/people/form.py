"""What the form of a person or a team says, checked: what it writes down, and what is wrong by field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import request

from callbacks.refused import NotPossible
from console import form
from console.people.seen import STRATEGIES
from console.people.tables import Written
from office import numbers, smtp
from office.numbers import NumberError
from office.profile import Profile
from office.profile.values import LONGEST_NAME
from office.teams import KEYS

ROLES, NOTICES = ("staff", "manager"), ("text", "mail", "none")
NO_NUMBER = "That’s no number we can ring. Write it as you’d dial it, or with + and the code of the country."
NOT_RUNG = "We don’t ring numbers of this kind, or in this country."


@dataclass(frozen=True, slots=True)
class WrittenTeam:
    """A team as a form writes it; `key` None: the next that is free."""

    name: str
    key: str | None
    strategy: str


def person(profile: Profile, teams: Collection[str], taken: Mapping[str, str], was: str | None) -> tuple[Written, dict[str, str]]:  # fmt: skip
    """The person, and what is wrong. `taken`: whose the phones of all others are; `was` is the number they have had so far."""
    faults: dict[str, str] = {}
    phone = _phone(profile, taken, was, faults)
    chosen = tuple(name for name in request.form.getlist("teams") if name in teams)
    written = Written(
        name=_text("name", LONGEST_NAME, "Write their name.", faults),
        phone=phone,
        teams=tuple(teams) if len(teams) == 1 else chosen,
        role=_one_of("role", ROLES),
        email=_email(faults),
        notices=_one_of("notices", NOTICES),
    )
    if not written.teams:
        faults["teams"] = "Choose at least one team, so that somebody’s callers reach them."
    if written.notices == "mail" and not written.email:
        faults.setdefault("email", "Mails need an address.")
    return written, faults


def touched(fields: Collection[str]) -> frozenset[str]:
    """The fields that are not as the page showed them: what nobody touched stays as somebody else may have made it meanwhile."""
    sent = request.form
    return frozenset(name for name in fields if sent.getlist(name) != sent.getlist(f"was-{name}"))


def team(taken: Mapping[str, str], others: Collection[str]) -> tuple[WrittenTeam, dict[str, str]]:
    """The team, and what is wrong. `taken`: whose the menu keys of all others are; `others`: what those are called."""
    faults: dict[str, str] = {}
    key = request.form.get("key", "")
    if key in taken:
        faults["key"] = f"{taken[key]} has this key already."
    written = WrittenTeam(
        name=_text("name", LONGEST_NAME, "Write what callers hear it called.", faults),
        key=key if key in {*KEYS} else None,
        strategy=_one_of("strategy", tuple(STRATEGIES)),
    )
    if written.name.casefold() in {name.casefold() for name in others}:
        faults["name"] = "There is a team of this name already."
    return written, faults


def _phone(profile: Profile, taken: Mapping[str, str], was: str | None, faults: dict[str, str]) -> str:
    typed = _text("phone", LONGEST_NAME, "Write the number of the phone that rings for them.", faults)
    try:
        phone = numbers.normal(typed, profile.country) if typed else ""
    except NumberError:
        faults["phone"] = NO_NUMBER
        return typed
    allowed = profile.callbacks.allowed_countries
    if phone and phone != was and numbers.may_we_dial(phone, allowed=allowed, ours=frozenset({profile.phone})):
        faults["phone"] = NOT_RUNG
    if phone in taken:
        faults["phone"] = f"{taken[phone]} has this number already."
    return phone


def _email(faults: dict[str, str]) -> str | None:
    written = _text("email", LONGEST_NAME, None, faults)
    if written and not smtp.is_address(written):
        faults["email"] = "That isn’t an email address."
    return written or None


def _text(name: str, most: int, needed: str | None, faults: dict[str, str]) -> str:
    """One line; `needed` asks for what is not there."""
    try:
        given = form.text(name, most) or ""
    except NotPossible as no:
        faults[name] = str(no)
        return ""
    if not given and needed:
        faults[name] = needed
    return " ".join(given.split())


def _one_of(name: str, known: tuple[str, ...]) -> str:
    """One of the choices; the first is usual."""
    given = request.form.get(name, "")
    return given if given in known else known[0]
