"""Who is free for the next call, and which customer is certain."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from office import people
from office.customer_list import CustomerRow
from office.database import Base, Database
from office.profile import Profile, read
from office.tables import Business, Customer, Staff, StaffTeam, Team
from office.wiring import Office

PRIYA, TOM, AMA = "Priya Shah", "Tom Okafor", "Ama Boateng"
MINUTE, RESERVATIONS = timedelta(minutes=1), 8

SHOP = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-17:30"]
"""
TEAMS = """
[[team]]
name = "Workshop"
key = "1"
[[team]]
name = "Sales"
key = "2"
strategy = "in-turn"
"""


def somebody(name: str, phone: str, *teams: str) -> str:
    return f'[[staff]]\nname = "{name}"\nphone = "{phone}"\nteams = {list(teams or ["Workshop"])}\n'


STAFF = [somebody(PRIYA, "+447700900101"), somebody(TOM, "+447700900102"), somebody(AMA, "+447700900103", "Sales")]


def a_business(*staff: str) -> Profile:
    return read(SHOP + TEAMS + "".join(staff or STAFF))


def a_row(name: str, phone: str = "+447700900123", *, notes: str | None = None) -> CustomerRow:
    return CustomerRow(
        line=2, phone=phone, name=name, email=None, birthday=None, customer_since=None, notes=notes, language=None
    )


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A business with two people in the workshop and one in sales."""
    database = Database(database_url)
    with database.transaction() as session:
        people.save_business(session, a_business())
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


@pytest.fixture
def now(office: Office) -> datetime:
    return office.clock.now()
