"""Recordings that the carrier reports: once each, when they ended, and which of a call's counts."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from voicemail_greetings import actions, queries
from voicemail_greetings.tables import Message

CALL = "CA" + "1" * 32
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FORTY_SECONDS_AGO = format_datetime(NOW - timedelta(seconds=40))


@pytest.fixture
def report(office):
    """The carrier reports a recording; its row, or None when it made none."""

    def told(number=1, now=NOW, **fields):
        said = {"RecordingSid": f"RE{number:032}", "CallSid": CALL, "RecordingDuration": "30", **fields}
        with office.database.transaction() as session:
            message_id = actions.received(session, said, now)
            return session.get(Message, message_id) if message_id else None

    return told


@pytest.mark.parametrize(
    ("began", "seconds_ago"),
    [
        (FORTY_SECONDS_AGO, 10),
        (format_datetime(NOW), 0),
        (format_datetime(NOW - timedelta(days=3)), 0),
        ("Tue, 24 Nov 2026 09:59:20", 0),
        ("yesterday", 0),
        ("", 0),
    ],
    ids=["told", "in the future", "absurd", "without a zone", "no time", "not told"],
)
def test_message_ended_when_the_report_says_if_that_can_be(report, began, seconds_ago):
    message = report(RecordingStartTime=began)
    assert message.ended_at == NOW - timedelta(seconds=seconds_ago)
    assert message.words_at == message.words_by == message.ended_at + timedelta(minutes=2)


def test_report_that_comes_late_leaves_time_for_the_words(report):
    message = report(RecordingStartTime=format_datetime(NOW - timedelta(minutes=20)))
    assert (message.ended_at, message.words_by) == (
        NOW - timedelta(minutes=19, seconds=30),
        NOW + timedelta(seconds=30),
    )


@pytest.mark.parametrize(
    ("duration", "label", "words"),
    [("1", "short", "unavailable"), ("0", "short", "unavailable"), ("2", None, "waiting"), ("", None, "waiting")],
)
def test_message_too_short_to_hold_words_says_so_at_once(report, office, duration, label, words):
    report(RecordingDuration=duration)
    with office.database.reading() as session:
        message = session.scalars(select(Message)).one()
    assert (message.label, message.words_state, message.fetch_at) == (label, words, NOW)
    assert (message.words_at is None, message.words_why) == ((True, "nothing was said") if label else (False, None))


def test_report_that_comes_twice_or_tells_of_nothing_makes_no_second_message(report, office):
    first = report()
    assert report(now=NOW + timedelta(minutes=1)) is None
    assert report(2, RecordingStatus="absent") is None
    with office.database.reading() as session:
        assert [row.id for row in session.scalars(select(Message))] == [first.id]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_last_recording_with_something_in_it_counts_in_whatever_order_they_are_reported(report, office, order):
    said = {
        1: {"RecordingDuration": "20", "RecordingStartTime": format_datetime(NOW - timedelta(seconds=100))},
        2: {"RecordingDuration": "9", "RecordingStartTime": format_datetime(NOW - timedelta(seconds=60))},
        3: {"RecordingDuration": "1", "RecordingStartTime": format_datetime(NOW - timedelta(seconds=30))},
    }
    for number in order:
        report(number, **said[number])
    with office.database.reading() as session:
        counts = queries.for_call(session, CALL)
        assert counts is not None
        assert counts.duration_s == 9
        assert queries.of_calls(session, [CALL, "CA" + "2" * 32]) == {CALL: counts}


def test_last_recording_counts_when_none_has_anything_in_it(report, office):
    report(1, RecordingDuration="1", RecordingStartTime=FORTY_SECONDS_AGO)
    later = report(2, RecordingDuration="0")
    with office.database.reading() as session:
        counts = queries.for_call(session, CALL)
        assert counts is not None
        assert counts.id == queries.of_calls(session, [CALL])[CALL].id == later.id
