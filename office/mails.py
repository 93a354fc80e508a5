"""Mails that we send: written in the transaction of what they tell, sent afterwards by a job (see outbox)."""

import logging
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from office import outbox, smtp
from office.database import insert_once
from office.outbox import FAILED, SENT, UNKNOWN, WAITING
from office.smtp import MailRefused, MailUncertain
from office.tables import Mail
from office.wiring import Office

log = logging.getLogger(__name__)


def write(session: Session, *, reason: str, to: str, subject: str, body: str, now: datetime) -> int | None:
    """Write a mail to be sent now; its id, or None when one was written for that reason before.

    `reason` has at most 100 characters, `subject` at most 200, on one line. Nothing is lost if nobody rings the bell for it.
    """
    values = {"to": to, "subject": subject, "body": body, "created_at": now, "send_at": now}
    mail_id = insert_once(session, Mail, reason=reason, **values)
    return mail_id if isinstance(mail_id, int) else None


def due(session: Session, now: datetime, limit: int = 20) -> list[int]:
    """The mails to send now, the longest waiting first."""
    return outbox.due(session, Mail, now, limit)


def forget_lost(session: Session, now: datetime) -> int:
    """Give up mails whose sender died while it was at it: nobody can tell whether they went. Returns how many."""
    return outbox.forget_lost(session, Mail, now)


def send(office: Office, mail_id: int) -> bool:
    """Claim a due mail, hand it to the mail server, note what came of it. True when the server took it."""
    with office.database.transaction() as session:
        name = office.business(session).name
        mail = outbox.claim(session, Mail, mail_id, office.clock.now())
    return mail is not None and _send(office, name, mail)


def _send(office: Office, name: str, mail: Row[*tuple[Any, ...]]) -> bool:
    try:
        _deliver(office, name, mail)
    except MailRefused as refusal:
        again = outbox.again_at(mail.tries, office.clock.now()) if refusal.again else None
        log.warning("mail %d: not sent, %s: %s", mail.id, "again later" if again else "and never will be", refusal)
        outbox.note(office, Mail, mail.id, mail.tries, state=WAITING if again else FAILED, send_at=again)
        return False
    except MailUncertain as doubt:
        log.warning("mail %d: perhaps sent, perhaps not: %s", mail.id, doubt)
        outbox.note(office, Mail, mail.id, mail.tries, state=UNKNOWN, send_at=None)
        return False
    outbox.note(office, Mail, mail.id, mail.tries, state=SENT, send_at=None)
    log.info("mail %d: sent", mail.id)
    return True


def _deliver(office: Office, name: str, mail: Row[*tuple[Any, ...]]) -> None:
    server, sender = office.settings.mail_server, office.settings.mail_from
    if server is None or sender is None:
        raise MailRefused("SMTP_URL is not set", again=False)
    smtp.deliver(server, sender, mail.to, _message(name, sender, mail))


def _message(name: str, sender: str, mail: Row[*tuple[Any, ...]]) -> EmailMessage:
    """The same bytes at each try, so that a server that had it already can tell."""
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=sender)
    message["To"], message["Subject"], message["Date"] = mail.to, mail.subject, mail.created_at
    message["Message-ID"] = f"<{mail.id}.{mail.created_at:%Y%m%d%H%M%S%f}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, cte="quoted-printable")
    return message
