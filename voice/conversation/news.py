"""What became true in a turn: told to the rooms that it concerns, in the same transaction. Each may be told twice."""

from dataclasses import dataclass
from datetime import datetime

from voice.conversation.facts import Colleague, Slot


@dataclass(frozen=True, slots=True)
class Rang:
    """A staff phone is about to ring for this call."""

    staff: Colleague


@dataclass(frozen=True, slots=True)
class Accepted:
    """A staff member pressed the key: they take the call."""


@dataclass(frozen=True, slots=True)
class LegEnded:
    """The staff phone that last rang is done: `outcome` is spoke, passed, no-answer, busy or failed."""

    outcome: str
    bridged: bool | None = None


@dataclass(frozen=True, slots=True)
class Spoke:
    """The customer and a person spoke in this call."""


@dataclass(frozen=True, slots=True)
class Promised:
    """We are about to tell the caller that we will ring them `by` then, and why we must: what is spoken is stored."""

    reason: str
    by: datetime


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The caller pressed the key to have all phones rung once more."""


@dataclass(frozen=True, slots=True)
class Records:
    """The caller is about to be recorded."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller is gone."""


@dataclass(frozen=True, slots=True)
class StaffAnswered:
    """The attempt's staff phone was picked up, by a person or a mailbox: nobody knows yet."""


@dataclass(frozen=True, slots=True)
class StaffTook:
    """They pressed the key: the customer's phone rings next."""


@dataclass(frozen=True, slots=True)
class StaffPassed:
    """They pressed a key that says not now."""


@dataclass(frozen=True, slots=True)
class StaffSnoozed:
    """They ring the customer in a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class MessagePlayed:
    """They hear the message that the customer left."""


@dataclass(frozen=True, slots=True)
class CustomerRingsUs:
    """The customer is in a call to us just now, so their phone was not rung."""


@dataclass(frozen=True, slots=True)
class CustomerLegEnded:
    """How the customer's phone ended: `status` in the carrier's words, and what is known of the talk."""

    status: str
    sid: str | None
    bridged: bool | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class StaffSaid:
    """What the staff member pressed afterwards: reached, customer-machine, customer-no-answer; None: no key."""

    outcome: str | None


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The call is turned away politely: nothing is owed for it."""


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One of us rings the business from their own phone: never a missed call."""


@dataclass(frozen=True, slots=True)
class MenuAsked:
    """The caller was asked which team they want."""


@dataclass(frozen=True, slots=True)
class ChoseTeam:
    """Whom the caller wants; None: anybody."""

    team_id: int | None


@dataclass(frozen=True, slots=True)
class Holds:
    """The caller waits in the queue from now on; `chosen`: because they asked to, and not while the first phones ring."""

    chosen: bool


@dataclass(frozen=True, slots=True)
class LeavesHold:
    """The caller waits no longer; `key` is what they pressed, None when the wait ended otherwise."""

    key: str | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """The caller keyed a number to be rung on: E.164, None when we may not dial it."""

    phone: str | None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The caller asked to be rung on `phone` (E.164), in a part of a day or, None, as soon as possible. They agreed to its end as the promised time."""

    phone: str
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class RingsBack:
    """A staff member whose caller has gone wants to ring them back at once."""


@dataclass(frozen=True, slots=True)
class PinSaid:
    """Somebody keyed a PIN on the staff line; whether it was theirs."""

    right: bool


@dataclass(frozen=True, slots=True)
class OnDuty:
    """The staff member on the line goes on duty, or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class WantsNext:
    """The staff member on the line wants their next call-back now."""


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """The staff member on the line heard that message of that call-back."""

    message_id: int
    callback_id: int


@dataclass(frozen=True, slots=True)
class ClosesCallback:
    """The staff member on the line has seen to that call-back; nobody need be rung for it."""

    callback_id: int


@dataclass(frozen=True, slots=True)
class RingsFor:
    """The staff member on the line rings the customer of that call-back now."""

    callback_id: int


@dataclass(frozen=True, slots=True)
class NewTake:
    """The staff member on the line records the greeting for that situation."""

    situation: str


@dataclass(frozen=True, slots=True)
class TakeBegins:
    """The recorder is about to be started for a greeting: what was recorded before it is forgotten."""


@dataclass(frozen=True, slots=True)
class TakeRecorded:
    """A greeting was recorded, the carrier's sid; `wanted`: it is long enough, and they are still there to hear it."""

    sid: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class TakeKept:
    """They keep the greeting as they heard it."""


@dataclass(frozen=True, slots=True)
class Dials:
    """The staff member on the line rings somebody as the business: E.164, checked."""

    phone: str


@dataclass(frozen=True, slots=True)
class DialEnded:
    """How the phone that they rang ended, in the carrier's words."""

    status: str
    sid: str | None
    bridged: bool | None
    seconds: int | None


News = (
    Rang | Accepted | LegEnded | Spoke | Promised | AskedAgain | CallEnded | Unwanted | OwnCall | MenuAsked | ChoseTeam | Holds | LeavesHold
    | Keyed | AskedFor | RingsBack | Records | PinSaid | OnDuty | WantsNext | HeardMessage | ClosesCallback | RingsFor
    | Dials | DialEnded | NewTake | TakeBegins | TakeRecorded | TakeKept
    | StaffAnswered | StaffTook | StaffPassed | StaffSnoozed | MessagePlayed | CustomerRingsUs | CustomerLegEnded | StaffSaid
)  # fmt: skip
