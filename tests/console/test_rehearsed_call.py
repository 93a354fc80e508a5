"""A rehearsed call is the real one: the same sentences and the same phones in the same order, and nothing is written."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from office import contact_rules
from office.wiring import Office

JANE = "+447700900123"
Lines = Callable[..., list[str]]


@pytest.fixture
def lines(app: Flask) -> Lines:
    """What the command says."""
    return lambda *words: app.test_cli_runner().invoke(args=["rehearse", *words]).stdout.splitlines()


def real_call(carrier: Any, clock: Any, caller: str) -> list[str]:
    """What the caller of a real call hears and whose phone rings, when nobody answers and no key is pressed."""
    happened: list[str] = []
    address = "/voice/incoming"
    said: dict[str, str] = {}
    while address:
        document = ET.fromstring(carrier.post(address, From=caller, **said).data)
        happened += [each.text or "" for each in document.iter() if each.tag in {"Say", "Number"}]
        dial, redirect = document.find("Dial"), document.findtext("Redirect")
        address, said = redirect or "", {}
        if dial is not None:
            address, said = dial.attrib["action"], {"DialCallStatus": "no-answer", "DialBridged": "false"}
            clock.go_on(seconds=int(dial.attrib["timeout"]))
    return happened


def what_was_said(told: list[str]) -> list[str]:
    """The sentences and the phones of a rehearsal."""
    phones = {"…0101": "+447700900101", "…0102": "+447700900102"}
    return [
        phones[line.split("(")[1][:5]] if line.startswith("Rings ") else line.split('"')[1]
        for line in told
        if line.startswith(("Rings ", 'They hear: "'))
    ]


CALLERS = {
    JANE: "a customer",
    "+447700900127": "owed a call",
    "+447700900128": "two customers",
    "+447700900129": "never rang before",
    "+447700900131": "blocked",
    "+447700900132": "message-only",
    "+447700900133": "do-not-call-back",
    "+447700900101": "one of us",
    "anonymous": "withheld",
}


@pytest.fixture
def callers(office: Office, owe: Any, customers: Any) -> None:
    """Everybody of CALLERS is what they are."""
    customers((JANE, "Jane Smith"), ("+447700900128", "Eva"), ("+447700900128", "Peter"))
    owe("+447700900127")
    with office.database.transaction() as session:
        for phone in ("+447700900131", "+447700900132", "+447700900133"):
            contact_rules.set_rule(session, phone, CALLERS[phone], by="Priya Shah", now=office.clock.now())


@pytest.mark.usefixtures("callers")
@pytest.mark.parametrize(
    ("caller", "at"),
    [
        *((caller, "2026-11-24 10:00:00") for caller in CALLERS),
        *((caller, at) for caller in (JANE, "anonymous") for at in ("2026-11-24 17:29:50", "2026-12-25 10:00:00")),
    ],
)
def test_rehearsal_says_what_the_real_call_says(lines: Lines, carrier: Any, clock: Any, caller: str, at: str) -> None:
    clock.set(datetime.fromisoformat(at + "+00:00"))
    told = lines("withheld" if caller == "anonymous" else caller, "AT", at)
    assert what_was_said(told) == real_call(carrier, clock, caller)


@pytest.mark.usefixtures("callers", "sales")
@pytest.mark.parametrize("caller", CALLERS)
def test_rehearsal_with_a_menu_says_what_the_real_call_says(
    lines: Lines, carrier: Any, clock: Any, caller: str
) -> None:
    told = lines("withheld" if caller == "anonymous" else caller, "AT", "2026-11-24 10:00:00")
    assert what_was_said(told) == real_call(carrier, clock, caller)
