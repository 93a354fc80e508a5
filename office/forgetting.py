"""A customer is forgotten: who they are, what was noted and texted, and what we told each other about them. Never commits.

In what we told each other a name of several words goes wherever it stands. A single word ("Maria") goes only where the
number stands, too: elsewhere it is most likely another's.
That a number is dealt with in its own way, or wants no texts, stays: to forget it would be to ring or text them again.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, String, case, cast, delete, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from office import numbers
from office.database import changed
from office.outbox import FAILED, WAITING
from office.tables import Alert, Audit, ContactRule, Customer, Mail, Note, OptOut, Text

SOMEBODY = "a customer"
"""What stands where their name or number stood."""

UNREAD = {"synchronize_session": False}
"""Nobody reads these rows again in the transaction."""

TOLD: tuple[tuple[type[Text | Mail | Alert], tuple[InstrumentedAttribute[str], ...]], ...] = (
    (Text, (Text.body,)),
    (Mail, (Mail.body, Mail.subject)),
    (Alert, (Alert.said,)),
)
"""Where we tell each other about customers: the columns of each table."""


def forget(session: Session, phone: str, written: Sequence[str], names: Collection[str]) -> dict[str, int]:
    """What is forgotten, by what it is: how many. `written` and `names`: how number and name stand in what we tell each other."""
    _forget_told(session, written, names)
    unsent = case((Text.state == WAITING, FAILED), else_=Text.state)
    gone = {"to": "", "body": "", "state": unsent, "send_at": None, "reason": _nobodys(phone)}
    session.execute(update(ContactRule).where(ContactRule.phone == phone).values(note=None))
    texts = session.execute(update(Text).where(Text.to == phone).values(gone), execution_options=UNREAD)
    notes = session.execute(delete(Note).where(Note.phone == phone), execution_options=UNREAD)
    entries = session.execute(delete(Customer).where(Customer.phone == phone), execution_options=UNREAD)
    return {"texts": changed(texts), "notes": changed(notes), "entries": changed(entries)}


def stays(session: Session, phone: str) -> bool:
    """Whether there is a wish or a rule about that number, which stays."""
    return session.get(ContactRule, phone) is not None or session.get(OptOut, phone) is not None


def forget_trail(session: Session, phone: str, abouts: Sequence[str]) -> None:
    """Who did what, and when, stays in the audit trail; not whose page it was, nor what was written about these rows."""
    theirs = update(Audit).where(Audit.about == f"customer:{phone}")
    session.execute(theirs.values(about=about(phone), detail=None), execution_options=UNREAD)
    session.execute(update(Audit).where(Audit.about.in_(abouts)).values(detail=None), execution_options=UNREAD)


def about(phone: str) -> str:
    """What the audit trail calls somebody who was forgotten."""
    return f"customer:{numbers.short(phone)}"


def _nobodys(phone: str) -> ColumnElement[str]:
    """A text's reason without the number; else as it is, so that the same is not said twice."""
    return case((Text.reason.contains(phone), literal("forgotten:") + cast(Text.id, String)), else_=Text.reason)


def _forget_told(session: Session, written: Sequence[str], names: Collection[str]) -> None:
    """Everything else in it is somebody else's business, and stays."""
    anywhere = (*written, *(name for name in names if " " in name))
    everything, whole = _any_of((*written, *names)), _any_of(anywhere)
    for table, columns in TOLD:
        holds = or_(*(column.contains(word, autoescape=True) for column in columns for word in anywhere))
        for row_id, *texts in session.execute(select(table.id, *columns).where(holds)).all():
            theirs = everything if any(number in text for number in written for text in texts) else whole
            values = {column: _without(text, theirs, column) for column, text in zip(columns, texts, strict=True)}
            session.execute(update(table).where(table.id == row_id).values(values), execution_options=UNREAD)


def _without(text: str, theirs: re.Pattern[str], column: InstrumentedAttribute[str]) -> str:
    """The text without them, as much of it as its column holds: what stands for a name may be longer."""
    return theirs.sub(SOMEBODY, text)[: getattr(column.type, "length", None)]


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of them as whole words; the longest first, as one may begin with another."""
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)")
