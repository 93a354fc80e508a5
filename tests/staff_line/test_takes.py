"""A greeting recorded by phone, at the carrier's addresses: fenced, kept by its key only, and forgotten at the carrier."""

import io
import math
import re
import struct
import wave
from dataclasses import replace
from datetime import timedelta

import pytest

from office import sounds
from office.tables import Sound, Staff
from office.wiring import Office
from reception import taking
from voice.conversation.takes import BREATHS
from voice.tables import Call
from voicemail_greetings import greetings, takes
from voicemail_greetings.choice import Greeting
from voicemail_greetings.tables import Erasure, GreetingVersion, Take

API = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32
FIRST, SECOND, OURS = "RE" + "1" * 32, "RE" + "2" * 32, "CA" + "5" * 32
PRIYA, TOM, JANE = "+447700900101", "+447700900102", "+447700900123"


def voice(seconds: float, height: int = 4_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 8_000, 0, "NONE", ""))
        out.writeframes(
            b"".join(struct.pack("<h", round(height * math.sin(at / 9))) for at in range(int(seconds * 8_000)))
        )
    return file.getvalue()


@pytest.fixture
def say(office, carrier, twilio):
    """Whoever records says something: told by the carrier, fetched, and on to what they hear."""

    def speak(phone, sid: str, says: bytes, seconds: str = "5", **more: str) -> str:
        twilio.get(f"{API}/Recordings/{sid}.wav", body=says, content_type="audio/x-wav")
        report, action = (
            re.search(rf' {name}="([^"]+)"', phone.text) for name in ("recordingStatusCallback", "action")
        )
        assert report is not None, phone.text
        assert action is not None, phone.text
        told = {"RecordingSid": sid, "RecordingDuration": seconds, **more}
        phone._ask(action[1], **told)
        assert carrier.post(report[1], RecordingStatus="completed", **told).status_code == 204
        with office.database.reading() as session:
            due = taking.due(session, office.clock.now())
        assert [taking.fetch(office, take_id) for job, take_id in due if job == "worker.fetch_take"]
        return str(phone.silence() if "<Redirect" in phone.text else phone.text)

    return speak


@pytest.fixture
def recording(rings):
    """Somebody's phone, at the recorder for the greeting that the key says; without a key, for the only one that they may."""

    def begun(key: str = "2", phone: str = PRIYA):
        own = rings(phone)
        own.prove("6")
        if key:
            own.key(key)
        assert "After the beep" in own.text
        return own

    return begun


def test_greeting_is_heard_said_again_and_kept_and_the_carrier_forgets_both(recording, say, rows, clock):
    phone = recording()
    assert "To keep it, press 1" in say(phone, FIRST, voice(3))
    assert "After the beep" in phone.key("2")
    say(phone, SECOND, voice(2))
    (take,) = rows(Take)
    assert f"/voice/sounds/{take.sound}" in phone.text
    assert [each.digest for each in rows(Sound)] == [take.sound.partition(".")[0]]
    assert rows(GreetingVersion) == []
    assert "callers hear it from now on" in phone.key("1")
    (made,) = rows(GreetingVersion)
    assert (made.situation, made.staff_id, made.sound, made.made_by) == ("closed", None, take.sound, "Priya Shah")
    assert [(each.sid, each.due_at) for each in rows(Erasure)] == [(FIRST, clock.now()), (SECOND, clock.now())]


@pytest.fixture
def jane_rings(office, carrier, clock):
    """What Jane hears at night who spoke with that person last; they are away until the morning."""

    def heard(staff_id: int) -> str:
        seen = {"started_at": clock.now(), "seen_at": clock.now(), "ended_at": clock.now()}
        with office.database.transaction() as session:
            session.add(Call(sid=OURS, direction="inbound", phone=JANE, answered_by=staff_id, **seen))
            session.get_one(Staff, staff_id).away_until = clock.now() + timedelta(days=1)
        clock.set(clock.now().replace(hour=21))
        ringing = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing", "Direction": "inbound"}
        return str(carrier.post("/voice/incoming", "CA" + "6" * 32, **ringing).text)

    return heard


@pytest.mark.parametrize(("phone", "key", "whose"), [(PRIYA, "4", 1), (TOM, "", 2)])
def test_own_greeting_of_somebody_away_is_heard_by_who_rings_them(recording, say, rows, jane_rings, phone, key, whose):
    own = recording(key, phone)
    say(own, FIRST, voice(3))
    own.key("1")
    (made,) = rows(GreetingVersion)
    assert (made.situation, made.staff_id) == ("away", whose)
    assert f"/voice/sounds/{made.sound}" in jane_rings(whose)


def test_hang_up_keeps_nothing_here_or_at_the_carrier(office, recording, say, rows, clock):
    phone = recording()
    say(phone, FIRST, voice(3))
    phone.hang_up()
    assert (rows(GreetingVersion), rows(Erasure)[0].due_at) == ([], clock.now() + timedelta(hours=1))
    clock.go_on(hours=2)
    with office.database.transaction() as session:
        assert takes.forget_unkept(session, clock.now()) == 1
    assert rows(Sound) == []


def test_hang_up_while_it_is_recorded_is_fetched_by_nobody(office, recording, rows, carrier, clock):
    phone = recording()
    (taken,) = re.findall(r'<Record action="([^"]+)"', phone.text)
    gone = {"CallStatus": "completed", "Digits": "hangup", "RecordingSid": FIRST, "RecordingDuration": "9"}
    phone._ask(taken, **gone)
    told = carrier.post("/voice/takes/1/1/recording_report", **gone, RecordingStatus="completed")
    assert told.status_code == 204
    with office.database.reading() as session:
        assert taking.due(session, clock.now()) == []
    assert rows(Erasure)[0].sid == FIRST


def test_silence_is_said_again_and_an_earlier_try_s_sound_is_never_kept_for_a_later(
    office, recording, say, rows, carrier
):
    phone = recording()
    again = say(phone, FIRST, voice(3, height=5))
    assert "I couldn't hear you. After the beep" in " ".join(re.findall(r"<Say[^>]*>([^<]*)", again))
    carrier.post(
        "/voice/takes/1/1/recording_report", RecordingSid=FIRST, RecordingDuration="3", RecordingStatus="completed"
    )
    (take,) = rows(Take)
    assert (take.fence, take.recording_sid, take.fetch_at) == (2, None, None)


def test_sound_that_comes_when_it_is_being_said_again_stays_nowhere(office, recording, rows, carrier, twilio, clock):
    recording()
    said = {"RecordingSid": FIRST, "RecordingDuration": "3"}
    assert carrier.post("/voice/takes/1/1/recording_report", RecordingStatus="completed", **said).status_code == 204

    def said_again_meanwhile(_):
        with office.database.transaction() as session:
            takes.begins(session, session.get_one(Take, 1), clock.now())
        return 200, {"Content-Type": "audio/x-wav"}, voice(3)

    twilio.add_callback("GET", f"{API}/Recordings/{FIRST}.wav", said_again_meanwhile)
    assert not taking.fetch(office, 1)
    assert (rows(Take)[0].fence, rows(Sound)) == (2, [])


def test_repeated_requests_change_nothing(recording, say, rows, carrier):
    phone = recording()
    again = carrier.post("/voice/takes/1/0/begin", From=PRIYA)
    assert again.text == phone.text
    say(phone, FIRST, voice(3))
    for _ in range(2):
        carrier.post("/voice/takes/1/1/decide", From=PRIYA, Digits="1")
    assert [each.fence for each in rows(Take)] == [1]
    assert len(rows(GreetingVersion)) == 1


def test_stranger_s_request_is_refused(client, recording):
    recording()
    for path in ("/voice/takes/1/1/decide", "/voice/takes/1/1/recording_report", "/voice/takes/1/1/report"):
        assert client.post(path, data={"CallSid": OURS, "Digits": "1"}).status_code == 403


def asked_for(office: Office) -> int:
    with office.database.transaction() as session:
        greeting = Greeting(None, "closed", None, None, None, None, None)
        return takes.new(session, 1, greeting, office.clock.now()).id


@pytest.mark.parametrize("named_by", ["a greeting", "another take"])
def test_sound_that_somebody_else_names_stays_when_it_is_said_again(office, rows, clock, named_by):
    now, closed = clock.now(), Greeting(None, "closed", None, None, None, None, None)
    with office.database.transaction() as session:
        sound = sounds.keep(session, voice(3), timedelta(minutes=1))
        take, other = (takes.new(session, 1, closed, now) for _ in range(2))
        take.sound = sound
        if named_by == "another take":
            other.sound = sound
        else:
            greetings.make(session, replace(closed, sound=sound), by="Priya Shah", now=now)
        takes.begins(session, take, now)
    assert [each.digest for each in rows(Sound)] == [sound.partition(".")[0]]


def test_phone_is_rung_once_and_whoever_picks_up_must_press_a_key(office, carrier, twilio, rows):
    twilio.post(f"{API}/Calls.json", json={"sid": OURS, "status": "queued"}, status=201)
    take_id = asked_for(office)
    with office.database.reading() as session:
        assert taking.due(session, office.clock.now()) == [("worker.ring_take", take_id)]
    assert [taking.ring(office, take_id) for _ in range(2)] == [True, False]
    assert rows(Staff)[0].busy_with == "take:1"
    picked_up = carrier.post(f"/voice/takes/{take_id}/0/ask", OURS)
    assert "To record the greeting for when we're closed, press 1." in picked_up.text.replace("&#x27;", "'")
    assert "<Record" not in picked_up.text
    assert "<Record" in carrier.post(carrier.key(picked_up), OURS, Digits="1").text
    carrier.post(f"/voice/takes/{take_id}/0/report", OURS, CallStatus="completed")
    assert rows(Staff)[0].busy_with is None


def test_phone_is_not_rung_for_a_wish_of_some_time_ago(office, clock, rows):
    """The work process was down meanwhile: nobody expects their phone to ring for it any more."""
    take_id = asked_for(office)
    clock.go_on(minutes=5)
    with office.database.reading() as session:
        assert taking.due(session, clock.now()) == []
    assert not taking.ring(office, take_id)
    assert (rows(Take)[0].ring_at, rows(Take)[0].trouble) == (clock.now() - timedelta(minutes=5), None)
    taking.forget_unkept(office)
    assert rows(Take)[0].ring_at is None


def test_phone_that_the_carrier_does_not_ring_holds_nobody_up(office, twilio, rows):
    twilio.post(f"{API}/Calls.json", json={"code": 21211, "message": "no", "status": 400}, status=400)
    assert not taking.ring(office, asked_for(office))
    assert (rows(Staff)[0].busy_with, rows(Take)[0].trouble) == (None, "the carrier did not ring the phone")


def test_sound_that_is_not_there_yet_is_waited_for_and_asked_for_again_and_not_for_ever(
    office, recording, rows, twilio, clock
):
    phone = recording()
    twilio.get(f"{API}/Recordings/{FIRST}.wav", status=404, json={"code": 20404, "message": "no", "status": 404})
    (taken,) = re.findall(r'<Record action="([^"]+)"', phone.text)
    phone._ask(taken, RecordingSid=FIRST, RecordingDuration="3")
    assert "One moment, please." in phone.text
    for breath in range(takes.FETCHES):
        assert not taking.fetch(office, 1)
        clock.go_on(seconds=2)
        assert ("<Redirect" in phone.text) == (breath < BREATHS)
        if "<Redirect" in phone.text:
            phone.silence()
    assert "your greeting isn't ready. Nothing was changed." in phone.text
    assert (rows(Take)[0].fetch_at, rows(Take)[0].trouble) == (None, "the carrier did not hand it over")
    assert len(twilio.calls) == takes.FETCHES
