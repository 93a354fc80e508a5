"""What a step may know: the Situation of a call or of an attempt, gathered before the turn. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the staff, as far as a conversation needs to know them."""

    id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A team that a caller may ask for: its menu key, and in `Situation.teams` the most used first."""

    id: int
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class LegFacts:
    """The staff phone that this turn is about. `caller_waits`: the customer is still there. `taken`: a colleague has them.

    `placed_by_us`: rung by REST while the caller is in the queue. `owed`: there is an open call-back for them, that this person may keep at once.
    """

    staff: Colleague
    accepted: bool
    caller_waits: bool
    ended: bool = False
    placed_by_us: bool = False
    taken: bool = False
    owed: bool = False


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """The attempt at a promise that this turn is about.

    `current`: its fence still holds. `next_try`: when we would try again, should this one not reach the customer.
    `customer_rings_us`: they are in a call to us just now. `path` is where the attempt's own conversation is asked for, up to the step.
    `since` is when we began to owe it. `words` are what they wrote to us since, `said` what they said in the message that they left. `message` is where the message is played that they left, a whole path.
    `may_snooze`: a quarter of an hour later there is still time enough.
    """

    phone: str
    current: bool
    next_try: datetime | None
    customer_rings_us: bool = False
    path: str = ""
    since: datetime | None = None
    words: str | None = None
    said: str | None = None
    message: str | None = None
    may_snooze: bool = True


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """How a caller waits in the queue. `position` is 1 for the next; `estimate` None: too few recent calls to say.

    `hope`: a phone rings for them, or may yet. `over`: they asked for something else, or the longest wait is past.
    """

    position: int
    estimate: timedelta | None
    waited: timedelta
    hope: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a day in which we are open: "this afternoon". The promise then is `until`; we do not ring before `begins`."""

    name: str
    begins: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class KeyedFacts:
    """A number that the caller keyed: E.164, None when it is no number that we may dial. `left`: how often they may try again."""

    phone: str | None
    left: int


@dataclass(frozen=True, slots=True)
class Absence:
    """What is said when nobody takes the call: `text`, or else `sound` by its public name. `tells_when`: the promised time is in it."""

    text: str | None
    sound: str | None = None
    tells_when: bool = False


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message of an open call-back: who left it (None: we are not certain) and when, and where they may be rung, E.164 or None.

    `sound` is where it is played, a whole path. `is_new`: none of us has heard it. `may_close`: nobody else has its call-back.
    """

    id: int
    callback_id: int
    who: str | None
    phone: str | None
    left_at: datetime
    sound: str
    is_new: bool = True
    may_close: bool = True


@dataclass(frozen=True, slots=True)
class TakeFacts:
    """A greeting that one of us is recording on this phone: for which situation, and how often the recorder was started.

    `sound` is the last recording by its public name, once it is ready; `trouble`: nobody can be heard in it, or it never came. `path` is where this
    conversation is asked for, up to the step.
    """

    situation: str
    path: str
    recordings: int = 0
    sound: str | None = None
    trouble: bool = False


WORN_OUT, RINGS_US = "worn-out", "rings-us"
"""Why a customer may not be rung just now: we rang them, or everybody, as often as we may; they are in a call to us."""


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """Somebody of ours who rings the business. `id` None: the manager, who is not on the staff list.

    `manages`: may record the business's greetings. `has_pin`: one was set. `locked`: too many wrong ones. `right`: the keys of this turn are the PIN. `proven`: it was right before in this call.
    `tries_left`: how often they may key another in this call. `not_now`: why the customer whom they want may not be rung just now, WORN_OUT or RINGS_US.
    `waiting` call-backs wait for them or their teams, the first by `next_due`; and `new_messages` that none of us has heard.
    `message` is the one that they hear, or heard in the turn before; `next_message` follows it.
    """

    id: int | None
    name: str
    on_duty: bool
    manages: bool = False
    waiting: int = 0
    next_due: datetime | None = None
    has_pin: bool = False
    locked: bool = False
    right: bool = False
    proven: bool = False
    tries_left: int = 0
    not_now: str | None = None
    new_messages: int = 0
    message: MessageFacts | None = None
    next_message: MessageFacts | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a step may know. Times are aware UTC; `zone` is for speaking them.

    `promised_by` is computed once, before the turn, or is that of the call-back already open (`owed`). `free` is whom to ring, in order, whoever should come first
    first; `rang` says how often each was rung in this call. `customer` is a name we are certain of; `since` a year; `topic` what we last spoke or wrote about;
    `birthday`: it is theirs today; `years`: so many years with us today, None on any other day. `known`: this number rang or was rung before.
    `came_open`: we were open when the call began. `closed_because`: a holiday's name, "lunch", or "closed". `teams` are there only when there is a choice.
    `may_hold`: somebody on duty may become free. `rule` is how we deal with this number (office.contact_rules). `tried` is whoever of us just tried to ring them.
    `greeting` and `music` are recorded sounds by name; None: none was set. `queue` is where this caller waits, alone. `wants` is the key that ended the hold.
    `number_to_ring` is where we would ring them back: as they keyed it, else their own. `notice` is told before anything of theirs is recorded, and
    `recordings` how often the recorder was started in this call; `carrier_writes`: the carrier writes messages down too. `absence` is the greeting for who cannot be put through now.
    """

    now: datetime
    zone: ZoneInfo
    business: str
    is_open: bool
    promised_by: datetime
    patience: timedelta
    rounds: int
    phone: str | None = None
    queue: str = ""
    customer: str | None = None
    since: int | None = None
    topic: str | None = None
    birthday: bool = False
    years: int | None = None
    known: bool = True
    owed: bool = False
    tried: Colleague | None = None
    rule: str | None = None
    came_open: bool = True
    closed_because: str | None = None
    greeting: str | None = None
    music: str | None = None
    teams: tuple[TeamFacts, ...] = ()
    team: TeamFacts | None = None
    strategy: str = "longest-idle"
    free: tuple[Colleague, ...] = ()
    rang: Mapping[int, int] = field(default_factory=dict)
    menus: int = 0
    asked_again: int = 0
    holds: int = 0
    may_hold: bool = False
    hold: HoldFacts | None = None
    wants: str | None = None
    number_to_ring: str | None = None
    keyed: KeyedFacts | None = None
    slots: tuple[Slot, ...] = ()
    notice: str | None = None
    recordings: int = 0
    carrier_writes: bool = False
    absence: Absence | None = None
    staff: StaffFacts | None = None
    leg: LegFacts | None = None
    attempt: AttemptFacts | None = None
    take: TakeFacts | None = None

    @property
    def late(self) -> bool:
        """The promised time is past: nobody may hear it as if it were still to come."""
        return self.promised_by <= self.now
