"""What makes a caller no stranger: their days, and what we last spoke or wrote about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from office.database import run
from office.tables import Customer, Note

A_CENTURY = 100
"""Years. A date so long ago is one that nobody knew."""

LAST_NOTE = select(Note.text).where(Note.phone == bindparam("phone")).order_by(Note.at.desc(), Note.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Acquainted:
    """A customer whom we are sure of. `birthday` is "YYYY-MM-DD" or "--MM-DD", `language` a code."""

    name: str
    birthday: str | None
    language: str | None


def sure_of(session: Session, phones: Collection[str]) -> dict[str, Acquainted]:
    """The customers of the numbers that exactly one customer has."""
    told = (func.min(column) for column in (Customer.name, Customer.birthday, Customer.language))
    query = select(Customer.phone, *told).where(Customer.phone.in_(phones)).group_by(Customer.phone)
    return {phone: Acquainted(*one) for phone, *one in session.execute(query.having(func.count() == 1))}


def topic(session: Session, phone: str | None) -> str | None:
    """What was last written down about a number, in the words it was written in; None: nothing yet."""
    if phone is None:
        return None
    found: str | None = run(session, LAST_NOTE, phone=phone).scalar()
    return found


def has_birthday(birthday: str | None, today: date) -> bool:
    """Whether "1980-06-21" or "--06-21" is today's day; who was born on the 29th of February has it on the 28th in other years."""
    if birthday is None:
        return False
    return birthday[-5:] in _days_of(today)


def years_today(since: date | None, today: date) -> int | None:
    """How many years somebody has been our customer, on the day itself; None on every other day, in the first year, and from A_CENTURY on."""
    if since is None or f"{since:%m-%d}" not in _days_of(today):
        return None
    years = today.year - since.year
    return years if 0 < years < A_CENTURY else None


def days_kept(first: date, many: int) -> dict[str, date]:
    """The days of the year, "MM-DD", that are kept on one of `many` days from the first on (at most a year), each with its date then."""
    ahead = (first + timedelta(days=days) for days in range(many))
    return {kept: day for day in ahead for kept in _days_of(day)}


def _days_of(today: date) -> set[str]:
    """The days of the year, "MM-DD", that are kept today."""
    ends_february = (today.month, today.day) == (2, 28) and not _is_leap(today.year)
    return {f"{today:%m-%d}", "02-29"} if ends_february else {f"{today:%m-%d}"}


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
