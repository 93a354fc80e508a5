"""Callers in the queue, and a carrier's REST API that takes every phone we place."""

import re
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from urllib.parse import parse_qs

import pytest
import responses
from sqlalchemy import select

from office import people
from office.profile import read
from office.tables import Staff
from office.wiring import Office
from voice import actions
from voice.conversation.turns import Heard
from voice.tables import Call, Leg

ACCOUNT = "AC" + "0" * 32
API = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
WORKSHOP = 1

BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
tue = ["09:00-17:30"]
[ringing]
rounds = 1
[[team]]
name = "Workshop"
strategy = "all-at-once"
[[team]]
name = "Sales"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
teams = ["Workshop", "Sales"]
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
teams = ["Workshop"]
[[staff]]
name = "Mei Lin"
phone = "+447700900103"
teams = ["Sales"]
"""


@pytest.fixture
def office(office: Office) -> Office:
    """The same office with two teams: all phones of the workshop ring at once, those of sales one by one."""
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS))
    return office


class Phones:
    """The carrier's Calls resource: what was placed, in whatever order, and what was stopped."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._mock, self._lock = mock, Lock()
        self.placed: list[dict[str, str]] = []
        self.stopped: list[str] = []
        self.can_stop = True
        mock.add_callback("POST", f"{API}/Calls.json", callback=self._create)
        mock.add_callback("POST", re.compile(rf"{API}/Calls/CA\w+\.json"), callback=self._end)

    def answers(self, trouble: int | Exception) -> None:
        """Every phone that we want to place is answered so."""
        self._mock.remove("POST", f"{API}/Calls.json")
        if isinstance(trouble, int):
            self._mock.add("POST", f"{API}/Calls.json", status=trouble, json={"code": 20001, "message": "no"})
        else:
            self._mock.add("POST", f"{API}/Calls.json", body=trouble)

    def knows(self, phone: str, status: str) -> None:
        """What the carrier says of the last call to that number when it is asked."""
        told = {"sid": self.sid(phone), "status": status, "to": phone, "from": "+442071838750"}
        self._mock.upsert("GET", f"{API}/Calls/{self.sid(phone)}.json", json=told)

    def rung(self) -> set[str]:
        """The numbers that were placed."""
        return {asked["To"] for asked in self.placed}

    def sid(self, phone: str) -> str:
        """The sid of the last call that was placed to that number."""
        return next(asked["sid"] for asked in reversed(self.placed) if asked["To"] == phone)

    def _create(self, request):
        with self._lock:
            asked = {name: values[0] for name, values in parse_qs(_text(request.body)).items()}
            asked["sid"] = f"CA{len(self.placed) + 50:032}"
            self.placed.append(asked)
        return 201, {}, f'{{"sid": "{asked["sid"]}", "status": "queued"}}'

    def _end(self, request):
        assert _text(request.body) == "Status=canceled"
        with self._lock:
            self.stopped.append(request.url.rpartition("/")[2].removesuffix(".json"))
        return 200 if self.can_stop else 503, {}, '{"sid": "CA1", "status": "canceled"}'


@pytest.fixture
def phones(twilio: responses.RequestsMock) -> Phones:
    return Phones(twilio)


class InLine:
    """Callers who wait in the queue, by a number of their own."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def __call__(self, caller: int, *, team: int | None = WORKSHOP, holds: int = 0, at: datetime | None = None) -> int:
        """That caller waits from now on, and rang `at` (now); the call's id."""
        now = self._office.clock.now()
        with self._office.database.transaction() as session:
            heard = Heard(self.sid(caller), phone=f"+44770090012{caller}")
            call = actions.open_call(session, heard, at or now, is_open=True)
            call.team_id, call.holds = team, holds
            actions.begin_turn(session, call, 0, "greet", now)
            actions.waits(call, now, chosen=False)
            return call.id

    @staticmethod
    def sid(caller: int) -> str:
        return f"CA{caller:032}"


@pytest.fixture
def in_line(office: Office) -> InLine:
    return InLine(office)


@pytest.fixture
def legs(office: Office) -> Callable[[int], list[Leg]]:
    """Reads the phones of a call, in the order of their numbers."""

    def read_them(call_id: int) -> list[Leg]:
        with office.database.reading() as session:
            return list(session.scalars(select(Leg).where(Leg.call_id == call_id).order_by(Leg.number)))

    return read_them


@pytest.fixture
def the_call(office: Office) -> Callable[[int], Call]:
    def read_it(call_id: int) -> Call:
        with office.database.reading() as session:
            return session.get_one(Call, call_id)

    return read_it


@pytest.fixture
def free(office: Office) -> Callable[[], list[str]]:
    """Reads who is free now, by their first names."""

    def read_them() -> list[str]:
        with office.database.reading() as session:
            return sorted(person.name.split()[0] for person in people.free(session, office.clock.now()))

    return read_them


@pytest.fixture
def staff(office: Office) -> Callable[[str], Staff]:
    """Reads one of the staff by their phone."""

    def read_them(phone: str) -> Staff:
        with office.database.reading() as session:
            return session.scalars(select(Staff).where(Staff.phone == phone)).one()

    return read_them


class Handset:
    """A staff phone that we placed, as the carrier tells of it."""

    def __init__(self, carrier, phones: Phones, phone: str) -> None:
        self._carrier, self.sid = carrier, phones.sid(phone)
        self._asked = next(asked for asked in reversed(phones.placed) if asked["To"] == phone)

    def hears(self, step: str = "whisper", **said: str):
        """What it is told at a step of its conversation."""
        path = self._asked["Url"].replace("whisper", step)
        return self._carrier.post(path, sid=self.sid, Direction="outbound-api", **said)

    def takes(self):
        """Picked up, and 1 pressed."""
        self.hears()
        return self.hears("take", Digits="1")

    def reports(self, status: str) -> int:
        """The carrier tells how the phone fares; the HTTP status that we answered."""
        path = self._asked["StatusCallback"]
        answer = self._carrier.post(path, sid=self.sid, Direction="outbound-api", CallStatus=status)
        code: int = answer.status_code
        return code


@pytest.fixture
def handset(carrier, phones: Phones) -> Callable[[str], Handset]:
    """The phone that was last placed to that number."""
    return lambda phone: Handset(carrier, phones, phone)


def _text(body) -> str:
    sent: bytes = body if isinstance(body, bytes) else body.getvalue()
    return sent.decode()
