"""Where a verb is performed: the leg, the document it stands in, and how to run another document from inside it."""

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from voice.standin import lifecycle
from voice.standin.documents import Document, resolve
from voice.standin.exchange import Exchange
from voice.standin.legs import GoTo, Inline, Leg, Request, Summoned, Utterance
from voice.standin.schema import Purpose

Start = Request | Inline
Runner = Callable[[Exchange, Leg, Start, Purpose], None]


class Leaving(Exception):
    """A wait document said <Leave>."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Stage:
    """`interrupted` tells a nested <Say> or <Play> that a key was pressed; `run` runs a document for any leg."""

    exchange: Exchange
    leg: Leg
    document: Document
    purpose: Purpose
    run: Runner
    interrupted: Callable[[], bool] = _never

    def request(
        self, verb: Element, *, address: str = "action", method: str = "method", params: dict[str, str] | None = None
    ) -> Request:
        """The request that one of the verb's address attributes asks for; without it, the document itself."""
        return Request(resolve(self.document, verb.get(address)), verb.get(method, "POST"), params or {})

    def pass_time(self, seconds: float, utterance: Utterance | None = None) -> None:
        """Let `seconds` pass for the leg, or until a key interrupts; what is being said is cut off then."""
        until = self.exchange.pace.now() + seconds
        try:
            self.exchange.wait(self.leg, self.interrupted, seconds)
        finally:
            if utterance is not None and self.exchange.pace.now() < until:
                with self.exchange.changed:
                    utterance.cut = self.exchange.pace.now()
                    self.exchange.changed.notify_all()


def converse(run: Runner, exchange: Exchange, leg: Leg, start: Start) -> None:
    """A leg's whole conversation, through every redirect from outside, to its end. Raises HungUp."""
    while True:
        try:
            run(exchange, leg, start, "call")
            break
        except Summoned as news:
            if isinstance(news.summons, GoTo):
                start = news.summons.start
    lifecycle.end(exchange, leg, "completed")
