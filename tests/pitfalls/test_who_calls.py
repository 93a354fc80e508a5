"""Who calls: withheld numbers, numbers that are not to be rung back, names and numbers in any shape."""

import re
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import func, select

from callbacks.carry_out import carry_out
from office import contact_rules, customer_list, numbers
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.numbers import Refusal
from voice import wording
from voice.tables import Call

JANE = "+447700900123"
SECOND = "CA" + "2" * 32
WITHHELD = ["anonymous", "Restricted", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", ""]
"""Words as of late, the keys that spell them as before: anonymous, restricted, blocked, unknown, unavailable."""

SPELLINGS = [
    "+44 (0)7700 900123",
    "0044 7700 900 123",
    "07700-900123",
    "tel:+447700900123",
    "\u202a+44 7700 900123\u202c",
]
NAMES = [
    None,
    "",
    "   ",
    "\u200b",
    "...",
    "Jane Smith",
    "<b>Jane & Co</b>",
    "O'Neill\"); DROP TABLE calls;--",
    "{business}",
]
HOLE = re.compile(r" [,.!?]|,!|  |\{|\}| $|^ ")
"""What is left where a name should have been."""


@pytest.mark.parametrize("shown", WITHHELD)
def test_pitfall_16_withheld_caller_in_words_or_fake_digits_is_one_kind_and_never_dialled(shown):
    gb = frozenset({"GB", "DE", "GM"})

    assert numbers.caller(shown) is None
    assert numbers.may_we_dial(shown, allowed=gb, ours=frozenset()) in {Refusal.NOT_A_NUMBER, Refusal.SHORT}
    with pytest.raises(numbers.NumberError):
        numbers.normal(shown, "GB")


def test_pitfall_16_two_withheld_callers_are_never_taken_for_one(office, carrier, owed, clock):
    for sid, shown in (("CA" + "1" * 32, "anonymous"), (SECOND, "+86282452253")):
        carrier.post("/voice/incoming", sid, From=shown)
        message = {"RecordingSid": "RE" + sid[2:], "RecordingStatus": "completed", "RecordingDuration": "9"}
        carrier.post("/voice/recording_report", sid, **message)
        carrier.post("/voice/status", sid, From=shown, CallStatus="completed", CallDuration="30")
    clock.go_on(hours=1)

    assert [(row.phone, row.needs_person, row.next_try_at) for row in owed()] == [(None, True, None)] * 2
    assert not any(carry_out(office, row.id) for row in owed())


@pytest.mark.parametrize("rule", [contact_rules.DO_NOT_CALL_BACK, contact_rules.MESSAGE_ONLY])
def test_pitfall_22_number_that_is_not_to_be_rung_back_is_promised_nothing_and_never_dialled_by_itself(
    office, carrier, rings, owed, clock, all_busy, rule
):
    with office.database.transaction() as session:
        contact_rules.set_rule(session, JANE, rule, by="Priya Shah", now=clock.now())
    heard = rings()
    carrier.post("/voice/status", From=JANE, CallStatus="completed", CallDuration="30")
    clock.go_on(hours=1)

    (row,) = owed()
    assert "ring you" not in heard.text
    assert (row.needs_person, row.next_try_at, carry_out(office, row.id)) == (True, None, False)


def test_pitfall_22_message_only_caller_comes_to_the_recorder_and_no_phone_rings(office, carrier, rings, clock):
    with office.database.transaction() as session:
        contact_rules.set_rule(session, JANE, contact_rules.MESSAGE_ONLY, by="Priya Shah", now=clock.now())
    heard = rings()

    assert ("<Record" in heard.text, carrier.rung(heard)) == (True, None)


@pytest.mark.parametrize("name", NAMES)
def test_pitfall_24_every_sentence_is_whole_with_a_name_without_one_and_with_one_that_is_none(name):
    said = [
        wording.whisper(name, None, owed=False),
        wording.callback_whisper(name, "noon"),
        wording.ringing_customer(name),
        wording.staff_hello(name or "", 1, "noon"),
    ]

    assert [text for text in said if HOLE.search(text)] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name])
def test_pitfall_24_name_with_quotes_or_markup_is_text_to_the_database_and_to_the_carrier(office, rings, name):
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, name)])
    document = ET.fromstring(rings().text)
    hello = document.findtext("Say") or ""

    assert [verb.tag for verb in document] == ["Say", "Dial"]
    assert HOLE.search(hello) is None
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Call)) == 1


@pytest.mark.parametrize("written", SPELLINGS)
def test_pitfall_25_customer_is_recognised_however_the_list_spells_their_number(office, rings, written):
    read = customer_list.read(f'phone,name\n"{written}",Jane Smith\n', "GB")
    with office.database.transaction() as session:
        save_customers(session, read.good)

    assert [row.phone for row in read.good] == [JANE]
    assert "Jane Smith" in rings().text
