"""A message's sound: fetched, looked at, kept by its content; whatever goes wrong, the row is true."""

import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import requests
from sqlalchemy import select

from office import people
from office.profile import read
from office.tables import Alert
from tests.conftest import BUSINESS
from tests.voicemail_greetings.test_loudness import pcm, tone, wav
from voicemail_greetings import recordings
from voicemail_greetings.tables import Erasure, Message

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
API = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32
VOICE, SILENCE, CLICK = wav(pcm(tone(3, 900))), wav(bytes(16_000 * 3)), wav(pcm(tone(0.5, 900)))
SOUND = {"content_type": "audio/x-wav"}


@pytest.fixture
def message(office):
    """A message whose sound is at the carrier; its id."""

    def left(number=1, **fields):
        told = {"duration_s": 3, "received_at": NOW, "ended_at": NOW, "fetch_at": NOW, "fetches": 0}
        due = {"words_by": NOW + timedelta(minutes=2), "words_at": NOW + timedelta(minutes=2)}
        with office.database.transaction() as session:
            row = Message(recording_sid=f"RE{number:032}", call_sid=f"CA{number:032}", **(told | due | fields))
            session.add(row)
            session.flush()
            return row.id

    return left


@pytest.fixture
def carrier_has(twilio):
    def answers(number=1, **answer):
        twilio.upsert("GET", f"{API}/Recordings/RE{number:032}.wav", **answer)

    return answers


@pytest.fixture
def rung(office):
    """What the bell was rung for."""
    jobs = []
    office.bell = SimpleNamespace(ring=lambda *what: jobs.append(what))
    return jobs


def row_of(office, message_id):
    with office.database.reading() as session:
        return session.get_one(Message, message_id)


def path_of(office, message_id):
    path = recordings.sound_path(office, row_of(office, message_id))
    assert path is not None
    return path


def alerts(office):
    with office.database.reading() as session:
        return [alert.said for alert in session.scalars(select(Alert))]


def test_sound_is_kept_by_its_content_and_its_words_are_due(office, message, carrier_has, rung):
    carrier_has(body=VOICE, **SOUND)
    message_id = message()
    assert recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    path = path_of(office, message_id)
    assert path.read_bytes() == VOICE
    assert (row.file[2:3], len(row.file), row.fetch_at, row.label, row.words_at) == ("/", 71, None, None, NOW)
    assert path.parent.stat().st_mode & 0o077 == path.stat().st_mode & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert rung == [("worker.write_words", message_id)]


def test_same_content_is_kept_once_and_asked_for_once(office, message, carrier_has, twilio):
    ids = [message(number) for number in (1, 2)]
    for number in (1, 2):
        carrier_has(number, body=VOICE, **SOUND)
    assert all(recordings.fetch(office, message_id) for message_id in [*ids, *ids])
    assert row_of(office, ids[0]).file == row_of(office, ids[1]).file
    assert len(twilio.calls) == 2


@pytest.mark.parametrize(
    ("audio", "before", "label", "seconds"),
    [
        (SILENCE, {}, "silent", 3),
        (CLICK, {"duration_s": 0}, "short", 0),
        (VOICE, {"duration_s": 0}, None, 3),
        (VOICE, {"label": "short", "duration_s": 1}, "short", 1),
    ],
    ids=["silence", "a moment, of no told length", "a voice, of no told length", "short as it was reported"],
)
def test_sound_in_which_nothing_is_said_is_labelled_and_not_written_out(
    office, message, carrier_has, rung, audio, before, label, seconds
):
    carrier_has(body=audio, **SOUND)
    message_id = message(**before)
    assert recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    assert (row.label, row.duration_s, len(rung)) == (label, seconds, 0 if label else 1)
    if label == "silent":
        assert (row.words_state, row.words_why, row.words_at) == ("unavailable", "nothing was said", None)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"status": 302, "headers": {"Location": "https://elsewhere.test/a.wav"}},
        {"body": requests.ConnectionError()},
        {"body": b"<html>", "content_type": "text/html"},
        {"body": b"not a wav file", **SOUND},
        {"body": VOICE[:-100], **SOUND},
    ],
    ids=["not there", "elsewhere", "no carrier", "page", "not audio", "cut short"],
)
def test_sound_that_does_not_come_is_asked_for_again_and_comes(office, message, carrier_has, clock, answer):
    carrier_has(**answer)
    message_id = message()
    assert not recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    assert (row.file, row.lost, row.fetches, row.fetch_at) == (None, None, 1, NOW + timedelta(seconds=20))
    carrier_has(body=VOICE, **SOUND)
    assert recordings.fetch(office, message_id)
    assert path_of(office, message_id).read_bytes() == VOICE


@pytest.mark.parametrize(
    ("before", "answer", "lost"),
    [
        ({"fetches": 5}, {"body": b"<html>", "content_type": "text/html"}, True),
        ({"fetches": 5}, {"status": 404}, False),
        ({"fetches": 39}, {"status": 404}, True),
        ({"fetches": 20, "received_at": NOW - timedelta(hours=24)}, {"status": 404}, True),
        ({"fetches": 0, "received_at": NOW - timedelta(hours=30)}, {"status": 404}, False),
    ],
    ids=["no recording again and again", "not there", "too often", "for too long", "we were away for a day"],
)
def test_sound_that_never_comes_is_lost_and_a_manager_is_told_once(office, message, carrier_has, before, answer, lost):
    carrier_has(**answer)
    message_id = message(**before)
    for _ in range(2):
        recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    assert ((row.lost is None), (row.fetch_at is None)) == (not lost, lost)
    assert alerts(office) == (["Message without its sound: left on Tuesday 10:00"] if lost else [])


def test_disk_without_room_loses_nothing_however_long_it_lasts(office, message, carrier_has, clock, caplog):
    carrier_has(body=VOICE, **SOUND)
    message_id = message(fetches=39)
    recordings.folder(office).parent.mkdir(parents=True, exist_ok=True)
    recordings.folder(office).write_text("a file stands where the folder should")
    assert not recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    assert (row.file, row.lost, row.fetches, row.fetch_at) == (None, None, 39, NOW + timedelta(minutes=1))
    assert sum("cannot be kept" in record.message for record in caplog.records) == 1
    recordings.folder(office).unlink()
    assert recordings.fetch(office, message_id)


def test_half_a_file_of_a_process_that_died_is_written_anew(office, message, carrier_has):
    carrier_has(body=VOICE, **SOUND)
    first, second = message(1), message(2)
    carrier_has(2, body=VOICE, **SOUND)
    recordings.fetch(office, first)
    path = path_of(office, first)
    path.replace(path.with_suffix(".part"))
    path.with_suffix(".part").write_bytes(VOICE[:50])
    recordings.fetch(office, second)
    assert path.read_bytes() == VOICE
    assert not path.with_suffix(".part").exists()


def test_carrier_forgets_what_we_have_when_the_business_wants_that(office, message, carrier_has):
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS + "[recording]\ndelete_at_carrier = true\n"))
    carrier_has(status=404)
    message_id = message()
    recordings.fetch(office, message_id)
    with office.database.reading() as session:
        assert session.scalars(select(Erasure)).all() == []
    carrier_has(body=VOICE, **SOUND)
    recordings.fetch(office, message_id)
    with office.database.reading() as session:
        erasure = session.scalars(select(Erasure)).one()
    assert (erasure.sid, erasure.kind, erasure.due_at) == (f"RE{1:032}", "recording", NOW + timedelta(minutes=2))


def test_sound_with_a_name_of_older_days_is_found_and_one_that_is_gone_is_none(office, message):
    message_id = message(file="7.wav", fetch_at=None)
    recordings.folder(office).mkdir(parents=True)
    (recordings.folder(office) / "7.wav").write_bytes(VOICE)
    assert path_of(office, message_id).read_bytes() == VOICE
    row = row_of(office, message_id)
    shutil.rmtree(recordings.folder(office))
    assert recordings.sound_path(office, row) is None


def files(office):
    return [path.name for path in recordings.folder(office).rglob("*.*") if path.name != ".turn"]


@pytest.mark.parametrize("disk_is_full", [False, True], ids=["it does not come", "it cannot be kept"])
@pytest.mark.parametrize("end", [{"file": "7.wav"}, {"erased_at": NOW}, {"lost": "never came"}])
def test_fetch_that_fails_late_begins_nothing_that_is_over_anew(office, message, twilio, clock, end, disk_is_full):
    message_id = message(fetches=8)

    def while_it_comes(_):
        with office.database.transaction() as session:
            row = session.get_one(Message, message_id)
            row.fetch_at = None
            for column, value in end.items():
                setattr(row, column, value)
        if not disk_is_full:
            return 404, {}, ""
        recordings.folder(office).write_text("a file stands where the folder should")
        return 200, {"Content-Type": SOUND["content_type"]}, VOICE

    twilio.add_callback("GET", f"{API}/Recordings/RE{1:032}.wav", while_it_comes)
    assert not recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    assert (row.fetch_at, row.fetches, alerts(office)) == (None, 8, [])


@pytest.mark.parametrize("end", [{"file": "7.wav"}, {"erased_at": NOW}, {"lost": "never came"}])
def test_message_that_is_over_is_due_no_more_and_the_carrier_is_not_asked(office, message, twilio, end):
    message_id = message(**end)
    assert recordings.fetch(office, message_id)
    assert (row_of(office, message_id).fetch_at, len(twilio.calls)) == (None, 0)


@pytest.mark.parametrize("audio", [VOICE, SILENCE], ids=["voice", "silence"])
def test_words_that_stand_stay_when_the_sound_comes_and_nobody_is_rung_for(office, message, carrier_has, rung, audio):
    """The carrier's own words came before it."""
    carrier_has(body=audio, **SOUND)
    message_id = message(words="My bike is broken.", words_state="done", words_at=None)
    assert recordings.fetch(office, message_id)
    row = row_of(office, message_id)
    assert (row.words, row.words_state, row.words_why, row.label) == ("My bike is broken.", "done", None, None)
    assert rung == []


def test_sound_whose_row_could_not_be_written_is_not_left_on_the_disk(office, message, carrier_has):
    def broken(*_: object) -> None:
        raise KeyError

    carrier_has(body=SILENCE, **SOUND)
    carrier_has(2, body=SILENCE, **SOUND)
    first, second = message(1), message(2)
    with pytest.raises(KeyError):
        recordings.fetch(office, first, broken)
    assert files(office) == []
    recordings.fetch(office, second)
    with pytest.raises(KeyError):
        recordings.fetch(office, first, broken)
    assert path_of(office, second).read_bytes() == SILENCE
