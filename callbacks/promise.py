"""States of a call-back and of an attempt, and the moves between them. Pure.

Reports come late, twice, in any order, or never: state only moves forward, and what asks for another move is ignored.
"""

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Of a call-back (CONTRACT, JSON API)."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CALLING = "calling"
    DONE = "done"


IN_NO_CALL = (State.WAITING.value, State.CLAIMED.value)
"""States in which no phone rings for a call-back: what is planned for it may change."""


class Stage(StrEnum):
    """How far an attempt came. Each stage is committed before what it names can be heard by anybody."""

    ASKED = "asked"  # a person wants their own phone to ring for it; whoever moves it on dials
    CLAIMED = "claimed"  # written down; perhaps nothing was dialled yet
    PLACED = "placed"  # the carrier told us its sid: the staff phone rings or will
    ANSWERED = "answered"  # somebody or something picked up the staff phone
    TAKEN = "taken"  # the key was pressed: the customer's phone is being rung
    TALKED = "talked"  # the customer's phone is done; the staff member may still say how it went
    ENDED = "ended"


class Outcome(StrEnum):
    """Of a call-back that is done."""

    REACHED = "reached"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    ANSWERED_ELSEWHERE = "answered-elsewhere"


class Tried(StrEnum):
    """Of an attempt."""

    REACHED = "reached"
    STAFF_NO_ANSWER = "staff-no-answer"
    STAFF_PASSED = "staff-passed"
    CUSTOMER_NO_ANSWER = "customer-no-answer"
    CUSTOMER_BUSY = "customer-busy"
    CUSTOMER_MACHINE = "customer-machine"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


MAY_BECOME: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.CLAIMED, State.CALLING, State.DONE}),
    State.CLAIMED: frozenset({State.WAITING, State.CALLING, State.DONE}),
    State.CALLING: frozenset({State.WAITING, State.CLAIMED, State.DONE}),
    State.DONE: frozenset(),
}

FORWARD = tuple(Stage)
"""Stages in the order in which they may follow each other; leaving some out is allowed, going back is not."""

TALK_THAT_COUNTS = 15
"""Seconds bridged that count as having spoken when nobody said otherwise (CONTRACT)."""

NO_TALK = frozenset({"busy", "failed", "no-answer", "canceled"})
"""Ends of a leg that nobody picked up, however many seconds the carrier counts for it (twilio.md 3.1)."""

REACHED_CUSTOMER = frozenset(
    {Tried.REACHED, Tried.CUSTOMER_NO_ANSWER, Tried.CUSTOMER_BUSY, Tried.CUSTOMER_MACHINE, Tried.UNKNOWN}
)
"""Outcomes that count as a try: the customer's phone was dialled, or may have been."""


def may_become(now_in: State, to: State) -> bool:
    """Whether a call-back in one state may move to another."""
    return to in MAY_BECOME[now_in]


def goes_forward(now_in: Stage, to: Stage) -> bool:
    """Whether an attempt may move on; the same stage again is a repeated report and changes nothing."""
    return FORWARD.index(to) > FORWARD.index(now_in)


def earlier_than(stage: Stage) -> list[str]:
    """The stages from which an attempt may still reach `stage`: the condition of an update that only moves forward."""
    return [earlier.value for earlier in FORWARD if goes_forward(earlier, stage)]


def how_it_went(
    *, said: str | None, dial_status: str, bridged: bool | None, seconds: int | None, machine: bool | None
) -> Tried:
    """What an attempt came to, once the staff member took it.

    The staff member's key wins. Without one, 15 seconds bridged with a person are a talk; a machine is an attempt.
    `dial_status` is the carrier's word for the customer's leg, "" when it never said.
    """
    if said:
        return Tried(said)
    if machine:
        return Tried.CUSTOMER_MACHINE
    if bridged is not False and dial_status not in NO_TALK and (seconds or 0) >= TALK_THAT_COUNTS:
        return Tried.REACHED
    by_status = {"busy": Tried.CUSTOMER_BUSY, "failed": Tried.REFUSED, "": Tried.UNKNOWN}
    return by_status.get(dial_status, Tried.CUSTOMER_NO_ANSWER)


def kept(promised_by: datetime, spoke_at: datetime | None, now: datetime, *, done: bool) -> bool | None:
    """Whether we spoke to the customer by the promised time; None until known."""
    return _in_time(promised_by, spoke_at, now, done=done)


def rang_in_time(
    promised_by: datetime, rang_at: datetime | None, now: datetime, *, done: bool, elsewhere: bool
) -> bool | None:
    """Whether the customer's phone rang by the promised time; None until known, or when they got through first.

    `elsewhere`: they were spoken to in another way by the promised time; spoken to after it, their phone rang too late.
    """
    if rang_at is None and elsewhere and done:
        return None
    return _in_time(promised_by, rang_at, now, done=done)


def _in_time(promised_by: datetime, happened_at: datetime | None, now: datetime, *, done: bool) -> bool | None:
    if happened_at is not None:
        return happened_at <= promised_by
    return False if done or now > promised_by else None
