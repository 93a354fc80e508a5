"""What callers left us."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class Message(Base):
    """A message that a caller left. `call_sid` names the call; the recording stays at the carrier until it is fetched.

    `file` is the audio's name under DATA_DIR/recordings once we have it; `fetch_at` is when to try fetching (again).
    """

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    recording_sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_sid: Mapped[str] = mapped_column(String(64), index=True)
    duration_s: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetches: Mapped[int]
    file: Mapped[str | None] = mapped_column(String(100))


Index("ix_messages_to_fetch", Message.fetch_at)
