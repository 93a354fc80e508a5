"""A situation that a step may be asked in: open, nobody rung yet, two people free; a test says what is different."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from voice.conversation.turns import AttemptFacts, Colleague, LegFacts, Situation

PRIYA = Colleague(1, "Priya Shah", "+447700900101")
TOM = Colleague(2, "Tom Okafor", "+447700900102")
USUAL = Situation(
    now=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    zone=ZoneInfo("Europe/London"),
    business="Harbour Bikes",
    is_open=True,
    promised_by=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    patience=timedelta(seconds=20),
    rounds=1,
    phone="+447700900123",
    free=(PRIYA, TOM),
)
LEG = LegFacts(PRIYA, accepted=False, caller_waits=True)
ATTEMPT = AttemptFacts("+447700900123", current=True, next_try=None)


@pytest.fixture(scope="session")
def priya() -> Colleague:
    """First in order of preference."""
    return PRIYA


@pytest.fixture(scope="session")
def tom() -> Colleague:
    """Second."""
    return TOM


@pytest.fixture(scope="session")
def situation() -> Callable[..., Situation]:
    """Makes a situation; `leg` and `attempt` may be a dict of what is different from the usual one."""

    def make(**different: Any) -> Situation:
        for name, usual in (("leg", LEG), ("attempt", ATTEMPT)):
            if isinstance(facts := different.get(name), dict):
                different[name] = replace(usual, **facts)
        return replace(USUAL, **different)

    return make
