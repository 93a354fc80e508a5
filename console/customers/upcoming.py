"""Customers whose birthday or anniversary comes within two weeks, day by day, with what each of them hears when they ring that day. Reads only.

The sentence is the first that a real call would say, of the facts that a real call would have. So whoever shares a number
is listed, and greeted as we greet somebody of whom we are not sure: without a name. Who is only asked for a message, or is
not rung back by ourselves, is greeted like everybody. Who is blocked hears no greeting, and is left out; so is, of course,
who was erased.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, extract, func, or_, select, union
from sqlalchemy.orm import Session

from callbacks.tables import Callback
from console import wording
from console.customers import found as customers_found
from console.customers.found import Teams
from console.customers.shown import RULES
from office import acquaintance, customers, own_phones
from office.contact_rules import BLOCKED
from office.profile import Profile
from office.tables import ContactRule, Customer
from voice.conversation import arriving
from voice.conversation.facts import Situation
from voice.conversation.turns import Heard, Say

DAYS = 14
"""Today is the first of them."""

A_PAGE = 100
MORNING = time(10)
"""When they ring, on a day that is still to come."""

OURS = "This is one of our own phones, so the staff line answers it."
RECORDED = "They hear the greeting that you recorded. It’s the same for everybody."

One = tuple[date, Customer]
"""A customer, and the day that is theirs."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: with that customer's id, on that day."""

    day: date
    id: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page by day, and where the next goes on; None: that is all."""

    rows: Sequence[One]
    more: Place | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What decides how these customers are greeted, by their numbers: who has it, how we deal with it, what is owed, and which are our own."""

    sharing: Mapping[str, Sequence[Customer]]
    rules: Mapping[str, str]
    promised: Mapping[str, Callback]
    ours: Collection[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One customer on their day. `years` of custom; `heard` is spoken to them, None: no sentence is; `notes` say why it is as it is."""

    id: int
    phone: str
    who: str
    number: str
    is_birthday: bool
    years: int | None
    heard: str | None
    notes: tuple[str, ...]
    promise: str | None
    promise_id: int | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its customers. `name`: "Today, Tuesday 24 November"."""

    date: date
    name: str
    lines: list[Line]


def page(session: Session, today: date, after: Place | None = None) -> Found:
    """Whose day is today or on one of the next, by day, then by entry. One look at each customer, however many there are."""
    kept = acquaintance.days_kept(today, DAYS)
    theirs = _days_of_theirs({day: (at - today).days for day, at in kept.items()}, today).subquery()
    query = select(theirs.c.day, Customer).join(Customer, Customer.id == theirs.c.id).where(_is_not_blocked())
    query = query.order_by(theirs.c.day, Customer.id).limit(A_PAGE + 1)
    if after is not None:
        days = (after.day - today).days
        query = query.where(or_(theirs.c.day > days, and_(theirs.c.day == days, Customer.id > after.id)))
    rows = [(today + timedelta(days=days), customer) for days, customer in session.execute(query)]
    last = rows[A_PAGE - 1] if len(rows) > A_PAGE else None
    return Found(rows[:A_PAGE], last and Place(last[0], last[1].id))


def _days_of_theirs(kept: Mapping[str, int], today: date) -> CompoundSelect[int, int]:
    """The ids of whose day it is and in how many days; who has two on one day is there once. `kept`: "MM-DD" by days from today."""
    born = func.substr(Customer.birthday, func.length(Customer.birthday) - 4)
    came = extract("month", Customer.customer_since) * 100 + extract("day", Customer.customer_since)
    oldest = date(today.year - acquaintance.A_CENTURY + 1, 1, 1)
    birthdays = _with_day(born, kept)
    anniversaries = _with_day(came, {int(day.replace("-", "")): days for day, days in kept.items()})
    return union(birthdays, anniversaries.where(Customer.customer_since >= oldest, Customer.customer_since < today))


def _with_day(column: ColumnElement[Any], days: Mapping[Any, int]) -> Select[int, int]:
    return select(case(days, value=column).label("day"), Customer.id.label("id")).where(column.in_(list(days)))


def _is_not_blocked() -> ColumnElement[bool]:
    return Customer.phone.not_in(select(ContactRule.phone).where(ContactRule.rule == BLOCKED))


def beside(session: Session, rows: Iterable[One], profile: Profile, teams: Teams) -> Beside:
    """The same for a whole page at once. `teams`: of whose call-backs may be told."""
    phones = sorted({customer.phone for _, customer in rows})
    return Beside(
        sharing=customers.with_phones(session, phones),
        rules=customers.rules(session, phones),
        promised=customers_found.beside(session, phones, teams).promised,
        ours={person.phone for person in own_phones.everybody(session)} | {profile.manager_phone},
    )


def days(rows: Iterable[One], about: Beside, profile: Profile, now: datetime) -> list[Day]:
    """The page as it is read. Pure."""
    today = now.astimezone(profile.zone).date()
    by_day = groupby(rows, key=lambda one: one[0])
    each = ((day, [_line(customer, day, about, profile, now) for _, customer in theirs]) for day, theirs in by_day)
    return [Day(day, named(day, today), lines) for day, lines in each]


def named(day: date, today: date) -> str:
    """A day in words: "Tomorrow, Wednesday 25 November"."""
    near = {0: "Today, ", 1: "Tomorrow, "}.get((day - today).days, "")
    return f"{near}{day:%A} {day.day} {day:%B}"


def _line(customer: Customer, day: date, about: Beside, profile: Profile, now: datetime) -> Line:
    owed = about.promised.get(customer.phone)
    heard, notes = _greeted(customer, day, about, profile, now)
    rule = about.rules.get(customer.phone)
    return Line(
        id=customer.id,
        phone=customer.phone,
        who=wording.legible(customer.name),
        number=wording.number(customer.phone, profile.country),
        is_birthday=acquaintance.has_birthday(customer.birthday, day),
        years=acquaintance.years_today(customer.customer_since, day),
        heard=heard,
        notes=notes,
        promise=_promise(owed, profile, now) if owed else None,
        promise_id=owed.id if owed else None,
        rule=RULES[rule] if rule else None,
    )


def _greeted(
    customer: Customer, day: date, about: Beside, profile: Profile, now: datetime
) -> tuple[str | None, tuple[str, ...]]:  # fmt: skip
    """What they hear, and what there is to know about it."""
    if customer.phone in about.ours:
        return None, (OURS,)
    many = len(about.sharing.get(customer.phone, ()))
    situation = _situation(customer, day, profile, now, rule=about.rules.get(customer.phone), is_sure=many == 1)
    first = arriving.greet(Heard("", customer.phone), situation).acts[0]
    if not isinstance(first, Say):
        return None, (RECORDED,)
    shared = f"{wording.small(many)} customers share this number, so nobody is greeted by name from it."
    return first.text, () if many == 1 else (shared,)


def _situation(
    customer: Customer, day: date, profile: Profile, now: datetime, *, rule: str | None, is_sure: bool
) -> Situation:  # fmt: skip
    """What a call from them would begin with that day, once nothing is owed: today now, else in the morning."""
    is_today = day == now.astimezone(profile.zone).date()
    at = now if is_today else datetime.combine(day, MORNING, profile.zone).astimezone(UTC)
    return Situation(
        now=at,
        zone=profile.zone,
        business=profile.name,
        is_open=True,  # what follows the greeting is told elsewhere
        promised_by=at,
        patience=profile.ringing.patience,
        rounds=profile.ringing.rounds,
        phone=customer.phone,
        rule=rule,
        greeting=profile.voice.greeting,
        customer=customer.name if is_sure else None,
        birthday=is_sure and acquaintance.has_birthday(customer.birthday, day),
        years=acquaintance.years_today(customer.customer_since, day) if is_sure else None,
    )


def _promise(owed: Callback, profile: Profile, now: datetime) -> str:
    when = wording.day(owed.promised_by, now, profile.zone), wording.clock(owed.promised_by, profile.zone)
    return " ".join(filter(None, ("A call by", *when)))


def news(found: Found, shown: Sequence[Day], today: date, *, is_further: bool) -> tuple[str, str]:
    """How many there are and when the first is, for the sentence above them. `is_further`: it is not the first page."""
    if not shown:
        return "No birthdays or anniversaries in the next two weeks.", ""
    when = _when(shown[0].date, today)
    if is_further:
        return "Further on.", f"These begin {when}."
    lines = [line for day in shown for line in day.lines]
    many = f"More than {A_PAGE} birthdays and anniversaries" if found.more else _counted(lines)
    return f"{many} in the next two weeks.", f"{'It’s' if len(lines) == 1 else 'The first is'} {when}."


def _counted(lines: Sequence[Line]) -> str:
    birthdays, anniversaries = sum(line.is_birthday for line in lines), sum(line.years is not None for line in lines)
    kinds = ((birthdays, "birthday", "birthdays"), (anniversaries, "anniversary", "anniversaries"))
    told = [f"{wording.small(many).lower()} {one if many == 1 else more}" for many, one, more in kinds if many]
    return " and ".join(told).capitalize()


def _when(day: date, today: date) -> str:
    near = {0: "today", 1: "tomorrow"}
    return near.get((day - today).days, f"on {day:%A} {day.day} {day:%B}")
