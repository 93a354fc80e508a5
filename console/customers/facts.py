"""Who a customer is, beside what happened with them: as they were imported, and how we deal with their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from sqlalchemy.orm import Session

from console import dealings, wording
from console.dealings import Promises, Whom
from office import acquaintance, contact_rules, people
from office.profile import Profile
from office.tables import Customer

RULES = {
    contact_rules.BLOCKED: "Nobody rings this number, and it gets no further than a goodbye.",
    contact_rules.MESSAGE_ONLY: "This number is only asked for a message.",
    contact_rules.DO_NOT_CALL_BACK: "We don’t ring this number by ourselves. A person may.",
}
NAMED = 2
"""Of those who share a number so many are named where one name would stand, and one more when that is all."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one customer, as pages say it. `notes` are somebody's own words."""

    id: int
    name: str
    email: str | None
    since: str | None
    birthday: str | None
    is_birthday: bool
    language: str | None
    notes: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page tells of a customer. `phone` None: withheld. `entries` are all who have that number: nobody knows which of them rings.

    `kept` is one sentence about our promises. `known`: somebody imported them, or made a rule for their number.
    """

    who: str
    phone: str | None
    number: str
    known: bool
    entries: tuple[Known, ...]
    rule: str | None
    kept: str | None


def of(session: Session, whom: Whom, profile: Profile, now: datetime) -> Facts:
    """The facts about whoever has that number."""
    found = people.customers_at(session, whom.phone)
    rule = contact_rules.rule_for(session, whom.phone)
    counted = dealings.promises(session, whom, now)
    return facts(found, whom.phone, rule, counted, profile, now)


def facts(
    found: list[Customer], phone: str | None, rule: str | None, counted: Promises, profile: Profile, now: datetime
) -> Facts:  # fmt: skip
    """The same of what was read. Pure."""
    number = wording.number(phone, profile.country) if phone else wording.WITHHELD
    today = now.astimezone(profile.zone).date()
    entries = tuple(_entry(each, today) for each in found)
    return Facts(
        who=either([one.name for one in entries]) or number,
        phone=phone,
        number=number,
        known=bool(found or rule),
        entries=entries,
        rule=RULES.get(rule or ""),
        kept=_kept(counted),
    )


def _entry(row: Customer, today: date) -> Known:
    return Known(
        id=row.id,
        name=wording.legible(row.name),
        email=_plain(row.email),
        since=_month(row.customer_since),
        birthday=_day(row.birthday),
        is_birthday=acquaintance.has_birthday(row.birthday, today),
        language=language(row.language) if row.language else None,
        notes=_plain(row.notes),
    )


def either(names: Sequence[str]) -> str:
    """Who it may be: "Jane Smith or Peter Smith", "Jane Smith, Peter Smith or 3 others"."""
    first = list(names[:NAMED]) if len(names) > NAMED + 1 else list(names)
    others = [f"{len(names) - len(first)} others"] if len(names) > len(first) else []
    *before, last = [*first, *others] or [""]
    return f"{', '.join(before)} or {last}" if before else last


def language(code: str) -> str:
    """A language by its name: "English (United Kingdom)" of "en-GB"; a code that nobody knows as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or wording.legible(code)
    except (ValueError, UnknownLocaleError):
        return wording.legible(code)


def _plain(text: str | None) -> str | None:
    return wording.legible(text) if text else None


def _kept(counted: Promises) -> str | None:
    said = ((counted.kept, "kept"), (counted.late, "late"), (counted.open, "open"))
    return ", ".join(f"{many} {how}" for many, how in said if many) or None


def _month(day: date | None) -> str | None:
    return f"{day:%B %Y}" if day else None


def _day(birthday: str | None) -> str | None:
    """Say "21 June" of "1980-06-21" or "--06-21"; the year is nobody's business here."""
    if birthday is None:
        return None
    day = date.fromisoformat(f"2000-{birthday[-5:]}")  # a leap year: it has every day
    return f"{day.day} {day:%B}"
