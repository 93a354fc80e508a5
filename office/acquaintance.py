"""What makes a caller no stranger: their days, and what we last spoke or wrote about."""

from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from office.database import run
from office.tables import Note

LAST_NOTE = select(Note.text).where(Note.phone == bindparam("phone")).order_by(Note.at.desc(), Note.id.desc()).limit(1)


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
    """How many years somebody has been our customer, on the day itself; None on every other day, and in the first year."""
    if since is None or since.year >= today.year or f"{since:%m-%d}" not in _days_of(today):
        return None
    return today.year - since.year


def _days_of(today: date) -> set[str]:
    """The days of the year, "MM-DD", that are kept today."""
    ends_february = (today.month, today.day) == (2, 28) and not _is_leap(today.year)
    return {f"{today:%m-%d}", "02-29"} if ends_february else {f"{today:%m-%d}"}


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
