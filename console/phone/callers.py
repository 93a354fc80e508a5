"""Whom the handset of the Phone page may ring as: some customers, somebody new, somebody hidden, any number that is typed."""

from collections import Counter
from dataclasses import dataclass

import phonenumbers as plan
from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks.refused import NotPossible
from console import form
from console.phone.line import Seen
from office import numbers
from office.numbers import NumberError
from office.profile import Profile
from office.tables import Customer, Staff
from voice.tables import Call

NEW, HIDDEN, OTHER, AGAIN, KNOWN = "new", "hidden", "other", "again", "customer:"
FICTION = {"GB": "+447700900"}
"""Numbers that nobody has, by country: three more digits follow. Elsewhere the numbering plan's own example stands in."""

MOST_KNOWN = 8
LOOKED_THROUGH = 40
PICK = "Pick one of the callers, please."


@dataclass(frozen=True, slots=True)
class Caller:
    """`phone` is the handset; `shown` the number that the business sees."""

    phone: str
    shown: str


@dataclass(frozen=True, slots=True)
class Known:
    """A customer who may be rung as."""

    id: int
    value: str
    name: str
    phone: str


def before(seen: Seen) -> Caller | None:
    """Whoever rang last, by these hands."""
    return Caller(seen.call["phone"], seen.call["from"]) if seen.call else None


def known(session: Session) -> list[Known]:
    """Some customers whose number is theirs alone."""
    found = session.scalars(select(Customer).order_by(Customer.id).limit(LOOKED_THROUGH)).all()
    how_many = Counter(row.phone for row in found)
    alone = [row for row in found if how_many[row.phone] == 1]
    return [Known(row.id, f"{KNOWN}{row.id}", row.name, row.phone) for row in alone[:MOST_KNOWN]]


def chosen(session: Session, profile: Profile, by: str, before: Caller | None) -> Caller:
    """Whoever the form names; `before` rang last. Raises NotPossible."""
    choice = form.text("caller", 40) or ""
    if choice.startswith(KNOWN):
        return _customer(session, form.row_id(choice.removeprefix(KNOWN)))
    if choice == OTHER:
        return _typed(profile)
    if choice == HIDDEN:
        return Caller(f"withheld-{by}", "anonymous")
    if choice == AGAIN and before is not None:
        return before
    if choice != NEW:
        raise NotPossible("caller", PICK)
    return _new(session, profile.country)


def _customer(session: Session, customer_id: int | None) -> Caller:
    row = session.get(Customer, customer_id) if customer_id else None
    if row is None:
        raise NotPossible("caller", PICK)
    return Caller(row.phone, row.phone)


def _typed(profile: Profile) -> Caller:
    typed = form.needed("number", 40, "Which number? For example 07700 900123.")
    try:
        phone = numbers.normal(typed, profile.country)
    except NumberError:
        raise NotPossible("number", "That isn’t a phone number. For example 07700 900123.") from None
    if phone == profile.phone:
        raise NotPossible("number", "That’s the business’s own number. Ring it as somebody else.")
    return Caller(phone, phone)


def _new(session: Session, country: str) -> Caller:
    """A number that never rang, of nobody we know."""
    stem = _stem(country)
    rang, customer, staff = (
        select(phone).where(phone.startswith(stem)) for phone in (Call.phone, Customer.phone, Staff.phone)
    )
    taken = set(session.scalars(rang.union(customer, staff)))
    free = (f"{stem}{number}" for number in range(200, 1000))
    phone = next((one for one in free if one not in taken), None)
    if phone is None:
        raise NotPossible("caller", "Every made-up number has rung by now. Type another number instead.")
    return Caller(phone, phone)


def _stem(country: str) -> str:
    example = plan.example_number_for_type(country, plan.PhoneNumberType.MOBILE)
    return FICTION.get(country) or (plan.format_number(example, plan.PhoneNumberFormat.E164)[:-3] if example else "+4")
