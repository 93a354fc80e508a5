"""The exchange: every leg, phone, queue and recording in one place, under one lock.

Whoever waits, waits on `changed` for something to become true; whoever changes something wakes them all. No request to
the application is ever made while the lock is held.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from voice.standin.faults import Faults
from voice.standin.journal import Journal
from voice.standin.legs import HungUp, Leg, Summoned, Summons, Utterance
from voice.standin.pace import Pace
from voice.standin.phones import Phones
from voice.standin.rooms import Conference, Queue
from voice.standin.stores import Recording, Text, Transcript

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Number:
    """One of the account's own numbers and where its calls and texts go."""

    phone: str
    voice_url: str
    fallback_url: str | None = None
    status_url: str | None = None
    sms_url: str | None = None


@dataclass(eq=False)
class Exchange:
    """`base_url` is where the REST API is served; `routes` deliver a public address to a local one."""

    account_sid: str
    auth_token: str = field(repr=False)
    pace: Pace
    base_url: str = ""
    patience: float = 15.0  # real seconds that an application may take to answer (twilio.md 1.1)

    def __post_init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.journal = Journal(self.changed)
        self.numbers: dict[str, Number] = {}
        self.routes: dict[str, str] = {}
        self._empty()

    def _empty(self) -> None:
        self.faults = Faults()
        self.phones = Phones()
        self.legs: dict[str, Leg] = {}
        self.queues: dict[str, Queue] = {}
        self.conferences: dict[str, Conference] = {}
        self.recordings: dict[str, Recording] = {}
        self.transcripts: dict[str, Transcript] = {}
        self.texts: list[Text] = []
        self.opted_out: set[tuple[str, str]] = set()

    def reset(self) -> None:
        """Forget everything but the numbers and routes; live legs end without a word to anybody."""
        with self.changed:
            for leg in self.legs.values():
                leg.silent = True
                leg.status = leg.status if leg.ended else "canceled"
            self._empty()
            self.journal.clear()
            self.changed.notify_all()

    def add(self, leg: Leg) -> Leg:
        """Take a leg into the exchange; the same leg comes back."""
        with self.changed:
            self.legs[leg.sid] = leg
        dialled = self.journal.note(
            "dialled",
            phone=leg.phone,
            call_sid=leg.sid,
            **{"from": leg.caller, "to": leg.called},
            direction=leg.direction,
        )
        leg.noted = dialled["n"]
        return leg

    def live_leg(self, phone: str, *, besides: Leg | None = None) -> Leg | None:
        """The newest leg in which `phone` takes part now."""
        with self.changed:
            live = [leg for leg in self.legs.values() if leg.phone == phone and not leg.ended and leg is not besides]
            return live[-1] if live else None

    def start(self, work: Callable[[], None], leg: Leg | None = None) -> None:
        """Do `work` in a thread of its own; that its leg ends while it runs is nothing special."""
        threading.Thread(target=self._do, args=(work, leg), daemon=True).start()

    def _do(self, work: Callable[[], None], leg: Leg | None) -> None:
        try:
            work()
        except HungUp:
            return
        except Exception as error:  # a thread's error would be seen by nobody: it becomes a refusal
            log.exception("the stand-in itself failed")
            self.journal.refuse(20500, f"the stand-in itself failed: {error!r}", call_sid=leg.sid if leg else None)

    def wait(self, leg: Leg, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait as the leg's document: True when `until` holds, False after so many stand-in seconds.

        Raises HungUp when the leg ends and Summoned when somebody takes it elsewhere.
        """
        with self.changed:
            self.changed.wait_for(lambda: leg.ended or leg.summons is not None or until(), self.pace.real(seconds))
            if leg.ended:
                raise HungUp
            if leg.summons is not None:
                summons, leg.summons = leg.summons, None
                raise Summoned(summons)
            return until()

    def attend(self, leg: Leg, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait as the person at the phone, whom no redirect concerns. Raises HungUp."""
        with self.changed:
            self.changed.wait_for(lambda: leg.ended or until(), self.pace.real(seconds))
            if leg.ended:
                raise HungUp
            return until()

    def sleep(self, seconds: float) -> None:
        """Let so many stand-in seconds pass, whatever happens."""
        threading.Event().wait(self.pace.real(seconds))

    def summon(self, leg: Leg, summons: Summons) -> None:
        with self.changed:
            leg.summons = summons
            self.changed.notify_all()

    def hears(self, leg: Leg, text: str) -> Utterance:
        """The phone begins to hear `text`."""
        utterance = Utterance(text, self.pace.now())
        with self.changed:
            leg.utterances.append(utterance)
            self.journal.note("hears", phone=leg.phone, call_sid=leg.sid, text=text, seconds=utterance.seconds)
        return utterance
