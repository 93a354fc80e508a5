"""What we remember of each call: the call, its turns with the answers we gave, and the staff phones it rang."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Call(Base):
    """One customer's call, or ours to them, from the first ring to the end.

    `phone` is None when withheld. `turn` is the number of the last exchange taken, -1 before the first; `step` is the last of them, which tells
    where a caller was when they left. `known` is whether we had this number before the call.
    """

    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(String(64), unique=True)
    direction: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str | None] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    known: Mapped[bool] = mapped_column(server_default=text("true"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    turn: Mapped[int] = mapped_column(server_default=text("-1"))
    step: Mapped[str] = mapped_column(String(40), server_default="greet")
    asked_again: Mapped[int] = mapped_column(server_default=text("0"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    missed_because: Mapped[str | None] = mapped_column(String(40))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Turn(Base):
    """An exchange and the answer it got, kept so that a repeated request hears the same and does nothing twice."""

    __tablename__ = "turns"
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str]


class Leg(Base):
    """A staff phone that a call rang, named by the call and the turn that rang it."""

    __tablename__ = "legs"
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    sid: Mapped[str | None] = mapped_column(String(64))
    rang_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    bridged: Mapped[bool | None]


Index("ix_calls_newest", Call.started_at.desc(), Call.id.desc())
Index("ix_calls_phone_newest", Call.phone, Call.started_at.desc(), Call.id.desc())
Index("ix_calls_live", Call.seen_at, sqlite_where=Call.ended_at.is_(None), postgresql_where=Call.ended_at.is_(None))
