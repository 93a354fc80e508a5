"""A walk over every edge of every conversation, through the whole application, with a hang-up at each step.

Each call ends as one in which people spoke, as one with one open call-back, or as one in which nothing was wanted.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from callbacks.tables import Attempt, Callback, CallbackCall, Delivery, Move, Rung
from office import contact_rules, people, pins
from office.profile import read
from office.tables import Alert, Pace, Pin, Staff, Text
from reception import phones
from voice import calls
from voice.conversation import steps
from voice.tables import Call, Leg, Turn
from voicemail_greetings.tables import Message

JANE, PRIYA, HIDDEN = "+447700900123", "+447700900101", "anonymous"
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
EVENING = TEN.replace(hour=20)
NEARLY_NOON = TEN.replace(hour=11, minute=55)
DIGEST = pins._digest("7294", b"salt")
"""Made once: it is slow on purpose."""

FILLED = (CallbackCall, Move, Attempt, Delivery, Rung, Callback, Message, Turn, Leg, Call, Text, Alert, Pace)
"""What calls leave behind, in an order in which it may be deleted."""

AT_TEN = dict.fromkeys(("received_at", "ended_at", "words_by"), TEN)
FREE = dict.fromkeys(("busy_with", "busy_until", "rest_until", "last_call_at", "last_rang_at")) | {
    "misses": 0,
    "on_duty": True,
}
A_FEW, EVERY = 4, 1000
"""Roads through a house: what is enough on the second kind of database; and more than there are."""

BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
tue = ["09:00-17:30"]
wed = ["09:00-17:30"]
[ringing]
rounds = 1
[holding]
longest = "1m"
[recording]
notice = "This call may be recorded."
[guard]
number_per_day = 100
"""
STAFF = """
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
role = "manager"
teams = ["Workshop"]
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
teams = ["Workshop"]
"""
ONE_TEAM = '[[team]]\nname = "Workshop"'
TWO_TEAMS = '[[team]]\nname = "Workshop"\nkey = "1"\n[[team]]\nname = "Sales"\nkey = "2"'
ALL_AT_ONCE = ONE_TEAM + '\nstrategy = "all-at-once"'


@dataclass
class Roads:
    """Chooses so that each way that leads on from a place is gone once: the way there again, then whatever is new.

    `been` are the places of this house: where all is known from another one, the first way is followed, once.
    """

    known: list[str]
    gone: set[tuple[str, str]]
    been: set[str]
    ahead: deque[tuple[list[str], tuple[str, str] | None]]
    taken: list[str] = field(default_factory=list)

    def choose(self, at: str, ways: Sequence[str]) -> str:
        if len(self.taken) < len(self.known):
            way = self.known[len(self.taken)]
            assert way in ways, f"{at}: the same way led elsewhere this time"
        else:
            new = [way for way in ways if (at, way) not in self.gone]
            way = new[0] if new else ways[-1 if at in self.been else 0]
            self.ahead.extend(([*self.taken, other], (at, other)) for other in new[1:])
        self.gone.add((at, way))
        self.been.add(at)
        self.taken.append(way)
        return way


@dataclass(frozen=True)
class House:
    """A business at an hour, and who rings it. `most` roads are gone at most; `proves`: the steps that must be come to here."""

    name: str
    teams: str = ONE_TEAM
    caller: str = JANE
    at: datetime = TEN
    rule: str | None = None
    owed: bool = False
    promise: bool = False
    message: bool = False
    most: int = EVERY
    proves: str = ""

    def __str__(self) -> str:
        return self.name


HOUSES = {
    "open": [
        House("one team", proves="caller greet/rung/keyed_number/confirmed_number/chose_number/chose_time/person/recorded/said_nothing/said_again/answered_offer"),
        House("all at once", ALL_AT_ONCE, proves="caller waited, hold waiting/pressed, phone talked/ring_back/ringing_back"),
        House("two teams", TWO_TEAMS, proves="caller chose_team/ring_team, phone whisper/take"),
    ],
    "owed a call": [House("owed", owed=True, most=20)],
    "withheld": [House("withheld", caller=HIDDEN, proves="caller leave_message"), House("withheld and closed", caller=HIDDEN, at=EVENING)],
    "nobody comes": [
        House("closed", at=EVENING),
        House("never rung back", at=EVENING, rule=contact_rules.DO_NOT_CALL_BACK),
        House("message only", rule=contact_rules.MESSAGE_ONLY),
        House("blocked", rule=contact_rules.BLOCKED),
    ],
    "ours": [
        House("staff line", caller=PRIYA, owed=True, message=True, proves="caller staff_key/colleague_rung"
            "/pin_for_duty/pin_for_next/pin_for_customer/claimed/customers_number/customer_confirmed/ring_them/dialled/dial_said"
            "/pin_for_messages/message/message_key/pin_for_greeting/greeting/greeting_situation/greeting_begins"),
        House("a promise", owed=True, promise=True, proves="attempt ask_staff/ring_customer/talked/said"),
    ],
    "soon late": [House("a promise", at=NEARLY_NOON, owed=True, promise=True, proves="attempt asked_again")],
}  # fmt: skip
"""In each group a way that was gone in one house is not gone again in the next."""


class Walk:
    """All the roads of some houses, one after the other."""

    def __init__(self, office: Any, clock: Any, town: Callable[[Any], Any]) -> None:
        self.office, self.clock, self.town = office, clock, town
        self.gone = set[tuple[str, str]]()
        self.asked, self.hung_up_at = set[str](), set[str]()

    def through(self, house: House, most: int) -> None:
        """Every road that leads somewhere new, the shortest first."""
        self._move_into(house)
        ahead, been = deque[Any]([([], None)]), set[str]()
        for _ in range(most):
            while ahead and ahead[0][1] in self.gone:
                ahead.popleft()
            if not ahead:
                return
            road = Roads(ahead.popleft()[0], self.gone, been, ahead)
            try:
                self._one(house, road)
            except Exception as trouble:
                trouble.add_note(f"{house}: {' > '.join(road.taken)}")
                raise

    def _move_into(self, house: House) -> None:
        with self.office.database.transaction() as session:
            people.save_business(session, read(BUSINESS + house.teams + STAFF))
            session.merge(Pin(phone=PRIYA, digest=DIGEST))
            contact_rules.deal(session, JANE, house.rule or contact_rules.NORMAL, by="a test", now=TEN)

    def _one(self, house: House, road: Roads) -> None:
        owed = self._begin(house)
        town = self.town(road.choose)
        if house.promise:
            town.promise_is_due(owed)
        else:
            town.rings_us(house.caller)
        self._nobody_is_rung_now(town)
        town.switch.settle()
        self.asked |= town.switch.asked
        self.hung_up_at |= town.hung_up_at
        self._check(town, house)

    def _begin(self, house: House) -> int | None:
        """The morning, with nobody on the line; what is owed is owed to Jane."""
        self.clock.set(house.at)
        with self.office.database.transaction() as session:
            for table in FILLED:
                session.execute(delete(table))
            session.execute(update(Staff).values(FREE))
            session.execute(update(Pin).values(failures=0, locked_until=None))
            if not house.owed:
                return None
            times = {"missed_at": TEN, "promised_by": TEN + timedelta(hours=2), "next_try_at": TEN}
            owed = Callback(phone=JANE, kind="missed", reason="missed call", state="waiting", team_id=1, **times)
            session.add(owed)
            session.flush()
            if house.message:
                session.add(CallbackCall(call_sid="CA0", callback_id=owed.id))
                session.add(
                    Message(recording_sid="RE0", call_sid="CA0", file="1.wav", fetches=1, duration_s=7, **AT_TEN)
                )
            return owed.id

    def _nobody_is_rung_now(self, town: Any) -> None:
        """Nobody waits, so no phone rings, nor will."""
        assert town.switch.line.ringing() == []
        with self.office.database.reading() as session:
            assert phones.due(session, self.clock.now()) == []

    def _check(self, town: Any, house: House) -> None:
        with self.office.database.reading() as session:
            assert session.scalars(select(Leg).where(Leg.ended_at.is_(None))).all() == []
            assert session.scalars(select(Attempt).where(Attempt.ended_at.is_(None))).all() == []
            assert session.scalars(select(Staff.busy_with).where(Staff.busy_with.is_not(None))).all() == []
            rang = session.scalars(select(Call).where(Call.direction == "inbound")).all()
            for call in rang:
                answering = session.get(CallbackCall, call.sid)
                owed = session.get(Callback, answering.callback_id) if answering else None
                check_end(call, owed, town, house)
            kept = session.scalars(
                select(Callback).where(Callback.state == "done", Callback.outcome != "cancelled")
            ).all()
            assert not kept or town.met or town.reached


def check_end(call: Call, owed: Callback | None, town: Any, house: House) -> None:
    """People spoke, or one call-back answers for the call, or nothing was wanted."""
    assert call.ended_at is not None
    spoke = town.met and call.sid == town.caller.sid
    if call.own or house.rule == contact_rules.BLOCKED:
        assert owed is None
        assert call.outcome in {calls.UNWANTED, None, calls.SPOKE if spoke else None}
    elif spoke:
        assert call.outcome == calls.SPOKE
        assert owed is None or owed.state == "done"
    else:
        assert call.outcome == calls.MISSED
        nothing_to_ring = call.phone is None and call.keyed is None and not town.left_something
        assert (owed is None) == nothing_to_ring
        assert owed is None or owed.state in {"waiting", "claimed"} or owed.outcome == "reached"


@pytest.fixture
def walk(office, clock, town) -> Walk:
    return Walk(office, clock, town)


def proven(houses: list[House]) -> set[str]:
    """The steps that are to be come to in some of the houses, with their rooms."""
    rooms = [part.split(" ") for house in houses for part in house.proves.split(", ") if part]
    return {f"{room} {step}" for room, names in rooms for step in names.split("/")}


@pytest.mark.parametrize(
    "group", [pytest.param(group, marks=pytest.mark.slow if group in {"ours", "withheld"} else ()) for group in HOUSES]
)
def test_every_road_ends_as_spoken_owed_or_unwanted(walk, group, database_url):
    small_part = not database_url.startswith("sqlite")
    for house in HOUSES[group]:
        walk.through(house, A_FEW if small_part else house.most)
    whole = not small_part and all(house.most == EVERY for house in HOUSES[group])

    assert not whole or proven(HOUSES[group]) <= walk.asked
    assert not whole or walk.asked == walk.hung_up_at


def test_walk_comes_to_every_step():
    rooms = {
        "caller": steps.CALL_STEPS, "hold": steps.HOLD_STEPS, "phone": steps.LEG_STEPS, "attempt": steps.ATTEMPT_STEPS
    }  # fmt: skip
    every_step = {f"{room} {step}" for room, names in rooms.items() for step in names}

    assert set.union(*map(proven, HOUSES.values())) == every_step
