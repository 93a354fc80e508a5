"""Answering-machine detection: what the carrier thinks has picked up, and when it says so (twilio.md 3.1, AMD)."""

from functools import partial
from xml.etree.ElementTree import Element

from voice.standin import reports
from voice.standin.exchange import Exchange
from voice.standin.legs import Leg, Request
from voice.standin.stage import Stage

THINKS = 4.0  # seconds of listening before a verdict
UNTIL_BEEP = 6.0  # seconds until a greeting has ended


def verdict(leg: Leg, mode: str) -> str:
    """What the detection thinks of who picked up, in the carrier's words (twilio.md 3.1, AMD)."""
    if not leg.machine:
        return "human"
    return "machine_end_beep" if mode == "DetectMessageEnd" else "machine_start"


def seconds(leg: Leg, mode: str) -> float:
    """How long the carrier takes to make up its mind."""
    return UNTIL_BEEP if leg.machine and mode == "DetectMessageEnd" else THINKS


def for_number(stage: Stage, child: Leg, noun: Element) -> None:
    """Detection on a <Number> never holds the call up."""
    mode = noun.get("machineDetection")
    if mode and noun.get("amdStatusCallback"):
        request = stage.request(noun, address="amdStatusCallback", method="amdStatusCallbackMethod")
        stage.exchange.start(partial(report, stage.exchange, child, mode, request), child)


def report(exchange: Exchange, leg: Leg, mode: str, request: Request) -> None:
    """Post the verdict when it is reached. Raises HungUp when the leg has ended by then."""
    taken = seconds(leg, mode)
    exchange.attend(leg, lambda: False, taken)
    leg.answered_by = verdict(leg, mode)
    params = {
        "AccountSid": exchange.account_sid,
        "CallSid": leg.sid,
        "AnsweredBy": leg.answered_by,
        "MachineDetectionDuration": str(round(taken * 1000)),
    }
    reports.post(exchange, Request(request.url, request.method, params), about=leg)
