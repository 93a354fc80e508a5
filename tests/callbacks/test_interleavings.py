"""One call-back among workers, staff, reports that come twice, late, out of order or never, and a carrier that knows
the truth. Seeded, so what fails once fails again.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from callbacks import actions, wishes
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from callbacks.wishes import Part, Wish
from office.tables import Staff
from reception.silent import look_after_attempts
from tests.callbacks.phones_world import Phones

WORLDS, STEPS = 8, 45


@dataclass(kw_only=True)
class World(Phones):
    """A call-back and everybody around it."""

    callback_id: int
    promised: datetime
    done: tuple[str, str] | None = None
    ended: dict[int, str] = field(default_factory=dict)

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

    def row(self) -> Callback:
        with self.office.database.reading() as session:
            return session.get_one(Callback, self.callback_id)

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
        self.put_down()
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
    around = {"office": office, "carrier": carrier, "clock": clock, "dice": dice, "line": true_line(dice)}
    return World(**around, phones=phones, callback_id=callback_id, promised=promised)


@pytest.mark.parametrize("first", [1000, pytest.param(2000, marks=pytest.mark.slow)])
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
