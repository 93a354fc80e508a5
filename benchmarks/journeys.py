"""The turns that are measured, each with the turns that bring a call there, as the carrier would ask for them."""

from dataclasses import dataclass, field, replace
from enum import Enum

from benchmarks import business


class House(Enum):
    """Where a call comes in. RINGS: somebody is always free. MENU: the same, with two teams. BUSY: nobody is."""

    RINGS, MENU, BUSY = "rings", "menu", "busy"

    @property
    def teams(self) -> dict[str, str]:
        """Its teams, with their menu keys."""
        return {"Workshop": "1", "Sales": "2"} if self is House.MENU else {"Workshop": "1"}


@dataclass(frozen=True)
class Caller:
    """One call: its sid, a number from which its customer is told, and its id once it is written down."""

    sid: str
    number: int
    call_id: int | None = None

    def with_id(self, call_id: int | None) -> "Caller":
        """The same, its id known; what was known stays so."""
        return replace(self, call_id=self.call_id or call_id)


@dataclass(frozen=True)
class Turn:
    """One request of the carrier. In `path` and `said`, {id} is the call's and {other} another number of the customer."""

    path: str
    said: dict[str, str] = field(default_factory=dict)
    by_staff: bool = False

    def request(self, port: int, caller: Caller) -> bytes:
        """It whole, for that call, to the server at that port."""
        other = "0" + business.customer_phone(caller.number + 1).removeprefix("+44")
        said = {name: text.format(other=other) for name, text in self.said.items()}
        staff = business.STAFF_PHONES[caller.number % len(business.STAFF_PHONES)]
        phone = staff if self.by_staff else business.customer_phone(caller.number)
        sid = caller.sid if not self.path.startswith("/voice/legs/") else f"CA{caller.sid[:1:-1]}"
        return business.request(port, self.path.format(id=caller.call_id), sid, phone, **said)


@dataclass(frozen=True)
class Journey:
    """A turn to be measured, and those before it. `says` is in its answer. `again`: it is asked for of one call again and again."""

    name: str
    house: House
    says: str
    turn: Turn
    before: tuple[Turn, ...] = ()
    again: bool = False


def _key(path: str, digits: str) -> Turn:
    return Turn(path, {"Digits": digits})


GREET = Turn("/voice/incoming", {"CallStatus": "ringing"})
OWN = replace(GREET, by_staff=True)
CHOOSES = _key("/voice/calls/1/chose_team", "1")
IN_VAIN = Turn("/voice/calls/1/rung", {"DialCallStatus": "no-answer", "DialBridged": "false"})
TALKED = Turn("/voice/calls/1/rung", {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"})
WHISPER = Turn("/voice/legs/{id}/1/whisper", {"Direction": "outbound-dial"})
TAKE = Turn("/voice/legs/{id}/1/take", {"Direction": "outbound-dial", "Digits": "1"})
HOLDS, WANTS_CALL = _key("/voice/calls/1/answered_offer", "1"), _key("/voice/calls/1/answered_offer", "2")
KEYS = _key("/voice/calls/2/keyed_number", "{other}")
CONFIRMS = _key("/voice/calls/3/confirmed_number", "1")
WHEN = Turn("/voice/calls/4/chose_number")

JOURNEYS = (
    Journey("greet, a phone rings", House.RINGS, "</Number>", GREET),
    Journey("greet, the menu", House.MENU, "chose_team", GREET),
    Journey("greet, nobody is free", House.BUSY, "answered_offer", GREET),
    Journey("chose_team", House.MENU, "ring_team", CHOOSES, (GREET,)),
    Journey("ring_team", House.MENU, "</Number>", Turn("/voice/calls/2/ring_team"), (GREET, CHOOSES)),
    Journey("rung, the next phone rings", House.RINGS, "</Number>", IN_VAIN, (GREET,)),
    Journey("whisper", House.RINGS, "/take", WHISPER, (GREET,)),
    Journey("take", House.RINGS, "Thank you.", TAKE, (GREET,)),
    Journey("rung, they spoke", House.RINGS, "Goodbye", TALKED, (GREET, TAKE)),
    Journey("answered_offer, a call-back", House.BUSY, "keyed_number", WANTS_CALL, (GREET,)),
    Journey("keyed_number", House.BUSY, "confirmed_number", KEYS, (GREET, WANTS_CALL)),
    Journey("confirmed_number", House.BUSY, "chose_number", CONFIRMS, (GREET, WANTS_CALL, KEYS)),
    Journey("chose_number", House.BUSY, "chose_time", WHEN, (GREET, WANTS_CALL, KEYS, CONFIRMS)),
    Journey(
        "chose_time",
        House.BUSY,
        "Goodbye",
        _key("/voice/calls/5/chose_time", "2"),
        (GREET, WANTS_CALL, KEYS, CONFIRMS, WHEN),
    ),
    Journey("answered_offer, holds", House.BUSY, "</Enqueue>", HOLDS, (GREET,)),
    Journey("waiting", House.BUSY, " in line", Turn("/voice/holding/{id}/1/waiting"), (GREET, HOLDS), again=True),
    Journey("staff menu", House.BUSY, "staff_key", OWN),
    Journey("staff_key", House.BUSY, "PIN", replace(_key("/voice/calls/1/staff_key", "1"), by_staff=True), (OWN,)),
)
"""In the order of a call."""
