"""Who wants no texts of ours. The carrier knows the same words and answers them itself; we only remember (twilio.md 6.4)."""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from office.database import changed, insert_once
from office.outbox import FAILED, WAITING
from office.tables import OptOut, Text

STOP, START, HELP = "stop", "start", "help"
KEYWORDS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), STOP),
    **dict.fromkeys(("start", "yes", "unstop"), START),
    **dict.fromkeys(("help", "info"), HELP),
}


def keyword(words: str, told: str = "") -> str | None:
    """What a whole text means to the carrier: STOP, START, HELP, or None. `told` is what it says of it itself, if it does.

    "Stop!" counts too: the carrier may not know it, but what is meant is plain.
    """
    return KEYWORDS.get(told.casefold()) or KEYWORDS.get(bare(words))


def bare(words: str) -> str:
    """A text without anything but its letters and digits, all small: "1", "b", "stop"."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", words)).casefold()


def opt_out(session: Session, phone: str, now: datetime) -> None:
    """No more texts to that number, for good; what waits to be sent to it stays unsent."""
    insert_once(session, OptOut, phone=phone, at=now)
    waiting = update(Text).where(Text.to == phone, Text.state == WAITING, Text.send_at.is_not(None))
    session.execute(waiting.values(state=FAILED, send_at=None))


def take_back(session: Session, phone: str) -> bool:
    """They want our texts again; False when they never said otherwise."""
    return changed(session.execute(delete(OptOut).where(OptOut.phone == phone))) > 0


def any_out(session: Session, *phones: str | None) -> bool:
    """Whether whoever has one of these numbers wants no texts."""
    return session.scalar(select(OptOut.phone).where(OptOut.phone.in_(phones)).limit(1)) is not None
