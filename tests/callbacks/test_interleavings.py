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

from callbacks import actions, wishes
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from callbacks.wishes import Part, Wish
from office.tables import Staff
from office.wiring import Office
from reception.silent import look_after_attempts

WORLDS, STEPS = 20, 45


@dataclass
class World:
    """A call-back and everybody around it. `mail` is what the carrier has still to tell us."""

    office: Office
    carrier: Any
    clock: Any
    dice: random.Random
    line: Any
    callback_id: int
    phones: list[str]
    promised: datetime
    mail: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    done: tuple[str, str] | None = None
    ended: dict[int, str] = field(default_factory=dict)
    said_spoke: bool = False

    def step(self) -> None:
        self.dice.choice([
            self.work, self.work, self.staff, self.staff, self.customer, self.customer, self.deliver, self.deliver,
            self.deliver, self.lose, self.sweep, self.wait, self.wait, self.outage, self.elsewhere, self.wish,
        ])()  # fmt: skip
        self.check()

    def work(self) -> None:
        slot = self.row().slot
        tried = carry_out(self.office, self.callback_id)
        assert not tried or slot is None or slot[0] <= self.clock.now(), "tried before they asked for it"

    def wait(self) -> None:
        self.clock.go_on(seconds=self.dice.choice([1, 5, 10, 20, 40, 100, 600, 4500]))

    def sweep(self) -> None:
        look_after_attempts(self.office)

    def outage(self) -> None:
        self.line.down = self.dice.random() < 0.3

    def elsewhere(self) -> None:
        now = self.clock.now()
        if self.dice.random() < 0.1:
            with self.office.database.transaction() as session:
                actions.spoke_elsewhere(session, self.dice.choice(self.phones), now, now)

    def wish(self) -> None:
        """They ring us, and ask to be rung elsewhere, in an hour, or both."""
        now, (phone, called_from) = self.clock.now(), self.dice.sample(self.phones, 2)
        in_an_hour = Part("in an hour", now + timedelta(hours=1), now + timedelta(hours=3), "Europe/London")
        wish = Wish(phone, called_from, self.dice.choice([None, in_an_hour]), now)
        if self.row().state != "done" and self.dice.random() < 0.3:
            with self.office.database.transaction() as session:
                assert wishes.asked_for(session, self.callback_id, wish, now) == self.callback_id

    def tell(self, leg: Any, step: str, status: str, **said: str) -> None:
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

    def ask(self, leg: Any, step: str, **said: str) -> str:
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

    def pick_up(self, leg: Any) -> None:
        if self.dice.random() < 0.3:
            self.over(leg, self.dice.choice(["no-answer", "busy", "failed", "canceled"]))
            return
        leg.status, leg.answered = "in-progress", self.clock.now()
        self.tell(leg, "report", "in-progress")
        key = self.dice.choice(["1", "1", "1", "1", "2", ""])
        heard = self.ask(leg, "ask_staff")
        current = self.current(leg)
        answer = self.ask(leg, "ring_customer", Digits=key) if key and "<Gather" in heard else ""
        rung = next((phone for phone in self.phones if phone in answer), None)
        if rung is None:
            self.over(leg)
            return
        assert current, "a stale attempt rang the customer"
        self.line.add(rung, leg.base, leg.sid)

    def over(self, leg: Any, status: str = "completed") -> None:
        leg.end(status, self.clock.now())
        self.tell(leg, "report", status)

    def hang_up(self, leg: Any) -> None:
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

    def let_go(self, leg: Any) -> None:
        self.leave(leg, "completed" if leg.answered else self.dice.choice(["busy", "no-answer", "failed"]))
        staff = self.line.legs[leg.parent or ""]
        answer = self.ask(staff, "talked", **self.dial(leg))
        if "<Gather" in answer and self.dice.random() < 0.6:
            spoke = leg.person and (leg.seconds or 0) >= 15
            self.said_spoke |= spoke
            self.ask(staff, "said", Digits="1" if spoke else self.dice.choice("23"))
        self.over(staff)

    def leave(self, leg: Any, status: str) -> None:
        leg.end(status, self.clock.now())
        if not leg.person:  # a mailbox that nobody recognised counts as a talk after 15 s: so says the contract
            leg.seconds = min(leg.seconds or 0, 14)
        self.tell(leg, "customer_report", status)

    def dial(self, leg: Any) -> dict[str, str]:
        bridged = "true" if leg.answered else "false"
        told = {"DialCallStatus": leg.status, "DialCallSid": leg.sid, "DialBridged": bridged}
        return told | ({"DialCallDuration": str(leg.seconds)} if leg.answered else {})

    @property
    def they_spoke(self) -> bool:
        return any(leg.parent and leg.person and (leg.seconds or 0) >= 15 for leg in self.line.legs.values())

    def row(self) -> Callback:
        with self.office.database.reading() as session:
            return session.get_one(Callback, self.callback_id)

    def current(self, leg: Any) -> bool:
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
        assert row.promised_by >= self.promised, "a promise came sooner"
        self.promised = row.promised_by
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


def new_world(office, carrier, clock, true_line, seed: int) -> World:
    dice = random.Random(seed)
    phones, now = [f"+44770090{seed:04}", f"+44770091{seed:04}"], clock.now()
    promised = now + timedelta(minutes=dice.choice([30, 120]))
    owed = actions.Owed(f"CA{seed:032}", phones[0], None, None, "closed", now, promised, now)
    with office.database.transaction() as session:
        callback_id = actions.promise(session, owed)
    return World(office, carrier, clock, dice, true_line(dice), callback_id, phones, promised)


@pytest.mark.parametrize("first", [1000, 2000])
def test_promise_survives_every_order_of_events(office, carrier, clock, true_line, first):
    tuesday = clock.now()
    for week in range(WORLDS):
        clock.set(tuesday + timedelta(weeks=week))
        world = new_world(office, carrier, clock, true_line, first + week)
        try:
            for _ in range(STEPS):
                world.step()
            world.quiet_down()
            world.check_at_the_end()
        except AssertionError as wrong:
            raise AssertionError(f"world {first + week}: {wrong}") from wrong
