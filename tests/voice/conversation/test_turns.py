"""What is read from a webhook's form fields, and when nobody listens any more."""

import pytest

from voice.conversation.turns import Heard

JANE = "+447700900123"


def test_form_of_a_call_that_comes_in_is_read_whole() -> None:
    form = {"CallSid": "CA1", "From": JANE, "CallStatus": "ringing", "Direction": "inbound"}
    assert Heard.from_form(form) == Heard("CA1", phone=JANE, call_status="ringing")


def test_form_after_a_dial_tells_how_it_ended() -> None:
    form = {
        "CallSid": "CA1", "From": JANE, "CallStatus": "in-progress",
        "DialCallStatus": "completed", "DialCallSid": "CA2", "DialCallDuration": "17", "DialBridged": "true",
    }  # fmt: skip
    assert Heard.from_form(form) == Heard(
        "CA1", phone=JANE, dial_status="completed", dial_sid="CA2", dial_seconds=17, bridged=True
    )


def test_form_of_a_staff_leg_tells_which_call_it_is_for() -> None:
    heard = Heard.from_form({"CallSid": "CA2", "ParentCallSid": "CA1", "Direction": "outbound-dial", "Digits": "1"})
    assert (heard.parent_sid, heard.direction, heard.digits) == ("CA1", "outbound-dial", "1")


def test_form_of_a_report_tells_how_long_and_who_picked_up() -> None:
    heard = Heard.from_form({"CallSid": "CA2", "CallDuration": "9", "AnsweredBy": "machine_start"})
    assert (heard.seconds, heard.answered_by) == (9, "machine_start")


def test_empty_form_is_nobody_saying_nothing() -> None:
    assert Heard.from_form({}) == Heard("", call_status="")


@pytest.mark.parametrize("sender", ["", "anonymous", "Anonymous", "+266696687", "+7378742833", "unavailable"])
def test_withheld_number_is_no_number(sender: str) -> None:
    assert Heard.from_form({"CallSid": "CA1", "From": sender}).phone is None


@pytest.mark.parametrize(("said", "bridged"), [("true", True), ("false", False), ("", None), ("maybe", None)])
def test_bridge_that_the_carrier_does_not_speak_of_is_unknown(said: str, *, bridged: bool | None) -> None:
    assert Heard.from_form({"CallSid": "CA1", "DialBridged": said}).bridged is bridged


@pytest.mark.parametrize("written", ["", "-1", "1.5", "soon", "٣", " 7"])
def test_duration_that_is_no_whole_number_is_unknown(written: str) -> None:
    heard = Heard.from_form({"CallSid": "CA1", "CallDuration": written, "DialCallDuration": written})
    assert (heard.seconds, heard.dial_seconds) == (None, None)


@pytest.mark.parametrize(
    ("status", "over"),
    [
        ("queued", False), ("initiated", False), ("ringing", False), ("in-progress", False), ("", False),
        ("completed", True), ("busy", True), ("failed", True), ("no-answer", True), ("canceled", True),
    ],
)  # fmt: skip
def test_caller_listens_until_the_call_is_over(status: str, *, over: bool) -> None:
    assert Heard("CA1", call_status=status).hung_up is over
