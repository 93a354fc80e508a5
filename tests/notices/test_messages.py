"""Who is told of a message that was left, when, and in what words."""

from datetime import datetime, timedelta

from sqlalchemy import event

from office.tables import StaffTeam, Team
from reception import notices
from voice.tables import Call

LINK = "https://ringtrue.test/callbacks"
LEFT = "Jane Smith (+44 7700 900123) left a message of 0:14. Promised by 12:00."


def test_message_is_told_at_once_to_everybody_on_duty_once_each(world, clock):
    world.known("Jane Smith")
    world.rang(team_id=None)
    left = world.leaves()
    world.again(left)

    assert world.texts() == [("101", LEFT), ("102", LEFT)]
    assert all(row.send_at - clock.now() <= timedelta(seconds=5) for row in world.rows())
    assert all(len(row.body) <= 160 for row in world.rows())
    assert world.alerts() == []


def test_names_are_read_once_however_many_are_told(world):
    world.rang(team_id=None)
    world.leaves()
    read: list[str] = []
    event.listen(world.office.database.engine, "before_cursor_execute", lambda *what: read.append(what[2]))
    world.leaves(seconds=30)

    assert sum("FROM customers" in statement for statement in read) == 1
    assert sum(statement.startswith("SELECT staff.id, staff.name") for statement in read) == len(["taken back", "told"])


def test_message_for_a_team_is_told_to_its_people_on_duty_only(world):
    with world.office.database.transaction() as session:
        session.add(Team(id=2, name="Sales", strategy="in-turn"))
        session.flush()
        session.get_one(StaffTeam, (2, 1)).team_id = 2
    world.rang(team_id=1)
    world.leaves()
    assert [to for to, _ in world.texts()] == ["101"]

    world.staff(1, on_duty=False)
    world.rang("+447700900124", sid="CA2", team_id=1)
    world.leaves("CA2")
    assert len(world.texts()) == 1
    assert world.alerts() == ["Message, nobody on duty: +44 7700 900124 0:14 by 12:00"]


def test_message_about_a_claimed_call_back_is_told_to_its_owner_alone(world):
    one = world.rang(team_id=None)
    world.set(type(world.callback(one)), one, state="claimed", owner="Tom Okafor", owner_id=2)
    world.leaves()

    assert world.texts() == [("102", "+44 7700 900123 left a message of 0:14. Promised by 12:00.")]


def test_message_with_nobody_on_duty_is_told_to_the_manager(world):
    world.staff(1, on_duty=False)
    world.staff(2, on_duty=False)
    world.rang(team_id=None)
    left = world.leaves(seconds=75)
    world.said(left, "Is my bike ready?")

    assert world.texts() == []
    assert world.alerts() == [
        "Message, nobody on duty: +44 7700 900123 1:15 by 12:00",
        '+44 7700 900123 said: "Is my bike ready?"',
    ]


def test_withheld_caller_without_a_call_back_is_told_as_such(world):
    one = world.rang(phone=None, team_id=None)
    world.set(type(world.callback(one)), one, state="done", outcome="cancelled")
    world.leaves()

    assert world.texts()[0][1] == "A caller (number withheld) left a message of 0:14."


def test_everybody_is_told_as_they_chose_and_by_text_where_no_mail_can_be_sent(world):
    world.known("Jane Smith")
    world.staff(1, notices="none")
    world.staff(2, notices="mail", email="tom@example.com")
    world.mail = True
    world.rang(team_id=None)
    left = world.leaves()
    world.said(left, "Hello")
    assert [(mail.to, mail.subject) for mail in world.mails()] == [("tom@example.com", "Message from Jane Smith")] * 2
    assert world.texts() == []

    world.mail = False
    world.rang(sid="CA2", team_id=None)
    world.leaves("CA2")
    assert world.texts() == [("102", LEFT)]


def test_message_left_at_night_is_told_when_we_open_or_mailed_at_once_and_names_the_time_as_it_is_read_then(
    world, clock
):
    world.staff(1, notices="mail", email="priya@example.com")
    world.mail = True
    clock.set(datetime.fromisoformat("2026-11-24T22:00+00:00"))
    opens = datetime.fromisoformat("2026-11-25T09:00+00:00")
    world.rang(team_id=None, promised_by=opens + timedelta(hours=2))
    world.leaves()

    assert {row.send_at for row in world.rows()} == {opens}
    assert [body.partition(" Promised ")[2] for _, body in world.texts()] == ["by 11:00."]
    (mail,) = world.mails()
    assert mail.body.partition(" Promised ")[2] == f"by 11:00 tomorrow. {LINK}\n"


def test_short_message_is_told_to_nobody(world):
    world.rang(team_id=None)
    world.leaves(seconds=1, label="short")

    assert world.texts() == []


def test_message_that_turns_out_silent_is_untold_and_the_one_before_it_is_told(world):
    world.rang(team_id=None)
    world.leaves(seconds=20)
    silent = world.leaves(seconds=30)
    assert [body.split()[7] for _, body in world.texts()] == ["0:30.", "0:30."]
    world.is_silent(silent)

    assert [body.split()[7] for _, body in world.texts()] == ["0:20.", "0:20."]


def test_message_before_one_that_turns_out_silent_is_not_told_once_they_spoke(world):
    world.rang(team_id=None)
    world.leaves()
    silent = world.leaves(seconds=30)
    world.set(Call, 1, outcome="spoke")
    world.is_silent(silent)

    assert world.texts() == []


def test_message_that_was_recorded_anew_and_is_reported_after_that_is_told_to_nobody(world, clock):
    world.rang(team_id=None)
    world.leaves(seconds=30)
    world.leaves(seconds=20, ended_at=clock.now() - timedelta(minutes=1))

    assert [body.split()[7] for _, body in world.texts()] == ["0:30.", "0:30."]


def test_message_recorded_anew_is_not_told_again_to_whom_the_first_went(world, gone):
    world.rang(team_id=None)
    world.leaves()
    gone()
    again = world.leaves(seconds=30)
    world.said(again, "Better like this.")

    assert [body for _, body in world.texts()][2:] == ['+44 7700 900123 said: "Better like this."'] * 2


def test_words_follow_once_to_those_who_were_told_and_their_absence_to_nobody(world):
    world.known("Jane Smith")
    world.rang(team_id=None)
    left = world.leaves()
    world.staff(2, on_duty=False)
    world.said(left, None)
    assert len(world.texts()) == 2
    words = "My bike “Daisy”\n" + "has a flat tyre again " * 30
    world.said(left, words)
    world.said(left, words)

    follow = world.texts()[2:]
    assert [to for to, _ in follow] == ["101", "102"]
    said = follow[0][1].removeprefix('Jane Smith said: "').removesuffix('"')
    assert said.startswith("My bike 'Daisy' has a flat")
    assert said.endswith("...")
    assert 280 < len(said) <= 300


def test_words_of_a_message_that_was_recorded_anew_are_told_to_nobody(world, gone):
    world.rang(team_id=None)
    first = world.leaves()
    gone()
    world.leaves()
    world.said(first, "Ehm, wait.")

    assert len(world.texts()) == 2


def test_erased_message_is_forgotten_with_its_words_wherever_they_were_told(world, gone):
    world.rang(team_id=None)
    kept = world.leaves()
    gone()
    world.said(kept, "Hello")
    world.rang("+447700900124", sid="CA2", team_id=None)
    world.staff(1, notices="mail", email="priya@example.com")
    world.mail = True
    erased = world.leaves("CA2")
    for person in (1, 2):
        world.staff(person, on_duty=False)
    world.again(erased)
    world.said(erased, "A secret")
    assert (len(world.mails()), len(world.texts()), len(world.alerts())) == (2, 6, 2)
    with world.office.database.transaction() as session:
        notices.forget(session, [erased])

    assert (world.mails(), world.alerts()) == ([], [])
    assert len(world.texts()) == 4
    assert not any("secret" in body for _, body in world.texts())


def test_many_messages_are_forgotten_in_statements_of_bounded_length(world):
    lengths: list[int] = []
    event.listen(world.office.database.engine, "before_cursor_execute", lambda *what: lengths.append(len(what[3])))
    with world.office.database.transaction() as session:
        notices.forget(session, range(notices.AT_ONCE))

    assert max(lengths) <= notices.AT_ONCE
