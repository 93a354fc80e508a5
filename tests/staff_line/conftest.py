"""Phones of our own people that ring the business, at the carrier's addresses; what is owed, and what the rows say."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callbacks.tables import Callback
from office import pins
from office.tables import Pin, Staff

PRIYA, TOM, MANAGER = "+447700900101", "+447700900102", "+442071838799"
BUSINESS, JANE = "+442071838750", "+447700900123"
OWN, CHILD = "CA" + "1" * 32, "CA" + "7" * 32
PIN = "7294"
DIGEST = pins._digest(PIN, b"salt")
"""Made once: it is slow on purpose."""


@pytest.fixture
def rows(office) -> Callable[..., list[Any]]:
    """Every row of a table, in the order of its key."""

    def read(table):
        with office.database.reading() as session:
            return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))

    return read


@pytest.fixture
def priya(rows) -> Callable[[], Staff]:
    """Priya's row as it stands now."""
    return lambda: next(staff for staff in rows(Staff) if staff.phone == PRIYA)


@pytest.fixture
def owe(office, clock) -> Callable[..., int]:
    """A call-back for Jane, promised by noon and not due yet, unless the test says otherwise; its id."""

    def owed(phone: str = JANE, **values: Any) -> int:
        now = clock.now()
        usual = {"kind": "missed", "reason": "missed call", "state": "waiting", "team_id": 1, "missed_at": now}
        times = {"promised_by": now + timedelta(hours=2), "next_try_at": now + timedelta(minutes=30)}
        with office.database.transaction() as session:
            session.add(row := Callback(phone=phone, **{**usual, **times, **values}))
            session.flush()
            return row.id

    return owed


class OwnPhone:
    """A phone of ours that rings the business, and does what the documents say."""

    def __init__(self, carrier, phone: str, sid: str = OWN, **fields: str) -> None:
        self._carrier, self._sid, self._dial = carrier, sid, ""
        self._fields = {"From": phone, "To": BUSINESS, "Direction": "inbound", **fields}
        self._ask("/voice/incoming", CallStatus="ringing")

    def _ask(self, address: str, **said: str) -> str:
        self._answer = self._carrier.post(address, sid=self._sid, **{**self._fields, **said})
        while on := re.fullmatch(r".*?<Response>(?:<Say.*?</Say>)?<Redirect[^>]*>(.*?)</Redirect>.*", self.text):
            self._answer = self._carrier.post(on[1], sid=self._sid, **self._fields)
        self._dial = self.text if "<Dial" in self.text else self._dial
        return self.text

    def key(self, digits: str) -> str:
        """Keys to what was asked; what is heard then, past every document that only leads on."""
        return self._ask(self._carrier.key(self._answer), Digits=digits)

    def silence(self) -> str:
        """Nothing is keyed: the document goes on behind its question."""
        return self._ask(self.text.split("<Redirect")[1].split(">", 1)[1].split("<")[0])

    def prove(self, key: str) -> str:
        """A key of the menu, then the right PIN."""
        self.key(key)
        return self.key(PIN)

    def dial_ends(self, **said: str) -> str:
        """The phone that was dialled from this one is done."""
        return self._ask(self._carrier.action(self._answer), **said)

    def report(self, which: str, **said: str) -> None:
        """The carrier tells how the customer's phone fares that was dialled from this one."""
        address = {"customer_report": "statusCallback", "machine_report": "amdStatusCallback"}[which]
        found = re.search(rf' {address}="([^"]+)"', self._dial)
        assert found is not None, self._dial
        self._carrier.post(found[1], **{"sid": CHILD, "From": BUSINESS, "Direction": "outbound-dial", **said})

    def hang_up(self) -> None:
        self._carrier.post(
            "/voice/status", sid=self._sid, **{**self._fields, "CallStatus": "completed", "CallDuration": "20"}
        )  # fmt: skip

    @property
    def text(self) -> str:
        """The last document."""
        return str(self._answer.text)


@pytest.fixture
def rings(office, carrier) -> Callable[..., OwnPhone]:
    """Priya's phone, or another of ours, rings the business; each of them has a PIN."""
    with office.database.transaction() as session:
        session.add_all(Pin(phone=phone, digest=DIGEST) for phone in (PRIYA, TOM, MANAGER))
    return lambda phone=PRIYA, sid=OWN, **fields: OwnPhone(carrier, phone, sid, **fields)
