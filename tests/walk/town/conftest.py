"""A town for walks over every edge: people with phones, and the carrier carrying out our documents between them."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

import pytest

from worker import DO_IT_HERE

JANE = "+447700900123"
GONE, NOTHING, PICKS_UP, TOO_LATE = "hangs up", "nothing", "a phone is picked up", "caller is gone a moment before"
RING_OUT = {"rings out": "no-answer", "is busy": "busy", "fails": "failed"}
TALKED = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
NOT_MET = {"DialCallStatus": "completed", "DialBridged": "false"}
CUT = {"DialCallStatus": "no-answer", "DialBridged": "false"}

On = tuple[str, dict[str, str]]
"""Where the carrier goes on, and what it says there."""


class Down(Exception):
    """This phone is down, whoever hung up."""


class Left(Exception):
    """The caller is out of the queue."""


class Town:
    """People with phones, and the carrier carrying out our documents between them. What people do is chosen."""

    def __init__(self, switch: Any) -> None:
        self.switch, self.choose = switch, switch.choose
        self.caller, self.others, self.left_word = switch.phone(JANE), list[Any](), 0
        self.queue: str | None = None
        self.out, self.way_out, self.meanwhile, self.hung_up_at = "", "", list[On](), set[str]()
        self.met = self.reached = self.proven = self.left_something = False
        self._happens: dict[str, Callable[[], None]] = {
            "the caller hangs up, then key 1": lambda: self.switch.goes_down(self.caller),
            "the caller wants a message, then key 1": self._leaves_by_key,
            "a colleague has them, then key 1": self._colleague_takes,
            "the customer rings us, then key 1": self._customer_rings,
        }

    def rings_us(self, number: str) -> None:
        """A whole call of somebody's to us."""
        self.caller = self.switch.phone(number)
        if self.choose("the first ring", ["is answered", GONE]) == GONE:
            self.switch.goes_down(self.caller)
        else:
            self._whole(self.caller, "/voice/incoming", CallStatus="ringing")

    def promise_is_due(self, callback_id: int) -> None:
        """A call-back is carried out."""
        DO_IT_HERE["worker.carry_out"](self.switch.office, callback_id)
        (placed,) = self.switch.line.ringing()
        self._answers(placed, self.choose("a promise is due", [PICKS_UP, *RING_OUT]))
        for other in self.others:
            self.hung_up_at.add("caller greet")
            self.switch.goes_down(other)

    def _whole(self, phone: Any, address: str, **said: str) -> None:
        with suppress(Down):
            self._goes_through(phone, address, **said)
        self.switch.goes_down(phone)

    def _goes_through(self, phone: Any, address: str, purpose: str = "call", **said: str) -> None:
        on: On | None = (address, said)
        while on is not None:
            document = self.switch.hears(phone, on[0], purpose, **on[1])
            self._may_go(phone, document)
            on = next(filter(None, (self._verb(phone, document, verb) for verb in document.verbs)), None)

    def _may_go(self, phone: Any, document: Any) -> None:
        """Who is asked nothing may hang up too, whatever they hear."""
        if not document.asks and self.choose(document.shape, ["hears it", GONE]) == GONE:
            self._goes(phone, document)

    def _verb(self, phone: Any, document: Any, verb: Any) -> On | None:
        does = {"Gather": self._gather, "Record": self._record, "Enqueue": self._enqueue, "Dial": self._dial}
        if verb.tag in does:
            return does[verb.tag](phone, document, verb)
        match verb.tag:
            case "Redirect" if "/voice/takes/" in verb.text:
                self._goes(phone, document)  # a conversation of its own: a greeting is recorded there
            case "Redirect":
                return verb.text, {}
            case "Hangup":
                raise Down
            case "Leave":
                self.out = "leave"
                raise Left
        self.switch.passes(seconds=4)
        return None

    def _goes(self, phone: Any, document: Any, **said: str) -> NoReturn:
        self.hung_up_at.add(document.step)
        self.switch.goes_down(phone, **said)
        raise Down

    def _gather(self, phone: Any, document: Any, gather: Any) -> On | None:
        """Keys, words, silence, and what others do meanwhile."""
        action, ringing = gather.get("action"), self.switch.line.ringing()
        if document.step.startswith("hold"):
            self.way_out = action
        way = self.choose(
            f"{document.shape} {bool(ringing)} {self.proven}", self._ways(phone, document, gather, ringing)
        )
        if way == GONE:
            self._goes(phone, document)
        if way == NOTHING:
            self.switch.passes(seconds=35 if document.step.startswith("hold") else 5)
            return None
        if way == PICKS_UP or way in RING_OUT:
            self._other_phone(ringing[0], way)
            return None
        if way in self._happens:
            self._happens[way]()
        self.proven = self.proven or len(way) == len("key 7294")
        kind, said = way.rsplit("then ")[-1].split(" ", 1)
        return action, {"Digits" if kind == "key" else "SpeechResult": said}

    def _ways(self, phone: Any, document: Any, gather: Any, ringing: list[Any]) -> list[str]:
        keys: list[str] = document.keys(gather)
        if document.step.startswith(("phone", "attempt")):
            return [*keys[:-2], keys[-1], *self._happenings(phone, ringing), NOTHING, GONE]
        others = [PICKS_UP, "is busy"] if document.step.startswith("hold") and ringing else []
        return [*keys, *others, NOTHING, GONE]

    def _happenings(self, phone: Any, ringing: list[Any]) -> list[str]:
        """What others may do while a staff phone is asked for a key."""
        hangs_up, message, colleague, rings = self._happens
        if phone.told and "attempts" in phone.told:
            return [] if self.others else [rings]
        if phone is self.caller or not self.caller.up:
            return []
        waits = self.queue is not None
        return [hangs_up, *([message] if waits else []), *([colleague] if waits and ringing else [])]

    def _other_phone(self, placed: Any, way: str) -> None:
        """Of the phones that ring for the caller who waits, one is done."""
        self._answers(placed, way)
        if not self.caller.up:
            raise Down
        if self.queue is None:
            raise Left

    def _answers(self, placed: Any, how: str) -> None:
        """A phone that we placed is picked up and hears all that we say, or is not."""
        if how in RING_OUT:
            self.switch.reports(placed, RING_OUT[how])
            return
        self.switch.reports(placed, "in-progress")
        self._whole(placed.phone(), placed.answer_at)
        while self.meanwhile:
            action, said = self.meanwhile.pop()
            other = self.others.pop()
            self.switch.hears(other, action, **said)
            self.switch.goes_down(other)

    def _leaves_by_key(self) -> None:
        document = self.switch.hears(self.caller, self.way_out, "queue-wait", Digits="3")
        assert [verb.tag for verb in document.verbs] == ["Leave"]
        self.queue, self.out = None, "leave"

    def _colleague_takes(self) -> None:
        """Another phone has the caller; their talk ends when the phone that was late is done."""
        placed = self.switch.line.ringing()[0]
        self.switch.reports(placed, "in-progress")
        heard = self.switch.hears(phone := placed.phone(), placed.answer_at)
        (dial,) = self.switch.hears(phone, heard.verbs[0].get("action"), Digits="1").verbs
        assert dial[0].text == self.queue
        self.queue, self.out, self.met = None, "bridged", True
        self.others.append(phone)
        self.meanwhile.append((dial.get("action"), TALKED))

    def _customer_rings(self) -> None:
        self.others.append(other := self.switch.phone(JANE, "CA" + "2" * 32))
        self.switch.hears(other, "/voice/incoming", CallStatus="ringing")

    def _record(self, phone: Any, document: Any, record: Any) -> On | None:
        way = self.choose(f"{document.shape} {self.left_word}", ["speaks", "key 0", "a click", NOTHING, GONE])
        told, action = record.get("recordingStatusCallback"), record.get("action")
        if way == NOTHING:
            self.switch.tells(phone, told, RecordingSid="RE" + "0" * 32, RecordingStatus="absent")
            return None
        self.left_word, self.left_something = self.left_word + 1, self.left_something or way != "a click"
        recorded = {"RecordingDuration": "1" if way == "a click" else "7", "RecordingSid": f"RE{self.left_word:032}"}
        phone.pending = action, {**recorded, "Digits": "hangup"}
        if way == GONE:
            self.hung_up_at.add(document.step)
            self.switch.goes_down(phone)
        self.switch.tells(phone, told, **recorded, RecordingStatus="completed")
        if way == GONE:
            raise Down
        return action, {**recorded, "Digits": "0" if way == "key 0" else ""}

    def _enqueue(self, phone: Any, document: Any, enqueue: Any) -> On:
        """The caller waits: the wait document is asked for until somebody has them, or they leave."""
        self.queue, phone.pending = enqueue.text, (enqueue.get("action"), {"QueueResult": "hangup"})
        try:
            while True:
                self._goes_through(phone, enqueue.get("waitUrl"), "queue-wait")
        except Left:
            self.queue = None
        except Down:
            self.hung_up_at.add(document.step)
            raise
        return enqueue.get("action"), {"QueueResult": self.out}

    def _dial(self, phone: Any, document: Any, dial: Any) -> On:
        noun, action = dial[0], dial.get("action")
        if noun.tag == "Queue":
            return self._take_from_queue(phone, document, action, noun.text)
        child = self.switch.child(phone, noun.text)
        phone.pending = action, {**CUT, "DialCallSid": child.sid}
        rings = self._rings_staff if noun.get("url") else self._rings_customer
        return action, {"DialCallSid": child.sid, **rings(phone, document, noun, child)}

    def _take_from_queue(self, phone: Any, document: Any, action: str, queue: str) -> On:
        """A staff phone that we placed talks with the caller, if they are in the queue still."""
        phone.pending = action, TALKED
        ways = ["staff hangs up", "caller hangs up", TOO_LATE] if self.queue == queue else [TOO_LATE]
        way = self.choose(f"{document.shape} queue", ways)
        if way == TOO_LATE:
            if self.queue == queue:
                self.switch.goes_down(self.caller)
            return action, {**CUT, "DialCallStatus": "failed"}
        self.met = True
        self.switch.passes(seconds=40)
        if way == "caller hangs up":
            self.switch.goes_down(self.caller, QueueResult="bridged")
            return action, TALKED
        self.queue, self.out = None, "bridged"
        return self._goes(phone, document)

    def _rings_staff(self, phone: Any, document: Any, noun: Any, child: Any) -> dict[str, str]:
        """A staff phone inside the caller's dial: picked up, asked for a key, connected, or none of that."""
        way = self.choose(f"{document.shape} rings", [PICKS_UP, "rings out", "is busy", GONE])
        self.switch.passes(seconds=10)
        if way == GONE:
            self._goes(phone, document)
        if way != PICKS_UP:
            return {"DialCallStatus": RING_OUT[way], "DialBridged": "false"}
        phone.pending = phone.pending[0], {**phone.pending[1], **NOT_MET}
        try:
            self._goes_through(child, noun.get("url"), "whisper")
        except Down:
            if not phone.up:
                raise
            return NOT_MET
        return self._talk(phone, document)

    def _talk(self, phone: Any, document: Any) -> dict[str, str]:
        unsaid = {**TALKED, "DialBridged": ""}
        ways = {"staff hangs up": TALKED, "nobody says that they met": unsaid, "never connected": NOT_MET}
        way = self.choose(f"{document.step} talk", [*ways, GONE])
        if way == "never connected":
            return NOT_MET
        self.met = True
        self.switch.passes(seconds=40)
        if way == GONE:
            self._goes(phone, document, **TALKED)
        return ways[way]

    def _rings_customer(self, phone: Any, document: Any, noun: Any, child: Any) -> dict[str, str]:
        """A customer's phone inside a dial of one of us, of which the carrier reports too."""
        ways = ["they talk", "a machine", *RING_OUT, "staff hangs up in the talk", GONE]
        way = self.choose(f"{document.step} rings", ways)
        report = partial(self.switch.reports_child, child, noun)
        report("ringing")
        if way in RING_OUT:
            report(RING_OUT[way])
            return {"DialCallStatus": RING_OUT[way], "DialBridged": "false"}
        if way == GONE:
            self._ends(phone, document, report, "canceled")
        self.reached = True
        report("in-progress")
        if way == "a machine":
            self.switch.tells(child, noun.get("amdStatusCallback"), AnsweredBy="machine_start")
        self.switch.passes(seconds=40)
        if way == "staff hangs up in the talk":
            self._ends(phone, document, report, "completed", **TALKED)
        report("completed")
        return TALKED

    def _ends(self, phone: Any, document: Any, report: Callable[[str], None], status: str, **said: str) -> NoReturn:
        """One of us hangs up; the customer's phone goes down with theirs."""
        with suppress(Down):
            self._goes(phone, document, **said)
        report(status)
        raise Down


@pytest.fixture
def town(switch) -> Callable[[Any], Town]:
    """People who do what is chosen for them, in one call or one attempt."""
    return lambda choose: Town(switch(choose))
