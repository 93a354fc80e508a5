"""One request of the carrier about a call or an attempt, with what is at hand while its transaction is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from callbacks.tables import Attempt
from office.bell import Bell
from office.database import after_commit
from office.profile import Profile
from voice.conversation.turns import Heard
from voice.tables import Call, Leg

ON_THE_LINE = timedelta(minutes=2)
"""How long after a turn we take it that the caller is still with us, and nobody rings them back meanwhile."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """`number` is the turn and `step` its name; `leg` the staff phone it is about; `attempt` is there instead of a call when a promise is being kept.

    `bell` None: nobody is rung for what follows, the sweep finds it. `rehearsed`: the call is none; nothing is kept of it, and nobody is held for it.
    """

    session: Session
    profile: Profile
    now: datetime
    heard: Heard
    call: Call | None = None
    number: int = 0
    step: str = ""
    leg: Leg | None = None
    attempt: Attempt | None = None
    bell: Bell | None = None
    rehearsed: bool = False

    @property
    def the_call(self) -> Call:
        if self.call is None:
            raise LookupError("this exchange is not about a call")
        return self.call

    @property
    def the_attempt(self) -> Attempt:
        if self.attempt is None:
            raise LookupError("this exchange is not about an attempt")
        return self.attempt

    def ring(self, job: str, row: int) -> None:
        """Have a worker do that job as soon as what is being written is committed."""
        if self.bell is not None:
            after_commit(self.session, partial(self.bell.ring, job, row))
