"""A promise that is due, and a carrier's REST API before the line."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
import responses

from callbacks import actions
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from office.wiring import Office

ACCOUNT = "AC" + "0" * 32
API = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
JANE = "+447700900123"
STAFF_LEG = "CA" + "5" * 32


@pytest.fixture
def due(office: Office, clock) -> int:
    """A call-back for Jane whose first try is due now and whose promise is two hours off; its id."""
    with office.database.transaction() as session:
        return actions.promise(
            session,
            actions.Owed(
                call_sid="CA" + "1" * 32,
                phone=JANE,
                customer_id=None,
                team_id=None,
                reason="nobody answered",
                missed_at=clock.now(),
                promised_by=clock.now().replace(hour=12),
                first_try_at=clock.now(),
            ),
        )


@pytest.fixture
def row(office: Office, due: int) -> Callable[[], Callback]:
    """Reads the call-back as it stands now."""

    def read() -> Callback:
        with office.database.reading() as session:
            return session.get_one(Callback, due)

    return read


@pytest.fixture
def tried(office: Office, due: int) -> Callable[[], list[Attempt]]:
    """Reads the attempts at the call-back, oldest first."""

    def read() -> list[Attempt]:
        with office.database.reading() as session:
            return session.query(Attempt).filter_by(callback_id=due).order_by(Attempt.id).all()

    return read


class TwilioCalls:
    """The carrier's Calls resource, as a test sets it; remembers what was asked of it."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._mock = mock
        self.created: list[dict[str, str]] = []

    def takes(self, sid: str = STAFF_LEG) -> None:
        """Every create is taken; each call gets a sid of its own, the first the one named."""

        def create(request):
            self.created.append({name: values[0] for name, values in parse_qs(_text(request.body)).items()})
            this = sid[:-2] + f"{len(self.created) - 1:02}" if len(self.created) > 1 else sid
            return 201, {}, f'{{"sid": "{this}", "status": "queued"}}'

        self._mock.add_callback(responses.POST, f"{API}/Calls.json", callback=create)

    def answers(self, status: int, body: str = "{}", headers: dict[str, str] | None = None) -> None:
        """Every create is answered so."""
        self._mock.add(responses.POST, f"{API}/Calls.json", status=status, body=body, headers=headers or {})

    def knows(self, sid: str, status: str, *, to: str, duration: int | None = None, parent: str | None = None) -> None:
        """The carrier knows this call, by its sid and in its list."""
        call = {
            "sid": sid, "status": status, "to": to, "from": "+442071838750", "parent_call_sid": parent,
            "duration": None if duration is None else str(duration), "date_created": "Tue, 24 Nov 2026 10:00:00 +0000",
        }  # fmt: skip
        self._mock.upsert(responses.GET, f"{API}/Calls/{sid}.json", json=call)
        listing = re.compile(re.escape(f"{API}/Calls.json?") + ".*To=%2B" + to[1:])
        self._mock.upsert(responses.GET, listing, json={"calls": [call], "page": 0, "page_size": 50})

    def knows_nothing(self) -> None:
        self._mock.upsert(
            responses.GET,
            re.compile(re.escape(f"{API}/Calls.json") + ".*"),
            json={"calls": [], "page": 0, "page_size": 50},
        )

    def is_down(self) -> None:
        self._mock.upsert(responses.GET, re.compile(f"{API}/Calls.*"), status=503)


@pytest.fixture
def calls(twilio: responses.RequestsMock) -> TwilioCalls:
    return TwilioCalls(twilio)


@pytest.fixture
def phone(office, due, calls, carrier):
    """The staff phone of an attempt that was placed: posts to the attempt's addresses."""
    calls.takes()
    carry_out(office, due)
    base = calls.created[0]["Url"].removesuffix("ask_staff")
    return lambda step, sid=STAFF_LEG, **said: carrier.post(base + step, sid=sid, Direction="outbound-api", **said)


def _text(body) -> str:
    sent: bytes = body if isinstance(body, bytes) else body.getvalue()
    return sent.decode()
