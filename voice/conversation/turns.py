"""The words of a conversation: what was heard, what we know, what we do next, and what became true.

A step takes `Heard` and `Situation` (facts.py) and returns a `Turn`: acts for the phone, and news for the rooms (news.py). Nothing here knows of
databases, XML or the web.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from office import numbers
from voice.conversation.facts import Colleague, Situation
from voice.conversation.news import News

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
    queue_result: str = ""
    recording_sid: str | None = None
    recording_seconds: int | None = None
    attestation: str = ""

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "Heard":
        """Read a webhook's form fields (twilio.md 1.2, 2.5, 2.6, 2.8, 3.1 and 6.3)."""
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
            queue_result=form.get("QueueResult", ""),
            recording_sid=form.get("RecordingSid") or None,
            recording_seconds=_whole(form.get("RecordingDuration")),
            attestation=form.get("StirVerstat", ""),
        )

    @property
    def hung_up(self) -> bool:
        """Nobody hears what we answer: the request was made because the call is over."""
        return self.call_status in OVER


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Be silent for so long."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound by its public name, or what is at a whole path, to its end."""

    sound: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Speak, and take one key; with `listen`, or one of those words. With neither the next act follows, so an Ask is never last.

    `sound`, a public name or a whole path, is played after the text, or before it when it is the greeting (`sound_first`); a key is taken all the while.
    """

    text: str
    then: str
    wait: timedelta = timedelta(seconds=5)
    listen: tuple[str, ...] = ()
    sound: str | None = None
    sound_first: bool = False


@dataclass(frozen=True, slots=True)
class AskNumber:
    """Speak, and take keys up to the hash. With none the next act follows, so it is never last."""

    text: str
    then: str
    wait: timedelta = timedelta(seconds=6)


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
class Hold:
    """Wait in the queue of that name, hearing the step `hears` again and again, until taken out or told to leave; `then` follows."""

    queue: str
    then: str
    hears: str = "waiting"


@dataclass(frozen=True, slots=True)
class LeaveHold:
    """Out of the queue, on to the step that the Hold named. Only in answer to what a waiting caller hears (twilio.md 2.2)."""


@dataclass(frozen=True, slots=True)
class TakeFromHold:
    """From a staff phone that we placed: talk with the caller who waits in that queue; `then` follows however it ended."""

    queue: str
    then: str


@dataclass(frozen=True, slots=True)
class Record:
    """Take a message after the beep; `then` follows. `transcribe`: the carrier writes its words down too, where it can."""

    longest: timedelta
    then: str
    transcribe: bool = False


@dataclass(frozen=True, slots=True)
class GoTo:
    """On with another step, in a turn of its own. One that begins with a slash is a whole path: another conversation."""

    step: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End this phone's part."""


Act = (
    Say | Pause | Play | Ask | AskNumber | Ring | RingCustomer | Hold | LeaveHold | TakeFromHold | Record | GoTo | HangUp
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """What we say next, and what became true."""

    acts: tuple[Act, ...] = ()
    news: tuple[News, ...] = ()


Step = Callable[[Heard, Situation], Turn]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
