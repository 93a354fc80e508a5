"""One of us rings the business: brought in by number, proven by PIN, handed no call meanwhile, and never a missed one."""

import json

import pytest
from sqlalchemy import event, select

from callbacks.tables import Callback
from office import people
from office.tables import Pin, Staff, Team
from voice.tables import Call

AMIR = "+447700900124"
PRIYA, TOM, MANAGER = "+447700900101", "+447700900102", "+442071838799"
FIRST, SECOND, LEG = "CA" + "1" * 32, "CA" + "2" * 32, "CA" + "9" * 32
PIN, WRONG = "7294", "9999"


def free(office, clock) -> list[str]:
    with office.database.reading() as session:
        return [one.name for one in people.free(session, clock.now())]


def test_staff_hear_what_waits_and_their_call_is_nobody_s_missed_call(rows, rings, owe, clock):
    owe()
    owe(AMIR, promised_by=clock.now().replace(hour=11))
    phone = rings()
    assert "Hello, Priya Shah. Two call-backs wait, the first by eleven o'clock this morning." in phone.text
    phone.hang_up()
    (call,) = rows(Call)
    assert (call.own, call.staff_id, call.outcome, call.missed_because) == (True, 1, None, None)
    assert len(rows(Callback)) == 2


def test_call_backs_of_other_teams_and_for_persons_wait_for_others(office, rows, rings, owe):
    with office.database.transaction() as session:
        session.add(sales := Team(name="Sales", strategy="longest-idle"))
        session.flush()
        other = sales.id
    owe(team_id=other)
    owe(AMIR, needs_person=True, next_try_at=None)
    assert "No call-back waits." in rings().text
    assert "One call-back waits" in rings(MANAGER, SECOND).text
    owe("+447700900125", team_id=other, prefer_id=2)
    assert "One call-back waits" in rings(TOM, "CA" + "3" * 32).text


def test_number_that_the_carrier_calls_forged_is_an_ordinary_caller(rows, rings):
    phone = rings(StirVerstat="TN-Validation-Failed-A")
    assert "To ring a customer" not in phone.text
    phone.hang_up()
    assert (rows(Call)[0].own, rows(Call)[0].outcome, len(rows(Callback))) == (False, "missed", 1)


@pytest.mark.parametrize("word", ["TN-Validation-Passed-A", "TN-Validation-Passed-C", "No-TN-Validation", "NULL"])
def test_any_other_word_of_the_carrier_brings_them_in(rings, word):
    assert "Hello, Priya Shah." in rings(StirVerstat=word).text


def test_ordinary_caller_costs_one_look_at_the_staff_list(office, carrier):
    asked: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    carrier.post("/voice/incoming", From="+447700900123", To="+442071838750", CallStatus="ringing")
    assert len([statement for statement in asked if "staff.phone =" in statement]) == 1
    assert not [statement for statement in asked if "pins" in statement]


def test_duty_is_changed_by_the_right_pin_only(office, rings, priya):
    with office.database.transaction() as session:
        session.get_one(Staff, 1).misses = 2
    phone = rings()
    assert "Please key your PIN" in phone.key("1")
    assert "Sorry, that was not it." in phone.key(WRONG)
    assert priya().on_duty
    assert "You're off duty." in phone.key(PIN)
    assert (priya().on_duty, priya().misses) == (False, 0)
    assert "You're on duty." in phone.key("1")
    assert priya().on_duty


def test_third_wrong_pin_ends_the_call_and_the_fifth_locks_the_phone(rows, rings, caplog):
    phone = rings()
    phone.key("1")
    heard = [phone.key(WRONG) for _ in range(3)]
    assert ["Please key your PIN" in words for words in heard] == [True, True, False]
    assert "<Hangup" in heard[2]
    again = rings(sid=SECOND)
    again.key("2")
    assert "Please key your PIN" in again.key(WRONG)
    assert "too many wrong PINs" in again.key(WRONG)
    assert "too many wrong PINs" in rings(sid="CA" + "3" * 32).key("1")
    assert {row.phone: row.failures for row in rows(Pin)} == {PRIYA: 5, TOM: 0, MANAGER: 0}
    told = [record.getMessage() for record in caplog.records if "PIN" in record.getMessage()]
    assert [line.startswith("wrong PIN from …0101") for line in told] == [True] * 5


def test_phone_without_a_pin_does_nothing_and_counts_nothing(office, rows, rings):
    with office.database.transaction() as session:
        session.delete(session.get_one(Pin, PRIYA))
    assert "ask your manager for a PIN" in rings().key("1")
    assert rows(Call)[0].proven is False


def test_pin_proven_in_one_call_is_not_proven_in_the_next(rings):
    first = rings()
    first.prove("1")
    first.hang_up()
    assert "Please key your PIN" in rings(sid=SECOND).key("1")


def test_nothing_keyed_as_a_pin_is_kept_in_any_table(office, rings):
    phone = rings()
    phone.key("1")
    phone.key("86420975")
    phone.key(PIN)
    with office.database.reading() as session:
        kept = [str(row) for table in Call.metadata.sorted_tables for row in session.execute(select(table))]
    assert kept
    assert not [row for row in kept if "86420975" in row or f"'{PIN}'" in row]


def test_nothing_keyed_as_a_pin_is_written_down_while_the_database_is_gone(office, rings):
    phone = rings()
    phone.key("1")
    with office.database.engine.connect() as broken:
        broken.exec_driver_sql("ALTER TABLE pins RENAME TO gone")
        broken.commit()
    assert "let me put you through" in phone.key("86420975").casefold()
    written = [json.loads(file.read_text()) for file in (office.settings.data_dir / "journal").iterdir()]
    assert [entry["path"] for entry in written] == ["/voice/status"]
    assert "86420975" not in str(written)


def test_staff_on_the_line_are_handed_no_call_and_are_free_when_they_hang_up(office, rings, clock):
    phone = rings()
    assert free(office, clock) == ["Tom Okafor"]
    phone.prove("1")
    phone.key("1")
    clock.go_on(minutes=30)
    assert free(office, clock) == ["Tom Okafor"]
    phone.hang_up()
    assert free(office, clock) == ["Priya Shah", "Tom Okafor"]


def test_whoever_only_shows_a_number_of_ours_keeps_nobody_busy_for_long(office, rings, clock):
    rings()
    clock.go_on(minutes=2)
    assert free(office, clock) == ["Priya Shah", "Tom Okafor"]


def test_manager_who_is_not_on_the_list_is_recognised_too(rows, rings):
    phone = rings(MANAGER)
    assert "To ring a customer, press 3." in phone.text
    assert "once more" in phone.key("1")
    assert "Please key their number" in phone.prove("3")
    phone.hang_up()
    assert (rows(Call)[0].own, rows(Call)[0].staff_id, rows(Callback)) == (True, None, [])


def takes(carrier, phone):
    """The colleague whose phone rings picks up and presses 1."""
    return carrier.take(phone._answer, LEG)


def test_colleague_who_takes_the_call_spoke_and_nothing_is_owed(office, rows, rings, carrier, clock):
    phone = rings()
    assert TOM in phone.key("0")
    takes(carrier, phone)
    clock.go_on(minutes=20)
    assert free(office, clock) == []
    assert "Goodbye!" in phone.dial_ends(DialCallStatus="completed", DialBridged="true")
    phone.hang_up()
    assert [(call.outcome, call.answered_by) for call in rows(Call)] == [("spoke", 2)]
    assert rows(Callback) == []


@pytest.mark.parametrize("when", ["ringing", "talking", "talk that never was", "back at the menu"])
def test_call_to_a_colleague_is_never_missed_however_it_ends(rows, rings, carrier, clock, when):
    phone = rings()
    phone.key("0")
    if when == "back at the menu":
        assert "nobody is free" in phone.dial_ends(DialCallStatus="no-answer", DialBridged="false")
    if when.startswith("talk"):
        takes(carrier, phone)
    clock.go_on(seconds=5)
    phone.hang_up()
    if when == "talk that never was":
        phone.dial_ends(CallStatus="completed", DialCallStatus="completed", DialBridged="false")
    assert rows(Callback) == []
    assert rows(Call)[0].outcome != "missed"
