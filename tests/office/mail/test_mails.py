"""The outbox of mails: each written once, handed in at most once, and what becomes of it whatever the server does."""

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from office import mails
from office.smtp import MailServer
from office.tables import Mail

MANAGER = "manager@harbour.example"


@pytest.fixture
def write(office):
    def written(reason: str = "alerts:1", body: str = "Late: Jane Smith by 12:00\n.\nGrüße\n") -> int | None:
        with office.database.transaction() as session:
            mail = {"to": MANAGER, "subject": "Harbour Bikes: one thing", "body": body}
            return mails.write(session, reason=reason, now=office.clock.now(), **mail)

    return written


@pytest.fixture
def mail(write) -> int:
    """A mail that waits to be sent; its id."""
    mail_id: int = write()
    return mail_id


@pytest.fixture
def row(office, mail):
    def read():
        with office.database.reading() as session:
            return session.get_one(Mail, mail)

    return read


@pytest.fixture
def due(office):
    def read() -> list[int]:
        with office.database.reading() as session:
            return mails.due(session, office.clock.now())

    return read


def test_mail_is_handed_to_the_server_and_is_then_over(mailing, post_office, mail, row, due, clock):
    assert due() == [mail]
    assert mails.send(mailing, mail)
    (taken,) = post_office.taken
    message = message_from_bytes(taken, policy=default)

    assert str(message["From"]) == "Harbour Bikes <calls@harbour.example>"
    assert (str(message["To"]), str(message["Subject"])) == (MANAGER, "Harbour Bikes: one thing")
    assert message["Date"].datetime == clock.now()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == ["Late: Jane Smith by 12:00", ".", "Grüße"]
    assert f"rcpt TO:<{MANAGER}>" in post_office.heard
    assert (row().state, row().send_at, row().tries) == ("sent", None, 1)
    assert due() == []


def test_mail_for_the_same_reason_is_written_once(write, mail, row):
    assert write(body="Once more.") is None
    assert "Once more" not in row().body
    assert write("alerts:2") is not None


def test_mail_wanted_by_many_at_once_is_handed_in_once(mailing, post_office, mail):
    start = threading.Barrier(6)

    def want(_: int) -> bool:
        start.wait(timeout=10)
        return mails.send(mailing, mail)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(want, range(6))).count(True) == 1
    assert len(post_office.taken) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"HELLO": "421 too busy"},
        {"MAIL": "451 later"},
        {"RCPT": "450 greylisted"},
        {"DATA": "452 no room"},
        {"MAIL-DATA": "451 later"},
        {"MAIL": ""},
        {"RCPT": ""},
    ],
)
def test_mail_that_was_certainly_not_taken_waits_and_goes_later(
    mailing, post_office, mail, row, due, clock, answers
):  # fmt: skip
    post_office.answers |= answers
    assert not mails.send(mailing, mail)
    assert (row().state, row().send_at) == ("waiting", clock.now() + timedelta(minutes=1))
    assert due() == []
    post_office.answers.clear()
    clock.go_on(minutes=1)

    assert mails.send(mailing, mail)
    assert len(post_office.taken) == 1
    assert (row().state, row().tries) == ("sent", 2)


def test_server_that_is_not_there_is_tried_five_times_and_then_given_up(office, mail, row, clock):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = MailServer("127.0.0.1", closed.getsockname()[1], tls=False)
    gone = replace(office, settings=replace(office.settings, mail_server=nowhere, mail_from="us@example.com"))
    for _ in range(5):
        assert not mails.send(gone, mail)
        clock.set(row().send_at or clock.now())

    assert (row().state, row().tries, row().send_at) == ("failed", 5, None)


@pytest.mark.parametrize("answers", [{"HELLO": "554 no"}, {"MAIL": "550 not you"}, {"RCPT": "550 nobody"},
                                     {"DATA": "554 no"}, {"MAIL-DATA": "554 spam"}])  # fmt: skip
def test_mail_that_the_server_will_never_take_is_failed(mailing, post_office, mail, row, due, answers):
    post_office.answers |= answers
    assert not mails.send(mailing, mail)

    assert (row().state, row().send_at) == ("failed", None)
    assert due() == []


@pytest.mark.parametrize("answers", [{"MAIL-DATA": ""}, {"MAIL-DATA": "what?"}])
def test_mail_that_was_perhaps_taken_is_never_handed_in_again(mailing, post_office, mail, row, due, clock, answers):
    post_office.answers |= answers
    assert not mails.send(mailing, mail)
    assert (row().state, row().send_at) == ("unknown", None)
    clock.go_on(days=1)

    assert due() == []
    assert not mails.send(mailing, mail)


def test_mail_whose_server_hangs_up_instead_of_goodbye_is_sent(mailing, post_office, mail, row):
    post_office.answers["QUIT"] = ""
    assert mails.send(mailing, mail)

    assert row().state == "sent"


def test_mail_without_a_server_is_failed_at_once(office, mail, row):
    assert not mails.send(office, mail)
    assert row().state == "failed"


def test_mail_whose_sender_died_is_given_up_after_two_minutes_and_never_sent_again(office, mail, row, clock):
    class Dies:
        @property
        def mail_server(self) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mails.send(replace(office, settings=Dies()), mail)
    clock.go_on(seconds=119)
    with office.database.transaction() as session:
        assert mails.forget_lost(session, clock.now()) == 0
    clock.go_on(seconds=1)
    with office.database.transaction() as session:
        assert mails.forget_lost(session, clock.now()) == 1

    assert row().state == "unknown"
    assert not mails.send(office, mail)


def test_log_has_no_address_and_no_word_of_the_mail(mailing, post_office, write, caplog):
    caplog.set_level(logging.DEBUG)
    for number, answers in enumerate(({}, {"RCPT": f"550 no {MANAGER}"}, {"MAIL-DATA": ""}, {"MAIL": "451 busy"})):
        post_office.answers = answers
        mails.send(mailing, write(f"alerts:{number}"))

    assert "mail 1: sent" in caplog.text
    assert "mail 2: not sent, and never will be: SMTPResponseException 550" in caplog.text
    assert "example" not in caplog.text
    assert "Jane" not in caplog.text
