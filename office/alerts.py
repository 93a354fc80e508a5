"""What a manager must know, told once: gathered into one text or mail in ten minutes, never one each. Never commits.

Whatever is raised waits until it is told. What one way does not bring, because the carrier or the mail server is the very
thing that failed, goes the other way, when both are there.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from office import mails, outbox, texts
from office.database import insert_once, run
from office.profile import Profile
from office.tables import Alert, Business, Mail, Text

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
"""Between two times that a manager is told something."""

GATHERED_FOR = timedelta(seconds=10)
"""What goes wrong seldom goes wrong alone: the first waits this long for the others."""

SENT_WITHIN = timedelta(minutes=2)
"""What was not sent by then goes the other way too, though it may be tried again."""

LOOKED_BACK_AT, LOOKED_BACK_FOR = 50, timedelta(days=1)
"""How many of the last alerts, and how long after, are looked at for whether they reached the manager."""

LONGEST_TEXT, LONGEST_SAID = 320, 160
"""Characters. A text of two parts is read at a glance; one thing among many has room in it."""

TEXT, MAIL = "text", "mail"
TABLES: dict[str, outbox.Table] = {TEXT: Text, MAIL: Mail}

UNTOLD = select(Alert).where(Alert.told_at.is_(None)).order_by(Alert.at, Alert.id)
DUE = UNTOLD.where(Alert.at <= bindparam("now"))
OLDEST_UNTOLD = select(Alert.at).where(Alert.told_at.is_(None)).order_by(Alert.at).limit(1)
TOLD_LATELY = select(Alert.told_at).where(Alert.told_at.is_not(None)).order_by(Alert.id.desc()).limit(LOOKED_BACK_AT)
TOLD_AT = select(Alert).where(Alert.told_at == bindparam("told_at")).order_by(Alert.at, Alert.id)
THE_BUSINESS = select(Business.id).with_for_update()


def raise_alert(session: Session, reason: str, said: str, now: datetime) -> bool:
    """Have a manager told; False when they were, or will be, for that reason. Nothing is lost if the process dies.

    `reason` has at most 100 characters. `said` is a sentence, or "In danger: Jane Smith by 15:00": what has the same
    words before its colon is gathered under them. With a `now` to come, nobody is told before.
    """
    return insert_once(session, Alert, reason=reason, said=said[:LONGEST_SAID], at=now) is not None


def untold(session: Session) -> list[Alert]:
    """What a manager is yet to be told, the oldest first; also what is not to be told before a time to come."""
    return list(session.scalars(UNTOLD))


def withdraw(session: Session, alerts: Iterable[Alert]) -> None:
    """What is not so any more, before anybody was told."""
    ids = [alert.id for alert in alerts]
    if ids:
        session.execute(delete(Alert).where(Alert.id.in_(ids), Alert.told_at.is_(None)))


def is_time(session: Session, now: datetime) -> bool:
    """Whether there is something to tell, the last time is long enough ago, and who comes late has come."""
    oldest = run(session, OLDEST_UNTOLD).scalar()
    if oldest is None or now - oldest < GATHERED_FOR:
        return False
    return all(now - told >= EVERY for told in _told_lately(session))


def digest(session: Session, profile: Profile, now: datetime, *, link: str, mail: bool) -> bool:
    """Write one text, one mail or both that tell all that is untold by now, when it is time to. `mail`: mails can be sent.

    `link` is where more is to be seen. Two that ask at once wait for each other here, so that one of them tells.
    """
    run(session, THE_BUSINESS)
    if not is_time(session, now):
        return False
    found = list(session.scalars(DUE, {"now": now}))
    for way in _wanted(profile, mail=mail):
        _write(session, profile, way, found, now, now=now, link=link)
    session.execute(update(Alert).where(Alert.id.in_([alert.id for alert in found])).values(told_at=now))
    return True


def _wanted(profile: Profile, *, mail: bool) -> list[str]:
    """As the business wants it, as far as that can be done."""
    possible = {TEXT} | ({MAIL} if mail and profile.manager_email else set())
    wanted = [way for way in profile.alerts.by if way in possible]
    if len(wanted) < len(profile.alerts.by):
        log.warning("alerts: mail is not set up (SMTP_URL), so a manager is told by text")
    return wanted or [TEXT]


def stuck(session: Session, now: datetime) -> list[tuple[str, datetime]]:
    """What did not reach the manager by the way it went, and was not written for the other: which is that, and when it was told."""
    found = []
    lately = sorted(told for told in _told_lately(session) if now - told <= LOOKED_BACK_FOR)
    written = {way: _written(session, table, lately) for way, table in TABLES.items()}
    for told in lately:
        text, mail = (written[way].get(_reason(told)) for way in (TEXT, MAIL))
        if text is not None and mail is None and _is_stuck(text, now):
            found.append((MAIL, told))
        if mail is not None and text is None and _is_stuck(mail, now):
            found.append((TEXT, told))
    return found


def go_the_other_way(
    session: Session, profile: Profile, missed: Iterable[tuple[str, datetime]], now: datetime, *, link: str
) -> int:  # fmt: skip
    """Tell again, by the other way, what is `stuck`; how many were. For houses that have both ways."""
    return sum(
        _write(session, profile, way, list(session.scalars(TOLD_AT, {"told_at": told})), told, now=now, link=link)
        for way, told in missed
    )


def _told_lately(session: Session) -> set[datetime]:
    return set(run(session, TOLD_LATELY).scalars())


def _written(session: Session, table: outbox.Table, told: Iterable[datetime]) -> dict[str, Text | Mail]:
    reasons = [_reason(each) for each in told]
    rows: Iterable[Text | Mail] = session.scalars(select(table).where(table.reason.in_(reasons))) if reasons else ()
    return {row.reason: row for row in rows}


def _is_stuck(row: Text | Mail, now: datetime) -> bool:
    gone = row.state in {outbox.FAILED, outbox.UNKNOWN}
    return gone or (row.state != outbox.SENT and now - row.created_at >= SENT_WITHIN)


def _reason(told: datetime) -> str:
    return f"alerts:{told.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


def _write(
    session: Session, profile: Profile, way: str, found: Sequence[Alert], told: datetime, *, now: datetime, link: str
) -> bool:  # fmt: skip
    """What was told at that moment, in the form that the way has; False when it was written before."""
    reason = _reason(told)
    if way == TEXT:
        body = as_text(profile.name, [alert.said for alert in found], link)
        return texts.write(session, reason=reason, to=profile.manager_phone, body=body, now=now) is not None
    subject = f"{profile.name}: {_things(len(found))} to look at"
    body = as_mail([(alert.at, alert.said) for alert in found], profile, link)
    to = profile.manager_email or ""
    return mails.write(session, reason=reason, to=to, subject=subject, body=body, now=now) is not None


def as_text(business: str, said: Sequence[str], link: str) -> str:
    """As much as one text holds, and how much more there is."""
    room = LONGEST_TEXT - len(business) - len(link) - len(":  ")
    for shown in range(len(said), 0, -1):
        more = len(said) - shown
        text = _gathered(said[:shown]) + (f" And {more} more." if more else "")
        if len(text) <= room:
            return f"{business}: {text} {link}"
    return f"{business}: {_things(len(said))} to look at. {link}"


def _gathered(said: Sequence[str]) -> str:
    """Sentences, those under one heading together: "In danger (2): Jane Smith by 15:00, Tom Lee by 15:10."."""
    under: dict[str, list[str]] = {}
    for each in said:
        heading, colon, item = each.partition(": ")
        under.setdefault(heading if colon else each, []).extend([item.rstrip(".")] if colon else [])
    return " ".join(_sentence(heading, items) for heading, items in under.items())


def _sentence(heading: str, items: Sequence[str]) -> str:
    if not items:
        return heading
    count = f" ({len(items)})" if len(items) > 1 else ""
    return f"{heading}{count}: {', '.join(items)}."


def as_mail(said: Iterable[tuple[datetime, str]], profile: Profile, link: str) -> str:
    """Everything, a line each, with the time on the business's own clock."""
    lines = [f"{at.astimezone(profile.zone):%A %H:%M}  {each}" for at, each in said]
    return "\n".join([*lines, "", link, ""])


def _things(count: int) -> str:
    return "one thing" if count == 1 else f"{count} things"
