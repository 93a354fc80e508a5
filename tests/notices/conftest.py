"""Messages that customers left, the call-backs that answer for them, and what was written to whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callbacks import actions
from callbacks.tables import Callback
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.tables import Alert, Audit, Mail, Staff, Text
from office.wiring import Office
from reception import flagged, notices
from voice.tables import Call
from voicemail_greetings.messages import Words
from voicemail_greetings.tables import Message

JANE = "+447700900123"
LINK = "https://ringtrue.test/callbacks"


class World:
    """What the tests ask the database for, and what they do to it; each in a transaction of its own."""

    def __init__(self, office: Office, clock, *, mail: bool = False) -> None:
        self.office, self.clock, self.mail = office, clock, mail

    def rang(self, phone: str | None = JANE, sid: str = "CA1", **owed: Any) -> int:
        """A call that nobody took is over; the id of the call-back, promised in two hours, that answers for it."""
        now, team = self.clock.now(), owed.pop("team_id", 1)
        usual = {"promised_by": now + timedelta(hours=2), "first_try_at": now + timedelta(minutes=1) if phone else None}
        with self.office.database.transaction() as session:
            call = {"started_at": now, "seen_at": now, "ended_at": now, "team_id": team}
            session.add(Call(sid=sid, direction="inbound", phone=phone, **call))
            about = actions.Owed(sid, phone, None, team, "left a message", now, **usual | owed)
            return actions.promise(session, about)

    def leaves(self, sid: str = "CA1", seconds: int = 14, **more: Any) -> int:
        """The report of a message comes; its id."""
        now = self.clock.now()
        with self.office.database.transaction() as session:
            message = Message(recording_sid=f"RE{session.query(Message).count()}", call_sid=sid, duration_s=seconds)
            message.received_at = message.ended_at = message.words_by = now
            message.fetches = 0
            for name, value in more.items():
                setattr(message, name, value)
            session.add(message)
            session.flush()
            self._told(session, lambda at: notices.message_left(at, message.id))
            return message.id

    def again(self, message_id: int) -> None:
        """The same report once more."""
        with self.office.database.transaction() as session:
            self._told(session, lambda at: notices.message_left(at, message_id))

    def said(self, message_id: int, words: str | None, flags: list[str] | None = None) -> None:
        """Its words come; None: there are none."""
        with self.office.database.transaction() as session:
            message = session.get_one(Message, message_id)
            message.words, message.flags = words, flags
            message.words_state = Words.DONE if words else Words.UNAVAILABLE
            self._told(session, lambda at: notices.words_came(at, message))
            flagged.on_words(session, self.office.business(session), message, self.clock.now())

    def is_silent(self, message_id: int) -> None:
        with self.office.database.transaction() as session:
            session.get_one(Message, message_id).label = "silent"
            self._told(session, lambda at: notices.nothing_in_it(at, message_id))

    def _told(self, session, tell) -> None:
        profile = self.office.business(session)
        tell(notices.Telling(session, profile, self.clock.now(), LINK, self.mail))

    def known(self, name: str, phone: str = JANE) -> None:
        with self.office.database.transaction() as session:
            save_customers(session, [CustomerRow(1, phone, name)])

    def set(self, table: type[Any], row: object, **values: object) -> None:
        with self.office.database.transaction() as session:
            for name, value in values.items():
                setattr(session.get_one(table, row), name, value)

    def staff(self, staff_id: int, **values: object) -> None:
        self.set(Staff, staff_id, **values)

    def texts(self) -> list[tuple[str, str]]:
        """To whom, the last digits, and what, without the business's name and the link."""
        bodies = [(row.to[-3:], row.body) for row in self._all(Text)]
        return [(to, body.removeprefix("Harbour Bikes: ").removesuffix(f" {LINK}")) for to, body in bodies]

    def rows(self) -> list[Text]:
        return self._all(Text)

    def mails(self) -> list[Mail]:
        return self._all(Mail)

    def alerts(self) -> list[str]:
        return [alert.said for alert in self._all(Alert)]

    def audit(self) -> list[tuple[str, str, str, str | None]]:
        return [(row.by, row.action, row.about, row.detail) for row in self._all(Audit)]

    def callback(self, callback_id: int) -> Callback:
        with self.office.database.reading() as session:
            row: Callback = session.get_one(Callback, callback_id)
        return row

    def message(self, message_id: int) -> Message:
        with self.office.database.reading() as session:
            row: Message = session.get_one(Message, message_id)
        return row

    def _all(self, table: type[Any]) -> list[Any]:
        with self.office.database.reading() as session:
            return list(session.scalars(select(table).order_by(table.id)))


@pytest.fixture
def world(office: Office, clock) -> World:
    return World(office, clock)


@pytest.fixture
def gone(world: World) -> Callable[[], None]:
    """All texts that wait have been sent."""

    def send() -> None:
        for row in world.rows():
            world.set(Text, row.id, state="sent", send_at=None)

    return send
