"""A turn as a document: well-formed whatever it says, every address absolute, one number in each dial."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.profile import VoiceProfile
from office.profile.voices import LANGUAGE_OF, PLAIN
from voice import twiml, wording
from voice.conversation.facts import Colleague
from voice.conversation.turns import (
    Act,
    Ask,
    AskNumber,
    GoTo,
    HangUp,
    Hold,
    LeaveHold,
    Play,
    Record,
    Ring,
    RingCustomer,
    Say,
    TakeFromHold,
    Turn,
)
from voice.standin.schema import check

PUBLIC = "https://ringtrue.test/voice"
BUSINESS = "+442071838750"
PRIYA = Colleague(1, "Priya Shah", "+447700900101")
JANE = "+447700900123"
RING = Ring(PRIYA, timedelta(seconds=20), then="rung")
RING_CUSTOMER = RingCustomer(JANE, timedelta(seconds=25), timedelta(hours=1), then="talked")
RECORD = Record(timedelta(minutes=3), then="recorded")
HOLD, TAKE = Hold("call-7", then="waited"), TakeFromHold("call-7", then="talked")
EVERY_ACT: list[Act] = [
    Say("Hello."), Play("hold.wav"), Ask("A key?", "chosen"), AskNumber("A number?", "keyed"), RING, RING_CUSTOMER,
    HOLD, TAKE, RECORD, GoTo("on"), LeaveHold(), HangUp(),
]  # fmt: skip


def address(step: str) -> str:
    """A step that begins with a slash is a path already."""
    return f"https://ringtrue.test{step}" if step.startswith("/") else f"{PUBLIC}/{step}"


def text(*acts: Act, caller_id: str | None = BUSINESS) -> str:
    return twiml.render(Turn(acts), address, caller_id)


def document(*acts: Act, caller_id: str | None = BUSINESS) -> ET.Element:
    return ET.fromstring(text(*acts, caller_id=caller_id).encode())


def only(act: Act) -> ET.Element:
    (verb,) = document(act)
    return verb


def test_turn_without_acts_is_an_empty_document() -> None:
    assert list(document()) == []
    assert list(ET.fromstring(twiml.NOTHING.encode())) == []


def test_acts_become_verbs_in_their_order() -> None:
    assert [verb.tag for verb in document(*EVERY_ACT)] == [
        "Say", "Play", "Gather", "Gather", "Dial", "Dial", "Enqueue", "Dial", "Record", "Redirect", "Leave", "Hangup",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ('Jane <Hangup/> & "Sons" \' ]]>', 'Jane <Hangup/> & "Sons" \' ]]>'),
        ("</Say><Dial>+3906123</Dial>", "</Say><Dial>+3906123</Dial>"),
        ("bell\x07 null\x00 escape\x1b", "bell null escape"),
        ("half a pair \ud800, none \uffff", "half a pair , none"),
        ("José 張 ☃", "José 張 ☃"),
    ],
)
def test_hostile_words_are_spoken_and_do_nothing(said: str, heard: str) -> None:
    assert [(verb.tag, verb.text) for verb in document(Say(said))] == [("Say", heard)]
    asked = only(Ask(said, "chosen"))
    assert [(verb.tag, verb.text) for verb in asked] == [("Say", heard)]


@given(st.text(st.characters()))
def test_any_words_make_a_document_that_parses(said: str) -> None:
    spoken = ["Say"] if wording.clean(said) else []
    assert [verb.tag for verb in document(Say(said), Ask(said, "chosen"), HangUp())] == [*spoken, "Gather", "Hangup"]


def test_endless_words_stay_within_what_the_carrier_speaks() -> None:
    assert len(only(Say("word " * 2000)).text or "") <= 4096


def test_question_takes_one_key_and_posts_it() -> None:
    asked = only(Ask("A key?", "chosen", wait=timedelta(seconds=4)))
    assert asked.attrib == {"action": f"{PUBLIC}/chosen", "method": "POST", "numDigits": "1", "timeout": "4"}


def test_question_that_listens_takes_a_key_or_words_in_the_voice_s_language() -> None:
    asked = Ask("Which team?", "chosen", listen=("Workshop", "Parts, and more", "", "x" * 200))
    (gather,) = spoken(VoiceProfile(None, "en-GB"), asked)
    assert gather.attrib == {
        "input": "dtmf speech", "hints": f"Workshop,Parts and more,{'x' * 100}", "language": "en-GB",
        "speechTimeout": "auto", "action": f"{PUBLIC}/chosen", "method": "POST", "numDigits": "1", "timeout": "5",
    }  # fmt: skip


def test_language_of_a_voice_that_names_none_is_left_to_the_carrier() -> None:
    assert "language" not in only(Ask("Which team?", "chosen", listen=("Workshop",))).attrib


@pytest.mark.parametrize(("first", "order"), [(True, ["Play", "Say"]), (False, ["Say", "Play"])])
def test_question_plays_its_sound_before_or_after_the_words(*, first: bool, order: list[str]) -> None:
    asked = only(Ask("A key?", "chosen", sound="hold.wav", sound_first=first))
    assert [verb.tag for verb in asked] == order
    assert [verb.text for verb in asked if verb.tag == "Play"] == ["https://ringtrue.test/voice/sounds/hold.wav"]


@pytest.mark.parametrize("nothing", ["", " ", "\x00", "\u200b"])
def test_question_without_words_is_its_sound_alone(nothing: str) -> None:
    assert [verb.tag for verb in only(Ask(nothing, "chosen", sound="ringing.wav"))] == ["Play"]


def test_number_is_taken_up_to_the_hash() -> None:
    asked = only(AskNumber("A number?", "keyed"))
    assert asked.attrib == {
        "input": "dtmf", "finishOnKey": "#", "timeout": "6", "action": f"{PUBLIC}/keyed", "method": "POST",
    }  # fmt: skip


def test_caller_waits_in_a_queue_of_their_own_and_is_led_on_afterwards() -> None:
    queue = only(HOLD)
    assert queue.text == "call-7"
    assert queue.attrib == {
        "action": f"{PUBLIC}/waited", "method": "POST", "waitUrl": f"{PUBLIC}/waiting", "waitUrlMethod": "POST",
    }  # fmt: skip


def test_staff_phone_takes_the_caller_from_the_queue_without_waiting_long() -> None:
    dial = only(TAKE)
    assert dial.attrib == {"action": f"{PUBLIC}/talked", "method": "POST", "timeout": "5"}
    assert [(queue.tag, queue.text) for queue in dial] == [("Queue", "call-7")]


def test_stand_in_has_nothing_against_any_act() -> None:
    waits: list[Act] = [LeaveHold()]
    assert list(check(document(*(act for act in EVERY_ACT if act not in waits)), "call", has_base=True)) == []
    assert list(check(document(Ask("", "on", sound="hold.wav"), LeaveHold()), "queue-wait", has_base=True)) == []


def test_staff_phone_is_rung_alone_and_hears_the_whisper() -> None:
    dial = only(RING)
    assert dial.attrib == {"action": f"{PUBLIC}/rung", "method": "POST", "timeout": "20", "callerId": BUSINESS}
    (number,) = dial
    assert (number.tag, number.text) == ("Number", PRIYA.phone)
    assert number.attrib == {"url": f"{PUBLIC}/whisper", "method": "POST"}


def test_customer_s_phone_is_rung_alone_with_reports_and_a_longest_talk() -> None:
    dial = only(RING_CUSTOMER)
    assert dial.attrib == {
        "action": f"{PUBLIC}/talked", "method": "POST", "timeout": "25", "timeLimit": "3600", "callerId": BUSINESS,
    }  # fmt: skip
    (number,) = dial
    assert number.text == JANE
    assert number.attrib == {
        "statusCallback": f"{PUBLIC}/customer_report",
        "statusCallbackEvent": "initiated ringing answered completed",
        "statusCallbackMethod": "POST",
        "machineDetection": "Enable",
        "amdStatusCallback": f"{PUBLIC}/machine_report",
        "amdStatusCallbackMethod": "POST",
    }


def test_unknown_caller_id_is_left_to_the_carrier() -> None:
    assert "callerId" not in document(RING, caller_id=None)[0].attrib


def test_recorder_reports_the_recording_and_its_absence() -> None:
    assert only(RECORD).attrib == {
        "action": f"{PUBLIC}/recorded",
        "method": "POST",
        "maxLength": "180",
        "timeout": "8",
        "playBeep": "true",
        "recordingStatusCallback": f"{PUBLIC}/recording_report",
        "recordingStatusCallbackEvent": "completed absent",
        "recordingStatusCallbackMethod": "POST",
    }


def test_recorder_has_the_carrier_write_the_words_down_only_when_it_is_wanted() -> None:
    written = only(Record(timedelta(minutes=3), then="recorded", transcribe=True)).attrib
    assert (written["transcribe"], written["transcribeCallback"]) == ("true", f"{PUBLIC}/transcript_report")
    assert "transcribe" not in "".join(only(RECORD).attrib)


def test_question_plays_a_sound_at_a_whole_path_after_its_words() -> None:
    asked = only(Ask("From Jane.", "message_key", sound="/voice/recordings/5-1-a"))
    assert [(part.tag, part.text) for part in asked] == [
        ("Say", "From Jane."), ("Play", "https://ringtrue.test/voice/recordings/5-1-a"),
    ]  # fmt: skip


def test_next_step_is_posted_to() -> None:
    redirect = only(GoTo("on"))
    assert (redirect.text, redirect.attrib) == (f"{PUBLIC}/on", {"method": "POST"})


def test_every_address_is_absolute_and_asked_for_by_post() -> None:
    asked = [verb for verb in document(*EVERY_ACT).iter() if verb.attrib]
    addresses = [
        verb.attrib[name]
        for verb in asked
        for name in ("action", "url", "statusCallback", "waitUrl")
        if name in verb.attrib
    ]
    assert len(addresses) == 10
    assert all(address.startswith(PUBLIC) for address in addresses)
    assert all(verb.attrib["method"] == "POST" for verb in asked if {"action", "url"} & verb.attrib.keys())


@given(st.timedeltas(timedelta(seconds=1), timedelta(hours=4)))
def test_lengths_of_time_are_whole_seconds(length: timedelta) -> None:
    ring = RingCustomer(JANE, length, length, then="talked")
    for verb in document(Ask("A key?", "chosen", length), ring, Record(length, "recorded")):
        names = ("maxLength",) if verb.tag == "Record" else ("timeout", "timeLimit")
        lengths = [verb.attrib[name] for name in names if name in verb.attrib]
        assert lengths == [str(int(length.total_seconds()))] * len(lengths) != []


def test_document_says_that_it_is_utf_8() -> None:
    assert text(Say("José")).startswith('<?xml version="1.0" encoding="UTF-8"?>')


SENTENCES: tuple[Act, ...] = (Say("Hello."), Ask("A key?", "chosen"), Say("Goodbye."))


def spoken(voice: VoiceProfile, *acts: Act) -> ET.Element:
    return ET.fromstring(twiml.render(Turn(acts or SENTENCES), address, BUSINESS, voice=voice).encode())


def test_every_sentence_is_spoken_in_the_businesss_voice_inside_a_question_too() -> None:
    said = list(spoken(VoiceProfile("Polly.Amy-Neural", "en-GB")).iter("Say"))
    assert [say.attrib for say in said] == [{"voice": "Polly.Amy-Neural", "language": "en-GB"}] * 3


def test_language_alone_names_no_voice() -> None:
    assert [say.attrib for say in spoken(VoiceProfile(None, "en-GB")).iter("Say")] == [{"language": "en-GB"}] * 3


def test_no_voice_leaves_it_to_the_carrier() -> None:
    assert [say.attrib for say in document(*SENTENCES).iter("Say")] == [{}] * 3


@pytest.mark.parametrize(("name", "language"), [*LANGUAGE_OF.items(), *((None, plain) for plain in sorted(PLAIN))])
def test_stand_in_has_nothing_against_a_voice_of_the_table(name: str | None, language: str) -> None:
    assert list(check(spoken(VoiceProfile(name, language)), "call", has_base=True)) == []
