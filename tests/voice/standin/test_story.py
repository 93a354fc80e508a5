"""The sample's second call: its words are waited for only where something writes them out."""

import pytest
from responses import RequestsMock

from voice.standin.client import StandIn
from voice.standin.story import AMIR, LEFT, OVER, WRITTEN, Story, leave_message, watch_message

APP, CARRIER, CALL = "http://app.test", "http://carrier.test", "CA" + "1" * 32


@pytest.fixture
def house(twilio: RequestsMock) -> RequestsMock:
    """The call is over, its message is in the list, and its words are still to come."""
    for phone in ("+447700900101", "+447700900102", "+447700900103", AMIR):
        twilio.add("PUT", f"{CARRIER}/standin/phones/{phone}", status=204)
    twilio.add("POST", f"{CARRIER}/standin/calls", json={"sid": CALL})
    ended = {"n": 8, "kind": "ended", "phone": AMIR, "call_sid": CALL, "text": "completed"}
    twilio.add("GET", f"{CARRIER}/standin/events", json={"events": [ended]})
    callback = {"id": 2, "calls": [CALL], "voicemail": {"transcript_state": "waiting", "transcript": None}}
    twilio.add("GET", f"{APP}/api/callbacks", json={"callbacks": [callback]})
    return twilio


def second_call(*, words: bool) -> Story:
    return leave_message(Story(StandIn(CARRIER), APP, "a-token", told=7), "message.wav", words=words)


def test_words_of_an_engine_that_is_still_being_installed_are_not_waited_for(
    house: RequestsMock, capsys: pytest.CaptureFixture[str]
) -> None:
    told = watch_message(second_call(words=False))
    assert (told.missing, told.seen) == ([], {OVER, LEFT})
    assert len([call for call in house.calls if call.request.url == f"{APP}/api/callbacks"]) == 1
    assert "its words come once the speech engine is here (./run words)" in capsys.readouterr().out


def test_words_of_an_engine_that_is_here_are_waited_for_and_told(
    house: RequestsMock, capsys: pytest.CaptureFixture[str]
) -> None:
    done = {"transcript_state": "done", "transcript": "My wheel is broken."}
    house.add("GET", f"{APP}/api/callbacks/2", json={"id": 2, "calls": [CALL], "voicemail": done})
    told = watch_message(second_call(words=True))
    assert (told.missing, told.seen) == ([], {OVER, LEFT, WRITTEN})
    assert "“My wheel is broken.”" in capsys.readouterr().out
