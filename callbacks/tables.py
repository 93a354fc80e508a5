"""What we owe: call-backs, the calls that led to them, and each attempt to keep them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Callback(Base):
    """A promise to ring a customer by `promised_by`.

    `next_try_at` is when the workers may try; None means nothing more happens by itself. `fence` grows with every
    claim: who holds an older one may write nothing. A claim is as long as its attempt: that one's `look_at` ends it.

    `phone` is the number to ring. `called_from` is the number that they rang us from when it is another: both are theirs. `slot_from` and `slot_until` are
    the part of a day that they asked for, `slot_zone` the zone it was said in. `prefer_id` is who should ring first. `claimed_until` ends a person's claim
    that nothing came of. `offered` are the parts of days that a text offered: name, begin and end of each, ISO 8601. `closed_by` and `close_note` are a person's.
    `hurry_by`: they said that it is urgent, so we aim at this time, and the promise stands as it was given.
    """

    __tablename__ = "callbacks"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    called_from: Mapped[str | None] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str | None] = mapped_column(String(200))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(30))
    owner: Mapped[str | None] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    missed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promised_by: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    needs_person: Mapped[bool] = mapped_column(server_default=text("false"))
    calls_missed: Mapped[int] = mapped_column(server_default=text("0"))
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    staff_misses: Mapped[int] = mapped_column(server_default=text("0"))
    fence: Mapped[int] = mapped_column(server_default=text("0"))
    first_rang_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    spoke_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slot_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slot_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slot_zone: Mapped[str | None] = mapped_column(String(60))
    prefer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offered: Mapped[list[list[str]] | None] = mapped_column(JSON)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(200))
    close_note: Mapped[str | None] = mapped_column(String(2000))
    hurry_by: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def own_phone(self) -> str | None:
        """The number that is the customer's own: the one they rang from. Where they asked to be rung may be anybody's phone."""
        return self.called_from or self.phone

    @property
    def slot(self) -> tuple[datetime, datetime] | None:
        """Begin and end of the part of a day that the customer asked for."""
        return (self.slot_from, self.slot_until) if self.slot_from and self.slot_until else None


class CallbackCall(Base):
    """A missed call that a call-back answers for. The call is named by its sid, so one call counts once."""

    __tablename__ = "callback_calls"
    call_sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)


class Move(Base):
    """A promise that went to a later time because its customer agreed: when, who wrote it down, and in what words or by which key."""

    __tablename__ = "moves"
    id: Mapped[int] = mapped_column(primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500))
    promised_before: Mapped[datetime] = mapped_column(UtcDateTime)
    promised_by: Mapped[datetime] = mapped_column(UtcDateTime)


class Attempt(Base):
    """One try at keeping a promise: a staff phone first, then the customer's.

    `fence` is the claim it belongs to. `stage` is how far it came (see promise.Stage). `call_sid` is the staff leg,
    `customer_sid` the customer's, `customer_status` how that one ended in the carrier's words. `machine` is what the
    carrier thought of who picked up; `assumed`: they count as having spoken because they were connected long enough, nobody said so. `look_at`: unheard of until then, the sweep asks the carrier.
    """

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    fence: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    by: Mapped[str] = mapped_column(String(200))
    stage: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_sid: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    customer_phone: Mapped[str] = mapped_column(String(20))
    customer_sid: Mapped[str | None] = mapped_column(String(64))
    customer_rang_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    customer_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    customer_status: Mapped[str | None] = mapped_column(String(20))
    bridged: Mapped[bool | None]
    talked_s: Mapped[int | None]
    machine: Mapped[bool | None]
    assumed: Mapped[bool] = mapped_column(server_default=text("false"))
    outcome: Mapped[str | None] = mapped_column(String(30))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Rung(Base):
    """A step of the ladder that a promise has gone up, so that nobody is told twice: which, for which promised time, and when."""

    __tablename__ = "rungs"
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), primary_key=True)
    rung: Mapped[str] = mapped_column(String(20), primary_key=True)
    promised_by: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """Something that became of a call-back, to be told to other software at `url`; those of one call-back go out in the order of their ids.

    `state` is waiting, delivered or given-up. `send_at` is when to try (again).
    """

    __tablename__ = "deliveries"
    id: Mapped[int] = mapped_column(primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"))
    url: Mapped[str] = mapped_column(String(500))
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(server_default=text("0"))


class RequestKey(Base):
    """A request for a call-back that other software may send twice: `key` is its own name for it, `by` the token, `digest` of what it said.

    `opened`: it opened the call-back, so that the same request is answered the same.
    """

    __tablename__ = "request_keys"
    by: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"))
    opened: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


OPEN = Callback.state != "done"
Index("uq_callbacks_open_phone", Callback.phone, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
Index(
    "ix_callbacks_urgent",
    Callback.promised_by,
    Callback.missed_at,
    Callback.id,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
DONE = Callback.state == "done"
Index(
    "ix_callbacks_done", Callback.promised_by, Callback.missed_at, Callback.id, sqlite_where=DONE, postgresql_where=DONE
)
Index("ix_callbacks_closed", Callback.closed_at, Callback.id, sqlite_where=DONE, postgresql_where=DONE)
Index("ix_callbacks_due", Callback.next_try_at, sqlite_where=OPEN, postgresql_where=OPEN)
Index(
    "ix_callbacks_called_from",
    Callback.called_from,
    sqlite_where=Callback.called_from.is_not(None),
    postgresql_where=Callback.called_from.is_not(None),
)
Index("ix_callbacks_phone", Callback.phone, Callback.missed_at.desc())
Index(
    "ix_attempts_live",
    Attempt.look_at,
    sqlite_where=Attempt.ended_at.is_(None),
    postgresql_where=Attempt.ended_at.is_(None),
)
Index("ix_attempts_customer", Attempt.customer_phone, Attempt.at)
Index("ix_attempts_at", Attempt.at)
COUNTED = (Callback.team_id, Callback.kind, Callback.outcome)
"""What figures read of each: with it in their indexes, a year is summed up without its rows."""

Index("ix_callbacks_promised", Callback.promised_by, *COUNTED, Callback.spoke_at)
Index("ix_callbacks_spoke", Callback.spoke_at, *COUNTED, Callback.missed_at, Callback.promised_by, Callback.owner_id)
WAITING = Delivery.state == "waiting"
Index(
    "ix_deliveries_waiting",
    Delivery.url,
    Delivery.callback_id,
    Delivery.id,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)
Index(
    "ix_callbacks_claimed",
    Callback.claimed_until,
    sqlite_where=Callback.claimed_until.is_not(None),
    postgresql_where=Callback.claimed_until.is_not(None),
)
