"""One call-back among workers, staff, reports that come twice, late, out of order or never, and a carrier that knows
the truth. Seeded, so what fails once fails again.
"""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callbacks import actions
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from office.line import CarrierCall, LineRefused, LineUncertain
from office.tables import Staff
from office.wiring import Office
from worker import look_after_silent

OUR_NUMBER = "+442071838750"
WORLDS, STEPS = 20, 45


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


@dataclass
class World:
    """A call-back and everybody around it. `mail` is what the carrier has still to tell us."""

    office: Office
    carrier: Any
    clock: Any
    dice: random.Random
    line: TrueLine
    callback_id: int
    phone: str
    mail: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    done: tuple[str, str] | None = None
    ended: dict[int, str] = field(default_factory=dict)
    said_spoke: bool = False

    def step(self) -> None:
        self.dice.choice([
            self.work, self.work, self.staff, self.staff, self.customer, self.customer, self.deliver, self.deliver,
            self.deliver, self.lose, self.sweep, self.wait, self.wait, self.outage, self.elsewhere,
        ])()  # fmt: skip
        self.check()

    def work(self) -> None:
        carry_out(self.office, self.callback_id)

    def wait(self) -> None:
        self.clock.go_on(seconds=self.dice.choice([1, 5, 10, 20, 40, 100, 600, 4500]))

    def sweep(self) -> None:
        look_after_silent(self.office)

    def outage(self) -> None:
        self.line.down = self.dice.random() < 0.3

    def elsewhere(self) -> None:
        now = self.clock.now()
        if self.dice.random() < 0.1:
            with self.office.database.transaction() as session:
                actions.spoke_elsewhere(session, self.phone, now, now)

    def tell(self, leg: Phone, step: str, status: str, **said: str) -> None:
        """A report is under way: to be delivered some time, perhaps twice, perhaps never."""
        ended = {} if leg.live else {"CallDuration": str(leg.seconds)}
        self.mail.append((leg.base + step, leg.sid, {"CallStatus": status, **ended, **said}))

    def deliver(self) -> None:
        if self.mail:
            letter = self.dice.choice(self.mail)
            if self.dice.random() < 0.7:
                self.mail.remove(letter)
            address, sid, said = letter
            assert self.carrier.post(address, sid, **said).status_code < 300

    def lose(self) -> None:
        if self.mail and self.dice.random() < 0.5:
            self.mail.remove(self.dice.choice(self.mail))

    def ask(self, leg: Phone, step: str, **said: str) -> str:
        """A request that the carrier waits for; the same may come again later."""
        if self.dice.random() < 0.2:
            self.mail.append((leg.base + step, leg.sid, {"CallStatus": "in-progress", **said}))
        return str(self.carrier.post(leg.base + step, leg.sid, **said).text)

    def staff(self) -> None:
        for leg in [leg for leg in self.line.legs.values() if leg.parent is None and leg.live]:
            if leg.status == "ringing":
                self.pick_up(leg)
            elif self.dice.random() < 0.2:
                self.hang_up(leg)

    def pick_up(self, leg: Phone) -> None:
        if self.dice.random() < 0.3:
            self.over(leg, self.dice.choice(["no-answer", "busy", "failed", "canceled"]))
            return
        leg.status, leg.answered = "in-progress", self.clock.now()
        self.tell(leg, "report", "in-progress")
        key = self.dice.choice(["1", "1", "1", "1", "2", ""])
        heard = self.ask(leg, "ask_staff")
        current = self.current(leg)
        if not (key and "<Gather" in heard and self.phone in self.ask(leg, "ring_customer", Digits=key)):
            self.over(leg)
            return
        assert current, "a stale attempt rang the customer"
        self.line.add(self.phone, leg.base, leg.sid)

    def over(self, leg: Phone, status: str = "completed") -> None:
        leg.end(status, self.clock.now())
        self.tell(leg, "report", status)

    def hang_up(self, leg: Phone) -> None:
        """The staff member leaves; so does the customer, if they were there."""
        self.over(leg)
        for theirs in [other for other in self.line.legs.values() if other.parent == leg.sid and other.live]:
            self.leave(theirs, "completed" if theirs.answered else "canceled")
            self.tell(leg, "talked", "completed", **self.dial(theirs))

    def customer(self) -> None:
        """What the customer, or their mailbox, does next."""
        for leg in [leg for leg in self.line.legs.values() if leg.parent is not None and leg.live]:
            if leg.status == "ringing":
                self.tell(leg, "customer_report", "ringing")
            if leg.answered or self.dice.random() < 0.5:
                self.let_go(leg)
                continue
            leg.status, leg.answered, leg.person = "in-progress", self.clock.now(), self.dice.random() < 0.7
            self.tell(leg, "customer_report", "in-progress")

    def let_go(self, leg: Phone) -> None:
        self.leave(leg, "completed" if leg.answered else self.dice.choice(["busy", "no-answer", "failed"]))
        staff = self.line.legs[leg.parent or ""]
        answer = self.ask(staff, "talked", **self.dial(leg))
        if "<Gather" in answer and self.dice.random() < 0.6:
            spoke = leg.person and (leg.seconds or 0) >= 15
            self.said_spoke |= spoke
            self.ask(staff, "said", Digits="1" if spoke else self.dice.choice("23"))
        self.over(staff)

    def leave(self, leg: Phone, status: str) -> None:
        leg.end(status, self.clock.now())
        if not leg.person:  # a mailbox that nobody recognised counts as a talk after 15 s: so says the contract
            leg.seconds = min(leg.seconds or 0, 14)
        self.tell(leg, "customer_report", status)

    def dial(self, leg: Phone) -> dict[str, str]:
        bridged = "true" if leg.answered else "false"
        told = {"DialCallStatus": leg.status, "DialCallSid": leg.sid, "DialBridged": bridged}
        return told | ({"DialCallDuration": str(leg.seconds)} if leg.answered else {})

    @property
    def they_spoke(self) -> bool:
        return any(leg.parent and leg.person and (leg.seconds or 0) >= 15 for leg in self.line.legs.values())

    def row(self) -> Callback:
        with self.office.database.reading() as session:
            return session.get_one(Callback, self.callback_id)

    def current(self, leg: Phone) -> bool:
        number, fence = re.findall(r"\d+", leg.base)
        with self.office.database.reading() as session:
            attempt, row = session.get_one(Attempt, int(number)), session.get_one(Callback, self.callback_id)
        return attempt.ended_at is None and (row.state, row.fence) == ("calling", int(fence))

    def attempts(self) -> dict[int, str | None]:
        query = select(Attempt.id, Attempt.outcome).where(Attempt.callback_id == self.callback_id)
        with self.office.database.reading() as session:
            return dict(session.execute(query).all())

    def check(self) -> None:
        row = self.row()
        attempts = self.attempts()
        assert list(attempts.values()).count(None) <= 1
        for number, outcome in self.ended.items():
            given_up = outcome in {"unknown", "failed"}
            assert attempts[number] == outcome or (given_up and attempts[number] == "reached"), "an end is final"
        self.ended = {number: outcome for number, outcome in attempts.items() if outcome}
        assert self.done is None or (row.state, row.outcome) == self.done, "done is final"
        if row.state == "done":
            self.done = (row.state, row.outcome or "")
            assert row.outcome == "answered-elsewhere" or self.they_spoke

    def quiet_down(self) -> None:
        """Every phone is put down, the carrier answers, and what was not told in time is never told."""
        self.line.down = False
        for leg in [leg for leg in self.line.legs.values() if leg.live and leg.parent is None]:
            self.hang_up(leg)
        self.mail.clear()
        for _ in range(12):
            self.clock.go_on(seconds=30)
            self.sweep()
            self.check()

    def check_at_the_end(self) -> None:
        row = self.row()
        assert None not in self.attempts().values()
        with self.office.database.reading() as session:
            assert session.scalars(select(Staff.busy_with).where(Staff.busy_with.is_not(None))).all() == []
        assert row.state == "done" or (row.state, row.needs_person) == ("waiting", row.next_try_at is None)
        assert row.state == "done" or row.needs_person or not self.they_spoke, "a talk was forgotten"
        assert row.state == "done" or not self.said_spoke


def new_world(office, carrier, clock, seed: int) -> World:
    dice = random.Random(seed)
    phone, now = f"+44770090{seed:04}", clock.now()
    promised = now + timedelta(minutes=dice.choice([30, 120]))
    owed = actions.Owed(f"CA{seed:032}", phone, None, None, "closed", now, promised, now)
    with office.database.transaction() as session:
        callback_id = actions.promise(session, owed)
    office.line = TrueLine(dice, clock)
    return World(office, carrier, clock, dice, office.line, callback_id, phone)


@pytest.mark.parametrize("first", [1000, 2000])
def test_promise_survives_every_order_of_events(office, carrier, clock, first):
    tuesday = clock.now()
    for week in range(WORLDS):
        clock.set(tuesday + timedelta(weeks=week))
        world = new_world(office, carrier, clock, first + week)
        try:
            for _ in range(STEPS):
                world.step()
            world.quiet_down()
            world.check_at_the_end()
        except AssertionError as wrong:
            raise AssertionError(f"world {first + week}: {wrong}") from wrong
