"""A customer's call: what is asked of the application, what the caller hears, what keys and speech do."""

from collections.abc import Callable
from typing import Any

from voice.standin.client import StandIn

JANE, BUSINESS = "+447700900123", "+442071838750"
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


def test_incoming_call_is_announced_as_ringing_and_answered_by_the_first_verb(
    carrier: StandIn, documents: dict[str, Any], requested: Requested, refused: Refused
) -> None:
    documents["/incoming"] = "<Say>Hello from Harbour Bikes</Say>"
    sid = carrier.dial(JANE, BUSINESS, params={"StirVerstat": "TN-Validation-Passed-A"})
    first = requested("/incoming")
    carrier.wait_for("ended", phone=JANE, text="completed")
    assert {first[name] for name in ("From", "Caller")} == {JANE}
    assert {first[name] for name in ("To", "Called")} == {BUSINESS}
    assert (first["CallSid"], first["CallStatus"], first["Direction"]) == (sid, "ringing", "inbound")
    assert first["StirVerstat"] == "TN-Validation-Passed-A"
    assert carrier.heard(JANE) == ["Hello from Harbour Bikes"]
    assert refused() == []


def test_ended_call_is_reported_once_to_the_number(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = '<Pause length="1"/><Say>Half a minute of words</Say><Pause length="30"/>'
    carrier.dial(JANE, BUSINESS)
    report = requested("/report")
    assert report["CallStatus"] == "completed"
    assert 31 <= int(report["CallDuration"]) <= 60
    assert (report["Duration"], report["SequenceNumber"], report["CallbackSource"]) == (
        "1",
        "0",
        "call-progress-events",
    )


def test_gather_without_input_goes_on_and_calls_no_action(
    carrier: StandIn, documents: dict[str, Any], refused: Refused
) -> None:
    documents["/incoming"] = '<Gather action="/chosen" timeout="1"><Say>Press a key</Say></Gather><Say>Nothing</Say>'
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE, text="Nothing")
    assert "/chosen" not in [event["path"] for event in carrier.events() if event["kind"] == "request"]
    assert refused() == []


def test_gather_that_wants_to_hear_of_nothing_is_told_of_nothing(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = '<Gather action="/chosen" timeout="1" actionOnEmptyResult="true"/>'
    documents["/chosen"] = "<Hangup/>"
    carrier.dial(JANE, BUSINESS)
    assert requested("/chosen")["Digits"] == ""


def test_key_during_nested_speech_cuts_it_and_goes_at_once(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    long = "Press 1 for a person. " + "We are so glad that you called. " * 100  # minutes of speech
    documents["/incoming"] = f'<Gather numDigits="1" action="/chosen"><Say>{long}</Say></Gather>'
    documents["/chosen"] = "<Say>Thank you</Say>"
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "press 1", "press": "17"}])
    chosen = requested("/chosen")
    assert (chosen["Digits"], chosen["msg"], chosen["CallStatus"]) == ("1", "Gather End", "in-progress")


def test_finishing_key_is_not_among_the_digits(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = '<Gather action="/chosen"><Say>Your number, please</Say></Gather>'
    documents["/chosen"] = "<Hangup/>"
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "please", "press": "12#"}])
    chosen = requested("/chosen")
    assert (chosen["Digits"], chosen["FinishedOnKey"]) == ("12", "#")


def test_lone_finishing_key_is_no_input(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = '<Gather action="/chosen"><Say>Your number, please</Say></Gather><Say>Nothing</Say>'
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "please", "press": "#"}])
    assert carrier.wait_for("hears", phone=JANE, text="Nothing")


def test_key_before_the_gather_is_lost(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = (
        '<Say>Welcome to the shop. We are so glad you called.</Say><Gather timeout="1" action="/chosen"/><Say>Nothing</Say>'
    )
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "welcome", "press": "1"}])
    assert carrier.wait_for("hears", phone=JANE, text="Nothing")


def test_spoken_answer_reaches_the_action(carrier: StandIn, documents: dict[str, Any], requested: Requested) -> None:
    documents["/incoming"] = (
        '<Gather input="dtmf speech" speechTimeout="auto" action="/chosen"><Say>What is it?</Say></Gather>'
    )
    documents["/chosen"] = "<Hangup/>"
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "what is it?", "say": "My bike is broken"}])
    chosen = requested("/chosen")
    assert chosen["SpeechResult"] == "My bike is broken"
    assert "Digits" not in chosen


def test_caller_who_hangs_up_stops_the_document(carrier: StandIn, documents: dict[str, Any], refused: Refused) -> None:
    documents["/incoming"] = "<Say>Hello there</Say><Say>You should not hear this</Say>"
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "hello", "hang_up": True}])
    carrier.wait_for("request", path="/report")
    assert carrier.heard(JANE) == ["Hello there"]
    assert refused() == []


def test_caller_who_leaves_before_the_answer_hears_nothing(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    def too_late() -> tuple[str, int, dict[str, str]]:
        carrier.act(JANE, hang_up=True)
        return "<Response><Say>Hello?</Say></Response>", 200, {"Content-Type": "text/xml"}

    documents["/incoming"] = too_late
    carrier.dial(JANE, BUSINESS)
    report = requested("/report")
    assert (report["CallStatus"], report["CallDuration"]) == ("no-answer", "0")
    fetched = carrier.wait_for("request", path="/incoming")
    assert "hears" not in [event["kind"] for event in carrier.events(fetched["n"], wait=0.2)]


def test_reject_never_answers(carrier: StandIn, documents: dict[str, Any], requested: Requested) -> None:
    documents["/incoming"] = '<Reject reason="busy"/><Say>Not heard</Say>'
    carrier.dial(JANE, BUSINESS)
    report = requested("/report")
    assert (report["CallStatus"], report["CallDuration"]) == ("busy", "0")
    assert "answers" not in [event["kind"] for event in carrier.events()]


def test_redirect_goes_on_relative_to_its_document(
    carrier: StandIn, documents: dict[str, Any], refused: Refused
) -> None:
    documents["/incoming"] = "<Redirect>turns/second?step=2</Redirect>"
    documents["/turns/second"] = "<Say>Second</Say>"
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", text="Second")
    assert carrier.wait_for("request", path="/turns/second")["text"] == "/turns/second?step=2"
    assert refused() == []


def test_endless_redirects_end(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = "<Redirect/>"
    documents["/fallback"] = "<Say>Sorry</Say>"
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("refused", code=11215)
    assert carrier.wait_for("ended", phone=JANE)


def test_withheld_caller_is_announced_as_the_carrier_writes_it(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = "<Say>Hello</Say>"
    carrier.dial("+266696687", BUSINESS)
    first = requested("/incoming")
    assert (first["From"], first["FromCountry"]) == ("+266696687", "LS")


def test_script_waits_for_the_same_words_anew(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = '<Gather numDigits="1" action="/again"><Say>Press 1 now</Say></Gather>'
    documents["/again"] = '<Gather numDigits="1" action="/done"><Say>Once more, press 1 now</Say></Gather>'
    documents["/done"] = "<Say>Done</Say>"
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "press 1", "press": "1"}, {"on_hearing": "press 1", "press": "1"}])
    assert carrier.wait_for("hears", text="Done")


def test_sound_is_played_for_as_long_as_it_lasts(carrier: StandIn, documents: dict[str, Any], refused: Refused) -> None:
    documents["/incoming"] = "<Play>/none.wav</Play><Say>After the sound</Say>"
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", text="After the sound")
    assert refused() == [11200]
