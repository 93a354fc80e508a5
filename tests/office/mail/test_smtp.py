"""The way to the mail server: where it is, whether it may have a password, and that nothing secret is ever told."""

import base64
import ssl
from email.message import EmailMessage

import pytest

from office import smtp
from office.smtp import MailRefused, MailServer


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "one thing"
    message.set_content("Late.")
    return message


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", MailServer("mail.example.com", 587, tls=False)),
        ("smtp://mail.example.com:25/", MailServer("mail.example.com", 25, tls=False)),
        ("smtps://mail.example.com", MailServer("mail.example.com", 465, tls=True)),
        ("smtp://[::1]:2525", MailServer("::1", 2525, tls=False)),
        ("smtp://me:p%40ss%2Fw@mail.example.com", MailServer("mail.example.com", 587, False, "me", "p@ss/w")),
        ("smtps://me%40example.com:x@mail.example.com:1", MailServer("mail.example.com", 1, True, "me@example.com", "x")),
    ],
)  # fmt: skip
def test_url_names_a_server(url, server):
    assert smtp.server_at(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://me@mail.example.com",
        "smtp://:hushhush@mail.example.com",
        "smtp://me:hush/hush@mail.example.com",
        "smtp://me:hush@mail.example.com?tls=no",
        "smtp://me:hush@mail.example.com:hush",
        "smtp://me:hush@mail.example.com:0",
        "smtp://me:hush%C3%BC@mail.example.com",
        "smtp://me:hu\nsh@mail.example.com",
    ],
)
def test_url_that_names_none_is_refused_without_telling_what_is_in_it(url):
    with pytest.raises(ValueError, match="must ") as refused:
        smtp.server_at(url)

    assert "hush" not in str(refused.value)


def test_printed_server_shows_no_secret():
    assert "hush" not in repr(MailServer("mail.example.com", 587, tls=False, user="hush-me", password="hushhush"))


@pytest.mark.parametrize("address", ["a@b", "jane.o'neil+x@mail.example.co.uk", "ringtrue@localhost"])
def test_usual_addresses_are_addresses(address):
    assert smtp.is_address(address)


@pytest.mark.parametrize(
    "address", ["", "jane", "@b", "a@", "a b@c", "a@b>c", "a@b\n", "ä@example.com", "a@-b", f"a@{'b' * 260}", "a@b@c"]
)
def test_what_is_no_address_is_none(address):
    assert not smtp.is_address(address)


def test_password_goes_to_a_program_on_this_machine(post_office, message):
    post_office.offers = ["AUTH PLAIN", "STARTTLS"]
    here = MailServer("127.0.0.1", post_office.address.port, tls=False, user="me", password="secret")
    smtp.deliver(here, "us@example.com", "you@example.com", message)

    (auth,) = [said for said in post_office.heard if said.startswith("AUTH")]
    assert base64.b64decode(auth.split()[-1]) == b"\0me\0secret"
    assert not any(said.startswith("STARTTLS") for said in post_office.heard)
    assert len(post_office.taken) == 1


class Elsewhere(MailServer):
    """The server of the test, as if it stood on another machine."""

    __slots__ = ()

    @property
    def is_here(self) -> bool:
        return False


def test_password_never_travels_in_the_open(post_office, message):
    """A server that offers no encryption, or in whose name somebody strikes the offer out, gets none."""
    post_office.offers = ["AUTH PLAIN"]
    there = Elsewhere("127.0.0.1", post_office.address.port, tls=False, user="me", password="secret")
    with pytest.raises(MailRefused) as refused:
        smtp.deliver(there, "us@example.com", "you@example.com", message)

    assert not refused.value.again
    assert [said.split()[0] for said in post_office.heard] == ["ehlo"]


def test_encryption_that_is_offered_is_used(post_office, message):
    """What answers is no certificate that anybody vouches for, so nothing is told to it."""
    post_office.offers = ["STARTTLS"]
    post_office.answers["STARTTLS"] = "220 go on"
    there = Elsewhere("127.0.0.1", post_office.address.port, tls=False)
    with pytest.raises(MailRefused) as refused:
        smtp.deliver(there, "us@example.com", "you@example.com", message)

    assert refused.value.again
    assert post_office.taken == []
    assert not any(said.lower().startswith("mail") for said in post_office.heard)


def test_server_elsewhere_that_offers_no_encryption_takes_mail_without_a_password(post_office, message):
    there = Elsewhere("127.0.0.1", post_office.address.port, tls=False)
    smtp.deliver(there, "us@example.com", "you@example.com", message)

    assert len(post_office.taken) == 1


def test_encrypted_server_must_prove_who_it_is(post_office, message):
    """One that does not speak the encrypted protocol at all is no server of ours."""
    post_office.answers["HELLO"] = "220 in the open"
    wrapped = MailServer("127.0.0.1", post_office.address.port, tls=True)
    with pytest.raises(MailRefused) as refused:
        smtp.deliver(wrapped, "us@example.com", "you@example.com", message)

    assert ssl.SSLError.__name__ in str(refused.value)
    assert post_office.taken == []


def test_wrong_password_is_refused_for_good(post_office, message):
    post_office.offers, post_office.answers = ["AUTH PLAIN"], {"AUTH": "535 no"}
    here = MailServer("127.0.0.1", post_office.address.port, tls=False, user="me", password="secret")
    with pytest.raises(MailRefused, match="SMTPAuthenticationError 535") as refused:
        smtp.deliver(here, "us@example.com", "you@example.com", message)

    assert not refused.value.again
    assert "secret" not in str(refused.value)
