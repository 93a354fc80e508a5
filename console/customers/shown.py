"""What the list of customers says: a line for each, and the sentence above them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.tables import Callback
from console import wording
from console.customers.found import FEW, Beside, Found, One

RULES = {
    "blocked": "Blocked",
    "message-only": "Message only",
    "do-not-call-back": "Not rung back by itself",
    "normal": "Like everybody",
}
"""How we deal with a number, in a word or two."""


@dataclass(frozen=True, slots=True)
class Line:
    """One customer of the list. `last` tells of their last call and ours ("Rang 3 days ago"); `promise` what is owed."""

    phone: str
    who: str
    number: str
    email: str | None
    last: str
    last_at: datetime | None
    last_exact: str | None
    promise: str | None
    promise_id: int | None
    is_late: bool
    rule: str | None


def lines(
    found: Sequence[One], about: Beside, rules: Mapping[str, str], region: str, now: datetime, zone: ZoneInfo
) -> list[Line]:  # fmt: skip
    """The page's customers in their order."""
    return [_line(one, about, rules.get(one[0].phone), region, now, zone) for one in found]


def _line(one: One, about: Beside, rule: str | None, region: str, now: datetime, zone: ZoneInfo) -> Line:
    customer, rang = one
    owed = about.promised.get(customer.phone)
    last, last_at = _last(rang, about.rang_them.get(customer.phone), now, zone)
    return Line(
        phone=customer.phone,
        who=wording.legible(customer.name),
        number=wording.number(customer.phone, region),
        email=wording.legible(customer.email) if customer.email else None,
        last=last,
        last_at=last_at,
        last_exact=exactly(last_at, zone) if last_at else None,
        promise=_promise(owed, now, zone) if owed else None,
        promise_id=owed.id if owed else None,
        is_late=owed is not None and owed.promised_by < now,
        rule=RULES[rule] if rule else None,
    )


def _last(rang: datetime | None, ours: datetime | None, now: datetime, zone: ZoneInfo) -> tuple[str, datetime | None]:
    """Whichever was later: their call or ours."""
    if ours is not None and (rang is None or ours > rang):
        return f"We rang {ago(ours, now, zone)}", ours
    return (f"Rang {ago(rang, now, zone)}" if rang else "Hasn’t rung yet"), rang


def _promise(owed: Callback, now: datetime, zone: ZoneInfo) -> str:
    day = wording.day(owed.promised_by, now, zone)
    return " ".join(filter(None, ("A call by", day, wording.clock(owed.promised_by, zone))))


def ago(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How long ago as people say it: "14 min ago", "yesterday", "12 days ago", "in March 2026"."""
    there = moment.astimezone(zone)
    days = (now.astimezone(zone).date() - there.date()).days
    if now - moment < timedelta(minutes=1):
        return "just now"
    if days == 0:
        minutes = int((now - moment).total_seconds()) // 60
        return f"{minutes} min ago" if minutes < 60 else f"{minutes // 60} h ago"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 60 else f"in {there:%B %Y}"


def exactly(moment: datetime, zone: ZoneInfo) -> str:
    """A moment at the office: "Tue 24 Nov 2026, 10:00"."""
    there = moment.astimezone(zone)
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M}"


def news(found: Found, words: str) -> tuple[str, str]:
    """How many there are, and in what order they stand."""
    order = "Whoever rang last comes first." if found.count != 1 else ""
    if words:
        many = f"More than {FEW:,}" if found.count is None else f"{found.count:,}"
        return f"{many} {_customers(found.count, 'matches', 'match')} “{wording.brief(words)}”.", order
    return f"{found.count:,} {_customers(found.count)}.", order


def _customers(count: int | None, one: str = "", more: str = "") -> str:
    return f"customer {one}".strip() if count == 1 else f"customers {more}".strip()
