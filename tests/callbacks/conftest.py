"""A promise that is due, and a carrier's REST API before the line."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import responses
from sqlalchemy import select

from callbacks import actions, attempts, queries, wishes
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback, Move
from callbacks.wishes import Part, Wish
from office.line import CarrierCall, LineRefused, LineUncertain
from office.people import Person
from office.wiring import Office

ACCOUNT = "AC" + "0" * 32
OUR_NUMBER = "+442071838750"
API = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
JANE = "+447700900123"
STAFF_LEG = "CA" + "5" * 32


@pytest.fixture
def due(office: Office, clock) -> int:
    """A call-back for Jane whose first try is due now and whose promise is two hours off; its id."""
    with office.database.transaction() as session:
        return actions.promise(
            session,
            actions.Owed(
                call_sid="CA" + "1" * 32,
                phone=JANE,
                customer_id=None,
                team_id=None,
                reason="nobody answered",
                missed_at=clock.now(),
                promised_by=clock.now().replace(hour=12),
                first_try_at=clock.now(),
            ),
        )


@pytest.fixture
def row(office: Office, due: int) -> Callable[[], Callback]:
    """Reads the call-back as it stands now."""

    def read() -> Callback:
        with office.database.reading() as session:
            return session.get_one(Callback, due)

    return read


@pytest.fixture
def tried(office: Office, due: int) -> Callable[[], list[Attempt]]:
    """Reads the attempts at the call-back, oldest first."""

    def read() -> list[Attempt]:
        with office.database.reading() as session:
            return session.query(Attempt).filter_by(callback_id=due).order_by(Attempt.id).all()

    return read


class TwilioCalls:
    """The carrier's Calls resource, as a test sets it; remembers what was asked of it."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._mock = mock
        self.created: list[dict[str, str]] = []

    def takes(self, sid: str = STAFF_LEG) -> None:
        """Every create is taken; each call gets a sid of its own, the first the one named."""

        def create(request):
            self.created.append({name: values[0] for name, values in parse_qs(_text(request.body)).items()})
            this = sid[:-2] + f"{len(self.created) - 1:02}" if len(self.created) > 1 else sid
            return 201, {}, f'{{"sid": "{this}", "status": "queued"}}'

        self._mock.add_callback(responses.POST, f"{API}/Calls.json", callback=create)

    def answers(self, status: int, body: str = "{}", headers: dict[str, str] | None = None) -> None:
        """Every create is answered so."""
        self._mock.add(responses.POST, f"{API}/Calls.json", status=status, body=body, headers=headers or {})

    def knows(self, sid: str, status: str, *, to: str, duration: int | None = None, parent: str | None = None) -> None:
        """The carrier knows this call, by its sid and in its list."""
        call = {
            "sid": sid, "status": status, "to": to, "from": "+442071838750", "parent_call_sid": parent,
            "duration": None if duration is None else str(duration), "date_created": "Tue, 24 Nov 2026 10:00:00 +0000",
        }  # fmt: skip
        self._mock.upsert(responses.GET, f"{API}/Calls/{sid}.json", json=call)
        listing = re.compile(re.escape(f"{API}/Calls.json?") + ".*To=%2B" + to[1:])
        self._mock.upsert(responses.GET, listing, json={"calls": [call], "page": 0, "page_size": 50})

    def knows_nothing(self) -> None:
        self._mock.upsert(
            responses.GET,
            re.compile(re.escape(f"{API}/Calls.json") + ".*"),
            json={"calls": [], "page": 0, "page_size": 50},
        )

    def is_down(self) -> None:
        self._mock.upsert(responses.GET, re.compile(f"{API}/Calls.*"), status=503)


@pytest.fixture
def calls(twilio: responses.RequestsMock) -> TwilioCalls:
    return TwilioCalls(twilio)


@pytest.fixture
def phone(office, due, calls, carrier):
    """The staff phone of an attempt that was placed: posts to the attempt's addresses."""
    calls.takes()
    carry_out(office, due)
    base = calls.created[0]["Url"].removesuffix("ask_staff")
    return lambda step, sid=STAFF_LEG, **said: carrier.post(base + step, sid=sid, Direction="outbound-api", **said)


@pytest.fixture
def world(office, clock) -> Any:
    return World(office, clock)


class World:
    """Missed calls, wishes and talks, each in a transaction of its own."""

    def __init__(self, office, clock) -> None:
        self.office, self.clock = office, clock

    def owed(self, phone: str | None, sid: str, **more: Any) -> actions.Owed:
        now = self.clock.now()
        usual = {"missed_at": now, "promised_by": now + timedelta(hours=2), "first_try_at": now + timedelta(minutes=1)}
        return actions.Owed(sid, phone, None, None, "nobody answered", **{**usual, **more})

    def missed(self, phone: str | None, sid: str, **more: Any) -> int:
        owed = self.owed(phone, sid, **more)
        with self.office.database.transaction() as session:
            return actions.promise(session, owed)

    def promised_and_asked(self, phone: str, called_from: str, sid: str) -> None:
        """As a turn does it: our word and their wish in one transaction."""
        owed, now = self.owed(phone, sid, called_from=called_from), self.clock.now()
        with self.office.database.transaction() as session:
            callback_id = actions.promise(session, owed, anew=True)
            wishes.asked_for(session, callback_id, Wish(phone, called_from, None, owed.first_try_at), now)

    def asks(
        self, callback_id: int, phone: str, called_from: str | None, part: Part | None = None, *, by_itself=True
    ) -> int:
        now = self.clock.now()
        wish = Wish(phone, called_from, part, now + timedelta(minutes=1) if by_itself else None)
        with self.office.database.transaction() as session:
            return wishes.asked_for(session, callback_id, wish, now)

    def spoken_to(self, phone: str | None, sid: str | None = None) -> None:
        with self.office.database.transaction() as session:
            actions.spoke_elsewhere(session, phone, self.clock.now(), self.clock.now(), call_sid=sid)

    def rows(self) -> list[Callback]:
        with self.office.database.reading() as session:
            return list(session.scalars(select(Callback).order_by(Callback.id)))

    def row(self, callback_id: int) -> Callback:
        with self.office.database.reading() as session:
            row: Callback = session.get_one(Callback, callback_id)
        return row

    def moves(self) -> list[Move]:
        with self.office.database.reading() as session:
            return list(session.scalars(select(Move).order_by(Move.id)))

    def calls(self, callback_id: int) -> list[str]:
        with self.office.database.reading() as session:
            return queries.calls_of(session, [callback_id])[callback_id]

    def tomorrow(self, begins: int = 9, until: int = 12) -> Part:
        day = self.clock.now() + timedelta(days=1)
        return Part("tomorrow morning", _at(day, begins), _at(day, until), "Europe/London")

    def claimed(self, callback_id: int) -> attempts.Claimed:
        self.clock.go_on(minutes=1)
        with self.office.database.transaction() as session:
            made = attempts.claim(session, callback_id, Person(1, "Priya Shah", "+447700900101"), self.clock.now())
        assert made is not None
        return made


def _at(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@dataclass
class Phone:
    """A leg at the carrier: what is true of it, whatever anybody was told."""

    sid: str
    to: str
    created: datetime
    base: str
    parent: str | None = None
    status: str = "ringing"
    answered: datetime | None = None
    person: bool = False
    seconds: int | None = None
    ended: datetime | None = None

    @property
    def live(self) -> bool:
        return self.status in {"ringing", "in-progress"}

    def end(self, status: str, now: datetime) -> None:
        self.status, self.ended = status, now
        self.seconds = int((now - self.answered).total_seconds()) if self.answered else 0


@dataclass
class TrueLine:
    """The carrier's REST interface over the truth: now and then it does not answer, or refuses."""

    dice: random.Random
    clock: Any
    legs: dict[str, Phone] = field(default_factory=dict)
    down: bool = False

    def ring(self, to: str, *, answer_at: str, **_: object) -> str:
        self._answer_or_not()
        if self.dice.random() < 0.1:
            raise LineRefused("busy", status=429)
        if self.dice.random() < 0.1:
            raise LineUncertain("lost on the way there")
        leg = self.add(to, answer_at.removesuffix("ask_staff"))
        if self.dice.random() < 0.2:
            raise LineUncertain("lost on the way back")
        return leg.sid

    def add(self, to: str, base: str, parent: str | None = None) -> Phone:
        leg = Phone(f"CA{self.dice.getrandbits(128):032x}", to, self.clock.now(), base, parent)
        self.legs[leg.sid] = leg
        return leg

    def look_up(self, sid: str) -> CarrierCall | None:
        self._answer_or_not()
        return self._told(self.legs[sid])

    def calls_to(self, phone: str, *, since: datetime) -> list[CarrierCall]:
        self._answer_or_not()
        found = [leg for leg in self.legs.values() if leg.to == phone and leg.created >= since]
        return [self._told(leg) for leg in reversed(found)]

    def _answer_or_not(self) -> None:
        if self.down:
            raise LineUncertain("no answer")

    def _told(self, leg: Phone) -> CarrierCall:
        """Of an end that is fresh the carrier does not know everywhere."""
        fresh = leg.ended is not None and self.clock.now() - leg.ended < timedelta(seconds=20)
        status = "in-progress" if fresh and leg.parent else leg.status
        seconds = None if status == "in-progress" else leg.seconds
        return CarrierCall(leg.sid, leg.to, OUR_NUMBER, status, leg.created, seconds, leg.parent)


@pytest.fixture
def true_line(office, clock) -> Callable[[random.Random], TrueLine]:
    """The office's line from now on, with the dice that decide when it fails."""

    def installed(dice: random.Random) -> TrueLine:
        line = TrueLine(dice, clock)
        office.line = line
        return line

    return installed


def _text(body) -> str:
    sent: bytes = body if isinstance(body, bytes) else body.getvalue()
    return sent.decode()
