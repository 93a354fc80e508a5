"""Messages as people and other software hear, read, take away and erase them."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from callbacks.tables import Callback
from office import texts
from office.tables import Audit, Text
from office.wiring import Office
from voicemail_greetings.tables import Erasure, Message

Made = Callable[..., Any]
AUDIO = b"RIFF" + bytes(range(96))
JANE = "+447700900123"
SAID = "Hello, it's Jane. Ring me on 07700 900456 at half past three, please."


@pytest.fixture
def left(office: Office, owe: Made, call: Made, message: Made) -> int:
    """Jane's call-back with a message, which was written out eight seconds later."""
    callback_id: int = owe(name="Jane Smith")
    message(call("CA1", callback_id), AUDIO)
    _set(office, words=SAID, words_state="done", engine="whisper", confidence=0.8349, flags=["urgent: please"])
    _set(office, words_came_at=office.clock.now() + timedelta(seconds=8))
    return callback_id


def _set(office: Office, message_id: int = 1, **values: Any) -> None:
    with office.database.transaction() as session:
        session.execute(update(Message).where(Message.id == message_id).values(values))


def _deeds(office: Office) -> list[tuple[str, str, str]]:
    with office.database.reading() as session:
        return [(row.action, row.by, row.about) for row in session.scalars(select(Audit).order_by(Audit.id))]


def test_message_shows_its_words_and_how_good_they_are(visitor: Any, bearer: Made, left: int) -> None:
    shown = visitor.get(f"/api/callbacks/{left}", headers=bearer()).json["voicemail"]
    marks = [(mark["kind"], mark["text"], mark["phone"]) for mark in shown.pop("marks")]
    assert marks == [("phone", "07700 900456", "+447700900456"), ("time", "half past three", None)]
    assert shown == {
        "id": 1,
        "duration_s": 14,
        "audio": f"/api/callbacks/{left}/voicemail.wav",
        "transcript": SAID,
        "transcript_state": "done",
        "transcript_why": None,
        "engine": "whisper",
        "confidence": 0.83,
        "words_after_s": 8,
        "label": None,
        "lost": None,
        "heard_by": None,
        "heard_at": None,
        "flags": ["urgent: please"],
        "erased_at": None,
    }


def test_message_without_words_says_why(office: Office, visitor: Any, bearer: Made, left: int) -> None:
    _set(office, words=None, words_state="unavailable", words_why="the model was not there", engine=None)
    shown = visitor.get(f"/api/callbacks/{left}", headers=bearer()).json["voicemail"]
    told = (shown["transcript"], shown["transcript_state"], shown["transcript_why"])
    assert told == (None, "unavailable", "the model was not there")


def test_of_several_messages_the_last_with_something_in_it_counts(
    office: Office, visitor: Any, bearer: Made, left: int, call: Made, message: Made, clock: Any
) -> None:
    clock.go_on(minutes=1)
    message("CA1", b"again", recording="RE2")
    clock.go_on(minutes=1)
    message("CA1", recording="RE3")
    _set(office, 3, label="silent")
    headers = bearer()
    shown = visitor.get(f"/api/callbacks/{left}", headers=headers).json
    assert [each["id"] for each in shown["voicemails"]] == [2, 1, 3]
    assert shown["voicemail"]["id"] == 2
    assert visitor.get(shown["voicemail"]["audio"], headers=headers).data == b"again"
    assert visitor.get(shown["voicemails"][1]["audio"], headers=headers).data == AUDIO
    told = visitor.get(f"/api/customers/{JANE}", headers=headers).json["voicemails"]
    assert {each["id"]: each["audio"] for each in told} == {
        1: f"/api/callbacks/{left}/voicemails/1.wav",
        2: f"/api/callbacks/{left}/voicemail.wav",
        3: f"/api/callbacks/{left}/voicemails/3.wav",
    }


def test_play_is_written_down_once_and_the_first_to_hear_it_stands(
    office: Office, visitor: Any, bearer: Made, left: int, clock: Any
) -> None:
    priya, tom = bearer("manager", "Priya Shah"), bearer("staff", "Tom Okafor")
    address = f"/api/callbacks/{left}/voicemail.wav"
    for part in ("bytes=0-1", "bytes=0-", "bytes=50-", "bytes=80-89"):
        assert visitor.get(address, headers={**priya, "Range": part}).status_code == 206
    clock.go_on(minutes=5)
    assert visitor.head(address, headers=tom).status_code == 200
    assert visitor.get(address, headers=tom).status_code == 200
    shown = visitor.get(f"/api/callbacks/{left}", headers=priya).json
    assert (shown["voicemail"]["heard_by"], shown["voicemail"]["heard_at"]) == (
        "Priya Shah",
        "2026-11-24T10:00:00+00:00",
    )
    assert [(deed["by"], deed["action"]) for deed in shown["history"]] == [
        ("Priya Shah", "played"),
        ("Tom Okafor", "played"),
    ]


def test_whoever_leaves_out_the_beginning_is_written_down_too(
    office: Office, visitor: Any, bearer: Made, left: int
) -> None:
    visitor.get(f"/api/callbacks/{left}/voicemail.wav", headers={**bearer(), "Range": "bytes=1-"})
    assert _deeds(office) == [("played", "wallboard", f"callback:{left}")]


def test_audio_is_kept_by_no_browser_and_taken_for_nothing_else(visitor: Any, bearer: Made, left: int) -> None:
    headers = visitor.get(f"/api/callbacks/{left}/voicemail.wav", headers=bearer()).headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Jane Smith", "message-2026-11-24-jane-smith.wav"),
        ('../../etc\\"; x=".exe\r\nX: y', "message-2026-11-24-etc-x-exe-x-y.wav"),
        ("José Ñandú", "message-2026-11-24-jose-nandu.wav"),
        ("\u202e ... \u202e", "message-2026-11-24.wav"),
        (None, "message-2026-11-24.wav"),
    ],
)
def test_download_has_a_good_name_whatever_the_customer_s_is(
    office: Office, visitor: Any, bearer: Made, left: int, name: str | None, file: str
) -> None:
    with office.database.transaction() as session:
        session.get_one(Callback, left).name = name
    answer = visitor.get(f"/api/callbacks/{left}/voicemail.wav?download=1", headers=bearer())
    assert answer.headers["Content-Disposition"] == f"attachment; filename={file}"
    assert _deeds(office) == [("exported", "wallboard", f"callback:{left}")]


def test_export_has_sound_and_words(office: Office, visitor: Any, bearer: Made, left: int) -> None:
    answer = visitor.get(f"/api/callbacks/{left}/voicemail.zip", headers=bearer())
    assert answer.headers["Content-Disposition"] == "attachment; filename=message-2026-11-24-jane-smith.zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    name = "message-2026-11-24-jane-smith"
    assert archive.namelist() == [f"{name}.wav", f"{name}.txt", f"{name}.json"]
    assert archive.read(f"{name}.wav") == AUDIO
    assert archive.read(f"{name}.txt").decode() == (
        f"From: Jane Smith, {JANE}\nLeft: Tuesday 24 November 2026, 10:00 GMT\nLength: 14 s\n\n{SAID}\n"
    )
    told = json.loads(archive.read(f"{name}.json"))
    assert (told["phone"], told["customer"], told["transcript"]) == (JANE, "Jane Smith", SAID)
    assert _deeds(office) == [("exported", "wallboard", f"callback:{left}")]


def test_words_that_outlived_their_sound_are_exported(office: Office, visitor: Any, bearer: Made, left: int) -> None:
    _set(office, erased_at=office.clock.now())
    answer = visitor.get(f"/api/callbacks/{left}/voicemail.zip", headers=bearer())
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    name = "message-2026-11-24-jane-smith"
    assert archive.namelist() == [f"{name}.txt", f"{name}.json"]
    assert SAID in archive.read(f"{name}.txt").decode()


@pytest.mark.parametrize("ending", ["wav", "zip"])
def test_call_back_of_what_is_served_is_read_once(
    visitor: Any, bearer: Made, left: int, read_of: Made, ending: str
) -> None:
    headers = bearer()
    visitor.get(f"/api/callbacks/{left}/voicemail.{ending}", headers=headers)
    told = read_of(lambda: visitor.get(f"/api/callbacks/{left}/voicemail.{ending}", headers=headers))
    assert (told["callbacks"], told["customers"]) == (1, 1)


def test_words_wanted_again_are_waited_for_and_only_once(office: Office, visitor: Any, bearer: Made, left: int) -> None:
    address, headers = f"/api/callbacks/{left}/voicemail/transcribe", bearer()
    again = visitor.post(address, headers=headers)
    assert (again.status_code, again.json["voicemail"]["transcript_state"]) == (200, "waiting")
    assert again.json["voicemail"]["transcript"] == SAID  # until there are others
    twice = visitor.post(address, headers=headers)
    assert (twice.status_code, twice.json["error"]["code"]) == (409, "waiting")
    assert _deeds(office) == [("transcribed", "wallboard", f"callback:{left}")]


@pytest.mark.parametrize(("standing", "code"), [({"file": None}, "no_sound"), ({"label": "silent"}, "nothing_said")])
def test_message_with_nothing_to_hear_is_not_written_out(
    office: Office, visitor: Any, bearer: Made, left: int, standing: dict[str, Any], code: str
) -> None:
    _set(office, **standing)
    answer = visitor.post(f"/api/callbacks/{left}/voicemail/transcribe", headers=bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (422, code)


def test_erased_message_is_gone_but_that_it_was_left(office: Office, visitor: Any, bearer: Made, left: int) -> None:
    headers = bearer("manager", "Priya Shah")
    shown = visitor.delete(f"/api/callbacks/{left}/voicemail", headers=headers).json["voicemail"]
    assert (shown["erased_at"], shown["audio"]) == ("2026-11-24T10:00:00+00:00", None)
    assert (shown["transcript"], shown["marks"], shown["flags"]) == (None, [], [])
    assert shown["duration_s"] == 14
    for ending in ("wav", "zip"):
        assert visitor.get(f"/api/callbacks/{left}/voicemail.{ending}", headers=headers).status_code == 404
    assert visitor.post(f"/api/callbacks/{left}/voicemail/transcribe", headers=headers).status_code == 422
    assert _deeds(office) == [("erased", "Priya Shah", f"callback:{left}")]
    assert not list((office.settings.data_dir / "recordings").glob("*.wav"))
    with office.database.reading() as session:
        assert session.scalars(select(Erasure.sid)).all() == ["RECA1"]


def test_words_of_an_erased_message_are_not_texted_to_anybody_any_more(
    office: Office, visitor: Any, bearer: Made, left: int
) -> None:
    with office.database.transaction() as session:
        for reason in ("message:1:1", "words:1:1", "words:2:1"):
            texts.write(session, reason=reason, to="+447700900101", body=SAID, now=office.clock.now())
    visitor.delete(f"/api/callbacks/{left}/voicemail", headers=bearer("manager", "Priya Shah"))
    with office.database.reading() as session:
        assert session.scalars(select(Text.reason)).all() == ["words:2:1"]


def test_one_message_is_erased_or_every_one(
    office: Office, visitor: Any, bearer: Made, left: int, message: Made
) -> None:
    headers = bearer()
    message("CA1", b"again", recording="RE2")
    shown = visitor.delete(f"/api/callbacks/{left}/voicemails/1", headers=headers).json["voicemails"]
    assert [(each["id"], each["erased_at"] is None) for each in shown] == [(2, True), (1, False)]
    _set(office, 2, erased_at=office.clock.now(), words="kept longer than the sound")
    shown = visitor.delete(f"/api/callbacks/{left}/voicemail", headers=headers).json["voicemails"]
    assert [each["transcript"] for each in shown] == [None, None]
    _set(office, 2, carrier_words="came afterwards")
    visitor.delete(f"/api/callbacks/{left}/voicemail", headers=headers)
    with office.database.reading() as session:
        assert session.scalars(select(Message.carrier_words)).all() == [None, None]
    assert [action for action, _, _ in _deeds(office)] == ["erased", "erased", "erased"]


def test_only_a_manager_erases(visitor: Any, bearer: Made, left: int) -> None:
    answer = visitor.delete(f"/api/callbacks/{left}/voicemail", headers=bearer("staff", "Tom Okafor"))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "voicemail.wav"),
        ("GET", "voicemails/1.wav"),
        ("GET", "voicemail.zip"),
        ("POST", "voicemail/transcribe"),
        ("POST", "voicemails/1/transcribe"),
        ("POST", "number"),
    ],
)
def test_message_of_another_team_is_not_there(
    office: Office, visitor: Any, bearer: Made, left: int, sales: int, method: str, path: str
) -> None:
    with office.database.transaction() as session:
        session.get_one(Callback, left).team_id = sales
    body = {"json": {"phone": "+447700900456"}} if path == "number" else {}
    headers = bearer("staff", "Tom Okafor")
    assert visitor.open(f"/api/callbacks/{left}/{path}", method=method, headers=headers, **body).status_code == 404
    assert _deeds(office) == []


def test_message_of_another_callback_is_not_there(visitor: Any, bearer: Made, left: int, owe: Made) -> None:
    other = owe("+447700900199")
    assert visitor.get(f"/api/callbacks/{other}/voicemails/1.wav", headers=bearer()).status_code == 404
