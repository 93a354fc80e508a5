"""The job that has a message written out: the chain, its deadline, deaths, two at once, and that nothing is lost or written twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from office.wiring import Office
from tests.conftest import TUESDAY_TEN, SetClock
from voicemail_greetings import words_asked
from voicemail_greetings.messages import Words
from voicemail_greetings.recordings import folder
from voicemail_greetings.tables import Message
from voicemail_greetings.transcribe import EngineError, Recorded, Written
from voicemail_greetings.words import nobody, write_words

SOON = TUESDAY_TEN + timedelta(minutes=2)
LEAK = Written("It is urgent, there is a leak.", 0.8)
NOT_YET = timedelta(seconds=5)


@dataclass
class Scripted:
    """An engine that does what it is told, one thing a time; the last stays."""

    name: str
    script: list[Written | str | timedelta | Callable[[], Written]]
    asked: list[tuple[Recorded, float]] = field(default_factory=list)

    def write(self, heard: Recorded, within: float) -> Written | timedelta:
        self.asked.append((heard, within))
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, str):
            raise EngineError(step)
        return step() if callable(step) else step


def hostile() -> Written:
    raise MemoryError


class KilledError(BaseException):
    """The process ends here: nothing of ours is run any more."""


def killed() -> Written:
    raise KilledError


def left(office: Office, **columns: object) -> int:
    """A message whose sound is here, and whose words may be written out."""
    folder(office).mkdir(exist_ok=True)
    (folder(office) / "m.wav").write_bytes(b"RIFF")
    usual = {
        "recording_sid": "RE" + "1" * 32,
        "call_sid": "CA" + "1" * 32,
        "duration_s": 7,
        "received_at": TUESDAY_TEN,
        "ended_at": TUESDAY_TEN,
        "words_by": SOON,
        "words_at": TUESDAY_TEN,
        "fetches": 1,
        "file": "m.wav",
    }
    with office.database.transaction() as session:
        message = Message(**usual | columns)
        session.add(message)
        session.flush()
        return message.id


def row(office: Office, message_id: int) -> Message:
    with office.database.reading() as session:
        return session.get_one(Message, message_id)


def due(office: Office) -> list[int]:
    with office.database.reading() as session:
        return words_asked.due(session, office.clock.now())


def late(office: Office) -> int:
    with office.database.transaction() as session:
        return words_asked.tell_of_late(session, office.clock.now(), nobody)


def test_words_are_written_once_with_their_flags_and_told_of(office: Office) -> None:
    told, one = [], left(office)
    engine = Scripted("whisper", [LEAK])
    assert write_words(office, one, lambda _, message, now: told.append((message.id, now)), (engine,))
    assert not write_words(office, one, nobody, (engine,))
    kept = row(office, one)
    assert (kept.words, kept.words_state, kept.confidence, kept.engine) == (LEAK.text, Words.DONE, 0.8, "whisper")
    assert (kept.flags, kept.words_came_at, kept.words_at) == (["urgent: urgent", "urgent: leak"], TUESDAY_TEN, None)
    assert told == [(one, TUESDAY_TEN)]
    assert len(engine.asked) == 1
    assert engine.asked[0][0].path == folder(office) / "m.wav"


def test_first_engine_that_fails_leaves_the_rest_of_the_time_to_the_next(office: Office) -> None:
    one = left(office)
    first, second = Scripted("http", ["the speech service answered 500"]), Scripted("whisper", [LEAK])
    assert write_words(office, one, nobody, (first, second))
    assert row(office, one).engine == "whisper"
    assert [engine.asked[0][1] for engine in (first, second)] == [60, 120]


def test_chain_that_is_used_up_says_why_each_engine_had_no_words(office: Office) -> None:
    told, one = [], left(office)
    chain = (Scripted("http", ["no network"]), Scripted("whisper", [hostile]))
    assert not write_words(office, one, lambda _, message, __: told.append(message.words_state), chain)
    kept = row(office, one)
    assert (kept.words_state, kept.words_why) == (Words.UNAVAILABLE, "no network; whisper broke down")
    assert (kept.words_at, told) == (None, [Words.UNAVAILABLE])


def test_engine_without_words_yet_is_asked_again_and_the_one_before_it_is_not(office: Office, clock: SetClock) -> None:
    one = left(office)
    chain = (Scripted("whisper", ["not installed"]), Scripted("carrier", [NOT_YET, NOT_YET, LEAK]))
    for _ in range(2):
        assert not write_words(office, one, nobody, chain)
        assert due(office) == []
        clock.go_on(seconds=5)
    assert write_words(office, one, nobody, chain)
    assert [len(engine.asked) for engine in chain] == [1, 3]


def test_engine_that_never_has_words_is_given_up_at_its_share_for_the_next(office: Office, clock: SetClock) -> None:
    one = left(office)
    chain = (Scripted("carrier", [NOT_YET]), Scripted("whisper", [LEAK]))
    while not write_words(office, one, nobody, chain):
        clock.go_on(seconds=5)
        assert clock.now() < SOON
    assert clock.now() - TUESDAY_TEN == timedelta(seconds=55)


def test_message_whose_sound_has_not_come_says_so_at_the_deadline_and_is_written_out_when_it_has(
    office: Office, clock: SetClock
) -> None:
    one = left(office, file=None, words_at=SOON)
    assert due(office) == []
    clock.set(SOON)
    assert not write_words(office, one, nobody, (Scripted("whisper", [LEAK]),))
    assert row(office, one).words_why == "the recording has not arrived"
    with office.database.transaction() as session:
        message = session.get_one(Message, one)
        message.file, message.words_at = "m.wav", clock.now()
    assert due(office) == [one]
    assert write_words(office, one, nobody, (Scripted("whisper", [LEAK]),))
    assert row(office, one).words_state == Words.DONE


def test_deadline_is_told_though_nobody_had_a_turn_and_late_words_are_kept_all_the_same(
    office: Office, clock: SetClock
) -> None:
    one = left(office)
    clock.set(SOON)
    assert late(office) == 0
    clock.go_on(seconds=3)
    assert (late(office), late(office)) == (1, 0)
    assert row(office, one).words_state == Words.UNAVAILABLE
    assert due(office) == [one]
    assert write_words(office, one, nobody, (Scripted("whisper", [LEAK]),))
    assert (row(office, one).words, row(office, one).words_why) == (LEAK.text, None)


def test_process_that_dies_is_followed_by_another_and_a_deadly_engine_is_left_out(
    office: Office, clock: SetClock
) -> None:
    one = left(office)
    deadly, other = Scripted("whisper", [killed]), Scripted("http", [LEAK])
    for _ in range(3):
        with pytest.raises(KilledError):
            write_words(office, one, nobody, (deadly, other))
        assert not write_words(office, one, nobody, (deadly, other))  # it may still be at it
        clock.go_on(minutes=3)
    assert write_words(office, one, nobody, (deadly, other))
    assert len(deadly.asked) == 3
    assert row(office, one).engine == "http"


def test_worker_that_was_overtaken_writes_nothing(office: Office, clock: SetClock) -> None:
    one = left(office)

    def slow() -> Written:
        clock.go_on(minutes=10)
        assert write_words(office, one, nobody, (Scripted("whisper", [Written("The second.")]),))
        return Written("The first.")

    assert not write_words(office, one, nobody, (Scripted("whisper", [slow]),))
    assert row(office, one).words == "The second."


def test_two_workers_at_once_ask_one_engine_once(office: Office) -> None:
    one, engine, together = left(office), Scripted("whisper", [LEAK]), Barrier(2)

    def work() -> None:
        together.wait()
        write_words(office, one, nobody, (engine,))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(engine.asked) == 1


def test_message_erased_meanwhile_gets_no_words(office: Office) -> None:
    one = left(office)

    def erased() -> Written:
        with office.database.transaction() as session:
            session.get_one(Message, one).erased_at = TUESDAY_TEN
        return LEAK

    assert not write_words(office, one, nobody, (Scripted("whisper", [erased]),))
    assert row(office, one).words is None


def test_person_has_it_written_out_anew_and_the_words_before_stand_when_that_fails(
    office: Office, clock: SetClock
) -> None:
    one = left(office)
    write_words(office, one, nobody, (Scripted("whisper", [LEAK]),))
    for step, kept in ("broken", LEAK.text), (Written("It is urgent."), "It is urgent."):
        clock.go_on(hours=1)
        with office.database.transaction() as session:
            assert words_asked.try_again(session.get_one(Message, one), clock.now())
        write_words(office, one, nobody, (Scripted("whisper", [step]),))
        assert (row(office, one).words, row(office, one).words_state) == (kept, Words.DONE)
    assert row(office, one).flags == ["urgent: urgent"]


def test_figures_tell_how_long_words_took_and_what_waits(office: Office, clock: SetClock) -> None:
    clock.go_on(seconds=12)
    write_words(office, left(office), nobody, (Scripted("whisper", [LEAK]),))
    left(office, recording_sid="RE" + "2" * 32)
    with office.database.reading() as session:
        told = words_asked.figures(session, clock.now())
    assert told == ({"waiting": 1, "done": 1, "unavailable": 0}, 12.0, 12.0)
