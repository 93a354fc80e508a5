"""What we owe: call-backs, the calls that led to them, and each attempt to keep them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Callback(Base):
    """A promise to ring a customer by `promised_by`.

    `next_try_at` is when the workers may try; None means nothing more happens by itself. `fence` grows with every
    claim: who holds an older one may write nothing. A claim is as long as its attempt: that one's `look_at` ends it.
    """

    __tablename__ = "callbacks"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(20))
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
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallbackCall(Base):
    """A missed call that a call-back answers for. The call is named by its sid, so one call counts once."""

    __tablename__ = "callback_calls"
    call_sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)


class Attempt(Base):
    """One try at keeping a promise: a staff phone first, then the customer's.

    `fence` is the claim it belongs to. `stage` is how far it came (see promise.Stage). `call_sid` is the staff leg,
    `customer_sid` the customer's, `customer_status` how that one ended in the carrier's words. `machine` is what the
    carrier thought of who picked up. `look_at`: unheard of until then, the sweep asks the carrier.
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
    outcome: Mapped[str | None] = mapped_column(String(30))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
Index("ix_callbacks_phone", Callback.phone, Callback.missed_at.desc())
Index(
    "ix_attempts_live",
    Attempt.look_at,
    sqlite_where=Attempt.ended_at.is_(None),
    postgresql_where=Attempt.ended_at.is_(None),
)
Index("ix_attempts_customer", Attempt.customer_phone, Attempt.at)
Index("ix_attempts_at", Attempt.at)
