"""What ought to be true of one call-back, kept beside the rows: who has it, whose phone rings for it, how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from callbacks.promise import Outcome, Tried
from callbacks.tables import Attempt, Callback

LEASE = timedelta(minutes=30)
"""For so long a claim is good (claim_for)."""

TRIES = 4
"""So often the customer's phone is rung before we give up, or more often when a person asked for it."""

Why = tuple[str, str | None]
"""Why somebody may not: the code, and the holder that is named."""


@dataclass
class Known:
    """`until` ends what `holder` has; `attempt` rings now, `rings` is whose phone that is; `over` is how it ended."""

    promised_by: datetime
    holder: str | None = None
    until: datetime | None = None
    attempt: int | None = None
    rings: str | None = None
    over: str | None = None
    moves: int = 0

    def kept_from(self, who: str, now: datetime, *, while_ringing: bool = False) -> Why | None:
        """Why this person may not act on it; `while_ringing`: what may be done while one's own phone rings for it."""
        if self.over:
            return "over", None
        if self.attempt is not None:
            return None if while_ringing and self.rings == who else ("calling", self.rings)
        theirs = self.holder in {None, who} or (self.until is not None and self.until <= now)
        return None if theirs else ("held", self.holder)

    def has(self, who: str | None, until: datetime | None) -> None:
        """It is this person's until then; None: it is everybody's."""
        self.holder, self.until = who, until

    def ends(self, how: str) -> None:
        """It is over; nothing rings for it any more."""
        self.over, self.attempt, self.rings = how, None, None

    def begins(self, attempt: Attempt) -> None:
        """A phone rings for it: never of two people at once, and of nobody else than who has it."""
        assert not self.over, "rung although it is over"
        assert self.attempt is None, "rung twice at once"
        assert self.holder in {None, attempt.by}, f"{attempt.by} was rung for what {self.holder} has"
        self.attempt, self.rings = attempt.id, attempt.by

    def comes_to(self, attempt: Attempt, row: Callback, put_off_until: datetime | None) -> None:
        """The attempt that rang for it is over: kept, given up, put off or left to others by a key, or back to whoever still has it."""
        assert attempt.ended_at is not None
        self.attempt = self.rings = None
        if attempt.outcome == Tried.REACHED.value:
            self.ends(Outcome.REACHED.value)
        elif row.outcome == Outcome.UNREACHABLE.value and row.closed_at == attempt.ended_at:
            assert row.tries >= TRIES, "given up too soon"
            self.ends(Outcome.UNREACHABLE.value)
        elif put_off_until is not None:
            self.has(attempt.by, put_off_until + LEASE)
        elif attempt.outcome == Tried.STAFF_PASSED.value or self.until is None or self.until <= attempt.ended_at:
            self.has(None, None)

    def lapses(self, now: datetime, *, picked_up: bool) -> None:
        """Whoever had it for long enough has it no longer, but for a phone that was picked up."""
        if not self.over and self.until is not None and self.until <= now and not picked_up:
            self.attempt = self.rings = None
            self.has(None, None)

    def passed_on(self) -> None:
        """It went to a second person: who had it has it no longer, unless a phone rings."""
        if not self.over and self.attempt is None:
            self.has(None, None)

    @property
    def state(self) -> str:
        if self.over:
            return "done"
        if self.attempt is not None:
            return "calling"
        return "claimed" if self.holder else "waiting"

    def agrees_with(self, row: Callback) -> None:
        """The row says what is known. Raises AssertionError."""
        assert (row.state, row.outcome) == (self.state, self.over), f"{row.state} {row.outcome}, not {self}"
        assert row.promised_by == self.promised_by, f"promised by {row.promised_by}, not {self}"
        if not self.over:
            assert (row.owner, row.claimed_until) == (self.holder, self.until), f"{row.owner}'s, not {self}"
