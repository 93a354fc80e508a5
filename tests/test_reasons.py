"""Why a call was missed: by where the caller was when they left."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from callbacks.tables import Callback
from office.tables import Staff
from office.wiring import Office
from voice import calls
from voice.tables import Call

JANE = {"From": "+447700900123", "To": "+442071838750"}


@pytest.fixture
def everybody_is_busy(office: Office) -> None:
    with office.database.transaction() as session:
        until = office.clock.now() + timedelta(hours=1)
        session.execute(update(Staff).values(busy_with="call:99", busy_until=until))


def reasons(office: Office) -> tuple[str | None, str]:
    with office.database.reading() as session:
        return session.scalars(select(Call.missed_because)).one(), session.scalars(select(Callback.reason)).one()


@pytest.mark.usefixtures("everybody_is_busy")
def test_caller_who_hangs_up_on_hold_gave_up_on_hold_whatever_the_offer_had_said(office: Office, carrier: Any) -> None:
    offer = carrier.post("/voice/incoming", **JANE)
    assert "<Enqueue" in carrier.post(carrier.key(offer), **JANE, Digits="1").text
    carrier.post("/voice/status", **JANE, CallStatus="completed", CallDuration="40")
    assert reasons(office) == (calls.ON_HOLD, calls.ON_HOLD)


@pytest.mark.usefixtures("everybody_is_busy")
def test_caller_who_hangs_up_at_the_offer_found_nobody(office: Office, carrier: Any) -> None:
    carrier.post("/voice/incoming", **JANE)
    carrier.post("/voice/status", **JANE, CallStatus="completed", CallDuration="12")
    assert reasons(office) == (calls.NOBODY_ANSWERED, calls.NOBODY_ANSWERED)
