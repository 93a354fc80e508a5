"""One mail, handed to the business's own mail server. Two failures, as on the phone line: certainly not taken, or perhaps.

Never logged and never in an error: addresses, passwords, and what a server answers, which may repeat both.
"""

import re
import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from smtplib import SMTP, SMTP_SSL, SMTPDataError, SMTPNotSupportedError, SMTPResponseException
from urllib.parse import unquote

from office import urls
from office.reachable import is_loopback

WAIT = 10.0
"""Seconds to connect, and seconds for each answer of the server."""

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*"
)
LONGEST_ADDRESS = 254
PORTS = {"smtp": 587, "smtps": 465}


class MailRefused(Exception):
    """Certainly not taken. `again`: it may be later, for the server was not reached, or said so."""

    def __init__(self, message: str, *, again: bool) -> None:
        super().__init__(message)
        self.again = again


class MailUncertain(Exception):
    """The server had all of it and did not say what became of it: never send it again."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `tls`: the connection is encrypted from its first byte ("smtps")."""

    host: str
    port: int
    tls: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is a program on this machine, to which nothing travels."""
        return is_loopback(self.host)


def is_address(text: str) -> bool:
    """Whether a mail can be sent to it, as addresses are written everywhere: plain letters."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def server_at(url: str) -> MailServer:
    """The server that "smtp://user:password@host:587" names. Raises ValueError, which says what is wrong and no secret."""
    parts = urls.split(url)
    if parts is None or parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("must begin with smtp://HOST or smtps://HOST")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must end after the host and its port; write / ? # and @ in a password as %2F %3F %23 and %40")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    if (user is None) != (password is None):
        raise ValueError("must name a user and a password, or neither")
    if not f"{user}{password}".isascii():
        raise ValueError("must have a user and a password of plain letters")
    return MailServer(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "smtps", user, password)


def deliver(server: MailServer, sender: str, to: str, message: EmailMessage) -> None:
    """Hand one mail to the server. Raises MailRefused or MailUncertain."""
    with ExitStack() as at_the_end:
        try:
            smtp = _connected(server, sender.partition("@")[2])
            at_the_end.callback(smtp.close)
            _begin(smtp, server, sender, to)
        except OSError as trouble:  # what smtplib raises is one too
            raise _refusal(trouble) from None
        _hand_over(smtp, message.as_bytes(policy=WIRE))
        with suppress(OSError):  # it is taken, however the goodbye goes
            smtp.quit()


def _connected(server: MailServer, own_name: str) -> SMTP:
    if not server.tls:
        return SMTP(server.host, server.port, local_hostname=own_name, timeout=WAIT)
    trusted = ssl.create_default_context()
    return SMTP_SSL(server.host, server.port, local_hostname=own_name, timeout=WAIT, context=trusted)


def _begin(smtp: SMTP, server: MailServer, sender: str, to: str) -> None:
    """Encrypted wherever the server can, and never a password in the open."""
    smtp.ehlo_or_helo_if_needed()
    if not (server.tls or server.is_here) and (server.user or smtp.has_extn("starttls")):
        smtp.starttls(context=ssl.create_default_context())
    if server.user is not None and server.password is not None:
        smtp.login(server.user, server.password)
    smtp.ehlo_or_helo_if_needed()
    _wanted(smtp.mail(sender))
    _wanted(smtp.rcpt(to))


def _hand_over(smtp: SMTP, message: bytes) -> None:
    """From here on, silence does not mean no."""
    try:
        code, _ = smtp.data(message)
    except SMTPDataError as refusal:
        raise _refusal(refusal) from None
    except OSError as silence:
        raise MailUncertain(f"no answer after the mail: {type(silence).__name__}") from None
    if 400 <= code < 600:
        raise _refusal(SMTPResponseException(code, ""))
    if not 200 <= code < 300:
        raise MailUncertain(f"an answer after the mail that means nothing: {code}")


def _wanted(answer: tuple[int, bytes]) -> None:
    """Raises SMTPResponseException for any answer but yes."""
    if not 200 <= answer[0] < 300:
        raise SMTPResponseException(answer[0], "")


def _refusal(trouble: OSError) -> MailRefused:
    """A code of the server's that begins with 4 means later, one with 5 never; not reached at all: later."""
    code = trouble.smtp_code if isinstance(trouble, SMTPResponseException) else None
    never = isinstance(trouble, SMTPNotSupportedError) or (code is not None and 500 <= code < 600)
    return MailRefused(f"{type(trouble).__name__}{f' {code}' if code else ''}", again=not never)
