"""Messages forgotten: here and at the carrier, until it is done, and when their time is over."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from tests.voicemail_greetings.test_recordings import SOUND, VOICE
from voicemail_greetings import actions, erasing, recordings
from voicemail_greetings.tables import Erasure, Message

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
API = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32
FILE = "ab/abcdef.wav"


@pytest.fixture
def message(office):
    """A message with sound and words, so many days old."""

    def left(number=1, days=0, file=FILE, **fields):
        at = NOW - timedelta(days=days)
        times = {"received_at": at, "ended_at": at, "words_by": at}
        said = {"words": "My bike is broken", "words_state": "done", "carrier_words": "my bike", "flags": ["broken"]}
        path = recordings.folder(office) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF")
        with office.database.transaction() as session:
            row = Message(
                recording_sid=f"RE{number:032}", call_sid=f"CA{number:032}", duration_s=9, fetches=0, file=file,
                **(times | said | fields),
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    return left


@pytest.fixture
def erase(office):
    def done(message_id):
        with office.database.transaction() as session:
            row = session.get_one(Message, message_id)
            erasing.erase_message(session, office, row, NOW)
            path = recordings.folder(office) / row.file
            assert path.exists(), "it goes only when it is sure that it shall"
        return path

    return done


def row_of(office, message_id):
    with office.database.reading() as session:
        return session.get_one(Message, message_id)


def erasures(office):
    with office.database.reading() as session:
        return {row.sid: (row.kind, row.tries, row.due_at, row.done_at) for row in session.scalars(select(Erasure))}


def test_erased_message_keeps_only_that_it_was_left(office, message, erase):
    message_id = message()
    path = erase(message_id)
    row = row_of(office, message_id)
    assert not path.exists()
    assert (row.file, row.words, row.carrier_words, row.flags, row.words_state) == (
        None,
        None,
        None,
        None,
        "unavailable",
    )
    assert (row.call_sid, row.duration_s, row.ended_at, row.erased_at) == (f"CA{1:032}", 9, NOW, NOW)
    assert recordings.sound_path(office, row) is None
    assert erasures(office) == {f"RE{1:032}": ("recording", 0, NOW, None)}


def test_sound_that_another_message_has_too_stays_until_both_are_erased(office, message, erase):
    first, second = message(1), message(2)
    path = erase(first)
    assert path.exists()
    assert recordings.sound_path(office, row_of(office, second)) == path
    erase(second)
    assert not path.exists()


def test_sound_that_cannot_be_removed_is_not_played_and_is_removed_later(office, message, erase):
    message_id = message()
    path = recordings.folder(office) / FILE
    path.unlink()
    (path / "a folder of that name cannot be removed as a file").mkdir(parents=True)
    erase(message_id)
    assert row_of(office, message_id).file == FILE
    assert recordings.sound_path(office, row_of(office, message_id)) is None
    next(path.iterdir()).rmdir()
    path.rmdir()
    path.write_bytes(b"RIFF")
    assert erasing.forget_old(office) == 0
    assert (row_of(office, message_id).file, path.exists()) == (None, False)


def test_message_erased_while_its_sound_was_on_its_way_stays_without(office, message, twilio, clock):
    message_id = message(file="none.wav")

    def while_it_comes(_):
        with office.database.transaction() as session:
            erasing.erase_message(session, office, session.get_one(Message, message_id), NOW)
        return 200, {"Content-Type": SOUND["content_type"]}, VOICE

    with office.database.transaction() as session:
        row = session.get_one(Message, message_id)
        row.file, row.fetch_at = None, NOW
    twilio.add_callback("GET", f"{API}/Recordings/RE{1:032}.wav", while_it_comes)
    recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    assert (row.file, row.fetch_at, row.erased_at) == (None, None, NOW)
    assert [path.name for path in recordings.folder(office).rglob("*.wav")] == ["none.wav"]


def test_carrier_is_asked_until_it_has_forgotten(office, clock, twilio):
    with office.database.transaction() as session:
        for _ in range(2):
            actions.forget_at_carrier(session, "RE12345678", actions.RECORDING, NOW)
    address = f"{API}/Recordings/RE12345678.json"
    twilio.add("DELETE", address, status=503)
    waits = []
    for _ in range(9):
        assert erasing.work_off(office) == 0
        due_at = erasures(office)["RE12345678"][2]
        waits.append((due_at - clock.now()) // timedelta(minutes=1))
        clock.set(due_at)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    twilio.replace("DELETE", address, status=204)
    assert erasing.work_off(office) == 1
    assert erasures(office)["RE12345678"][2:] == (None, clock.now())
    assert erasing.work_off(office) == 0
    with office.database.transaction() as session:
        actions.forget_at_carrier(session, "RE12345678", actions.RECORDING, clock.now())
    assert erasing.carry_out(office, "RE12345678")
    assert len(twilio.calls) == 10


def test_transcript_that_the_carrier_does_not_know_is_forgotten(office, twilio):
    with office.database.transaction() as session:
        actions.forget_at_carrier(session, "TR12345678", actions.TRANSCRIPT, NOW)
    twilio.add("DELETE", f"{API}/Transcriptions/TR12345678.json", status=404, json={"code": 20404})
    assert erasing.carry_out(office, "TR12345678")


def test_carrier_that_fails_once_is_left_alone_for_this_time(office, twilio):
    with office.database.transaction() as session:
        for sid in ("RE11111111", "RE22222222"):
            actions.forget_at_carrier(session, sid, actions.RECORDING, NOW)
    for sid in ("RE11111111", "RE22222222"):
        twilio.add("DELETE", f"{API}/Recordings/{sid}.json", status=503)
    assert erasing.work_off(office) == 0
    assert len(twilio.calls) == 1


def test_sound_and_words_go_when_their_time_is_over_and_not_before(office, message):
    """The sound is kept for 180 days, the words for 366."""
    young, older, oldest = message(1, 179, "aa/1.wav"), message(2, 181, "aa/2.wav"), message(3, 367, "aa/3.wav")
    lost = message(4, 181, "aa/4.wav", lost="it never came", words=None, carrier_words=None)
    assert erasing.forget_old(office) == 4
    rows = {each: row_of(office, each) for each in (young, older, oldest, lost)}
    assert [rows[each].words is not None for each in (young, older, oldest)] == [True, True, False]
    assert [recordings.sound_path(office, row) is not None for row in rows.values()] == [True, False, False, False]
    assert [path.name for path in recordings.folder(office).rglob("*.wav")] == ["1.wav"]
    assert set(erasures(office)) == {f"RE{number:032}" for number in (2, 3, 4)}
    assert rows[oldest].words_why
    assert erasing.forget_old(office) == 0


def test_more_old_messages_than_one_batch_are_all_erased(office, message):
    for number in range(51):
        message(number, 200, f"aa/{number}.wav")
    assert erasing.forget_old(office) == 51
    assert not list(recordings.folder(office).rglob("*.wav"))


def test_carrier_that_is_to_forget_later_and_now_forgets_now(office):
    later, done = NOW + timedelta(minutes=2), "RE22222222"
    with office.database.transaction() as session:
        for due_at in (later, NOW, later):
            actions.forget_at_carrier(session, "RE11111111", actions.RECORDING, NOW, not_before=due_at)
        session.add(Erasure(sid=done, kind=actions.RECORDING, asked_at=NOW, due_at=None, tries=0, done_at=NOW))
        session.flush()
        actions.forget_at_carrier(session, done, actions.RECORDING, NOW)
    assert [erasures(office)[sid][2] for sid in ("RE11111111", done)] == [NOW, None]


def test_erasure_stands_though_the_database_goes_away_before_the_sound_does(office, message):
    message_id, path = message(), recordings.folder(office) / FILE
    with office.database.transaction() as session:
        erasing.erase_message(session, office, session.get_one(Message, message_id), NOW)
        session.flush()
        session.execute(text("ALTER TABLE messages RENAME TO away"))
    assert path.exists()
    with office.database.transaction() as session:
        session.execute(text("ALTER TABLE away RENAME TO messages"))
    assert row_of(office, message_id).erased_at == NOW
    erasing.forget_old(office)
    assert not path.exists()


def test_sound_that_no_message_names_is_forgotten_after_an_hour(office, message, clock):
    """A process died between the file and its row, or within the file."""
    message(file="ab/named.wav")
    for name, minutes in {
        "ab/named.wav": 90,
        "ab/lost.wav": 61,
        "ab/half.part": 61,
        "7.wav": 61,
        "ab/new.wav": 59,
    }.items():
        path, age = recordings.folder(office) / name, clock.now() - timedelta(minutes=minutes)
        path.write_bytes(b"RIFF")
        os.utime(path, (age.timestamp(), age.timestamp()))
    assert erasing.forget_old(office) == 0
    left = {path.name for path in recordings.folder(office).rglob("*.*")} - {".turn"}
    assert left == {"named.wav", "new.wav"}
