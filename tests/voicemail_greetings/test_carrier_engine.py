"""The carrier's own words: waited for, refused at once where none will ever come; and the chain that business.toml names."""

from datetime import timedelta

import pytest

from office.profile import read
from office.wiring import Office
from tests.conftest import BUSINESS
from voicemail_greetings.transcribe import EngineError, Recorded, Written, chain
from voicemail_greetings.transcribe.carrier import Carrier


def message(words: str | None = None, seconds: int = 7, language: str = "en") -> Recorded:
    return Recorded(None, seconds, language, words)


def test_report_is_waited_for_and_then_taken_without_the_sound() -> None:
    assert Carrier().write(message(), 50) == timedelta(seconds=50)
    assert Carrier().write(message("Please ring me."), 5) == Written("Please ring me.")


@pytest.mark.parametrize(
    ("heard", "why"),
    [
        (message(seconds=2), "the carrier writes out messages of 2 to 120 seconds only"),
        (message(seconds=120), "the carrier writes out messages of 2 to 120 seconds only"),
        (message(language="de"), "the carrier writes out English only"),
        (message(""), "the carrier could not write it out"),
    ],
)
def test_message_that_the_carrier_will_never_write_out_is_not_waited_for(heard: Recorded, why: str) -> None:
    with pytest.raises(EngineError) as refused:
        Carrier().write(heard, 5)
    assert str(refused.value) == why


def test_message_a_second_within_the_bounds_is_waited_for() -> None:
    assert [Carrier().write(message(seconds=seconds), 5) for seconds in (3, 119)] == [timedelta(seconds=5)] * 2


def test_chain_is_as_the_business_names_it(office: Office) -> None:
    profile = read(BUSINESS + '[words]\nengines = ["http", "carrier", "whisper"]\n')
    assert [engine.name for engine in chain.engines(office, profile)] == ["http", "carrier", "whisper"]
