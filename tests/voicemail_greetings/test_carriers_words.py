"""What the carrier reports of a message: kept, waited for, taken at once, and in nobody's way."""

from datetime import timedelta

import pytest

from office.wiring import Office
from tests.conftest import TUESDAY_TEN, SetClock
from tests.voicemail_greetings.test_words import LEAK, NOT_YET, SOON, Scripted, due, left, row
from voicemail_greetings import words_asked
from voicemail_greetings.tables import Erasure
from voicemail_greetings.transcribe import Written
from voicemail_greetings.transcribe.carrier import Carrier
from voicemail_greetings.words import nobody, write_words

REPORT = {"RecordingSid": "RE" + "1" * 32, "TranscriptionSid": "TR" + "1" * 32, "TranscriptionStatus": "completed"}


def report(office: Office, text: str, engines: tuple[str, ...] = ("carrier",), **more: str) -> int | None:
    with office.database.transaction() as session:
        form = {**REPORT, "TranscriptionText": text, **more}
        return words_asked.heard_from_carrier(session, form, office.clock.now(), engines)


def test_carriers_words_are_kept_clean_once_and_its_copy_forgotten(office: Office) -> None:
    assert report(office, "Too early") is None
    one = left(office)
    assert report(office, "Hel\x00lo\n" + "there " * 3000) == one
    assert report(office, "", TranscriptionStatus="failed") == one
    kept = row(office, one).carrier_words or ""
    assert kept.startswith("Hel lo there")
    assert len(kept) <= 10_000
    with office.database.reading() as session:
        assert session.get_one(Erasure, REPORT["TranscriptionSid"]).kind == "transcript"


def test_carriers_words_that_come_after_the_deadline_are_taken(office: Office, clock: SetClock) -> None:
    one = left(office)
    clock.set(SOON)
    carrier = Scripted("carrier", [NOT_YET])
    write_words(office, one, nobody, (carrier,))
    assert row(office, one).words_why == "carrier had no words in time"
    report(office, "Please ring me.")
    assert due(office) == [one]


def test_report_is_waited_for_without_a_turn_and_ends_the_wait_when_it_comes(office: Office, clock: SetClock) -> None:
    """It is told to us, so nobody looks every few seconds whether it is there."""
    one, chain = left(office), (Carrier(), Scripted("whisper", [LEAK]))
    assert not write_words(office, one, nobody, chain)
    assert row(office, one).words_at == TUESDAY_TEN + timedelta(minutes=1)
    clock.go_on(seconds=20)
    report(office, "Please ring me.")
    assert due(office) == [one]
    assert write_words(office, one, nobody, chain)
    assert row(office, one).words == "Please ring me."


def test_report_without_words_leaves_it_to_the_next_engine_at_once(office: Office, clock: SetClock) -> None:
    one, chain = left(office), (Carrier(), Scripted("whisper", [LEAK]))
    write_words(office, one, nobody, chain)
    clock.go_on(seconds=20)
    report(office, "", TranscriptionStatus="failed")
    assert due(office) == [one]
    assert write_words(office, one, nobody, chain)
    assert row(office, one).engine == "whisper"


@pytest.mark.parametrize(("engines", "taken"), [(("whisper", "carrier"), True), (("whisper",), False)])
def test_carriers_words_that_come_before_the_sound_are_taken_where_it_is_an_engine(
    office: Office, engines: tuple[str, ...], taken: bool  # noqa: FBT001 - what is expected
) -> None:  # fmt: skip
    one = left(office, file=None, words_at=SOON)
    report(office, "Please ring me.", engines)
    assert due(office) == ([one] if taken else [])


def test_engine_that_is_at_work_is_not_disturbed_by_the_carriers_report(office: Office) -> None:
    one = left(office)

    def meanwhile() -> Written:
        report(office, "Please ring me.", ("whisper", "carrier"))
        return LEAK

    assert write_words(office, one, nobody, (Scripted("whisper", [meanwhile]), Carrier()))
    assert row(office, one).words == LEAK.text
