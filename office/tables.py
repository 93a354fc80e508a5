"""What the office remembers: the business, its people and its customers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Business(Base):
    """The one business, as its file and the console said. `version` grows with every change, so that readers may keep what they parsed.

    `imported` is the file that was last imported: its "file" name, its "tables", and the "lines" on which their keys stand.
    """

    __tablename__ = "business"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    tables: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class BusinessChange(Base):
    """A change of the business: who, when, what in words; and each table of the file that it changed as it was and became (null: not there)."""

    __tablename__ = "business_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(320))
    said: Mapped[str] = mapped_column(String(500))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("business_changes.id"), unique=True)


class Team(Base):
    """Some of the staff, who answer the same callers. `closed_at`: there is no such team any more; what it did still names it."""

    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str | None] = mapped_column(String(1))
    strategy: Mapped[str] = mapped_column(String(20))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Staff(Base):
    """A person who takes calls on a phone of their own.

    `busy_with` names what reserved them ("call:7", "attempt:3") until `busy_until` at the latest: a reservation is a
    lease, so nobody stays busy because a process died. `last_call_at` orders by longest idle, `last_rang_at` by turn. `misses` counts calls in a row that
    they did not pick up. `notices` is how they are told of a message: "text", "mail" or "none". `away_until`: off duty until then, and callers are told.
    `left_at`: works here no more, is in no team and off duty; what they did still names them.
    """

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    on_duty: Mapped[bool] = mapped_column(server_default=text("true"))
    busy_with: Mapped[str | None] = mapped_column(String(40), index=True)
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rest_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_call_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_rang_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    misses: Mapped[int] = mapped_column(server_default=text("0"))
    email: Mapped[str | None] = mapped_column(String(320))
    notices: Mapped[str] = mapped_column(String(10), server_default="text")
    away_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pin(Base):
    """The secret that proves who rings from a number of ours: caller ID alone can be forged. Only a slow hash of it is kept."""

    __tablename__ = "pins"
    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(300))
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactRule(Base):
    """How we deal with whoever has a number: "blocked", "message-only" or "do-not-call-back"; who said so, when, and why."""

    __tablename__ = "contact_rules"
    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    rule: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(500))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Text(Base):
    """A text that we send. `reason` names what it is about ("off-duty:7:3"), so that the same is never said twice.

    `state` is waiting, sending, sent, failed or unknown (perhaps sent, never sent again). `send_at` is when to try (again); None: nothing more happens.
    """

    __tablename__ = "texts"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(100), unique=True)
    to: Mapped[str] = mapped_column(String(20))
    body: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    sid: Mapped[str | None] = mapped_column(String(64))


class Mail(Base):
    """A mail that we send: the same life as a text's."""

    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(100), unique=True)
    to: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(server_default=text("0"))


class Alert(Base):
    """Something that a manager must know, told once: gathered with others into one text or mail. `told_at` None: not yet.

    `settled_at` and `settled_by`: a manager has seen to it.
    """

    __tablename__ = "alerts"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(100), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(500))
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(320))


class OptOut(Base):
    """A number that wants no texts of ours, and since when; START takes the row away."""

    __tablename__ = "opt_outs"
    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Audit(Base):
    """Who did what, to what, when: written with what it tells of, never changed. `about` names the row ("callback:7")."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(60), index=True)
    detail: Mapped[str | None] = mapped_column(String(2000))


class Pace(Base):
    """When the carrier may be asked for the next call, counted across all workers."""

    __tablename__ = "pace"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Sound(Base):
    """Audio that callers hear from us, kept by its content so that any machine can serve it."""

    __tablename__ = "sounds"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    audio: Mapped[bytes]


class StaffTeam(Base):
    """Who is in which team."""

    __tablename__ = "staff_teams"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True, index=True)


class Customer(Base):
    """A person who rings us. Two customers may share a number; then neither is certain when it rings."""

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("phone", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320))
    birthday: Mapped[str | None] = mapped_column(String(10))
    customer_since: Mapped[date | None]
    notes: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(20))


class Note(Base):
    """Something to know about a customer's number: what somebody wrote down, or a text they sent us.

    `source` is the carrier's id of a text, so that one delivered twice is kept once.
    """

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    source: Mapped[str | None] = mapped_column(String(64), unique=True)


class Heartbeat(Base):
    """When each loop last did its round: the health page and the metrics read it."""

    __tablename__ = "heartbeats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


# To PostgreSQL what is unique without a condition is a key, which nobody may change while another row names the person or team.
Index("uq_teams_name", Team.name, unique=True, postgresql_where=Team.name.is_not(None))
Index("uq_staff_phone", Staff.phone, unique=True, postgresql_where=Staff.phone.is_not(None))
Index(
    "ix_staff_away",
    Staff.away_until,
    sqlite_where=Staff.away_until.is_not(None),
    postgresql_where=Staff.away_until.is_not(None),
)
Index("ix_staff_idle", Staff.on_duty, Staff.last_call_at)
Index(
    "ix_texts_to_send", Text.send_at, sqlite_where=Text.send_at.is_not(None), postgresql_where=Text.send_at.is_not(None)
)
Index(
    "ix_mails_to_send", Mail.send_at, sqlite_where=Mail.send_at.is_not(None), postgresql_where=Mail.send_at.is_not(None)
)
Index("ix_alerts_untold", Alert.at, sqlite_where=Alert.told_at.is_(None), postgresql_where=Alert.told_at.is_(None))
SNOOZED = Audit.action == "snoozed"
Index("ix_audit_snoozed", Audit.about, Audit.at, sqlite_where=SNOOZED, postgresql_where=SNOOZED)
