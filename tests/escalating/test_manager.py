"""The manager: several promises in one text, nothing that is over, and the other way when the first one fails."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from office import people
from office.profile import read
from office.smtp import MailServer
from office.tables import Mail, Text
from reception import escalating

JANE, ANN, MANAGER = "+447700900123", "+447700900124", "+442071838799"
BY_TEXT = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
manager_email = "manager@example.com"
[hours]
tue = ["09:00-17:30"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
"""


@pytest.fixture
def mailing(house, office):
    """A house that can mail too, and tells its manager as the file says."""

    def set_up(by: str = '"text"') -> None:
        with office.database.transaction() as session:
            people.save_business(session, read(f"{BY_TEXT}[alerts]\nby = [{by}]\n"))
        server = MailServer("127.0.0.1", 2525, tls=False)
        house.office = replace(
            office, settings=replace(office.settings, mail_server=server, mail_from="us@example.com")
        )

    return set_up


@pytest.fixture
def mails(office):
    def read_all() -> list[Mail]:
        with office.database.reading() as session:
            return list(session.scalars(select(Mail).order_by(Mail.id)))

    return read_all


def came_to(office, state: str) -> None:
    """What became of every text to the manager."""
    with office.database.transaction() as session:
        session.execute(update(Text).where(Text.to == MANAGER).values(state=state, send_at=None))


def test_promises_in_danger_are_one_text_to_the_manager(house, owe):
    owe()
    house.clock.go_on(seconds=4)
    owe(phone=ANN, name="Ann Poe")
    house.at(105)
    house.at(105.1)
    assert house.texts(MANAGER) == []
    house.at(105.2)

    assert house.texts(MANAGER) == ["In danger (2): Jane Smith by 12:00, Ann Poe by 12:00."]


def test_manager_is_told_again_after_ten_minutes_at_the_soonest(house, owe):
    owe()
    house.at(105)
    house.at(106)
    owe(phone=ANN, name="Ann Poe", promised_by=house.clock.now() + timedelta(minutes=4))
    for minute in range(107, 116):
        house.at(minute)
    assert len(house.texts(MANAGER)) == 1
    house.at(116)
    house.at(117)

    assert len(house.texts(MANAGER)) == 2
    assert house.texts(MANAGER)[1] == "Late: Ann Poe by 11:50."


def test_promise_kept_before_the_manager_was_told_is_not_told(house, owe):
    one, other = owe(), owe(phone=ANN, name="Ann Poe")
    house.at(105)
    house.change(one, state="done", outcome="reached")
    house.at(106)

    assert house.texts(MANAGER) == ["In danger: Ann Poe by 12:00."]
    assert house.row(other).state == "waiting"


def test_manager_hears_nothing_when_all_that_was_in_danger_was_kept(house, owe):
    one = owe()
    house.at(105)
    house.change(one, state="done", outcome="reached")
    house.at(106)
    house.at(130)

    assert house.texts(MANAGER) == []


def test_late_promise_is_told_though_it_was_kept_since(house, owe):
    one = owe()
    house.at(121)
    house.change(one, state="done", outcome="reached")
    house.at(122)

    assert house.texts(MANAGER) == ["Late: Jane Smith by 12:00."]


def test_promise_in_danger_and_late_before_anybody_was_told_is_told_as_late(house, owe):
    owe(phone=ANN, name="Ann Poe", promised_by=house.clock.now() + timedelta(minutes=118))
    house.at(104)
    house.at(105)  # the manager hears of Ann
    assert len(house.texts(MANAGER)) == 1
    owe(promised_by=house.clock.now() + timedelta(minutes=8))
    for minute in (112, 113, 114, 115):
        house.at(minute)

    assert house.texts(MANAGER)[1] == "Late: Jane Smith by 11:53."


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_text_that_did_not_reach_the_manager_goes_as_a_mail_once(house, owe, office, mailing, mails, state):
    mailing()
    owe()
    house.at(105)
    house.at(106)
    assert mails() == []
    came_to(office, state)
    for minute in (106.2, 106.4, 110):
        house.at(minute)

    (mail,) = mails()
    assert (mail.to, mail.subject) == ("manager@example.com", "Harbour Bikes: one thing to look at")
    assert "Tuesday 11:45  In danger: Jane Smith by 12:00" in mail.body
    assert "https://ringtrue.test/callbacks" in mail.body


def test_text_that_waits_for_a_carrier_goes_as_a_mail_after_two_minutes(house, owe, mailing, mails):
    mailing()
    owe()
    house.at(105)
    house.at(106)
    house.at(107.9)
    assert mails() == []
    house.at(108)

    assert len(mails()) == 1


def test_text_that_was_sent_goes_as_no_mail(house, owe, office, mailing, mails):
    mailing()
    owe()
    house.at(105)
    house.at(106)
    came_to(office, "sent")
    house.at(130)

    assert [mail.reason for mail in mails()] == []


def test_mail_that_fails_goes_as_a_text(house, owe, office, mailing, mails):
    mailing('"mail"')
    owe()
    house.at(105)
    house.at(106)
    assert house.texts(MANAGER) == []
    with office.database.transaction() as session:
        session.execute(update(Mail).values(state="failed", send_at=None))
    house.at(106.1)

    assert house.texts(MANAGER) == ["In danger: Jane Smith by 12:00."]
    assert len(mails()) == 1


def test_both_ways_wanted_both_are_written_and_neither_again(house, owe, office, mailing, mails):
    mailing('"mail", "text"')
    owe()
    house.at(105)
    house.at(106)
    came_to(office, "failed")
    house.at(109)

    assert (len(house.texts(MANAGER)), len(mails())) == (1, 1)


def test_mail_wanted_but_not_set_up_the_manager_is_told_by_text(house, owe, mailing, office, mails, caplog):
    mailing('"mail"')
    house.office = office
    owe()
    house.at(105)
    house.at(106)

    assert house.texts(MANAGER) == ["In danger: Jane Smith by 12:00."]
    assert mails() == []
    assert "SMTP_URL" in caplog.text


def test_nothing_due_and_nothing_to_tell_writes_nothing(office, owe, house):
    owe()

    class NeverWrites:
        def __init__(self, database) -> None:
            self.reading = database.reading

    house.office = replace(office, database=NeverWrites(office.database))
    assert escalating.look_after_promises(house.office) == 0
