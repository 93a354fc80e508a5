"""Who a customer is, beside what happened with them: as they were imported, and how we deal with their number."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from console import dealings, wording
from console.dealings import Promises, Whom
from office import acquaintance, contact_rules, people
from office.profile import Profile
from office.tables import Customer

RULES = {
    contact_rules.BLOCKED: "Nobody rings this number, and it gets no further than a goodbye.",
    contact_rules.MESSAGE_ONLY: "This number is only asked for a message.",
    contact_rules.DO_NOT_CALL_BACK: "We don’t ring this number back by ourselves: others have that phone too.",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page tells of a customer. `phone` None: withheld. `others` are further customers with the same number.

    `kept` is one sentence about our promises. `known`: somebody imported them, or made a rule for their number. `entries` are
    those that may be changed: their ids and names.
    """

    who: str
    phone: str | None
    number: str
    known: bool
    email: str | None
    since: str | None
    birthday: str | None
    is_birthday: bool
    language: str | None
    notes: str | None
    others: tuple[str, ...]
    rule: str | None
    kept: str | None
    entries: tuple[tuple[int, str], ...] = ()


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
    sure = found[0] if len(found) == 1 else None
    number = wording.number(phone, profile.country) if phone else wording.WITHHELD
    today = now.astimezone(profile.zone).date()
    return Facts(
        who=wording.legible(sure.name) if sure else number,
        phone=phone,
        number=number,
        known=bool(found or rule),
        email=_plain(sure.email) if sure else None,
        since=_month(sure.customer_since) if sure else None,
        birthday=_day(sure.birthday) if sure else None,
        is_birthday=acquaintance.has_birthday(sure.birthday if sure else None, today),
        language=_plain(sure.language) if sure else None,
        notes=_plain(sure.notes) if sure else None,
        others=tuple(wording.legible(each.name) for each in found) if sure is None else (),
        rule=RULES.get(rule or ""),
        kept=_kept(counted),
        entries=tuple((each.id, wording.legible(each.name)) for each in found),
    )


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
