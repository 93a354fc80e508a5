"""What went wrong in other systems of this kind, each by its number: the calls, and what they leave behind."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
import responses
from sqlalchemy import select

import worker
from callbacks import queries as promises
from callbacks.tables import Callback
from office import people
from office.tables import Staff
from office.wiring import Office
from tests.rounds import to_the_end
from voice.tables import Call

JANE = "+447700900123"
PLACED = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32 + "/Calls.json"
STOPS = ("<Gather", "<Dial", "<Record", "<Hangup", "<Enqueue")
"""Where a phone waits, or is done; anything else leads on."""


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


@pytest.fixture
def rows(office: Office) -> Callable[..., list[dict[str, object]]]:
    """Every row of some tables, as it stands now."""

    def read(*tables: type[Any]) -> list[dict[str, object]]:
        with office.database.reading() as session:
            found = [select(table.__table__).order_by(*table.__table__.primary_key) for table in tables]
            return [dict(row._mapping) for query in found for row in session.execute(query)]

    return read


@pytest.fixture
def misses(carrier, owed) -> Callable[..., int]:
    """A call that nobody takes, from Jane if nothing else is said; the id of the call-back that answers for it."""

    def missed(phone: str = JANE, sid: str = "CA" + "2" * 32) -> int:
        carrier.post("/voice/status", sid, From=phone, CallStatus="completed", CallDuration="20")
        return next(int(row.id) for row in owed() if row.phone == phone)

    return missed


@pytest.fixture
def placed(twilio: responses.RequestsMock) -> list[dict[str, str]]:
    """The carrier takes every call that we place: what was asked of it, with the sid that it gave."""
    asked: list[dict[str, str]] = []

    def take(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
        asked.append({**dict(parse_qsl(body)), "sid": f"CA{len(asked):032}"})
        return 201, {}, f'{{"sid": "{asked[-1]["sid"]}", "status": "queued"}}'

    twilio.add_callback(responses.POST, PLACED, callback=take)
    return asked


@pytest.fixture
def a_round(office: Office) -> Callable[[], None]:
    """A worker process that remembers nothing looks for what is to be done, and does it."""

    def once() -> None:
        rounds = worker.Rounds(office)
        rounds.once()
        to_the_end(rounds)

    return once


@pytest.fixture
def carries_out(office: Office) -> Callable[[int], bool]:
    """The job that makes one attempt at a call-back."""
    return lambda callback_id: worker.DO_IT_HERE["worker.carry_out"](office, callback_id)


class Caller:
    """A phone that rings us, keys what it is asked for, and follows wherever it is sent."""

    def __init__(self, carrier, phone: str, sid: str, **said: str) -> None:
        self._carrier, self._sid = carrier, sid
        self._said = {"From": phone, "To": "+442071838750", "Direction": "inbound", **said}
        self._follow("/voice/incoming", CallStatus="ringing")

    def keys(self, *digits: str) -> str:
        """One after the other; the last document."""
        for each in digits:
            self._follow(self._carrier.key(self._answer), Digits=each)
        return self.text

    def dial_ends(self, **said: str) -> str:
        """The phone that was dialled from this one is done."""
        return self._follow(self._carrier.action(self._answer), **said)

    def leaves(self) -> None:
        self._post("/voice/status", CallStatus="completed", CallDuration="20")

    def _follow(self, address: str, **said: str) -> str:
        self._answer = self._post(address, **said)
        while not any(stop in self.text for stop in STOPS):
            self._answer = self._post(re.findall(r"<Redirect[^>]*>([^<]+)<", self.text)[0])
        return self.text

    def _post(self, address: str, **said: str):
        return self._carrier.post(address, self._sid, **{**self._said, **said})

    @property
    def text(self) -> str:
        return str(self._answer.text)


@pytest.fixture
def caller(carrier) -> Callable[..., Caller]:
    """Jane, or another phone, rings us."""
    return lambda phone=JANE, sid="CA" + "1" * 32, **said: Caller(carrier, phone, sid, **said)
