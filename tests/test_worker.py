"""The sweep's rounds: what is rung for, what is done here, and what an office without its parts does to it."""

from datetime import timedelta
from functools import partial
from threading import Event, Thread

import pytest
from sqlalchemy import select, text

import worker
from callbacks import attempts
from callbacks.tables import Attempt, Callback
from office import duty, people
from office.bell import WRITE_WORDS
from office.tables import Heartbeat, Staff
from reception import silent
from tests.rounds import to_the_end
from voice.standin.stores import sound
from voice.tables import Call
from voicemail_greetings.actions import RECORDING, forget_at_carrier

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
    rounds.stop()


def test_promise_whose_time_has_come_is_tried_though_redis_is_gone(office, missed, rounds, clock, twilio):
    placed = twilio.add("POST", f"{API}/Calls.json", status=201, json={"sid": "CA" + "5" * 32, "status": "queued"})
    clock.go_on(seconds=59)
    rounds.once()
    clock.go_on(seconds=1)
    rounds.once()
    to_the_end(rounds)

    assert placed.call_count == 1


def test_failing_part_of_a_round_does_not_stop_the_others(office, missed, rounds, clock):
    office.bell = None  # ringing it raises what no part of the office should
    clock.go_on(minutes=1)
    rounds.once()

    with office.database.reading() as session:
        assert session.get_one(Heartbeat, "sweep").at == clock.now()


def test_failing_part_of_the_beat_does_not_stop_the_others(office, rounds, clock):
    """Priya's time away is over; what is promised cannot be looked after, for that table is gone."""
    with office.database.transaction() as session:
        duty.away(session, 1, clock.now() + timedelta(minutes=1), clock.now())
        session.execute(text("ALTER TABLE callbacks RENAME TO gone"))
    clock.go_on(minutes=2)
    rounds.once()

    with office.database.reading() as session:
        assert session.get_one(Staff, 1).on_duty


def test_stopping_worker_begins_nothing_more_and_waits_for_no_words(rounds, caplog):
    """The carrier is slow; one message is being written out, another waits."""
    begun, cancelled, told, written, done = Event(), Event(), Event(), Event(), []

    def slow() -> None:
        begun.set()
        assert told.wait(20)
        done.append("was begun")

    rounds.meanwhile(rounds.aside, ("slow", 0), slow)
    rounds.meanwhile(rounds.aside, ("next", 0), partial(done.append, "was not begun"))
    rounds.meanwhile(rounds.words, (WRITE_WORDS, 1), partial(written.wait, 60))
    rounds.meanwhile(rounds.words, (WRITE_WORDS, 2), partial(done.append, "was not begun"))
    rounds.at_work["next", 0].add_done_callback(lambda _: cancelled.set())
    assert begun.wait(20)
    stopping = Thread(target=rounds.stop)
    stopping.start()
    assert cancelled.wait(10)
    told.set()
    stopping.join(10)
    written.set()

    assert (stopping.is_alive(), done, caplog.records) == (False, ["was begun"], [])


def test_carrier_slow_to_tell_of_silent_calls_does_not_hold_up_what_it_is_to_forget(
    office, carrier, rounds, clock, twilio
):
    asked, forgotten = Event(), Event()

    def slow(request):
        asked.set()
        assert forgotten.wait(20)
        return 200, {}, f'{{"sid": "{CALL}", "status": "in-progress"}}'

    def forget(request):
        forgotten.set()
        return 204, {}, ""

    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add_callback("GET", f"{API}/Calls/{CALL}.json", callback=slow)
    twilio.add_callback("DELETE", f"{API}/Recordings/RE12345678.json", callback=forget)
    clock.go_on(minutes=6)
    rounds.once()
    assert asked.wait(20)
    with office.database.transaction() as session:
        forget_at_carrier(session, "RE12345678", RECORDING, clock.now())
    rounds.once()

    assert forgotten.wait(10)


def test_carrier_slow_to_tell_of_silent_calls_does_not_hold_up_what_is_due(
    office, carrier, missed, rounds, clock, twilio
):
    """The sweep asks about each silent call in turn; a promise must not wait behind them."""
    live = "CA" + "2" * 32
    carrier.post("/voice/incoming", sid=live, From="+447700900124", CallStatus="ringing")
    asked, placed = Event(), Event()

    def slow(request):
        asked.set()
        assert placed.wait(20)
        return 200, {}, f'{{"sid": "{live}", "status": "in-progress"}}'

    def place(request):
        placed.set()
        return 201, {}, '{"sid": "CA55555555", "status": "queued"}'

    twilio.add_callback("GET", f"{API}/Calls/{live}.json", callback=slow)
    twilio.add_callback("POST", f"{API}/Calls.json", callback=place)
    with office.database.transaction() as session:
        session.scalars(select(Callback)).one().next_try_at = clock.now().replace(hour=10, minute=7)
    clock.go_on(minutes=6)
    rounds.once()
    assert asked.wait(20)
    clock.go_on(minutes=2)
    rounds.once()

    assert placed.wait(20)


def test_silent_attempt_found_over_is_in_the_customers_history(office, missed, rounds, clock, twilio):
    """Our call to them ended, though no report of it reached us."""
    staff, customer = "CA" + "5" * 32, "CA" + "6" * 32
    twilio.add("POST", f"{API}/Calls.json", status=201, json={"sid": staff, "status": "queued"})
    with office.database.transaction() as session:
        callback = session.scalars(select(Callback)).one()
        attempt = attempts.claim(session, callback.id, people.Person(1, "Priya", "+447700900101"), callback.next_try_at)
        assert attempt is not None
        row = session.get_one(Attempt, attempt.attempt_id)
        row.call_sid, row.customer_sid, row.stage, row.taken_at = staff, customer, "taken", clock.now()
    ended = {"status": "completed", "duration": "70", "to": JANE, "from": "+442071838750"}
    twilio.add("GET", f"{API}/Calls/{staff}.json", json={"sid": staff, **ended})
    twilio.add("GET", f"{API}/Calls/{customer}.json", json={"sid": customer, **ended})
    clock.go_on(minutes=5)
    silent.look_after_attempts(office)

    with office.database.reading() as session:
        call = session.scalars(select(Call).where(Call.sid == customer)).one()
    assert (call.outcome, call.answered_by, call.ended_at) == ("spoke", 1, clock.now())


def test_call_that_went_silent_and_is_over_at_the_carrier_becomes_a_promise(office, carrier, clock, twilio):
    """PITFALLS 8."""
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", json={"sid": CALL, "status": "completed", "duration": "44"})
    clock.go_on(minutes=6)

    assert silent.close_calls(office) == 1
    with office.database.reading() as session:
        assert session.scalars(select(Callback)).one().phone == JANE
        assert session.scalars(select(Call)).one().outcome == "missed"


def test_call_that_goes_on_at_the_carrier_is_left_alone(office, carrier, clock, twilio):
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", json={"sid": CALL, "status": "in-progress"})
    clock.go_on(minutes=6)

    assert silent.close_calls(office) == 0
    assert silent.close_calls(office) == 0


def test_silent_call_that_nobody_can_tell_of_is_missed_in_the_end(office, carrier, clock, twilio):
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", status=503)
    clock.go_on(minutes=29)
    assert silent.close_calls(office) == 0
    clock.go_on(minutes=2)

    assert silent.close_calls(office) == 1


def test_silent_call_frees_the_person_it_held(office, carrier, clock, twilio):
    carrier.post("/voice/incoming", From=JANE, CallStatus="ringing")
    twilio.add("GET", f"{API}/Calls/{CALL}.json", status=404, json={"code": 20404})
    clock.go_on(minutes=6)
    silent.close_calls(office)

    with office.database.reading() as session:
        assert len(people.free(session, clock.now())) == 2


def test_message_is_fetched_from_the_carrier_and_kept(office, carrier, rounds, clock, twilio):
    recording = "RE" + "3" * 32
    carrier.post("/voice/recording_report", RecordingSid=recording, RecordingStatus="completed", RecordingDuration="14")
    twilio.add("GET", f"{API}/Recordings/{recording}.wav", status=404)
    rounds.once()
    to_the_end(rounds)
    kept = office.settings.data_dir / "recordings"
    assert list(kept.glob("*/*")) == []
    audio = sound(14)
    twilio.replace("GET", f"{API}/Recordings/{recording}.wav", body=audio, content_type="audio/x-wav")
    clock.go_on(seconds=21)
    again = worker.Rounds(office)
    again.once()
    to_the_end(again)

    assert [file.read_bytes() for file in kept.glob("*/*.wav")] == [audio]
