"""What the office remembers: the business, its people, its customers, and who may sign in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Business(Base):
    """The one business, as its file said. `version` grows with every change, so that readers may keep what they parsed."""

    __tablename__ = "business"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    tables: Mapped[dict[str, Any]] = mapped_column(JSON)


class Team(Base):
    """Some of the staff, who answer the same callers."""

    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    key: Mapped[str | None] = mapped_column(String(1))
    strategy: Mapped[str] = mapped_column(String(20))


class Staff(Base):
    """A person who takes calls on a phone of their own.

    `busy_with` names what reserved them ("call:7", "attempt:3") until `busy_until` at the latest: a reservation is a
    lease, so nobody stays busy because a process died. `last_call_at` orders by longest idle.
    """

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    on_duty: Mapped[bool] = mapped_column(server_default=text("true"))
    busy_with: Mapped[str | None] = mapped_column(String(40), index=True)
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rest_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_call_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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


class User(Base):
    """A console login. Without `staff_id` it is nobody's phone."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    role: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    session_key: Mapped[str] = mapped_column(String(64))


class Token(Base):
    """An API token; only its digest is kept, so a stolen database opens no door."""

    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Heartbeat(Base):
    """When each loop last did its round: the health page and the metrics read it."""

    __tablename__ = "heartbeats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


Index("ix_staff_idle", Staff.on_duty, Staff.last_call_at)
