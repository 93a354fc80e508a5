"""People at work with one customer's call-backs, through the JSON API, among the workers, phones and reports around them.

After each thing that anybody does, the rows are held against what ought to be true (model_world).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select

from callbacks import deadlines
from callbacks.promise import Outcome, Tried
from callbacks.tables import Attempt, Callback, Delivery, Move, Rung
from office.tables import Audit, Staff
from tests.callbacks.model_world import LEASE, Known, Why
from tests.callbacks.phones_world import Phones

PRIYA, TOM, MANAGER = "Priya Shah", "Tom Okafor", "Meg Lane"
STAFF = (PRIYA, TOM)
A_DAY_AT_MOST = 6
"""So often one number is rung in a day ([guard] number_per_day)."""

WRITES = {
    "claim": ("claimed", "claimed"), "release": ("released", "released"), "assign": ("assigned", "claimed"),
    "call": ("called", "calling"), "snooze": ("snoozed", "snoozed"), "move": ("moved", "moved"),
    "done": ("done", "done"), "note": ("noted", "note"),
}  # fmt: skip
"""What each deed writes into the audit trail, and what it tells other software."""

ONCE = ("opened", "joined", "done", "calling", "attempt-ended", "late")
"""Told once for each time that it happened."""

OFTEN = (*WRITES, "claim", "claim", "claim", "call", "call", "release", "assign", "snooze", "claim", "call", "claim")
"""More is taken and rung than closed: what is over is over for a while."""

Deed = tuple[dict[str, str], Why | None, Callable[[], None]]
"""What is said, why it cannot be if it cannot, and what is known when it was done."""


def nothing() -> None:
    """Nobody knows better than before."""


@dataclass(kw_only=True)
class Desk(Phones):
    """`known` is what ought to be true, by call-back; `outcomes` how each attempt ended so far; `spoke_at`: they got through."""

    client: Any
    tokens: dict[str, dict[str, str]]
    known: dict[int, Known] = field(default_factory=dict)
    outcomes: dict[int, str | None] = field(default_factory=dict)
    found_out: Counter[int] = field(default_factory=Counter)
    by_hand: set[int] = field(default_factory=set)
    spoke_at: datetime | None = None
    their_text: bool = False

    @property
    def now(self) -> datetime:
        now: datetime = self.clock.now()
        return now

    @property
    def last(self) -> int:
        return max(self.known)

    def read(self, of: Any, *where: Any) -> list[Any]:
        with self.office.database.reading() as session:
            return list(session.scalars(select(of).where(*where)))

    def rows(self) -> list[Callback]:
        return sorted(self.read(Callback, Callback.phone == self.phones[0]), key=lambda row: row.id)

    def act(self, deed: str | None = None) -> None:
        """Somebody does this, or anything, with the newest call-back."""
        deed, who = deed or self.dice.choice(OFTEN), self.dice.choice([*STAFF, *STAFF, MANAGER])
        if deed == "assign" and self.dice.random() < 0.7:
            who = MANAGER
        known = self.known[self.last]
        said, why, then = getattr(self, deed)(who, known)
        before = self.written()
        answer = self.post(deed, who, **said)
        assert refusal(answer) == why, f"{who} {deed} {said}: {refusal(answer)}, but {why}: {known}"
        rang = known.rings
        released_nothing = deed == "release" and known.state == "waiting"
        audit, told = (
            (Counter(), Counter()) if why or released_nothing else map(Counter, zip(WRITES[deed], strict=True))
        )
        if deed == "call" and rang == who:
            told = Counter()
        if not why:
            then()
            self.judge_times(answer.json)
        assert self.written() == (before[0] + audit, before[1] + told), f"{deed} was written down otherwise"

    def post(self, deed: str, who: str = MANAGER, **said: str) -> Any:
        return self.client.post(f"/api/callbacks/{self.last}/{deed}", headers=self.tokens[who], json=said or None)

    def written(self) -> tuple[Counter[str], Counter[str]]:
        """What the audit trail and other software have of the newest call-back."""
        audit = self.read(Audit.action, Audit.about == f"callback:{self.last}")
        return Counter(audit), Counter(self.read(Delivery.event, Delivery.callback_id == self.last))

    def judge_times(self, told: dict[str, Any]) -> None:
        """Whether our word was kept, worked out here once more."""
        (row,) = self.read(Callback, Callback.id == told["id"])
        happened, over = row.spoke_at, row.state == "done" or self.now > row.promised_by
        assert told["kept"] == (happened <= row.promised_by if happened else (False if over else None))
        if row.outcome != Outcome.ANSWERED_ELSEWHERE.value:
            rang = row.first_rang_at
            assert told["rang_in_time"] == (rang <= row.promised_by if rang else (False if over else None))

    def claim(self, who: str, known: Known) -> Deed:
        why = known.kept_from(who, self.now, while_ringing=True)
        return {}, why, lambda: known.has(who, self.now + LEASE)

    def release(self, who: str, known: Known) -> Deed:
        why = known.kept_from(who, self.now)
        if who == MANAGER and why and why[0] == "held":
            why = None
        return {}, why, lambda: known.has(None, None)

    def assign(self, who: str, known: Known) -> Deed:
        to, why = self.dice.choice(STAFF), known.kept_from(who, self.now)
        if who != MANAGER:
            return {"staff": to}, ("forbidden", None), nothing
        return {"staff": to}, None if why and why[0] == "held" else why, lambda: known.has(to, self.now + LEASE)

    def call(self, who: str, known: Known) -> Deed:
        return {}, self._why_no_call(who, known), lambda: self._called(who, known)

    def _why_no_call(self, who: str, known: Known) -> Why | None:
        (row,) = self.read(Callback, Callback.id == self.last)
        if who == MANAGER:
            return "no_phone", None
        if not known.over and row.slot is not None and self.now < row.slot[0]:
            return "too_early", None
        if not known.over and self._rang_today() >= A_DAY_AT_MOST:
            return "not_dialled", None
        why = known.kept_from(who, self.now, while_ringing=True)
        (staff,) = self.read(Staff, Staff.name == who)
        busy = staff.busy_until is not None and staff.busy_until > self.now and known.rings != who
        return why or (("busy", None) if busy else None)

    def _called(self, who: str, known: Known) -> None:
        """It is theirs for as long as their phone may ring, if it is not longer."""
        if known.rings != who:
            soon = self.now + self.profile.ringing.patience + timedelta(seconds=10)
            longer = known.holder == who and known.until is not None and known.until > soon
            known.has(who, known.until if longer else soon)

    @property
    def profile(self) -> Any:
        with self.office.database.reading() as session:
            return self.office.business(session)

    def _rang_today(self) -> int:
        midnight = self.now.replace(hour=0, minute=0, second=0)
        theirs = (Attempt.customer_phone == self.phones[0], Attempt.at >= midnight)
        return len(self.read(Attempt.id, *theirs, Attempt.customer_rang_at.is_not(None)))

    def snooze(self, who: str, known: Known) -> Deed:
        until = self.dice.choice([self.now + timedelta(minutes=20), known.promised_by + timedelta(minutes=1)])
        said, why = {"until": until.isoformat()}, known.kept_from(who, self.now)
        if until <= self.now or (why is None and until > known.promised_by):
            return said, ("not_possible", None), nothing
        return said, why, lambda: known.has(who, until + LEASE) if known.holder == who else None

    def move(self, _: str, known: Known) -> Deed:
        to = max(self.now, known.promised_by) + timedelta(hours=1)
        if self.dice.random() < 0.3:
            to = known.promised_by
        said = {"promised_by": to.isoformat(), "note": "Jane said so"}
        past = to <= self.now or (not known.over and to <= known.promised_by)
        why = ("not_possible", None) if past else ("over", None) if known.over else None
        return said, why, lambda: self._moved(known, deadlines.whole_minute(to))

    def _moved(self, known: Known, to: datetime) -> None:
        known.promised_by, known.moves = to, known.moves + 1

    def done(self, who: str, known: Known) -> Deed:
        outcome = self.dice.choice(["reached", "unreachable", "cancelled"])
        said = (
            {"outcome": outcome, "note": "rang them from my own phone"}
            if self.dice.random() < 0.7
            else {"outcome": outcome}
        )
        if outcome != "reached" and "note" not in said:
            return said, ("not_possible", None), nothing
        why = known.kept_from(who, self.now, while_ringing=True)
        return said, why, lambda: self._closed(known, outcome)

    def _closed(self, known: Known, outcome: str) -> None:
        known.ends(outcome)
        self.by_hand.add(self.last)

    def note(self, _: str, __: Known) -> Deed:
        return {"text": "Likes to be rung in the morning"}, None, nothing

    def compare(self) -> None:
        """What happened to the rows is what may happen, and they agree with what ought to be true."""
        rows = self.rows()
        for row in rows:
            self.known.setdefault(row.id, Known(row.promised_by))
        attempts = self.read(Attempt, Attempt.customer_phone == self.phones[0])
        for attempt in sorted(attempts, key=lambda attempt: attempt.id):
            self._look_at(attempt, next(row for row in rows if row.id == attempt.callback_id))
        assert sum(row.state != "done" for row in rows) <= 1, "two open call-backs of one customer"
        for row in rows:
            self._may_be_over_or_later(row, self.known[row.id])
            self.known[row.id].agrees_with(row)
        self._told_once(rows, attempts)

    def _look_at(self, attempt: Attempt, row: Callback) -> None:
        known, was = self.known[row.id], self.outcomes.get(attempt.id)
        if attempt.id not in self.outcomes:
            known.begins(attempt)
        self.outcomes[attempt.id] = attempt.outcome
        if attempt.outcome == was:
            return
        if was is not None:
            assert (was in {"unknown", "failed"}, attempt.outcome) == (True, "reached"), "an end is final"
            self.found_out[row.id] += 1
        if known.attempt == attempt.id:
            known.comes_to(attempt, row, self._put_off(attempt, row))
        elif attempt.outcome == Tried.REACHED.value:
            self.spoke_at = self.now
            if not known.over:
                known.ends(Outcome.REACHED.value)

    def _put_off(self, attempt: Attempt, row: Callback) -> datetime | None:
        """Until when the staff member's key put it off."""
        if attempt.outcome != Tried.STAFF_PASSED.value or self.keys.get(attempt.id) != "3":
            return None
        return deadlines.after_snooze(self.now, row.promised_by, self.profile.hours)

    def _may_be_over_or_later(self, row: Callback, known: Known) -> None:
        """They got through to us, or moved it by text; nothing else ends or moves it behind everybody's back."""
        if row.outcome == Outcome.ANSWERED_ELSEWHERE.value and not known.over:
            assert self.spoke_at is not None, "answered elsewhere, and nobody spoke"
            assert row.missed_at <= self.spoke_at, "closed by a talk before it"
            known.ends(row.outcome)
        if row.promised_by != known.promised_by and self.their_text:
            assert row.promised_by > known.promised_by, "a promise came sooner"
            self._moved(known, row.promised_by)

    def _told_once(self, rows: list[Callback], attempts: list[Attempt]) -> None:
        """Whatever became of them is told once, and stands once among the moves and rungs."""
        told = self._counted(Delivery.callback_id, Delivery.event)
        late, moves = self._counted(Rung.callback_id, Rung.rung), self._counted(Move.callback_id, literal("moved"))
        tries = Counter(attempt.callback_id for attempt in attempts)
        ended = Counter(attempt.callback_id for attempt in attempts if attempt.outcome) + self.found_out
        for row in rows:
            facts = (
                1,
                row.calls_missed - 1,
                int(row.state == "done"),
                tries[row.id],
                ended[row.id],
                late[row.id, "late"],
            )
            found = tuple(told[row.id, event] for event in ONCE)
            assert found == facts, f"{ONCE} told so often: {found}, not {facts}"
            assert told[row.id, "moved"] == moves[row.id, "moved"] == self.known[row.id].moves, "moved, and not told"

    def _counted(self, whose: Any, what: Any) -> Counter[tuple[int, str]]:
        query = select(whose, what, func.count()).where(whose.in_(self.known)).group_by(whose, what)
        with self.office.database.reading() as session:
            return Counter({(row[0], row[1]): row[2] for row in session.execute(query)})


def refusal(answer: Any) -> Why | None:
    """Why the API said no: the code, and whom it named. A success is 200."""
    if answer.status_code == 200:
        return None
    told = answer.json["error"]
    status = {"held": 409, "calling": 409, "over": 409, "busy": 409, "forbidden": 403}.get(told["code"], 422)
    assert answer.status_code == status, answer.json
    return told["code"], told.get("holder")
