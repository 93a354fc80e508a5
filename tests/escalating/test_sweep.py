"""The worker's sweep looks after promises and sends mails, without Redis too."""

from dataclasses import replace
from datetime import datetime

import pytest

import worker
from office import mails
from office.smtp import MailServer
from office.tables import Mail
from tests.rounds import to_the_end


@pytest.fixture
def rounds(office):
    rounds = worker.Rounds(office)
    yield rounds
    rounds.stop()


def test_sweep_takes_promises_up_the_ladder(house, owe, rounds):
    one = owe(phone=None, name=None)
    house.clock.go_on(hours=1)
    rounds.once()

    assert house.rungs(one) == ["11:00 reminder"]


def test_sweep_looks_every_five_seconds(house, owe, rounds):
    one = owe(phone=None, name=None)
    for time in ("10:59:58", "11:00:00"):
        house.clock.set(datetime.fromisoformat(f"2026-11-24T{time}+00:00"))
        rounds.once()
    assert house.rungs(one) == []
    house.clock.go_on(seconds=3)
    rounds.once()

    assert house.rungs(one) == ["11:00 reminder"]


def test_sweep_hands_in_mail_when_redis_is_gone(office, clock):
    gone = MailServer("127.0.0.1", 1, tls=False)
    office = replace(office, settings=replace(office.settings, mail_server=gone, mail_from="us@example.com"))
    with office.database.transaction() as session:
        mail_id = mails.write(session, reason="r", to="m@example.com", subject="s", body="b", now=clock.now())
    rounds = worker.Rounds(office)
    rounds.once()
    to_the_end(rounds)

    with office.database.reading() as session:
        assert session.get_one(Mail, mail_id).tries == 1


def test_sweep_gives_up_mails_whose_sender_died(office, clock):
    with office.database.transaction() as session:
        mail_id = mails.write(session, reason="r", to="m@example.com", subject="s", body="b", now=clock.now())
        session.get_one(Mail, mail_id).state = "sending"
    clock.go_on(minutes=2)
    rounds = worker.Rounds(office)
    rounds.once()
    to_the_end(rounds)

    with office.database.reading() as session:
        assert session.get_one(Mail, mail_id).state == "unknown"
