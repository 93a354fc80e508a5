"""Who looked at a customer: written down once an hour, however often their page asks anew."""

from datetime import timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from console.access import the_office, the_viewer
from office import audit
from office.database import UtcDateTime, run
from office.tables import Audit

ONE_LOOK = timedelta(hours=1)
VIEWED = "viewed"
LOOKED = select(
    exists().where(
        Audit.about == bindparam("about"),
        Audit.by == bindparam("by"),
        Audit.action == VIEWED,
        Audit.at > bindparam("since", type_=UtcDateTime()),
    )
)


def write_down(about: str) -> None:
    """Whoever asks looks at this customer ("customer:+447700900123"), or at a call-back of nobody in particular."""
    office = the_office()
    with office.database.reading() as session:
        if _is_looking(session, about):
            return
    with office.database.transaction() as session:
        if not _is_looking(session, about):
            audit.write(session, by=the_viewer().name, action=VIEWED, about=about, now=office.clock.now())


def _is_looking(session: Session, about: str) -> bool:
    since = the_office().clock.now() - ONE_LOOK
    return bool(run(session, LOOKED, about=about, by=the_viewer().name, since=since).scalar())
