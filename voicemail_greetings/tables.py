"""What callers hear from us, and what they left us."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Message(Base):
    """A message that a caller left. `call_sid` names the call; the recording stays at the carrier until it is fetched.

    `ended_at` is when they had said it. `label` is "short" or "silent", else None. `file` is the audio's path under DATA_DIR/recordings once we have it;
    `fetch_at` is when to try fetching (again), and `lost` why nobody tries any more. `words_state` is messages.Words: `words_at` is when to try (again),
    `words_by` by when they should be there, `words_came_at` when they were. `confidence` is 0 to 1. `carrier_words` are the carrier's own, until an engine
    asks for them; "" when it has none. `corrected_by` wrote the words as they are now. `flags` are the words that told of a complaint or urgency. `heard_at` is when
    one of us first listened.
    """

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    recording_sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_sid: Mapped[str] = mapped_column(String(64), index=True)
    duration_s: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    label: Mapped[str | None] = mapped_column(String(10))
    fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetches: Mapped[int]
    file: Mapped[str | None] = mapped_column(String(100))
    lost: Mapped[str | None] = mapped_column(String(200))
    words: Mapped[str | None]
    words_state: Mapped[str] = mapped_column(String(12), server_default="waiting")
    words_why: Mapped[str | None] = mapped_column(String(200))
    words_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words_by: Mapped[datetime] = mapped_column(UtcDateTime)
    words_came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words_tries: Mapped[int] = mapped_column(server_default=text("0"))
    engine: Mapped[str | None] = mapped_column(String(20))
    confidence: Mapped[float | None]
    carrier_words: Mapped[str | None]
    corrected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    corrected_by: Mapped[str | None] = mapped_column(String(200))
    flags: Mapped[list[str] | None] = mapped_column(JSON)
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heard_by: Mapped[str | None] = mapped_column(String(200))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Erasure(Base):
    """Something that the carrier is to forget: a "recording" or a "transcript" by its sid. Asked again until it has: `due_at` None."""

    __tablename__ = "erasures"
    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GreetingVersion(Base):
    """A greeting as somebody made it; of those for the same situation, team, person and holiday the newest holds.

    Never changed, so that every one before is still there. `sound` names audio in `sounds`; neither `text` nor `sound`: back to the one that ships.
    """

    __tablename__ = "greetings"
    id: Mapped[int] = mapped_column(primary_key=True)
    situation: Mapped[str] = mapped_column(String(10))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    holiday: Mapped[str | None] = mapped_column(String(100))
    text: Mapped[str | None] = mapped_column(String(400))
    sound: Mapped[str | None] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))


class Take(Base):
    """A greeting that one of us is recording on a phone: for what, how far it is, and where its sound is.

    `call_sid` is the phone's call, None for phones that we ring. `recording_sid` is the last recording; `sound` names it in `sounds` once it is fetched, `trouble` says why it will not be.
    `fence` grows with each recording, so that the sound of an earlier one is not kept for a later. `kept_at`: it became a greeting.
    `ring_at`: their phone is to be rung for it then; None: they rang us, or it was.
    """

    __tablename__ = "greeting_takes"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    situation: Mapped[str] = mapped_column(String(10))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    of_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    holiday: Mapped[str | None] = mapped_column(String(100))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ring_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_sid: Mapped[str | None] = mapped_column(String(64))
    recording_sid: Mapped[str | None] = mapped_column(String(64), index=True)
    fence: Mapped[int] = mapped_column(server_default=text("0"))
    fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetches: Mapped[int] = mapped_column(server_default=text("0"))
    sound: Mapped[str | None] = mapped_column(String(100))
    trouble: Mapped[str | None] = mapped_column(String(200))
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


Index("ix_messages_to_fetch", Message.fetch_at)
Index(
    "ix_messages_words",
    Message.words_at,
    sqlite_where=Message.words_at.is_not(None),
    postgresql_where=Message.words_at.is_not(None),
)
Index("ix_messages_ended", Message.ended_at)
Index(
    "ix_erasures_due",
    Erasure.due_at,
    sqlite_where=Erasure.due_at.is_not(None),
    postgresql_where=Erasure.due_at.is_not(None),
)
Index("ix_greetings_of", GreetingVersion.situation, GreetingVersion.id)
Index(
    "ix_takes_to_fetch",
    Take.fetch_at,
    sqlite_where=Take.fetch_at.is_not(None),
    postgresql_where=Take.fetch_at.is_not(None),
)
Index(
    "ix_takes_to_ring", Take.ring_at, sqlite_where=Take.ring_at.is_not(None), postgresql_where=Take.ring_at.is_not(None)
)
