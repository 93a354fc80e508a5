"""What lets somebody in: logins, their sessions, links that are good once, API tokens, and links to the board."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, UtcDateTime


class User(Base):
    """A console login. Without `staff_id` it is nobody's phone.

    `totp_secret` (base 32) is there once they sign in with codes as well; `totp_last_step` is the last one used, so that each is good once.
    `codes_by`: until when a manager may go without; None while nobody asked for codes. `likes` is what they chose for themselves ("theme", "home", "keys", "sound", "vibration").
    """

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    role: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_last_step: Mapped[int | None]
    codes_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    likes: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class SignedInSession(Base):
    """One browser that signed in. The cookie holds a random token, of which only the digest is kept. `stays`: they asked to stay signed in there.

    `browser` is what it said it is when they signed in (browsers.py); None: that was before we asked.
    """

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stays: Mapped[bool] = mapped_column(server_default=text("false"))
    browser: Mapped[str | None] = mapped_column(String(60))


class SignInTry(Base):
    """A try to sign in that did not succeed, or not yet. `what` is a digest of the account or address that it counts for."""

    __tablename__ = "sign_in_tries"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Link(Base):
    """A link that is good once: "reset" chooses a new password for `user_id`, "welcome" makes the first manager. Only its digest is kept."""

    __tablename__ = "links"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(320))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Token(Base):
    """An API token; only its digest is kept, so a stolen database opens no door. `revoked_at`: it opens none any more."""

    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BoardLink(Base):
    """A link that shows the board of what happens now on a screen, to whoever has it, until it is revoked. Only its digest is kept."""

    __tablename__ = "board_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    theme: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[str] = mapped_column(String(320))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


Index("ix_sign_in_tries_what", SignInTry.what, SignInTry.at)
