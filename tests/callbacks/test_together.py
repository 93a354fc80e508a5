"""One customer's call-backs among everybody at once: people at the desk, workers, phones, reports, the customer's own calls
and texts, a carrier that fails, and no Redis. Seeded, so what fails once fails again.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest

from callbacks import sweep
from callbacks.claims import UP
from callbacks.tables import Attempt, Callback, Rung
from console import access
from office import people
from office.profile import read
from office.tables import Staff, Text
from reception.escalating import look_after_promises
from reception.silent import look_after_attempts
from tests.callbacks.desk_world import MANAGER, PRIYA, TOM, Desk
from tests.conftest import BUSINESS
from worker import DO_IT_HERE

WORLDS, STEPS = 4, 80
FIRST = int(os.environ.get("RINGTRUE_WORLDS", "3000"))
"""The seed of the first world. Others are looked for with -m slow and another number here."""

MOMENTS = (1, 5, 10, 16, 20, 35)
WAITS = (1, 5, 10, 20, 40, 600, 1500, 2400, 4500)
AN_AGE = 30
"""Seconds in which somebody sweeps, whatever else happens."""

SAYINGS = ("1", "2", "2", "A", "B", "C", "Could you ring my daughter?", "STOP", "STOP", "START")


@dataclass(kw_only=True)
class World(Desk):
    """Everybody around one customer's call-backs."""

    had_before_stop: frozenset[str] | None = None
    waited: int = 0
    climbed: set[tuple[int, object]] = field(default_factory=set)

    def step(self) -> None:
        self.happen(self.next())
        if self.waited >= AN_AGE:
            self.sweep()

    def sweep(self) -> None:
        for part in self.dice.sample([self.look, self.climb, self.free], 3):
            self.happen(part)

    def next(self) -> Callable[[], None]:
        """Anything; mostly what goes on at the phones, while there is something."""
        known = self.known[self.last]
        if known.over and self.dice.random() < 0.5:
            return self.rings
        if self.live and self.dice.random() < 0.7:
            return self.dice.choice(
                [self.staff, self.customer, self.customer, self.deliver, self.wait, self.wait, self.too_late]
            )
        if known.attempt is not None and self.dice.random() < 0.4:
            return self.work
        if known.state in {"waiting", "claimed"} and self.dice.random() < 0.2:
            return self.tried_as_planned
        return self.anything()

    @property
    def live(self) -> bool:
        """Phones ring or are up."""
        return any(leg.live for leg in self.line.legs.values())

    def happen(self, what: Callable[[], None]) -> None:
        self.spoke_at, self.their_text, self.waited = None, False, 0
        what()
        self.compare()
        self.check_texts()

    def anything(self) -> Callable[[], None]:
        return self.dice.choice([
            *[self.act] * 6, *[self.work] * 5, self.staff, self.customer, self.deliver,
            self.deliver, self.lose, self.look, self.climb, self.free, self.wait, self.wait, self.outage, self.rings, self.says, self.says,
        ])  # fmt: skip

    def wait(self) -> None:
        self.waited = self.dice.choice(MOMENTS if self.live and self.dice.random() < 0.9 else WAITS)
        self.clock.go_on(seconds=self.waited)

    def tried_as_planned(self) -> None:
        planned = self.rows()[-1].next_try_at
        if planned is not None:
            self.clock.set(max(self.now, min(planned, self.now + timedelta(hours=3))))
        self.work()

    def work(self) -> None:
        """A job that the bell was rung for, of whichever call-back; or what the sweep finds due, as the bell is nothing."""
        found = [self.last] if self.dice.random() < 0.3 else sweep.due(self.office)
        for callback_id in found:
            (row,) = self.read(Callback, Callback.id == callback_id)
            tried = DO_IT_HERE["worker.carry_out"](self.office, callback_id)
            asked_for = self.read(
                Attempt, Attempt.callback_id == callback_id, Attempt.fence == row.fence, Attempt.ended_at.is_(None)
            )
            assert not tried or asked_for or row.slot is None or row.slot[0] <= self.now, "tried before they wanted it"

    def too_late(self) -> None:
        """A phone rings for longer than anybody waits for it, and is picked up after all; somebody was quicker, or not."""
        if any(leg.status == "ringing" and leg.parent is None for leg in self.line.legs.values()):
            self.clock.go_on(seconds=35)
            self.happen(self.free)
            self.happen(partial(self.act, "call") if self.dice.random() < 0.7 else self.act)
            self.happen(self.staff)

    def customer(self) -> None:
        """They talk for a while, or hardly."""
        if any(leg.parent and leg.answered and leg.live for leg in self.line.legs.values()):
            self.clock.go_on(seconds=self.dice.choice([0, 8, 16, 40]))
        super().customer()

    def look(self) -> None:
        look_after_attempts(self.office)

    def free(self) -> None:
        for known in self.known.values():
            stage = self.read(Attempt.stage, Attempt.id == known.attempt)
            known.lapses(self.now, picked_up=bool(stage) and stage[0] in UP)
        sweep.free_lapsed(self.office)

    def climb(self) -> None:
        """Up the ladder; what is late is never quiet."""
        look_after_promises(self.office)
        for row in self.rows():
            rungs = {
                (row.id, rung.promised_by)
                for rung in self.read(Rung, Rung.callback_id == row.id, Rung.rung == "second-person")
            }
            if rungs - self.climbed:
                self.known[row.id].passed_on()
            self.climbed |= rungs
            taken = self.read(Attempt, Attempt.callback_id == row.id, Attempt.stage.in_(["taken", "talked"]))
            if row.state != "done" and row.promised_by <= self.now and not taken:
                late = (Rung.callback_id == row.id, Rung.rung == "late", Rung.promised_by == row.promised_by)
                assert self.read(Rung, *late), "late, and nobody was told"

    def rings(self) -> None:
        """They ring us: somebody takes the call, or they are missed once more. The carrier tells us twice."""
        sid, said = f"CA{self.dice.getrandbits(128):032x}", {"From": self.phones[0], "To": "+442071838750"}
        answer = self.carrier.post("/voice/incoming", sid, **said, CallStatus="ringing", Direction="inbound")
        over = {**said, "CallStatus": "completed", "CallDuration": "40"}
        if self.carrier.rung(answer) and self.dice.random() < 0.3:
            self.taken(sid, answer, over)
        else:
            self.clock.go_on(seconds=20)
        self.carrier.post("/voice/status", sid, **over)
        self.mail.append(("/voice/status", sid, over))
        if self.spoke_at is None:
            assert self.rows()[-1].state != "done", "missed, and nothing is owed"

    def taken(self, sid: str, answer: object, over: dict[str, str]) -> None:
        leg = {"ParentCallSid": sid, "Direction": "outbound-dial"}
        theirs = f"CA{self.dice.getrandbits(128):032x}"
        heard = self.carrier.post(self.carrier.whisper(answer), theirs, **leg)
        self.spoke_at = self.now
        self.carrier.post(self.carrier.key(heard), theirs, **leg, Digits="1")
        self.clock.go_on(seconds=30)
        talked = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "30"}
        self.carrier.post(self.carrier.action(answer), sid, **over, **talked)
        assert all(row.state == "done" for row in self.rows()), "they spoke, and are owed a call"

    def says(self) -> None:
        """They text us, and the carrier brings it twice."""
        said = {"From": self.phones[0], "MessageSid": f"SM{self.dice.getrandbits(128):032x}"}
        letter = said | {"Body": self.dice.choice(SAYINGS)}
        known, self.their_text = self.known[self.last], True
        if letter["Body"] == "1" and not known.over and self.texted(f"promise:{self.last}"):
            known.ends("cancelled")
        stop = letter["Body"] == "STOP"
        for _ in range(self.dice.choice([1, 2])):
            assert "<Message" not in self.carrier.post("/texts/incoming", **letter).text
        if stop or letter["Body"] == "START":
            self.had_before_stop = frozenset(self.sent()) if stop else None

    def sent(self) -> list[str]:
        return self.read(Text.reason, Text.to == self.phones[0])

    def texted(self, reason: str) -> bool:
        return reason in self.sent()

    def check_texts(self) -> None:
        """Whoever wants no texts is written none."""
        assert self.had_before_stop is None or self.had_before_stop.issuperset(self.sent()), "a text to whom said STOP"

    def quiet_down(self) -> None:
        self.put_down()
        for _ in range(6):
            self.clock.go_on(minutes=1)
            self.sweep()

    def check_at_the_end(self) -> None:
        live = self.read(Attempt.id, Attempt.ended_at.is_(None))
        reserved = self.read(Staff.busy_with, Staff.busy_with.is_not(None))
        assert (live, reserved) == ([], []), "something never ends"
        row = self.rows()[-1]
        if row.state == "waiting":
            assert row.needs_person == (row.next_try_at is None)
        assert row.state in {"done", "waiting"} or (row.state == "claimed" and row.claimed_until is not None)

    def close(self) -> None:
        """Nothing of this world is left for the next one."""
        if self.rows()[-1].state != "done":
            self.post("release")
            assert self.post("done", outcome="cancelled", note="The week is over").status_code == 200


@pytest.fixture
def tokens(office, client) -> dict[str, dict[str, str]]:
    """The headers of two people's tokens and of a manager's, who has no phone."""
    webhook = BUSINESS + '[[webhook]]\nurl = "https://crm.example/hook"\n'
    with client.application.app_context(), office.database.transaction() as session:
        people.save_business(session, read(webhook))
        ids = {name: number for number, name in people.staff_names(session).items()}
        made = {name: access.add_token(session, name, "staff", ids[name]) for name in (PRIYA, TOM)}
        made[MANAGER] = access.add_token(session, MANAGER, "manager", None)
    return {name: {"Authorization": f"Bearer {token}"} for name, token in made.items()}


@pytest.fixture
def new_world(office, carrier, client, clock, true_line, tokens) -> Callable[[int], World]:
    def made(seed: int) -> World:
        dice = random.Random(seed)
        around = {"office": office, "carrier": carrier, "clock": clock, "dice": dice, "line": true_line(dice)}
        keys = ("1", "1", "1", "1", "1", "1", "2", "3", "4", "")
        world = World(**around, client=client, tokens=tokens, phones=[f"+44770090{seed:04}"], staff_presses=keys)
        world.rings()
        while not world.rows():  # somebody took the very first call
            world.rings()
        world.compare()
        return world

    return made


def live_through(new_world, clock, first: int, worlds: int, steps: int) -> None:
    """Each world has a week of its own and another customer."""
    tuesday = clock.now()
    for week in range(worlds):
        clock.set(tuesday + timedelta(weeks=week))
        world = new_world(first + week)
        try:
            for _ in range(steps):
                world.step()
            world.quiet_down()
            world.check_at_the_end()
        except AssertionError as wrong:
            raise AssertionError(f"world {first + week}: {wrong}") from wrong
        world.close()


def test_everybody_at_once_leaves_one_truth(new_world, clock):
    live_through(new_world, clock, 3000, WORLDS, STEPS)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_everybody_at_once_for_long_leaves_one_truth(new_world, clock):
    live_through(new_world, clock, FIRST, 40, 120)
