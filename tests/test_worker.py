"""The sweep's rounds: what is rung for, what is done here, and what an office without its parts does to it."""

import pytest
from sqlalchemy import select

import worker
from callbacks.tables import Callback
from office import people
from voice.tables import Call

JANE, CALL = "+447700900123", "CA" + "1" * 32
API = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32


@pytest.fixture
def missed(carrier):
    """A call from Jane that was missed."""
    carrier.post("/voice/status", From=JANE, CallStatus="completed", CallDuration="20")


@pytest.fixture
def rounds(office):
    rounds = worker.Rounds(office)
    yield rounds
    rounds.pool.shutdown()


def test_promise_whose_time_has_come_is_tried_though_redis_is_gone(office, missed, rounds, clock, twilio):
    placed = twilio.add("POST", f"{API}/Calls.json", status=201, json={"sid": "CA" + "5" * 32, "status": "queued"})
    clock.go_on(seconds=59)
    rounds.once()
    clock.go_on(seconds=1)
    rounds.once()
    rounds.pool.shutdown()

    assert placed.call_count == 1


def test_failing_part_of_a_round_does_not_stop_the_others(office, rounds, clock):
    office.bell = None  # ringing it raises what no part of the office should
    with pytest.raises(AttributeError):
        rounds.once()


def test_call_that_went_silent_and_is_over_at_the_carrier_becomes_a_promise(office, carrier, clock, twilio):
    """PITFALLS 8."""
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", json={"sid": CALL, "status": "completed", "duration": "44"})
    clock.go_on(minutes=6)

    assert worker.close_silent_calls(office) == 1
    with office.database.reading() as session:
        assert session.scalars(select(Callback)).one().phone == JANE
        assert session.scalars(select(Call)).one().outcome == "missed"


def test_call_that_goes_on_at_the_carrier_is_left_alone(office, carrier, clock, twilio):
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", json={"sid": CALL, "status": "in-progress"})
    clock.go_on(minutes=6)

    assert worker.close_silent_calls(office) == 0
    assert worker.close_silent_calls(office) == 0


def test_silent_call_that_nobody_can_tell_of_is_missed_in_the_end(office, carrier, clock, twilio):
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", status=503)
    clock.go_on(minutes=29)
    assert worker.close_silent_calls(office) == 0
    clock.go_on(minutes=2)

    assert worker.close_silent_calls(office) == 1


def test_silent_call_frees_the_person_it_held(office, carrier, clock, twilio):
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", status=404, json={"code": 20404})
    clock.go_on(minutes=6)
    worker.close_silent_calls(office)

    with office.database.reading() as session:
        assert len(people.free(session, clock.now())) == 2


def test_message_is_fetched_from_the_carrier_and_kept(office, carrier, rounds, clock, twilio):
    recording = "RE" + "3" * 32
    carrier.post("/voice/recording_report", RecordingSid=recording, RecordingStatus="completed", RecordingDuration="14")
    twilio.add("GET", f"{API}/Recordings/{recording}.wav", status=404)
    rounds.once()
    rounds.pool.shutdown()
    kept = office.settings.data_dir / "recordings" / "1.wav"
    assert not kept.exists()
    twilio.replace("GET", f"{API}/Recordings/{recording}.wav", body=b"RIFFsound", content_type="audio/x-wav")
    clock.go_on(seconds=21)
    again = worker.Rounds(office)
    again.once()
    again.pool.shutdown()

    assert kept.read_bytes() == b"RIFFsound"
