"""What the pages of customers say: a line of the list for each, the sentences above, and what a list would change. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.promise import State
from callbacks.tables import Callback
from console import promise_card, wording
from console.customers.found import FEW, Beside, Found, One
from console.promise_card import Looks
from office.profile import Profile

RULES = {
    "blocked": "Blocked",
    "message-only": "Message only",
    "do-not-call-back": "Only a person rings back",
    "normal": "As usual",
}
"""How we deal with a number, in a word or two."""
CALLED = {
    "phone": "The number", "name": "The name", "email": "The email", "birthday": "The birthday", "customer_since": "The date",
    "notes": "The notes", "language": "The language", "contact": "The contact",
}  # fmt: skip
"""How sentences begin that tell what is wrong with a column."""


@dataclass(frozen=True, slots=True)
class Line:
    """One customer of the list. `last` tells of their last call and ours ("Rang 3 days ago"); `promise` what is owed, `state` it as late, soon or due."""

    phone: str
    who: str
    number: str
    email: str | None
    last: str
    last_at: datetime | None
    last_exact: str | None
    promise: str | None
    promise_id: int | None
    promised_by: datetime | None
    state: str
    rule: str | None


def lines(
    found: Sequence[One], about: Beside, rules: Mapping[str, str], profile: Profile, now: datetime
) -> list[Line]:  # fmt: skip
    """The page's customers in their order."""
    return [_line(one, about, rules.get(one[0].phone), profile, now) for one in found]


def _line(one: One, about: Beside, rule: str | None, profile: Profile, now: datetime) -> Line:
    (customer, rang), zone = one, profile.zone
    owed = about.promised.get(customer.phone)
    last, last_at = _last(rang, about.rang_them.get(customer.phone), now, zone)
    return Line(
        phone=customer.phone,
        who=wording.legible(customer.name),
        number=wording.number(customer.phone, profile.country),
        email=wording.legible(customer.email) if customer.email else None,
        last=last,
        last_at=last_at,
        last_exact=exactly(last_at, now, zone) if last_at else None,
        promise=_promise(owed, now, zone) if owed else None,
        promise_id=owed.id if owed else None,
        promised_by=owed.promised_by if owed else None,
        state=_state(owed.promised_by - now, profile) if owed else "",
        rule=RULES[rule] if rule else None,
    )


def _last(rang: datetime | None, ours: datetime | None, now: datetime, zone: ZoneInfo) -> tuple[str, datetime | None]:
    """Whichever was later: their call or ours."""
    if ours is not None and (rang is None or ours > rang):
        return f"We rang {ago(ours, now, zone)}", ours
    return (f"Rang {ago(rang, now, zone)}" if rang else "Hasn’t rung yet"), rang


def _state(left: timedelta, profile: Profile) -> str:
    if left < timedelta(0):
        return "late"
    return "soon" if left <= profile.callbacks.remind_before else "due"


def _promise(owed: Callback, now: datetime, zone: ZoneInfo) -> str:
    if owed.promised_by < now:
        return wording.time_left(owed.promised_by, now)
    day = wording.day(owed.promised_by, now, zone)
    return " ".join(filter(None, ("A call by", day, wording.clock(owed.promised_by, zone))))


def nothing_owed(who: str, *, sees_all: bool) -> tuple[str, str]:
    """How their page begins for whoever sees no promise to them; another team may have made one that they do not see."""
    return f"No call is promised to {who}." if sees_all else f"None of your teams has promised {who} a call.", ""


def standing(owed: Callback, who: str, looks: Looks, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """What is owed to one customer, and who has it, as their page begins."""
    if owed.state == State.CALLING.value:
        return f"A call to {who} is going on just now.", ""
    by = " ".join(filter(None, (wording.day(owed.promised_by, now, zone), wording.clock(owed.promised_by, zone))))
    past = ", and that’s past" if owed.promised_by < now else ""
    return f"We promised to ring {who} by {by}{past}.", _whose(owed, looks, now)


def _whose(owed: Callback, looks: Looks, now: datetime) -> str:
    if promise_card.is_mine(owed, looks):
        return "You have it."
    nobody = promise_card.is_nobodys(owed, now) or not owed.owner
    return "Nobody has it yet." if nobody else f"{wording.brief(wording.legible(owed.owner or ''))} has it."


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


def exactly(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment at the office: "Tue 24 Nov, 10:00", in another year with it."""
    there = moment.astimezone(zone)
    year = "" if there.year == now.astimezone(zone).year else f" {there.year}"
    return f"{there:%a} {there.day} {there:%b}{year}, {there:%H:%M}"


def news(found: Found, words: str) -> tuple[str, str]:
    """How many there are, and in what order they stand."""
    if words and found.count == 0:
        return f"Nothing matches “{wording.brief(words)}”.", ""
    order = "Whoever rang last comes first." if found.count != 1 else ""
    if words:
        many = f"More than {FEW:,}" if found.count is None else f"{found.count:,}"
        return f"{many} {_customers(found.count, 'matches', 'match')} “{wording.brief(words)}”.", order
    return f"{found.count:,} {_customers(found.count)}.", order


def _customers(count: int | None, one: str = "", more: str = "") -> str:
    return f"customer {one}".strip() if count == 1 else f"customers {more}".strip()


def fault(what: str) -> str:
    """What is wrong with a row of a list, as a sentence: "The birthday is no date we can read."."""
    column, _, rest = what.partition(": ")
    said = f"{CALLED[column]} {rest}" if column in CALLED else f"This row {what}"
    return f"{wording.legible(said)}."


def value(column: str, text: str) -> str:
    """What stands in a column, as people say it: "21 June 1984" of "1984-06-21", "21 June" of "--06-21"."""
    if column in ("birthday", "customer_since") and text:
        day = date.fromisoformat(text.replace("--", "2000-", 1))  # a leap year: it has every day
        return f"{day.day} {day:%B}" + ("" if text.startswith("--") else f" {day.year}")
    return wording.legible(text)
