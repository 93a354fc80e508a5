"""What we text about promises that may not be kept: whole sentences, plain letters, a length that fits."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.wording import reminders

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LINK = "https://ringtrue.test/callbacks"


@pytest.mark.parametrize(
    ("promised", "now", "said"),
    [
        ("2026-11-24T12:05", "2026-11-24T10:00", "by 12:05"),
        ("2026-11-24T23:59", "2026-11-24T10:00", "by 23:59"),
        ("2026-11-25T09:30", "2026-11-24T10:00", "by 09:30 tomorrow"),
        ("2026-11-26T09:30", "2026-11-24T10:00", "by 09:30 on Thursday"),
        ("2026-11-30T09:30", "2026-11-24T10:00", "by 09:30 on Monday"),
        ("2026-12-01T09:30", "2026-11-24T10:00", "by 09:30 on 1 December"),
        ("2026-11-23T17:30", "2026-11-24T10:00", "by 17:30 yesterday"),
        ("2026-11-20T17:30", "2026-11-24T10:00", "by 17:30 on 20 November"),
        ("2026-07-07T14:00", "2026-07-07T13:00", "by 15:00"),  # summer time
        ("2026-07-06T23:30", "2026-07-06T22:30", "by 00:30 tomorrow"),
        ("2026-07-06T23:30", "2026-07-06T23:10", "by 00:30"),
    ],
)
def test_promised_time_is_written_on_the_business_clock(promised, now, said):
    moment, today = (datetime.fromisoformat(f"{written}+00:00") for written in (promised, now))

    assert reminders.by_when(moment, today, LONDON) == said


@pytest.mark.parametrize(
    ("name", "phone", "said"),
    [
        ("Jane Smith", "+447700900123", "Jane Smith"),
        (None, "+447700900123", "Caller ...0123"),
        ("", "+447700900123", "Caller ...0123"),
        ("\u200b\n", "+447700900123", "Caller ...0123"),
        (None, None, "Caller without a number"),
        ("Jane\r\nSmith", None, "Jane Smith"),
        ("A very long name that goes on and on for ever and ever", None, "A very long name that goes on and on for"),
    ],
)
def test_customer_is_named_or_told_by_the_end_of_their_number(name, phone, said):
    assert reminders.who(name, phone) == said


def test_text_to_one_person_says_how_much_more_there_is():
    lines = [reminders.waits(f"Customer number {number}", "by 12:00") for number in range(20)]
    text = reminders.to_one_person("Harbour Bikes", lines, LINK)

    assert len(text) <= 320
    assert text.startswith("Harbour Bikes: Customer number 0 waits for a call by 12:00. Customer")
    assert text.endswith(f"And 15 more. {LINK}")


@given(st.lists(st.sampled_from("abc").map(lambda letter: letter * 60), min_size=1, max_size=9))
def test_text_to_one_person_fits_and_leaves_nothing_out_in_silence(lines):
    text = reminders.to_one_person("Harbour Bikes", lines, LINK)
    shown = sum(word in {"a" * 60, "b" * 60, "c" * 60} for word in text.split())

    assert len(text) <= 320
    assert shown == len(lines) or f"And {len(lines) - shown} more." in text


@pytest.mark.parametrize("rang", [True, False])
def test_apology_is_a_whole_sentence_in_plain_letters_that_fits_one_text(rang):
    said = reminders.late_apology("Harbour Bikes", "by 12:00", rang=rang)

    assert said.startswith("Harbour Bikes: we are sorry")
    assert said.endswith(".")
    assert said.isascii()
    assert len(said) <= 160


def test_sentences_to_staff_are_plain_and_whole():
    who, when = "Jane Smith", "by 12:00"
    assert reminders.yours(who, when) == "Jane Smith is yours to ring by 12:00."
    assert reminders.yours_now(who, when) == "Jane Smith is yours to ring now, by 12:00."
    assert reminders.waits(who, when) == "Jane Smith waits for a call by 12:00."
    assert reminders.soon_late(who, when) == "Jane Smith must be rung by 12:00."
    assert reminders.passed_on(who, "Tom Okafor") == "Jane Smith has gone to Tom Okafor."
    assert reminders.passed_on(who, None) == "Jane Smith has gone to the team."
    assert reminders.for_manager(reminders.LATE, who, when) == "Late: Jane Smith by 12:00"
