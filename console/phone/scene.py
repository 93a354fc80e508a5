"""How the phones of the Phone page stand: the handset's, and each of the staff. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.phone.heard import Who
from console.phone.line import Leg, Seen

IDLE, RINGING, UP, TALKING, OVER = "idle", "ringing", "up", "talking", "over"
KEYS = {
    "1": "", "2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO", "7": "PQRS", "8": "TUV", "9": "WXYZ", "*": "", "0": "+", "#": "",
}  # fmt: skip
"""Each key of a phone, and the letters on it."""

STAFF_KEYS = "123*"
HEARS_AT_ONCE = 2
"""Sentences that a staff phone's card has room for."""


@dataclass(frozen=True, slots=True)
class Handset:
    """The caller's phone. `state` is idle (none yet), ringing (rung by us), up (their call, with nobody yet), talking or over."""

    state: str
    words: str
    since: datetime | None = None
    pressed: str = ""


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody of the staff, of whom the page shows the phone."""

    id: int
    name: str
    phone: str
    on_duty: bool


@dataclass(frozen=True, slots=True)
class StaffPhone:
    """Their phone: `state` as the handset's; `hears` are the last sentences in its ear, `key` the digit that answers it."""

    id: int
    name: str
    initials: str
    mark: int
    state: str
    words: str
    hears: tuple[str, ...] = ()
    key: int | None = None


def handset(seen: Seen, who: Who) -> Handset:
    """What the caller's phone does."""
    if seen.call is None:
        return Handset(IDLE, "Pick a caller and press Call.")
    leg = seen.leg_of(who.phone)
    if leg is None:
        return Handset(OVER, "The call is over.")
    state = _state(leg)
    since, pressed = _began(seen, leg), "".join(_told(seen, leg, "presses"))
    if state == RINGING:
        return Handset(state, f"{who.business} rings {who.name}", since)
    if state == TALKING:
        return Handset(state, f"Talking with {_peers(leg, who.called)}", since, pressed)
    return Handset(state, f"On the line to {who.business}", since, pressed)


def staff_phones(mates: Sequence[Mate], seen: Seen, called: Callable[[str], str]) -> list[StaffPhone]:
    """The phones of the staff, those on which something happens first; a phone's digit stays the same wherever it stands."""
    shown = [_staff_phone(mate, number, seen, called) for number, mate in enumerate(mates, 1)]
    return sorted(shown, key=lambda phone: phone.state == IDLE)


def _staff_phone(mate: Mate, number: int, seen: Seen, called: Callable[[str], str]) -> StaffPhone:
    leg = seen.leg_of(mate.phone)
    state = _state(leg) if leg else IDLE
    name = wording.legible(mate.name)
    return StaffPhone(
        id=mate.id,
        name=name,
        initials=wording.initials(name),
        mark=mate.id % 6,
        state=state,
        words=_doing(mate, state, leg, called),
        hears=_hears(leg, state),
        key=number if number < 10 else None,
    )


def _state(leg: Leg) -> str:
    if leg["bridged_to"]:
        return TALKING
    return UP if leg["status"] == "in-progress" or leg["direction"] == "inbound" else RINGING


def _doing(mate: Mate, state: str, leg: Leg | None, called: Callable[[str], str]) -> str:
    if leg is None:
        return "Quiet" if mate.on_duty else "Off duty, so it doesn’t ring"
    if state == RINGING:
        return f"Ringing, from {called(leg['from'])}"
    return f"Talking with {_peers(leg, called)}" if state == TALKING else "Listening"


def _hears(leg: Leg | None, state: str) -> tuple[str, ...]:
    if leg is None or state != UP:
        return ()
    return tuple(wording.legible(text) for text in leg["heard"][-HEARS_AT_ONCE:])


def _peers(leg: Leg, called: Callable[[str], str]) -> str:
    return " and ".join(called(phone) for phone in leg["bridged_to"])


def _told(seen: Seen, leg: Leg, kind: str) -> Sequence[str]:
    return [event["text"] for event in seen.events if event["kind"] == kind and event["call_sid"] == leg["sid"]]


def _began(seen: Seen, leg: Leg) -> datetime | None:
    at = next((event["at"] for event in seen.events if event["call_sid"] == leg["sid"]), None)
    return datetime.fromisoformat(at) if at else None
