"""Promises in the database, a clock that goes on, and what was written to whom by the ladder."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from callbacks import actions
from callbacks.tables import Callback, Rung
from office import people
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.profile import read
from office.tables import Alert, Staff, Text
from office.wiring import Office
from reception import escalating

JANE = "+447700900123"
PRIYA, TOM, MANAGER = "+447700900101", "+447700900102", "+442071838799"
LINK = "https://ringtrue.test/callbacks"


@pytest.fixture
def set_up(office: Office) -> Callable[[str], None]:
    """Have the business be as this business.toml says."""

    def import_it(toml: str) -> None:
        with office.database.transaction() as session:
            people.save_business(session, read(toml))

    return import_it


@pytest.fixture
def owe(office: Office, clock) -> Callable[..., int]:
    """Promise a call two hours from now; the call-back's id."""
    calls = iter(range(1000))

    def promised(phone: str | None = JANE, name: str | None = "Jane Smith", **more) -> int:
        with office.database.transaction() as session:
            if name and phone:
                save_customers(session, [CustomerRow(1, phone, name)])
            owed = {
                "call_sid": f"CA{next(calls):032}",
                "phone": phone,
                "customer_id": None,
                "team_id": 1,
                "reason": "nobody answered",
                "missed_at": clock.now(),
                "promised_by": clock.now() + timedelta(hours=2),
                "first_try_at": clock.now() + timedelta(minutes=1) if phone else None,
            }
            return actions.promise(session, actions.Owed(**owed | more))

    return promised


class House:
    """What the tests ask the database for, and what they do to it."""

    def __init__(self, office: Office, clock) -> None:
        self.office, self.clock = office, clock

    def at(self, minutes: float) -> int:
        """So many minutes after ten, the sweep goes its round."""
        self.clock.set(datetime.fromisoformat("2026-11-24T10:00+00:00") + timedelta(minutes=minutes))
        return escalating.look_after_promises(self.office)

    def change(self, callback_id: int, **values) -> None:
        with self.office.database.transaction() as session:
            row = session.get_one(Callback, callback_id)
            for name, value in values.items():
                setattr(row, name, value)

    def row(self, callback_id: int) -> Callback:
        with self.office.database.reading() as session:
            return session.get_one(Callback, callback_id)

    def rungs(self, callback_id: int) -> list[str]:
        with self.office.database.reading() as session:
            rows = session.scalars(select(Rung).where(Rung.callback_id == callback_id).order_by(Rung.at))
            return sorted(f"{row.at:%H:%M} {row.rung}" for row in rows)

    def texts(self, to: str | None = None) -> list[str]:
        """What was written, in that order, without the business's name and the link."""
        with self.office.database.reading() as session:
            rows = session.scalars(select(Text).order_by(Text.id))
            bodies = [row.body for row in rows if to in {None, row.to}]
        return [body.removeprefix("Harbour Bikes: ").removesuffix(f" {LINK}") for body in bodies]

    def alerts(self) -> list[str]:
        with self.office.database.reading() as session:
            return [row.said for row in session.scalars(select(Alert).order_by(Alert.id))]

    def set_staff(self, name: str, **values) -> None:
        with self.office.database.transaction() as session:
            staff = session.scalars(select(Staff).where(Staff.name == name)).one()
            for each, value in values.items():
                setattr(staff, each, value)


@pytest.fixture
def house(office: Office, clock) -> House:
    return House(office, clock)
