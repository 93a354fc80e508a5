"""The jobs about a message's sound and its words, with what follows from them here: who is told, and what hurries."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from office.wiring import Office
from reception import flagged, notices
from voicemail_greetings import recordings, words, words_asked
from voicemail_greetings.tables import Message


def fetch(office: Office, message_id: int) -> bool:
    """Fetch the audio of a message; where nothing was said in it, nobody is told after all. False: not to be had now."""
    return recordings.fetch(office, message_id, partial(_nothing_in_it, office))


def write_words(office: Office, message_id: int) -> bool:
    """Have a message written out; what it says is told, and done, in the transaction that keeps it. True: it is there."""
    return words.write_words(office, message_id, partial(_told, office))


def tell_of_late(office: Office) -> int:
    """Of messages whose time for words is over it is said that there are none; how many."""
    with office.database.reading() as session:
        if not words_asked.any_late(session, office.clock.now()):
            return 0
    with office.database.transaction() as session:
        return words_asked.tell_of_late(session, office.clock.now(), partial(_told, office))


def _nothing_in_it(office: Office, session: Session, message: Message, now: datetime) -> None:
    notices.nothing_in_it(notices.telling(office, session, now), message.id)


def _told(office: Office, session: Session, message: Message, now: datetime) -> None:
    at = notices.telling(office, session, now)
    notices.words_came(at, message)
    flagged.on_words(session, at.profile, message, now)
