"""The words of a conversation: what was heard, what we know, what we do next, and what became true.

A step takes `Heard` and `Situation` and returns a `Turn`: acts for the phone, and news for the rooms. Nothing here
knows of databases, XML or the web.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from office import numbers

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Call states after which nobody listens any more (twilio.md 3.1)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the carrier told us in one request. `from_form` is the only place that knows its field names.

    `phone` is None when withheld. `bridged` is None when the carrier did not say. Durations are seconds.
    """

    sid: str
    phone: str | None = None
    parent_sid: str | None = None
    call_status: str = "in-progress"
    direction: str = "inbound"
    digits: str = ""
    speech: str = ""
    dial_status: str = ""
    dial_sid: str | None = None
    dial_seconds: int | None = None
    bridged: bool | None = None
    seconds: int | None = None
    answered_by: str = ""

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "Heard":
        """Read a webhook's form fields (twilio.md 1.2, 2.6 and 3.1)."""
        return cls(
            sid=form.get("CallSid", ""),
            phone=numbers.caller(form.get("From", "")),
            parent_sid=form.get("ParentCallSid") or None,
            call_status=form.get("CallStatus", ""),
            direction=form.get("Direction", "inbound"),
            digits=form.get("Digits", ""),
            speech=form.get("SpeechResult", ""),
            dial_status=form.get("DialCallStatus", ""),
            dial_sid=form.get("DialCallSid") or None,
            dial_seconds=_whole(form.get("DialCallDuration")),
            bridged={"true": True, "false": False}.get(form.get("DialBridged", "")),
            seconds=_whole(form.get("CallDuration")),
            answered_by=form.get("AnsweredBy", ""),
        )

    @property
    def hung_up(self) -> bool:
        """Nobody hears what we answer: the request was made because the call is over."""
        return self.call_status in OVER


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the staff, as far as a conversation needs to know them."""

    id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class LegFacts:
    """The staff phone that this turn is about. `caller_waits`: the customer is still there."""

    staff: Colleague
    accepted: bool
    caller_waits: bool
    ended: bool = False


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """The attempt at a promise that this turn is about.

    `current`: its fence still holds. `next_try`: when we would try again, should this one not reach the customer.
    `customer_rings_us`: they are in a call to us just now.
    """

    phone: str
    current: bool
    next_try: datetime | None
    customer_rings_us: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a step may know. Times are aware UTC; `zone` is for speaking them.

    `promised_by` is computed once, before the turn, or is that of the call-back already open (`owed`). `free` is whom
    to ring, in order; `rang` says how often each was rung in this call. `customer` is a name we are certain of.
    """

    now: datetime
    zone: ZoneInfo
    business: str
    is_open: bool
    promised_by: datetime
    patience: timedelta
    rounds: int
    phone: str | None = None
    customer: str | None = None
    since: int | None = None
    owed: bool = False
    free: tuple[Colleague, ...] = ()
    rang: Mapping[int, int] = field(default_factory=dict)
    asked_again: int = 0
    leg: LegFacts | None = None
    attempt: AttemptFacts | None = None

    @property
    def late(self) -> bool:
        """The promised time is past: nobody may hear it as if it were still to come."""
        return self.promised_by <= self.now


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Speak, and take one key. With no key the next act follows, so an Ask is never last."""

    text: str
    then: str
    wait: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring one of the staff, who hears the whisper step and must press a key; `then` follows however it ended."""

    staff: Colleague
    ring_for: timedelta
    then: str
    whisper: str = "whisper"


@dataclass(frozen=True, slots=True)
class RingCustomer:
    """From a staff phone: ring the customer with the business's number shown; `then` follows however it ended."""

    phone: str
    ring_for: timedelta
    talk_for: timedelta
    then: str


@dataclass(frozen=True, slots=True)
class Record:
    """Take a message after the beep; `then` follows."""

    longest: timedelta
    then: str


@dataclass(frozen=True, slots=True)
class GoTo:
    """On with another step, in a turn of its own."""

    step: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End this phone's part."""


Act = Say | Ask | Ring | RingCustomer | Record | GoTo | HangUp


@dataclass(frozen=True, slots=True)
class Rang:
    """A staff phone is about to ring for this call."""

    staff: Colleague


@dataclass(frozen=True, slots=True)
class Accepted:
    """A staff member pressed the key: they take the call."""


@dataclass(frozen=True, slots=True)
class LegEnded:
    """The staff phone that last rang is done: `outcome` is spoke, passed, no-answer, busy or failed."""

    outcome: str
    bridged: bool | None = None


@dataclass(frozen=True, slots=True)
class Spoke:
    """The customer and a person spoke in this call."""


@dataclass(frozen=True, slots=True)
class Promised:
    """We are about to tell the caller that we will ring them `by` then, and why we must: what is spoken is stored."""

    reason: str
    by: datetime


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The caller pressed the key to have all phones rung once more."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller is gone."""


@dataclass(frozen=True, slots=True)
class StaffAnswered:
    """The attempt's staff phone was picked up, by a person or a mailbox: nobody knows yet."""


@dataclass(frozen=True, slots=True)
class StaffTook:
    """They pressed the key: the customer's phone rings next."""


@dataclass(frozen=True, slots=True)
class StaffPassed:
    """They pressed a key that says not now."""


@dataclass(frozen=True, slots=True)
class CustomerRingsUs:
    """The customer is in a call to us just now, so their phone was not rung."""


@dataclass(frozen=True, slots=True)
class CustomerLegEnded:
    """How the customer's phone ended: `status` in the carrier's words, and what is known of the talk."""

    status: str
    sid: str | None
    bridged: bool | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class StaffSaid:
    """What the staff member pressed afterwards: reached, customer-machine, customer-no-answer; None: no key."""

    outcome: str | None


News = (
    Rang | Accepted | LegEnded | Spoke | Promised | AskedAgain | CallEnded
    | StaffAnswered | StaffTook | StaffPassed | CustomerRingsUs | CustomerLegEnded | StaffSaid
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """What we say next, and what became true."""

    acts: tuple[Act, ...] = ()
    news: tuple[News, ...] = ()


Step = Callable[[Heard, Situation], Turn]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
