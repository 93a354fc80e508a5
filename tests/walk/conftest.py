"""A small carrier for walks over every edge: phones, documents as the schema takes them, reports, and a REST interface.

It takes the unkind reading where the reference leaves one open (twilio.md 2): the end of a phone may be told before the
action of the verb that it cuts short, or alone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from office.line import CarrierCall
from reception import silent
from voice.standin.schema import Purpose, check
from worker import DO_IT_HERE

US, OTHER, PIN = "+442071838750", "07700900456", "7294"
NOTICE = "This call may be recorded."
DOWN = {"CallStatus": "completed"}
ROOMS = {"incoming": "caller", "calls": "caller", "holding": "hold", "legs": "phone", "attempts": "attempt"}
STAFF_CHOOSE = {"caller staff_key", "caller message_key", "caller greeting_situation"}
"""Where the staff line has more keys than callers ever have."""

ORDERS = ["first what ended", "first the end", "only the end"]

Choose = Callable[[str, Sequence[str]], str]
"""Takes one of several ways, at a place that it may know again. The last of them is the one that ends it soonest."""


@dataclass
class Phone:
    """A phone that is up. `told` is where its end is told.

    `pending` is the action of the verb that its end would cut short, and what is told there then.
    """

    sid: str
    told: str | None
    fields: dict[str, str]
    up: bool = True
    pending: tuple[str, dict[str, Any]] | None = None


@dataclass
class Placed:
    """A phone that was placed by REST, as the carrier knows it."""

    sid: str
    to: str
    answer_at: str
    report_to: str
    until: datetime
    status: str = "ringing"

    def phone(self) -> Phone:
        """The same when it is picked up."""
        return Phone(self.sid, self.report_to, {"From": US, "To": self.to, "Direction": "outbound-api"})


@dataclass
class Line:
    """The carrier's REST interface. Nothing depends on the order in which phones are placed side by side."""

    clock: Any
    placed: dict[str, Placed] = field(default_factory=dict)
    known: dict[str, CarrierCall] = field(default_factory=dict)

    def ring(self, to: str, *, caller_id: str, answer_at: str, report_to: str, ring_for: timedelta) -> str:
        assert caller_id == US
        sid = "CA" + re.sub(r"\D", "", answer_at).zfill(32)
        assert sid not in self.placed, "a phone was dialled twice"
        self.placed[sid] = Placed(sid, to, answer_at, report_to, self.clock.now() + ring_for)
        return sid

    def ringing(self) -> list[Placed]:
        """The phones that ring, in an order that is the same each time."""
        return [self.placed[sid] for sid in sorted(self.placed) if self.placed[sid].status == "ringing"]

    def cancel(self, sid: str) -> None:
        if self.placed[sid].status == "ringing":
            self.placed[sid].status = "canceled"

    def ended(self, sid: str, to: str, status: str, *, seconds: int = 0, parent: str | None = None) -> None:
        """What the carrier tells of a phone that is down when it is asked."""
        self.known[sid] = CarrierCall(sid, to, US, status, self.clock.now(), seconds, parent)

    def look_up(self, sid: str) -> CarrierCall | None:
        return self.known.get(sid)

    def calls_to(self, phone: str, *, since: datetime) -> list[CarrierCall]:
        known = [call for call in self.known.values() if call.to == phone]
        return [call for call in known if call.created_at is not None and call.created_at >= since]


@dataclass
class Jobs:
    """The bell: what was rung for, for a worker that does it as soon as the carrier has its answer."""

    rung: list[tuple[str, int]] = field(default_factory=list)

    def ring(self, job: str, row: int) -> bool:
        self.rung.append((job, row))
        return True


@dataclass(frozen=True)
class Document:
    """An answer of ours: the step that gave it, by its room, and its verbs."""

    step: str
    verbs: list[Element]

    @property
    def asks(self) -> bool:
        """Whether people do anything at it but listen."""
        return any(verb.tag in {"Gather", "Record", "Enqueue", "Dial"} for verb in self.verbs)

    @property
    def shape(self) -> str:
        """What tells apart documents: who gave them, verbs, where they lead, and the keys that are named.

        The menu of one of us, and what a waiting caller hears, is the same whoever gave it.
        """
        text = " ".join("".join(verb.itertext()) for verb in self.verbs if verb.tag in {"Say", "Gather"})
        verbs = [f"{verb.tag} {step_at(verb.get('action') or '')}".strip() for verb in self.verbs]
        given_by = "" if verbs[0] in {"Gather caller staff_key", "Gather hold pressed"} else self.step
        return f"{given_by}: {', '.join(verbs)} {''.join(sorted(set(re.findall(r'[0-9]', text))))}"

    def keys(self, gather: Element) -> list[str]:
        """What people key, or say, when they are asked so: what was asked for, and what was not."""
        if "pin_for" in gather.get("action", ""):
            return [f"key {PIN}", "key 9999"]
        if gather.get("numDigits") != "1":
            return [f"key {OTHER}", "key 12", "key 0", "key 1"]
        there = "23456" if step_at(gather.get("action", "")) in STAFF_CHOOSE else "23"
        named = [f"key {key}" for key in there if key in "".join(gather.itertext())]
        says = ["says the workshop please", "says mumble"] if "speech" in gather.get("input", "") else []
        return ["key 1", *named, *says, "key 0", "key 9"]


def step_at(address: str) -> str:
    """A step with its room, from its address."""
    parts = address.split("/")
    room = next((ROOMS[part] for part in parts if part in ROOMS), "")
    return f"{room} {'greet' if parts[-1] == 'incoming' else parts[-1]}".strip()


class Switch:
    """What goes on between the carrier and us in one call, until nobody's phone is up any more."""

    def __init__(self, office: Any, carrier: Any, choose: Choose) -> None:
        self.office, self._carrier, self.choose = office, carrier, choose
        self.line, self.jobs = Line(office.clock), Jobs()
        office.line, office.bell = self.line, self.jobs
        self.asked: set[str] = set()
        self.noticed = False
        self._children = 0

    step_at = staticmethod(step_at)

    def child(self, of: Phone, number: str) -> Phone:
        """A phone that is rung inside another's call, whose end nobody is told of."""
        self._children += 1
        sid = f"CA{self._children:09}".ljust(34, "9")
        return Phone(sid, None, {"From": US, "To": number, "Direction": "outbound-dial", "ParentCallSid": of.sid})

    def phone(self, number: str, sid: str = "CA" + "1" * 32) -> Phone:
        """Somebody's phone that rings us."""
        return Phone(sid, "/voice/status", {"From": number, "To": US, "Direction": "inbound"})

    def hears(self, phone: Phone, address: str, purpose: Purpose = "call", **said: str) -> Document:
        """Our answer at that address, as the carrier takes it."""
        phone.pending = phone.pending if purpose == "queue-wait" else None
        answer = self._carrier.post(address, sid=phone.sid, **{**phone.fields, **said})
        assert answer.status_code == 200, address
        root = fromstring(answer.text)
        assert list(check(root, purpose, has_base=True)) == []
        self.noticed = self.noticed or NOTICE in answer.text
        assert self.noticed or "<Record" not in answer.text, "recorded, and not told so"
        self.asked.add(step_at(address))
        self.work()
        return Document(step_at(address), list(root))

    def tells(self, phone: Phone, address: str | None, **said: str) -> None:
        """Something is reported, at which we only nod."""
        if address is not None:
            assert self._carrier.post(address, sid=phone.sid, **{**phone.fields, **said}).status_code == 204, address
            self.work()

    def goes_down(self, phone: Phone, **said: str) -> None:
        """Nobody hears this phone any more; `said` is told besides of the verb that this cuts short."""
        if not phone.up:
            return
        phone.up, pending = False, phone.pending
        action, cut = (pending[0], pending[1] | said | DOWN) if pending else ("", {})
        order = self.choose(f"{step_at(action)} is cut short: {sorted(cut)}", ORDERS) if pending else ORDERS[2]
        if order == ORDERS[0]:
            self.hears(phone, action, **cut)
        self.line.ended(phone.sid, phone.fields["To"], "completed", seconds=20)
        self.tells(phone, phone.told, **DOWN, CallDuration="20")
        if order == ORDERS[1]:
            self.hears(phone, action, **cut)

    def reports(self, placed: Placed, status: str) -> None:
        """How a phone fares that we placed."""
        placed.status = status
        if status != "in-progress":
            self.line.ended(placed.sid, placed.to, status)
        self.tells(placed.phone(), placed.report_to, CallStatus=status)

    def reports_child(self, child: Phone, noun: Element, status: str) -> None:
        """How a customer's phone fares that was rung inside the call of one of us. Whoever was picked up was there for 40 seconds."""
        seconds, parent = 40 if status == "completed" else 0, child.fields["ParentCallSid"]
        length = {} if status in {"ringing", "in-progress"} else {"CallDuration": str(seconds)}
        if length:
            self.line.ended(child.sid, child.fields["To"], status, seconds=seconds, parent=parent)
        self.tells(child, noun.get("statusCallback"), CallStatus=status, **length)

    def work(self) -> None:
        """The phones that were wanted ring, and those that were stopped are told of."""
        while self.jobs.rung:
            job, row = self.jobs.rung.pop(0)
            if job in {"worker.ring_waiting", "worker.hang_up_legs"}:
                DO_IT_HERE[job](self.office, row)
        for placed in [one for one in self.line.placed.values() if one.status == "canceled"]:
            placed.status = "stopped"
            self.tells(placed.phone(), placed.report_to, CallStatus="canceled")

    def passes(self, **length: float) -> None:
        """Time goes on. Phones that have rung for long enough stop."""
        self.office.clock.go_on(**length)
        for placed in self.line.ringing():
            if placed.until <= self.office.clock.now():
                self.reports(placed, "no-answer")

    def settle(self) -> None:
        """Everything is down. What no report told us is found out by whoever looks after the silent."""
        self.passes(minutes=1)
        self.office.clock.go_on(minutes=10)
        for look_after in (silent.look_after_phones, silent.look_after_attempts, silent.close_calls):
            look_after(self.office)
        self.work()


@pytest.fixture
def switch(office, carrier) -> Callable[[Choose], Switch]:
    """The carrier of a new call, with whoever chooses what people do."""
    return lambda choose: Switch(office, carrier, choose)
