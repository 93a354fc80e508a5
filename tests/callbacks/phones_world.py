"""Phones around a call-back, as a carrier that knows the truth rings them: who picks up, which keys are pressed, who hangs
up; and the reports of it, which come twice, late, out of order or never.
"""

import random
import re
from dataclasses import dataclass, field
from typing import Any

from callbacks.tables import Attempt, Callback
from office.wiring import Office


@dataclass(kw_only=True)
class Phones:
    """`phones` are the customer's. `mail` is what the carrier has still to tell us; `keys`: what each attempt's staff phone pressed last."""

    office: Office
    carrier: Any
    clock: Any
    dice: random.Random
    line: Any
    phones: list[str]
    staff_presses: tuple[str, ...] = ("1", "1", "1", "1", "2", "")
    mail: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    said_spoke: bool = False

    def outage(self) -> None:
        self.line.down = self.dice.random() < 0.3

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
            answer = self.carrier.post(address, sid, **said)
            assert answer.status_code < 300
            if "/attempts/" in address and any(phone in answer.text for phone in self.phones):
                assert self.current(address), "a stale attempt rang the customer, asked again"

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
        key = self.dice.choice(self.staff_presses)
        heard = self.ask(leg, "ask_staff")
        current = self.current(leg.base)
        answer = self.press(leg, "ring_customer", key) if key and "<Gather" in heard else ""
        if "<Gather" in answer:
            answer = self.press(leg, "asked_again", self.dice.choice("123"))
        rung = next((phone for phone in self.phones if phone in answer), None)
        if rung is None:
            self.over(leg)
            return
        assert current, "a stale attempt rang the customer"
        assert all(other.parent is None or other.base != leg.base for other in self.line.legs.values()), "rung twice"
        self.line.add(rung, leg.base, leg.sid)

    def press(self, leg: Any, step: str, key: str) -> str:
        self.keys[of_attempt(leg.base)[0]] = key
        return self.ask(leg, step, Digits=key)

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

    def current(self, address: str) -> bool:
        """Whether the attempt that an address names may ring its customer."""
        number, fence = of_attempt(address)
        with self.office.database.reading() as session:
            attempt = session.get_one(Attempt, number)
            row = session.get_one(Callback, attempt.callback_id)
        return attempt.ended_at is None and (row.state, row.fence) == ("calling", fence)

    def put_down(self) -> None:
        """Every phone is put down, the carrier answers, and what was not told in time is never told."""
        self.line.down = False
        for leg in [leg for leg in self.line.legs.values() if leg.live and leg.parent is None]:
            self.hang_up(leg)
        self.mail.clear()


def of_attempt(address: str) -> tuple[int, int]:
    """Which attempt an address is about, and its fence."""
    number, fence = re.findall(r"\d+", address.partition("/attempts/")[2])
    return int(number), int(fence)
