"""What went wrong in other systems of this kind, each by its number: the calls, and what they leave behind."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from callbacks import queries as promises
from callbacks.tables import Callback
from office import people
from office.tables import Staff
from office.wiring import Office
from voice.tables import Call

JANE = "+447700900123"


@pytest.fixture
def rings(carrier) -> Callable[..., object]:
    """Somebody rings us: Jane, or whomever `From` shows; what they hear first."""

    def ring(**said: str) -> object:
        return carrier.post("/voice/incoming", **{"From": JANE, "CallStatus": "ringing", **said})

    return ring


@pytest.fixture
def the_call(office: Office) -> Callable[[], Call]:
    """Reads the only call there is."""

    def read() -> Call:
        with office.database.reading() as session:
            call: Call = session.scalars(select(Call)).one()
        return call

    return read


@pytest.fixture
def owed(office: Office) -> Callable[[], list[Callback]]:
    """Reads the open call-backs."""

    def read() -> list[Callback]:
        with office.database.reading() as session:
            return list(session.scalars(select(Callback).where(promises.OPEN).order_by(Callback.id)))

    return read


@pytest.fixture
def all_busy(office: Office) -> None:
    """Everybody is in another call."""
    with office.database.transaction() as session:
        now = office.clock.now()
        for staff_id in session.scalars(select(Staff.id)).all():
            people.reserve(session, staff_id, "attempt:99", now, now.replace(hour=23))
