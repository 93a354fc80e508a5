"""What we remember of each call: the call, its turns with the answers we gave, and the staff phones it rang."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Call(Base):
    """One customer's call, or ours to them, from the first ring to the end.

    `phone` is None when withheld. `turn` is the number of the last exchange taken, -1 before the first; `step` is the last of them, which tells
    where a caller was when they left. `known` is whether we had this number before the call; `trusted` is false when the carrier says that somebody else
    shows it. `staff_id` and `own` tell a call by one of us on the staff line, which is never a missed one. `team_id` is whom the caller wants; `returns`
    names the person who tried to ring them just before. `waiting_since` is when they were put in the queue, None when they are not in it; `wants` is the
    key with which they left it. `keyed` is a number that they keyed to be rung on, E.164. The counts end every loop: menus asked, holds, numbers keyed,
    times that the recorder was started.
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
    trusted: Mapped[bool] = mapped_column(server_default=text("true"))
    own: Mapped[bool] = mapped_column(server_default=text("false"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    proven: Mapped[bool] = mapped_column(server_default=text("false"))
    came_open: Mapped[bool] = mapped_column(server_default=text("false"))
    returns: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    menus: Mapped[int] = mapped_column(server_default=text("0"))
    asked_again: Mapped[int] = mapped_column(server_default=text("0"))
    holds: Mapped[int] = mapped_column(server_default=text("0"))
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wants: Mapped[str | None] = mapped_column(String(1))
    keyed: Mapped[str | None] = mapped_column(String(20))
    keyings: Mapped[int] = mapped_column(server_default=text("0"))
    recordings: Mapped[int] = mapped_column(server_default=text("0"))
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
    """A staff phone that a call rang, the first of them 1.

    One inside the caller's dial ends with it. One that is `placed_by_us` was placed by REST while the caller waits in the queue: `claimed_at` is when a
    process took it upon itself to dial, so that nobody dials it twice, and `ring_until` when it has rung long enough.
    """

    __tablename__ = "legs"
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    placed_by_us: Mapped[bool] = mapped_column(server_default=text("false"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ring_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sid: Mapped[str | None] = mapped_column(String(64))
    rang_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    bridged: Mapped[bool | None]


Index("ix_calls_newest", Call.started_at.desc(), Call.id.desc())
Index("ix_calls_phone_newest", Call.phone, Call.started_at.desc(), Call.id.desc())
Index(
    "ix_calls_figures",
    Call.started_at,
    Call.direction,
    Call.own,
    Call.came_open,
    Call.outcome,
    Call.team_id,
    Call.answered_by,
)
"""All that figures read of a call, so that a year is summed up without its rows."""
Index("ix_calls_live", Call.seen_at, sqlite_where=Call.ended_at.is_(None), postgresql_where=Call.ended_at.is_(None))
Index(
    "ix_calls_waiting",
    Call.waiting_since,
    sqlite_where=Call.waiting_since.is_not(None),
    postgresql_where=Call.waiting_since.is_not(None),
)
OUR_LEG = text("placed_by_us AND ended_at IS NULL")
Index("ix_legs_placed_by_us", Leg.call_id, Leg.number, sqlite_where=OUR_LEG, postgresql_where=OUR_LEG)
Index(
    "ix_calls_spoken_to",
    Call.phone,
    Call.started_at.desc(),
    sqlite_where=Call.answered_by.is_not(None),
    postgresql_where=Call.answered_by.is_not(None),
)
