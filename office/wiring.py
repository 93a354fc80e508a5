"""The Office: settings, clock, database, line and bell, put together once and handed to whoever needs them."""

import logging
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from office.bell import Bell
from office.clock import Clock, SystemClock
from office.database import WHILE_SOMEBODY_LISTENS, Database, insert_once
from office.journal import Journal
from office.line import PhoneLine
from office.line.twilio import TwilioLine
from office.profile import Profile, VoiceProfile
from office.redis_server import find
from office.settings import Settings
from office.tables import Business, Heartbeat

log = logging.getLogger(__name__)


class NoBusinessError(Exception):
    """No business was imported yet, so nobody knows whom to ring."""


@dataclass
class Office:
    """Everything the rooms stand on. Tests hand in another clock, line or bell by argument.

    `while_somebody_listens` is how many seconds the database has for a turn that a caller waits for.
    """

    settings: Settings
    clock: Clock
    database: Database
    line: PhoneLine
    bell: Bell
    while_somebody_listens: float = WHILE_SOMEBODY_LISTENS
    _profile: tuple[int, Profile] | None = field(default=None, repr=False)

    @classmethod
    def open(cls, settings: Settings, *, clock: Clock | None = None, line: PhoneLine | None = None) -> "Office":
        """Wire the real parts, except those that are given. Connects to nothing yet."""
        return cls(
            settings=settings,
            clock=clock or SystemClock(),
            database=Database(settings.database_url),
            line=line or TwilioLine(settings.account_sid, settings.auth_token, settings.api_base_url),
            bell=Bell(lambda: settings.redis_url or find(settings.data_dir)),
        )

    def business(self, session: Session) -> Profile:
        """The business as last imported, parsed once a version. Raises NoBusinessError before the first import."""
        version = session.scalar(select(Business.version))
        if version is None:
            raise NoBusinessError("no business yet: flask --app webhooks import-business business.toml")
        if self._profile is None or self._profile[0] != version:
            tables = session.scalars(select(Business.tables)).one()
            self._profile = (version, Profile.from_tables(tables))
        return self._profile[1]

    def remember_business(self) -> None:
        """Have the numbers at hand for when the database is gone. Without a database or a business: nothing yet."""
        try:
            with self.database.reading() as session:
                self.business(session)
        except NoBusinessError as none_yet:
            log.info("%s", none_yet)
        except SQLAlchemyError as trouble:
            log.info("the business cannot be read yet (%s)", type(trouble).__name__)  # /readyz says so aloud

    @property
    def fallback_phone(self) -> str | None:
        """Where callers are put through when our own parts are down: as set, else the manager's, if we ever read it."""
        return self.settings.fallback_phone or (self._profile[1].manager_phone if self._profile else None)

    @property
    def caller_id(self) -> str | None:
        """The business's number, if we ever read it; needs no database."""
        return self._profile[1].phone if self._profile else None

    @property
    def voice(self) -> VoiceProfile:
        """How the business speaks, if we ever read it; else as the carrier does by itself."""
        return self._profile[1].voice if self._profile else VoiceProfile(name=None, language=None)

    @property
    def notice(self) -> str | None:
        """What callers are told before they are recorded, if we ever read it; needs no database."""
        return self._profile[1].recording.notice if self._profile else None

    @property
    def journal(self) -> Journal:
        """Where requests of the carrier are written down while the database is gone."""
        return Journal(self.settings.data_dir)

    def beat(self, loop: str) -> None:
        """Write down that a loop did its round: the health page tells when one has stopped."""
        now = self.clock.now()
        with self.database.transaction() as session:
            if insert_once(session, Heartbeat, name=loop, at=now) is None:
                session.execute(update(Heartbeat).where(Heartbeat.name == loop).values(at=now))

    def address(self, path: str) -> str:
        """The public URL of one of our paths, as the carrier must ask for it and sign it."""
        return f"{self.settings.public_base_url}{path}"

    def close(self) -> None:
        """Give back the database's connections."""
        self.database.close()
